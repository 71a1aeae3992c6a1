// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice What licensees take back after a ruling, and what goes on to the vault.
contract RefundsTest is Disputes {
    function test_aPaymentThatWasDueWhenTheDisputeWasOpenedIsNotHeld() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + 1);
        uint256 later = _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        uint256 id = _admitted(EVIDENCE);
        vm.assertEq(desk.releasableAt(workId, NOW), NOW + ESCROW_PERIOD);
        _expectHeld(offer, 2, later, NOW + ESCROW_PERIOD + RULING_PERIOD);

        vm.warp(NOW + ESCROW_PERIOD + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Upheld);
        uint256 first = ledger.grantIdOf(ledger.offerHashOf(offer), 1);
        _expectNotRefundable(offer, 1, first, 0);
        _release(_sale(offer, 1));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 2), buyer);
    }

    function test_afterAnUpheldRulingPaymentsAreRefundedForThirtyDays() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        _bought(offer);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        uint64 ruledAt = NOW + ANSWER_PERIOD;
        uint64 until = ruledAt + REFUND;
        vm.assertEq(desk.refundableUntil(workId, NOW), until);
        vm.warp(until - 1);
        _expectHeld(offer, 1, grantId, until);
        uint256 before = rival.balance;
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.PaymentRefunded(
            grantId, workId, address(0), PRICE, buyer, rival, uint64(until - 1)
        );
        vm.prank(buyer);
        vm.assertEq(ledger.refund(_sale(offer, 1), rival), PRICE);
        vm.assertEq(rival.balance - before, PRICE);
        vm.assertFalse(ledger.isValidAt(grantId, until - 1));
        vm.assertTrue(ledger.isValidAt(grantId, until - 2));

        vm.warp(until);
        uint256 second = ledger.grantIdOf(ledger.offerHashOf(offer), 2);
        _expectNotRefundable(offer, 2, second, until);
        _release(_sale(offer, 2));
        vm.assertEq(address(vault).balance, PRICE);
        vm.assertEq(address(ledger).balance, 0);
    }

    function test_theCurrentHolderOfAGrantIsRefunded() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.prank(buyer);
        ledger.transferFrom(buyer, rival, grantId);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotGrantHolder.selector, grantId, rival, buyer));
        ledger.refund(_sale(offer, 1), buyer);
        vm.prank(rival);
        ledger.refund(_sale(offer, 1), rival);
        vm.assertEq(rival.balance, PRICE);
    }

    function test_aPaymentIsReleasedOrRefundedAndNeverBoth() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _bought(offer);
        _bought(offer);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        uint64 until = NOW + ANSWER_PERIOD + REFUND;
        bytes32 offerHash = ledger.offerHashOf(offer);

        vm.warp(until - 1);
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
        _release(_sale(offer, 1));
        vm.assertEq(address(vault).balance, 0);
        _expectNothingEscrowed(offer, 1, ledger.grantIdOf(offerHash, 1));

        // In the last second only the refund works, in the next only the release.
        uint256 second = ledger.grantIdOf(offerHash, 2);
        _expectHeld(offer, 2, second, until);
        vm.warp(until);
        _expectNotRefundable(offer, 2, second, until);
        _release(_sale(offer, 2));
        _expectNothingEscrowed(offer, 2, second);
        _release(_sale(offer, 2));
        vm.assertEq(address(vault).balance, PRICE);
        vm.assertEq(address(ledger).balance, PRICE);
    }

    function test_whatWasReleasedBeforeTheAdmissionIsNotRefunded() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD - 1);
        uint256 id = _disputed(workId, EVIDENCE, rival);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(_sale(offer, 1));
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ESCROW_PERIOD - 1 + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Upheld);
        _expectNothingEscrowed(offer, 1, grantId);
    }

    function test_paymentsAfterAnAssignmentAreTheNewHoldersAndNotRefundable() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _decided(EVIDENCE, IDisputeDesk.Status.Assigned);
        offer = _offer(workId);
        offer.licensor = rival;
        vm.deal(rival, PRICE);
        vm.prank(rival);
        uint256 grantId = ledger.purchase{ value: PRICE }(offer, "", buyer, PRICE);
        vm.warp(vm.getBlockTimestamp() + 1);
        _expectNotRefundable(offer, 1, grantId, 0);
        vm.warp(NOW + ANSWER_PERIOD + ESCROW_PERIOD);
        _release(_sale(offer, 1));
        vm.assertEq(vault.revenueOf(workId, 1, address(0)), PRICE);
    }

    function test_concurrentDisputesAndAnAssignmentInBetween() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        uint256 first = _admitted(EVIDENCE);
        uint256 second = _disputed(workId, OTHER_EVIDENCE, buyer);
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(first, IDisputeDesk.Status.Assigned);
        vm.assertEq(registry.seriesOf(workId), 1);

        bytes memory moved =
            abi.encodeWithSelector(IDisputeDesk.TitleMovedOn.selector, second, creator, rival);
        vm.prank(arbiter);
        vm.expectRevert(moved);
        desk.admit(second);
        _expectRule(second, IDisputeDesk.Status.Dismissed, moved);
        // What the old holder sold can be taken back all the same, under the first ruling.
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);

        vm.warp(NOW + RULING_PERIOD);
        desk.lapse(second);
        vm.assertEq(desk.owedBonds(stranger), 2 * BOND);
        vm.assertEq(registry.ownerOf(workId), rival);
    }

    function test_refundsOfBothWindowsAfterTwoAssignments() public {
        ILicenseLedger.Offer memory old = _offer(workId);
        _bought(old);
        _decided(EVIDENCE, IDisputeDesk.Status.Assigned);
        ILicenseLedger.Offer memory young = _offer(workId);
        young.licensor = rival;
        vm.deal(rival, PRICE);
        vm.prank(rival);
        ledger.purchase{ value: PRICE }(young, "", buyer, PRICE);
        vm.deal(stranger, BOND);
        vm.prank(stranger);
        uint256 second = desk.open{ value: BOND }(workId, "", OTHER_EVIDENCE, creator);
        vm.prank(arbiter);
        desk.admit(second);
        vm.warp(NOW + 2 * ANSWER_PERIOD);
        _rule(second, IDisputeDesk.Status.Assigned);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.seriesOf(workId), 2);

        vm.prank(buyer);
        ledger.refund(_sale(old, 1), buyer);
        vm.prank(buyer);
        ledger.refund(_sale(young, 1), buyer);
        vm.assertEq(address(ledger).balance, 0);
    }

    function test_aThirdRulingTakesNobodysWindowAway() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        _decided("one", IDisputeDesk.Status.Upheld);
        uint64 until = uint64(vm.getBlockTimestamp()) + REFUND;
        _decided("two", IDisputeDesk.Status.Upheld);
        _decided("three", IDisputeDesk.Status.Upheld);
        vm.assertTrue(vm.getBlockTimestamp() < until);
        vm.assertTrue(desk.refundableUntil(workId, NOW) >= until);
        _expectHeld(offer, 1, grantId, desk.refundableUntil(workId, NOW));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_aWindowThatIsOverMakesRoomForAnother() public {
        _decided("one", IDisputeDesk.Status.Upheld);
        vm.warp(vm.getBlockTimestamp() + REFUND);
        _decided("two", IDisputeDesk.Status.Upheld);
        vm.warp(vm.getBlockTimestamp() + REFUND);
        uint64 opened = uint64(vm.getBlockTimestamp());
        _decided("three", IDisputeDesk.Status.Upheld);
        // Between the first ruling and the second dispute nothing was wrong.
        vm.assertEq(desk.refundableUntil(workId, opened - REFUND - ANSWER_PERIOD - ESCROW_PERIOD), 0);
    }

    function test_aSecondUpheldRulingKeepsTheWindowOfTheFirst() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        // The second is opened when the payment was due long ago: by itself it would not cover it.
        vm.warp(NOW + ANSWER_PERIOD + 1 days);
        _decided(OTHER_EVIDENCE, IDisputeDesk.Status.Upheld);
        vm.assertTrue(vm.getBlockTimestamp() < NOW + ANSWER_PERIOD + REFUND);
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_aSecondRulingCoversWhatWasDueAfterItsEarlierOpening() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + 1);
        uint256 early = _opened();
        vm.warp(NOW + ESCROW_PERIOD);
        _decided(OTHER_EVIDENCE, IDisputeDesk.Status.Upheld);
        // Opened when the payment was due: by itself the first ruling covers nothing.
        vm.assertEq(desk.refundableUntil(workId, NOW), 0);

        vm.prank(arbiter);
        desk.admit(early);
        _rule(early, IDisputeDesk.Status.Upheld);
        vm.assertEq(desk.refundableUntil(workId, NOW), NOW + ESCROW_PERIOD + ANSWER_PERIOD + REFUND);
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_aRulingAfterTheWindowOfTheFirstDoesNotOpenItAgain() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        vm.warp(NOW + ANSWER_PERIOD + REFUND - ANSWER_PERIOD);
        _decided(OTHER_EVIDENCE, IDisputeDesk.Status.Upheld);
        vm.assertEq(vm.getBlockTimestamp(), NOW + ANSWER_PERIOD + REFUND);
        _expectNotRefundable(offer, 1, grantId, NOW + ANSWER_PERIOD + REFUND);
        _release(_sale(offer, 1));
    }

    function test_whatNeitherOfTwoRulingsCoversIsNotRefunded() public {
        ILicenseLedger.Offer memory old = _offer(workId);
        _bought(old);
        _decided(EVIDENCE, IDisputeDesk.Status.Assigned);
        vm.warp(vm.getBlockTimestamp() + 1);
        ILicenseLedger.Offer memory young = _offer(workId);
        young.licensor = rival;
        vm.deal(rival, PRICE);
        vm.prank(rival);
        uint256 grantId = ledger.purchase{ value: PRICE }(young, "", buyer, PRICE);
        // Sold after the first ruling, due before the second dispute: both rulings fall into one window.
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD + 1);
        uint256 second = _disputed(workId, OTHER_EVIDENCE, creator);
        vm.prank(arbiter);
        desk.admit(second);
        vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
        _rule(second, IDisputeDesk.Status.Assigned);
        vm.assertTrue(vm.getBlockTimestamp() < NOW + ANSWER_PERIOD + REFUND);

        _expectNotRefundable(young, 1, grantId, 0);
        _release(_sale(young, 1));
        vm.prank(buyer);
        ledger.refund(_sale(old, 1), buyer);
    }

    function test_disputesUpheldOneAfterAnotherHoldAPaymentForABoundedTime() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        uint64 latest = NOW + ESCROW_PERIOD + HOLD_PERIOD + REFUND;
        uint256 last = _admitted(EVIDENCE);
        for (uint256 i = 0; i < 6; ++i) {
            vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
            // Each is opened just before the one before it is ruled on, so that they were open together.
            uint256 next = _disputed(workId, keccak256(abi.encode(i)), rival);
            vm.warp(vm.getBlockTimestamp() + 1);
            _rule(last, IDisputeDesk.Status.Upheld);
            vm.prank(arbiter);
            desk.admit(next);
            last = next;
        }
        vm.assertTrue(vm.getBlockTimestamp() + REFUND > latest);
        vm.assertEq(desk.refundableUntil(workId, NOW), latest);
        vm.assertEq(desk.releasableAt(workId, NOW), latest);
        vm.warp(latest);
        _expectNotRefundable(offer, 1, grantId, latest);
        _release(_sale(offer, 1));
    }

    function test_theSuccessorOfALostAccountIsRefundedForIt() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.prank(buyer);
        registry.setRecovery(rival, 7 days);
        vm.prank(rival);
        registry.startRecovery(buyer);
        _decided(EVIDENCE, IDisputeDesk.Status.Upheld);
        vm.prank(rival);
        ledger.refund(_sale(offer, 1), rival);
        vm.assertEq(rival.balance, PRICE);
    }

    function _expectNotRefundable(
        ILicenseLedger.Offer memory offer,
        uint32 serial,
        uint256 grantId,
        uint64 until
    ) private {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotRefundable.selector, grantId, until));
        ledger.refund(_sale(offer, serial), buyer);
    }

    function _expectNothingEscrowed(ILicenseLedger.Offer memory offer, uint32 serial, uint256 grantId)
        private
    {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NothingEscrowed.selector, grantId));
        ledger.refund(_sale(offer, serial), buyer);
    }

    function _expectHeld(ILicenseLedger.Offer memory offer, uint32 serial, uint256 grantId, uint64 until)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotYetReleasable.selector, grantId, until));
        vault.release(_one(_sale(offer, serial)));
    }
}
