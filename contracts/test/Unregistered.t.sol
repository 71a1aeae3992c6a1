// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice A licence to a work that only a log knows yet: recorded and bought in one transaction.
contract UnregisteredTest is Trade {
    IWorkRegistry.Registration private registration;
    ICheckpointLog.Inclusion private inclusion;
    ILicenseLedger.Offer private offer;
    uint256 private workId;
    bytes private consent;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        registration = _registration("work");
        workId = registry.workIdOf(registration.declaration);
        inclusion = _logged(registration);
        consent = _signedRegistration(registration);

        // Nobody can ask for the series of a work that is not recorded: it starts at zero.
        IWorkRegistry.Declaration memory other = _declaration("other");
        offer = _offer(_recorded(other));
        offer.workId = workId;
        signature = _signed(offer);
        vm.warp(NOW + 10 days);
    }

    function test_aLoggedWorkIsRecordedWithItsLogsDateAndBought() public {
        uint256 grantId = _purchase();
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(ledger.ownerOf(grantId), buyer);
        vm.assertEq(address(ledger).balance, PRICE);
    }

    function test_aWorkThatIsRecordedAlreadyIsBoughtAndItsDateLowered() public {
        _recorded(registration.declaration);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 10 days);
        // What the claimant signed is not needed any more.
        consent = NO_SIGNATURE;
        vm.assertEq(ledger.ownerOf(_purchase()), buyer);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_aSecondPurchaseFindsTheWorkRecorded() public {
        uint256 first = _purchase();
        uint256 second = _purchase();
        vm.assertTrue(first != second);
        vm.assertEq(registry.seriesOf(workId), 0);
    }

    function test_noTitleIsMadeInTheLedgersOwnName() public {
        registration.declaration.claimant = address(ledger);
        inclusion = _logged(registration);
        offer.workId = registry.workIdOf(registration.declaration);
        consent = NO_SIGNATURE;
        signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.InvalidSignature.selector, address(ledger), 0));
        vm.prank(buyer);
        ledger.purchaseUnregistered{ value: PRICE }(
            registration, consent, inclusion, offer, signature, buyer, PRICE
        );
    }

    function test_aWrongProofBuysNothing() public {
        ICheckpointLog.Inclusion memory right = inclusion;
        inclusion.proof.push(keccak256("one too many"));
        _refuse(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, inclusion.proof.length));
        inclusion = right;
        inclusion.leafIndex = right.size;
        _refuse(abi.encodeWithSelector(ICheckpointLog.LeafOutOfRange.selector, right.size, right.size));
        (inclusion.leafIndex, inclusion.root) = (right.leafIndex, keccak256("root"));
        _refuse(
            abi.encodeWithSelector(ICheckpointLog.NotAnchored.selector, logger, inclusion.root, right.size)
        );
    }

    function test_withoutTheClaimantsSignatureNothingIsRecordedOrBought() public {
        bytes32 digest = registry.registrationDigest(registration);
        consent = _signature(ADAPTER_KEY, digest);
        _refuse(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, creator, digest));
    }

    function test_aStatementThatHadExpiredWhenItWasLoggedIsRefused() public {
        registration.deadline = NOW - 1;
        consent = _signedRegistration(registration);
        vm.warp(NOW);
        inclusion = _logged(registration);
        _refuse(abi.encodeWithSelector(IWorkRegistry.AnchoredAfterDeadline.selector, NOW - 1, NOW));
    }

    function test_theOffersRulesHoldAllTheSame() public {
        signature = NO_SIGNATURE;
        _refuse(
            abi.encodeWithSelector(
                ILicenseLedger.InvalidSignature.selector, creator, ledger.offerDigest(offer)
            )
        );
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.WrongValue.selector, PRICE, PRICE - 1));
        vm.prank(buyer);
        ledger.purchaseUnregistered{ value: PRICE - 1 }(
            registration, consent, inclusion, offer, signature, buyer, PRICE
        );
        // What was refused recorded nothing either.
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, workId));
        registry.effectiveDateOf(workId);
    }

    function _purchase() private returns (uint256 grantId) {
        vm.prank(buyer);
        return ledger.purchaseUnregistered{ value: PRICE }(
            registration, consent, inclusion, offer, signature, buyer, PRICE
        );
    }

    function _refuse(bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(buyer);
        ledger.purchaseUnregistered{ value: PRICE }(
            registration, consent, inclusion, offer, signature, buyer, PRICE
        );
    }
}
