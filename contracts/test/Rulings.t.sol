// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice How disputes end.
contract RulingsTest is Disputes {
    function test_aRulingWaitsForTheTimeToAnswer() public {
        uint256 id = _admitted(EVIDENCE);
        vm.prank(creator);
        desk.answer(id, OTHER_EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD - 1);
        _expectRule(
            id,
            IDisputeDesk.Status.Dismissed,
            abi.encodeWithSelector(IDisputeDesk.AnswerTimeRuns.selector, id, NOW + ANSWER_PERIOD)
        );
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Dismissed);
    }

    function test_anOutcomeIsOneOfThree() public {
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        IDisputeDesk.Status[3] memory wrong =
            [IDisputeDesk.Status.None, IDisputeDesk.Status.Open, IDisputeDesk.Status.Lapsed];
        for (uint256 i = 0; i < wrong.length; ++i) {
            _expectRule(id, wrong[i], abi.encodeWithSelector(IDisputeDesk.NotAnOutcome.selector, wrong[i]));
        }
    }

    function test_onlyAnAdmittedDisputeIsUpheld() public {
        uint256 id = _opened();
        vm.warp(NOW + ANSWER_PERIOD);
        bytes memory reason = abi.encodeWithSelector(IDisputeDesk.NotAdmitted.selector, id);
        _expectRule(id, IDisputeDesk.Status.Upheld, reason);
        _expectRule(id, IDisputeDesk.Status.Assigned, reason);
        _rule(id, IDisputeDesk.Status.Dismissed);
    }

    function test_withoutAnAssigneeNothingIsAssigned() public {
        uint256 id = _disputed(workId, EVIDENCE, address(0));
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ANSWER_PERIOD);
        _expectRule(
            id, IDisputeDesk.Status.Assigned, abi.encodeWithSelector(IDisputeDesk.NoAssignee.selector, id)
        );
        _rule(id, IDisputeDesk.Status.Upheld);
    }

    function test_aDismissalEndsNoGrants() public {
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.OutcomeEndsNoGrants.selector, IDisputeDesk.Status.Dismissed)
        );
        desk.rule(id, IDisputeDesk.Status.Dismissed, new ILicenseLedger.Sale[](1));
    }

    function test_aDismissalGivesTheBondToTheHolder() public {
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeRuled(id, workId, IDisputeDesk.Status.Dismissed, creator);
        _rule(id, IDisputeDesk.Status.Dismissed);
        vm.assertEq(desk.owedBonds(creator), BOND);
        vm.assertEq(desk.owedBonds(stranger), 0);
        vm.assertEq(desk.frozenUntil(workId), NOW + ANSWER_PERIOD);
        vm.assertEq(desk.salesStoppedUntil(workId), NOW + ANSWER_PERIOD);
        _bought(_offer(workId));
        _transfer(creator, rival);
    }

    function test_anUpheldDisputeGivesTheBondBackAndStopsSalesForGood() public {
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeRuled(id, workId, IDisputeDesk.Status.Upheld, stranger);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleMarked(workId, 12);
        _rule(id, IDisputeDesk.Status.Upheld);
        vm.assertEq(desk.owedBonds(stranger), BOND);
        vm.assertEq(registry.ownerOf(workId), creator);

        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.SalesStopped.selector, workId, 12));
        ledger.purchase{ value: 0 }(_free(offer), "", buyer, 0);
    }

    function test_anAssignmentMovesTheTitleRaisesTheSeriesAndEndsARetraction() public {
        vm.prank(creator);
        registry.retract(workId);
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleAssigned(workId, creator, rival);
        _rule(id, IDisputeDesk.Status.Assigned);
        (address holder, uint64 date, uint32 series, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(holder, rival);
        vm.assertEq(date, NOW);
        vm.assertEq(series, 1);
        vm.assertEq(flags, 4 | 16);
        vm.assertEq(_status(id), uint256(IDisputeDesk.Status.Assigned));

        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.licensor = rival;
        vm.prank(rival);
        ledger.purchase(_free(offer), "", buyer, 0);
    }

    function test_anEndedDisputeStaysEnded() public {
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Dismissed);
        bytes memory reason =
            abi.encodeWithSelector(IDisputeDesk.DisputeEnded.selector, id, IDisputeDesk.Status.Dismissed);
        _expectRule(id, IDisputeDesk.Status.Upheld, reason);
        vm.prank(arbiter);
        vm.expectRevert(reason);
        desk.admit(id);
        vm.prank(creator);
        vm.expectRevert(reason);
        desk.answer(id, EVIDENCE);
        vm.warp(NOW + RULING_PERIOD);
        vm.expectRevert(reason);
        desk.lapse(id);
        vm.assertEq(desk.owedBonds(creator), BOND);
        vm.assertEq(desk.owedBonds(stranger), 0);
    }

    function test_anArbiterThatNeverAnswersLeavesNothingHeld() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + RULING_PERIOD - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.DisputeStillOpen.selector, id, NOW + RULING_PERIOD)
        );
        desk.lapse(id);

        vm.warp(NOW + RULING_PERIOD);
        // Nobody has come to end it, and nothing is held up any more.
        _release(_sale(offer, 1));
        offer.validUntil = FOR_EVER;
        _bought(offer);
        _transfer(creator, rival);
        bytes memory late =
            abi.encodeWithSelector(IDisputeDesk.DisputeTimedOut.selector, id, NOW + RULING_PERIOD);
        _expectRule(id, IDisputeDesk.Status.Dismissed, late);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeLapsed(id, workId);
        desk.lapse(id);
        vm.assertEq(desk.owedBonds(stranger), BOND);
        vm.assertEq(_status(id), uint256(IDisputeDesk.Status.Lapsed));
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.DisputeEnded.selector, id, IDisputeDesk.Status.Lapsed)
        );
        desk.lapse(id);
        vm.assertEq(desk.owedBonds(stranger), BOND);
    }

    function test_aDisputeTimesOutForAdmissionToo() public {
        uint256 id = _opened();
        vm.warp(NOW + RULING_PERIOD);
        vm.prank(arbiter);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.DisputeTimedOut.selector, id, NOW + RULING_PERIOD)
        );
        desk.admit(id);
    }

    function _free(ILicenseLedger.Offer memory offer) private pure returns (ILicenseLedger.Offer memory) {
        offer.price = 0;
        return offer;
    }
}
