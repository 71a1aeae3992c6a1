// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeDesk } from "../src/DisputeDesk.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice How a dispute is opened and admitted, and who decides it.
contract DisputeDeskTest is Disputes {
    function test_anOpenedDisputeIsTold() public {
        uint256 id = uint256(keccak256(abi.encode(workId, EVIDENCE, stranger)));
        vm.deal(stranger, BOND);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeOpened(
            id, workId, stranger, "tag", EVIDENCE, rival, arbiter, creator, BOND, NOW + FREEZE
        );
        vm.prank(stranger);
        vm.assertEq(desk.open{ value: BOND }(workId, "tag", EVIDENCE, rival), id);

        IDisputeDesk.Dispute memory dispute = desk.disputeOf(id);
        vm.assertEq(dispute.opener, stranger);
        vm.assertEq(dispute.openedAt, NOW);
        vm.assertEq(dispute.holder, creator);
        vm.assertEq(_status(id), uint256(IDisputeDesk.Status.Open));
        vm.assertFalse(dispute.admitted || dispute.answered);
        vm.assertEq(dispute.assignee, rival);
        vm.assertEq(dispute.arbiter, arbiter);
        vm.assertEq(dispute.workId, workId);
        vm.assertEq(address(desk).balance, BOND);
    }

    function test_openingTakesExactlyTheBond() public {
        vm.deal(stranger, 1 ether);
        uint256[3] memory wrong = [uint256(0), BOND - 1, BOND + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.prank(stranger);
            vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.WrongBond.selector, BOND, wrong[i]));
            desk.open{ value: wrong[i] }(workId, "tag", EVIDENCE, rival);
        }
    }

    function test_evidenceCountsOnceAWorkAndOpener() public {
        uint256 id = _opened();
        bytes memory used = abi.encodeWithSelector(IDisputeDesk.EvidenceAlreadyUsed.selector, id);
        _expectOpen(workId, EVIDENCE, rival, used);

        vm.warp(NOW + RULING_PERIOD);
        desk.lapse(id);
        _expectOpen(workId, EVIDENCE, rival, used);

        uint256 other = _registered("another work");
        vm.assertFalse(_disputed(other, EVIDENCE, rival) == id);
    }

    function test_evidenceCopiedFromTheMempoolUsesUpNobodyElses() public {
        vm.deal(rival, BOND);
        vm.prank(rival);
        uint256 copied = desk.open{ value: BOND }(workId, "tag", EVIDENCE, address(0));
        uint256 id = _opened();
        vm.assertFalse(copied == id);
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Assigned);
        vm.assertEq(registry.ownerOf(workId), rival);
    }

    function test_whatTheArbiterOpensIsAdmittedAtOnce() public {
        vm.deal(arbiter, BOND);
        vm.prank(arbiter);
        uint256 id = desk.open{ value: BOND }(workId, "tag", EVIDENCE, address(0));
        vm.assertTrue(desk.disputeOf(id).admitted);
        vm.assertEq(desk.salesStoppedUntil(workId), NOW + RULING_PERIOD);
        (,,, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(flags, 4);
    }

    function test_whatTheArbiterOpensBesideAnAdmittedDisputeWaits() public {
        uint256 first = _admitted(EVIDENCE);
        vm.deal(arbiter, BOND);
        vm.warp(NOW + RULING_PERIOD - 1);
        vm.prank(arbiter);
        uint256 second = desk.open{ value: BOND }(workId, "tag", OTHER_EVIDENCE, address(0));
        vm.assertFalse(desk.disputeOf(second).admitted);
        vm.assertEq(desk.salesStoppedUntil(workId), NOW + RULING_PERIOD);

        _rule(first, IDisputeDesk.Status.Dismissed);
        vm.prank(arbiter);
        desk.admit(second);
        vm.assertTrue(desk.disputeOf(second).admitted);
    }

    function test_theHolderCannotBeTheAssignee() public {
        _expectOpen(
            workId,
            EVIDENCE,
            creator,
            abi.encodeWithSelector(IDisputeDesk.AssigneeHoldsTitle.selector, workId, creator)
        );
    }

    function test_aWorkThatIsNotRecordedCannotBeDisputed() public {
        _expectOpen(7, EVIDENCE, rival, abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 7));
    }

    function test_onlyItsArbiterAdmitsOrRules() public {
        uint256 id = _opened();
        vm.warp(NOW + ANSWER_PERIOD);
        bytes memory reason = abi.encodeWithSelector(IDisputeDesk.NotArbiter.selector, arbiter, stranger);
        vm.prank(stranger);
        vm.expectRevert(reason);
        desk.admit(id);
        vm.prank(stranger);
        vm.expectRevert(reason);
        desk.rule(id, IDisputeDesk.Status.Dismissed, _noSales());
    }

    function test_anUnknownDisputeIsNothing() public {
        bytes memory reason = abi.encodeWithSelector(IDisputeDesk.UnknownDispute.selector, 7);
        vm.prank(arbiter);
        vm.expectRevert(reason);
        desk.admit(7);
        _expectRule(7, IDisputeDesk.Status.Dismissed, reason);
        vm.expectRevert(reason);
        desk.lapse(7);
        vm.prank(creator);
        vm.expectRevert(reason);
        desk.answer(7, EVIDENCE);
        vm.expectRevert(reason);
        desk.answerFor(IDisputeDesk.Answer(7, EVIDENCE, NOW), "");
        vm.assertEq(desk.disputeOf(7).opener, address(0));
    }

    function test_admittingIsToldAndMarksTheTitle() public {
        uint256 id = _opened();
        vm.warp(NOW + 1 days);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeAdmitted(id, workId, NOW + RULING_PERIOD);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleMarked(workId, 4);
        vm.prank(arbiter);
        desk.admit(id);
        vm.assertTrue(desk.disputeOf(id).admitted);
        vm.assertEq(desk.frozenUntil(workId), NOW + RULING_PERIOD);
        vm.assertEq(desk.salesStoppedUntil(workId), NOW + RULING_PERIOD);
    }

    function test_aDisputeIsAdmittedOnce() public {
        uint256 id = _admitted(EVIDENCE);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.AlreadyAdmitted.selector, id));
        desk.admit(id);
    }

    function test_oneDisputeATitleIsAdmittedAtATime() public {
        uint256 first = _admitted(EVIDENCE);
        uint256 second = _disputed(workId, OTHER_EVIDENCE, address(0));
        vm.prank(arbiter);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.AnotherIsAdmitted.selector, workId, NOW + RULING_PERIOD)
        );
        desk.admit(second);

        vm.warp(NOW + ANSWER_PERIOD);
        _rule(first, IDisputeDesk.Status.Dismissed);
        vm.prank(arbiter);
        desk.admit(second);
        vm.assertEq(desk.frozenUntil(workId), NOW + RULING_PERIOD);
    }

    function test_theNextIsAdmittedFromTheSecondTheFirstRunsOut() public {
        _admitted(EVIDENCE);
        vm.warp(NOW + 1 days);
        uint256 second = _disputed(workId, OTHER_EVIDENCE, address(0));
        vm.warp(NOW + RULING_PERIOD - 1);
        vm.prank(arbiter);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.AnotherIsAdmitted.selector, workId, NOW + RULING_PERIOD)
        );
        desk.admit(second);
        vm.warp(NOW + RULING_PERIOD);
        vm.prank(arbiter);
        desk.admit(second);
    }

    function test_theArbiterHandsOverInTwoSteps() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotArbiter.selector, arbiter, stranger));
        desk.offerArbiter(stranger);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.ArbiterOffered(arbiter, rival);
        vm.prank(arbiter);
        desk.offerArbiter(rival);
        vm.assertEq(desk.arbiter(), arbiter);
        vm.assertEq(desk.candidate(), rival);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotCandidate.selector, rival, stranger));
        desk.acceptArbiter();
        vm.expectEmit(address(desk));
        emit IDisputeDesk.ArbiterChanged(arbiter, rival);
        vm.prank(rival);
        desk.acceptArbiter();
        vm.assertEq(desk.arbiter(), rival);
        vm.assertEq(desk.candidate(), address(0));
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotCandidate.selector, address(0), rival));
        desk.acceptArbiter();
    }

    function test_anOfferedHandOverCanBeTakenBack() public {
        vm.prank(arbiter);
        desk.offerArbiter(rival);
        vm.prank(arbiter);
        desk.offerArbiter(address(0));
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotCandidate.selector, address(0), rival));
        desk.acceptArbiter();
    }

    function test_eachDisputeKeepsTheArbiterItWasOpenedUnder() public {
        uint256 old = _opened();
        vm.prank(arbiter);
        desk.offerArbiter(rival);
        vm.prank(rival);
        desk.acceptArbiter();
        uint256 young = _disputed(workId, OTHER_EVIDENCE, address(0));
        vm.assertEq(desk.disputeOf(old).arbiter, arbiter);
        vm.assertEq(desk.disputeOf(young).arbiter, rival);

        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotArbiter.selector, arbiter, rival));
        desk.admit(old);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.NotArbiter.selector, rival, arbiter));
        desk.admit(young);
        vm.prank(arbiter);
        desk.admit(old);
    }

    function test_aDeskNeedsAnArbiterAndPeriodsThatLeaveTime() public {
        IDisputeDesk.Periods memory periods = _periods();
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.ZeroArbiter.selector));
        this.make(address(0), periods);

        _expectPeriodsRefused(IDisputeDesk.Periods(0, 60, 14, 60));
        _expectPeriodsRefused(IDisputeDesk.Periods(14, 60, 0, 60));
        _expectPeriodsRefused(IDisputeDesk.Periods(14, 60, 60, 60));
        _expectPeriodsRefused(IDisputeDesk.Periods(14, 59, 14, 60));
        vm.assertEq(this.make(arbiter, IDisputeDesk.Periods(1, 2, 1, 2)).arbiter(), arbiter);
    }

    /// @dev A call of its own: forge links deployments at run time, and one that fails would end the test there and then, as
    /// a success if a failure was expected.
    function make(address arbiter_, IDisputeDesk.Periods calldata periods)
        external
        returns (DisputeDesk made)
    {
        return new DisputeDesk(registry, ledger, arbiter_, BOND, periods);
    }

    function test_aDeskSaysWhatItWasMadeWith() public {
        vm.expectEmit();
        emit IDisputeDesk.ArbiterChanged(address(0), rival);
        DisputeDesk made = new DisputeDesk(registry, ledger, rival, 5, IDisputeDesk.Periods(1, 5, 3, 4));
        vm.assertEq(address(made.registry()), address(registry));
        vm.assertEq(address(made.ledger()), address(ledger));
        vm.assertEq(made.arbiter(), rival);
        vm.assertEq(made.bond(), 5);
        IDisputeDesk.Periods memory periods = made.periods();
        vm.assertEq(periods.escrow, 1);
        vm.assertEq(periods.hold, 5);
        vm.assertEq(periods.answer, 3);
        vm.assertEq(periods.ruling, 4);
    }

    function _expectOpen(uint256 work, bytes32 evidenceHash, address assignee, bytes memory reason) private {
        vm.deal(stranger, BOND);
        vm.prank(stranger);
        vm.expectRevert(reason);
        desk.open{ value: BOND }(work, "tag", evidenceHash, assignee);
    }

    function _expectPeriodsRefused(IDisputeDesk.Periods memory periods) private {
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.PeriodsOutOfOrder.selector, periods));
        this.make(arbiter, periods);
    }
}
