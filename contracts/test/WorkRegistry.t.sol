// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CoinlessERC721 } from "../src/CoinlessERC721.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

contract WorkRegistryTest is Scene {
    function test_registeringGivesTheClaimantATitleWithTheBlocksTime() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 workId = registry.workIdOf(declaration);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.WorkRegistered(
            workId,
            creator,
            declaration.contentHash,
            declaration.fingerprintHash,
            declaration.metadataHash,
            declaration.parents,
            0,
            false,
            NOW
        );
        vm.prank(creator);
        vm.assertEq(registry.register(declaration), workId);

        (address holder, uint64 effectiveDate, uint32 series, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(holder, creator);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(series, 0);
        vm.assertEq(flags, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.balanceOf(creator), 1);
    }

    function test_onlyTheClaimantRegistersWithoutASignature() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotClaimant.selector, creator, stranger));
        vm.prank(stranger);
        registry.register(declaration);
    }

    function test_recordingAgainChangesNothingAndEmitsNothing() public {
        uint256 workId = _registered("work");
        vm.warp(NOW + 1 days);
        vm.recordLogs();
        vm.assertEq(_registered("work"), workId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.balanceOf(creator), 1);
    }

    function test_recordingAgainAfterASaleLeavesTheTitleWithItsBuyer() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        _registered("work");
        vm.assertEq(registry.ownerOf(workId), buyer);
        vm.assertEq(registry.seriesOf(workId), 1);
    }

    function test_claimsOverTheSameBytesCoexist() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 first = _registered("work");
        declaration.claimant = stranger;
        vm.prank(stranger);
        uint256 second = registry.register(declaration);
        vm.assertTrue(first != second);
        vm.assertEq(registry.ownerOf(first), creator);
        vm.assertEq(registry.ownerOf(second), stranger);
    }

    function testFuzz_parentsMustAscend(uint256[] memory parents) public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = parents;
        bytes memory refusal = _refusalOf(parents);
        if (refusal.length != 0) vm.expectRevert(refusal);
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_eightAscendingParentsAreAccepted() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = _ascending(8);
        vm.prank(creator);
        vm.assertEq(registry.ownerOf(registry.register(declaration)), creator);
    }

    function test_nineParentsAreTooMany() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = _ascending(9);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.TooManyParents.selector, 9, 8));
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_anEqualParentAndAZeroParentAreRefused() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = new uint256[](2);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, 0, 0));
        vm.prank(creator);
        registry.register(declaration);

        declaration.parents[0] = 7;
        declaration.parents[1] = 7;
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, 7, 7));
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_anEarlierVersionIsRelatedOnlyWhileTheClaimantHoldsItsTitle() public {
        uint256 previous = _registered("work");
        vm.assertTrue(_previousRelated("held", previous));
        vm.prank(creator);
        registry.transferFrom(creator, buyer, previous);
        vm.assertFalse(_previousRelated("sold", previous));
        vm.assertFalse(_previousRelated("never recorded", 42));
        vm.assertFalse(_previousRelated("none", 0));
    }

    function testFuzz_theIdCommitsToEveryField(uint8 field, bytes32 value) public view {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 before = registry.workIdOf(declaration);
        bytes32 replaced = _alter(declaration, field % 6, value);
        vm.assume(replaced != value);
        vm.assertTrue(registry.workIdOf(declaration) != before);
    }

    function test_supplementsAreCountedAndAppendToTheHistory() public {
        uint256 workId = _registered("work");
        for (uint32 sequence = 1; sequence <= 3; ++sequence) {
            vm.expectEmit(address(registry));
            emit IWorkRegistry.SupplementRecorded(workId, sequence, bytes32(uint256(sequence)), creator);
            vm.expectEmit(address(registry));
            emit IWorkRegistry.MetadataUpdate(workId);
            vm.prank(creator);
            vm.assertEq(registry.supplement(workId, bytes32(uint256(sequence))), sequence);
            vm.assertEq(registry.supplementsOf(workId), sequence);
        }
        (address holder, uint64 effectiveDate, uint32 series,) = registry.titleOf(workId);
        vm.assertEq(holder, creator);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(series, 0);
    }

    function test_onlyTheHolderSupplementsWithoutASignature() public {
        uint256 workId = _registered("work");
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotTitleHolder.selector, workId, creator, stranger)
        );
        vm.prank(stranger);
        registry.supplement(workId, bytes32(0));
    }

    function test_anUnknownWorkHasNoTitle() public {
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42);
        vm.expectRevert(refusal);
        registry.titleOf(42);
        vm.expectRevert(refusal);
        registry.effectiveDateOf(42);
        vm.expectRevert(refusal);
        registry.seriesOf(42);
        vm.expectRevert(refusal);
        registry.tokenURI(42);
        vm.expectRevert(refusal);
        registry.supplement(42, bytes32(0));
        vm.expectRevert(refusal);
        registry.cancelAllOffers(42);
    }

    function test_everyTransferAndEveryWithdrawalOfOffersAdvancesTheSeries() public {
        uint256 workId = _registered("work");
        vm.expectEmit(address(registry));
        emit IWorkRegistry.SeriesAdvanced(workId, 1);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.SeriesAdvanced(workId, 2);
        vm.prank(buyer);
        vm.assertEq(registry.cancelAllOffers(workId), 2);

        vm.prank(buyer);
        registry.safeTransferFrom(buyer, creator, workId);
        vm.assertEq(registry.seriesOf(workId), 3);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_onlyTheHolderWithdrawsAllOffers() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.approve(stranger, workId);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotTitleHolder.selector, workId, creator, stranger)
        );
        vm.prank(stranger);
        registry.cancelAllOffers(workId);
    }

    function test_aTitleIsATokenUnderItsStandards() public view {
        vm.assertTrue(registry.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertTrue(registry.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(registry.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        vm.assertTrue(registry.supportsInterface(0x49064906), "ERC-4906");
        vm.assertFalse(registry.supportsInterface(0xffffffff));
        vm.assertEq(registry.name(), "Colophon Title");
        vm.assertEq(registry.symbol(), "TITLE");
    }

    function test_coinSentWithATransferOrAnApprovalIsRefused() public {
        uint256 workId = _registered("work");
        vm.deal(creator, 3);
        bytes memory refusal = abi.encodeWithSelector(CoinlessERC721.CoinNotAccepted.selector, 1);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.transferFrom{ value: 1 }(creator, buyer, workId);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.safeTransferFrom{ value: 1 }(creator, buyer, workId, "");
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.approve{ value: 1 }(buyer, workId);
    }

    function _previousRelated(string memory text, uint256 previous) private returns (bool related) {
        IWorkRegistry.Declaration memory declaration = _declaration(text);
        declaration.previous = previous;
        vm.recordLogs();
        vm.prank(creator);
        registry.register(declaration);
        bytes memory data = vm.getRecordedLogs()[1].data;
        (,,,, related,) = abi.decode(data, (bytes32, bytes32, uint256[], uint256, bool, uint64));
    }

    function _refusalOf(uint256[] memory parents) private pure returns (bytes memory) {
        if (parents.length > 8) {
            return abi.encodeWithSelector(IWorkRegistry.TooManyParents.selector, parents.length, 8);
        }
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 earlier = i == 0 ? 0 : parents[i - 1];
            if (parents[i] > earlier) continue;
            return abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, earlier, parents[i]);
        }
        return "";
    }

    function _ascending(uint256 count) private pure returns (uint256[] memory parents) {
        parents = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            parents[i] = i + 1;
        }
    }

    function _alter(IWorkRegistry.Declaration memory declaration, uint256 field, bytes32 value)
        private
        pure
        returns (bytes32 replaced)
    {
        if (field == 0) {
            replaced = bytes32(uint256(uint160(declaration.claimant)));
            declaration.claimant = address(uint160(uint256(value)));
            if (declaration.claimant == address(uint160(uint256(replaced)))) replaced = value;
        } else if (field == 1) {
            (replaced, declaration.contentHash) = (declaration.contentHash, value);
        } else if (field == 2) {
            (replaced, declaration.fingerprintHash) = (declaration.fingerprintHash, value);
        } else if (field == 3) {
            (replaced, declaration.metadataHash) = (declaration.metadataHash, value);
        } else if (field == 4) {
            declaration.parents = new uint256[](1);
            declaration.parents[0] = uint256(value);
            replaced = ~value;
        } else {
            (replaced, declaration.previous) = (bytes32(declaration.previous), uint256(value));
        }
    }
}
