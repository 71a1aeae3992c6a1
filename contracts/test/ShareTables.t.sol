// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { CallbackReceiver } from "./support/Receivers.sol";
import { Trade } from "./support/Trade.sol";

/// @notice Who shares a work's revenue: what a table must be, and who must agree to it.
contract ShareTablesTest is Trade {
    uint256 private workId;
    address[] private people;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
        people = _people(3);
    }

    function test_theHolderSetsATableThatEverybodyInItSigned() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        bytes32 tableHash = _hash(table);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.SharesSet(workId, 1, tableHash, 0, people, table.bps, table.deadline);
        vm.prank(creator);
        vault.setShares(table, _noTable(workId), NO_SIGNATURE, signatures);
        vm.assertEq(vault.epochOf(workId), 1);
        vm.assertEq(vault.tableHashOf(workId, 1), tableHash);
        vm.assertEq(vault.tableHashOf(workId, 2), 0);
    }

    function test_aTableChangesTheStateHash() public {
        bytes32 before = vault.stateHashOf(workId);
        _shared(_table(workId, 1, people, 1000));
        vm.assertTrue(vault.stateHashOf(workId) != before);
    }

    function test_aStrangerCarriesTheHoldersSignature() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes memory holderSignature = _signatureOf(table, creator);
        bytes[] memory signatures = _signaturesOf(table, people);
        vm.prank(stranger);
        vault.setShares(table, _noTable(workId), holderSignature, signatures);
        vm.assertEq(vault.epochOf(workId), 1);
    }

    function test_withoutTheHolderNothingIsSet() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        bytes memory refusal = _invalid(table, creator);
        vm.expectRevert(refusal);
        vm.prank(stranger);
        vault.setShares(table, _noTable(workId), NO_SIGNATURE, signatures);
        vm.expectRevert(refusal);
        vm.prank(people[0]);
        vault.setShares(table, _noTable(workId), signatures[0], signatures);
    }

    function test_aFormerHoldersSignatureCountsNoMore() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes memory holderSignature = _signatureOf(table, creator);
        bytes[] memory signatures = _signaturesOf(table, people);
        vm.prank(creator);
        registry.transferFrom(creator, adapter, workId);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.SeriesChanged.selector, workId, 1, 0));
        vm.prank(creator);
        vault.setShares(table, _noTable(workId), holderSignature, signatures);
    }

    function test_whoSignedAsAContributorHasNotSignedAsTheHolder() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 3333);
        bytes[] memory signatures = _signaturesOf(table, people);
        vm.prank(creator);
        registry.transferFrom(creator, people[0], workId);
        _refuse(
            table,
            _noTable(workId),
            signatures,
            abi.encodeWithSelector(IRoyaltyVault.SeriesChanged.selector, workId, 1, 0)
        );
    }

    function test_aTableIsTakenBackByCancellingAllOffers() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes memory holderSignature = _signatureOf(table, creator);
        bytes[] memory signatures = _signaturesOf(table, people);
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.SeriesChanged.selector, workId, 1, 0));
        vm.prank(stranger);
        vault.setShares(table, _noTable(workId), holderSignature, signatures);
    }

    function test_whoeverTookOverFromALostContributorAgreesInItsPlace() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, _alone(people[0]), 100);
        _shared(current);
        _lost(people[0], people[1]);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, new address[](0), 0);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _signatureOf(table, people[2]);
        _refuse(table, current, signatures, _invalid(table, people[0]));
        signatures[0] = _signatureOf(table, people[1]);
        vm.prank(creator);
        vault.setShares(table, current, NO_SIGNATURE, signatures);
        vm.assertEq(vault.epochOf(workId), 2);
    }

    function test_whoeverTookOverSendsWithoutASignature() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, _alone(people[0]), 100);
        _shared(current);
        _lost(people[0], people[1]);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, new address[](0), 0);
        bytes memory holderSignature = _signatureOf(table, creator);
        vm.prank(people[1]);
        vault.setShares(table, current, holderSignature, new bytes[](1));
        vm.assertEq(vault.epochOf(workId), 2);
    }

    function test_everybodyInTheNewTableMustSign() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory right = signatures[i];
            signatures[i] = NO_SIGNATURE;
            _refuse(table, _noTable(workId), signatures, _invalid(table, people[i]));
            signatures[i] = right;
        }
    }

    function test_aContributorWhoSendsNeedsNoSignature() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes memory holderSignature = _signatureOf(table, creator);
        bytes[] memory signatures = _signaturesOf(table, people);
        signatures[1] = NO_SIGNATURE;
        vm.prank(people[1]);
        vault.setShares(table, _noTable(workId), holderSignature, signatures);
    }

    function test_aHolderWhoContributesSignsOnce() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, _alone(creator), 1000);
        bytes memory holderSignature = _signatureOf(table, creator);
        vm.prank(stranger);
        vault.setShares(table, _noTable(workId), holderSignature, new bytes[](1));
    }

    function test_aContractSpeaksForItself() public {
        IRoyaltyVault.ShareTable memory table =
            _table(workId, 1, _alone(address(new CallbackReceiver())), 1000);
        vm.prank(creator);
        vault.setShares(table, _noTable(workId), NO_SIGNATURE, new bytes[](1));
    }

    function test_whoLeavesAndWhoStaysAndWhoComesMustAllSign() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, _two(people[0], people[1]), 1000);
        _shared(current);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, _two(people[1], people[2]), 2000);
        bytes[] memory signatures = _signaturesOf(table, people);
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory right = signatures[i];
            signatures[i] = signatures[(i + 1) % 3];
            _refuse(table, current, signatures, _invalid(table, people[i]));
            signatures[i] = right;
        }
        _shared(table, current, people);
        vm.assertEq(vault.epochOf(workId), 2);
    }

    function test_whoComesBeforeOrAfterEverybodyElseMustSignToo() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, _alone(people[1]), 1000);
        _shared(current);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, _two(people[0], people[2]), 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        signatures[1] = NO_SIGNATURE;
        _refuse(table, current, signatures, _invalid(table, people[1]));
        _shared(table, current, people);
    }

    function test_aTableOfNobodyNeedsEverybodyWhoLeaves() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, people, 1000);
        _shared(current);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, new address[](0), 0);
        _refuse(table, current, new bytes[](0), _count(3, 0));
        _shared(table, current, people);
        vm.assertEq(vault.epochOf(workId), 2);
    }

    function test_aMissingSignatureIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, _two(people[0], people[1]));
        _refuse(table, _noTable(workId), signatures, _count(3, 2));
    }

    function test_aSignatureTooManyIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, _two(people[0], people[1]), 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        _refuse(table, _noTable(workId), signatures, _count(2, 3));
    }

    function test_signaturesOutOfOrderAreRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        _refuse(table, _noTable(workId), signatures, _invalid(table, people[0]));
    }

    function test_aShareSwitchedAfterSigningIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        table.bps[2] = 999;
        _refuse(table, _noTable(workId), signatures, _invalid(table, people[0]));
        (table.bps[2], table.deadline) = (1000, table.deadline + 1);
        _refuse(table, _noTable(workId), signatures, _invalid(table, people[0]));
    }

    function test_aTableSignedForAnotherWorkOrChainIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        uint256 other = _registered("other");
        table.workId = other;
        _refuse(table, _noTable(other), signatures, _invalid(table, people[0]));
        table.workId = workId;
        vm.chainId(5);
        _refuse(table, _noTable(workId), signatures, _invalid(table, people[0]));
    }

    function test_aMirroredSignatureIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        signatures[1] = _mirrored(signatures[1]);
        _refuse(table, _noTable(workId), signatures, _invalid(table, people[1]));
    }

    function test_aTableTakesTheNextPlace() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, people, 1000);
        _refuse(table, _noTable(workId), new bytes[](0), _next(1, 2));
        table.epoch = 0;
        _refuse(table, _noTable(workId), new bytes[](0), _next(1, 0));
        table.epoch = 1;
        _shared(table);
        bytes[] memory signatures = _signaturesOf(table, people);
        _refuse(table, _noTable(workId), signatures, _next(2, 1));
    }

    function test_thePresentTableMustBeShownAsItIs() public {
        IRoyaltyVault.ShareTable memory current = _table(workId, 1, people, 1000);
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 2000);
        IRoyaltyVault.ShareTable memory invented = _noTable(workId);
        invented.contributors = people;
        _refuse(table, invented, new bytes[](0), _wrong(0));
        _refuse(table, _noTable(workId + 1), new bytes[](0), _wrong(0));

        _shared(current);
        table.epoch = 2;
        _refuse(table, _noTable(workId), new bytes[](0), _wrong(0));
        current.bps[0] = 1;
        _refuse(table, current, new bytes[](0), _wrong(1));
        (current.bps[0], current.epoch) = (1000, 2);
        _refuse(table, current, new bytes[](0), _wrong(2));
    }

    function test_contributorsAreStrictlyAscending() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, _two(people[1], people[0]), 1000);
        _refuseForm(table, _unordered(people[1], people[0]));
        table.contributors[1] = people[1];
        _refuseForm(table, _unordered(people[1], people[1]));
        table.contributors[0] = address(0);
        _refuseForm(table, _unordered(address(0), address(0)));
    }

    function test_aRowHasAShare() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        table.bps[1] = 0;
        _refuseForm(table, abi.encodeWithSelector(IRoyaltyVault.ZeroShare.selector, people[1]));
    }

    function test_sharesAreNoMoreThanTheWhole() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 3333);
        table.bps[0] = 3335;
        _refuseForm(table, abi.encodeWithSelector(IRoyaltyVault.SharesTooHigh.selector, 10_001, 10_000));
        table.bps[0] = 3334;
        _shared(table);
    }

    function test_aTableHasAtMost32Rows() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, _people(33), 1);
        _refuseForm(table, abi.encodeWithSelector(IRoyaltyVault.TooManyContributors.selector, 33, 32));
        _shared(_table(workId, 1, _people(32), 1));
        vm.assertEq(vault.epochOf(workId), 1);
    }

    function test_contributorsAndSharesAreEquallyMany() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        table.bps = new uint16[](2);
        _refuseForm(table, abi.encodeWithSelector(IRoyaltyVault.TableLengthsDiffer.selector, 3, 2));
    }

    function test_aTableCountsUntilItsLastSecond() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        bytes[] memory signatures = _signaturesOf(table, people);
        vm.warp(table.deadline + 1);
        _refuse(
            table,
            _noTable(workId),
            signatures,
            abi.encodeWithSelector(IRoyaltyVault.DeadlinePassed.selector, table.deadline, table.deadline + 1)
        );
        vm.warp(table.deadline);
        vm.prank(creator);
        vault.setShares(table, _noTable(workId), NO_SIGNATURE, signatures);
    }

    function test_anUnknownWorkHasNoTable() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 1000);
        table.workId = 42;
        _refuse(
            table,
            _noTable(42),
            new bytes[](3),
            abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42)
        );
    }

    function _refuseForm(IRoyaltyVault.ShareTable memory table, bytes memory refusal) private {
        _refuse(table, _noTable(workId), new bytes[](0), refusal);
    }

    function _refuse(
        IRoyaltyVault.ShareTable memory table,
        IRoyaltyVault.ShareTable memory current,
        bytes[] memory signatures,
        bytes memory refusal
    ) private {
        vm.expectRevert(refusal);
        vm.prank(creator);
        vault.setShares(table, current, NO_SIGNATURE, signatures);
    }

    /// @dev Written out again from the type, so that the contract is not its own witness.
    function _hash(IRoyaltyVault.ShareTable memory table) private pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "ShareTable(uint256 workId,uint32 series,uint32 epoch,address[] contributors,uint16[] bps,uint64 deadline)"
        );
        bytes memory contributors;
        bytes memory bps;
        for (uint256 i = 0; i < table.contributors.length; ++i) {
            contributors = bytes.concat(contributors, abi.encode(table.contributors[i]));
            bps = bytes.concat(bps, abi.encode(table.bps[i]));
        }
        return keccak256(
            abi.encode(
                typeHash,
                table.workId,
                table.series,
                table.epoch,
                keccak256(contributors),
                keccak256(bps),
                table.deadline
            )
        );
    }

    function _invalid(IRoyaltyVault.ShareTable memory table, address signer)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IRoyaltyVault.InvalidSignature.selector, signer, vault.sharesDigest(table)
        );
    }

    function _count(uint256 expected, uint256 given) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.WrongSignatureCount.selector, expected, given);
    }

    function _next(uint32 expected, uint32 given) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.EpochNotNext.selector, workId, expected, given);
    }

    function _wrong(uint32 epoch) private view returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.WrongTable.selector, workId, epoch);
    }

    function _unordered(address earlier, address later) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.ContributorsNotAscending.selector, earlier, later);
    }

    function _alone(address person) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = person;
    }

    function _two(address one, address other) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (one, other);
    }
}
