// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice What disputes hold up, and until when.
contract HoldsTest is Disputes {
    function test_spamDisputesFromManyAccountsFreezeATitleSevenDaysInNinety() public {
        uint256 frozen = 0;
        for (uint256 day = 0; day < 90; ++day) {
            vm.warp(NOW + day * 1 days);
            address spammer = address(uint160(0x5BA0 + day));
            vm.deal(spammer, BOND);
            vm.prank(spammer);
            desk.open{ value: BOND }(workId, "spam", bytes32(day), address(0));
            if (vm.getBlockTimestamp() < desk.frozenUntil(workId)) ++frozen;
        }
        vm.assertEq(frozen, 7);
        vm.assertEq(desk.frozenUntil(workId), NOW + FREEZE);
        vm.assertEq(desk.salesStoppedUntil(workId), 0);
        vm.assertEq(address(desk).balance, 90 * BOND);

        vm.warp(NOW + FREEZE_EVERY - 1);
        _disputed(workId, EVIDENCE, address(0));
        vm.assertEq(desk.frozenUntil(workId), NOW + FREEZE);
        vm.warp(NOW + FREEZE_EVERY);
        _disputed(workId, OTHER_EVIDENCE, address(0));
        vm.assertEq(desk.frozenUntil(workId), NOW + FREEZE_EVERY + FREEZE);
    }

    function test_aDisputeThatIsNotAdmittedStopsNeitherSalesNorReleases() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _opened();
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(_sale(offer, 1));
        _release(_sale(offer, 2));
        vm.assertEq(address(vault).balance, 2 * PRICE);
    }

    function test_aFreezeEndsByItself() public {
        _opened();
        vm.warp(NOW + FREEZE - 1);
        bytes memory frozen = abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, workId, NOW + FREEZE);
        vm.prank(creator);
        vm.expectRevert(frozen);
        registry.transferFrom(creator, rival, workId);
        vm.warp(NOW + FREEZE);
        _transfer(creator, rival);
    }

    function test_cancellingAllOffersCannotVoidADispute() public {
        uint256 id = _opened();
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.DisputeStillOpen.selector, id, NOW + RULING_PERIOD)
        );
        desk.lapse(id);

        vm.prank(arbiter);
        desk.admit(id);
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        vm.warp(NOW + RULING_PERIOD - 1);
        _rule(id, IDisputeDesk.Status.Assigned);
        vm.assertEq(registry.ownerOf(workId), rival);
        vm.assertEq(registry.seriesOf(workId), 3);
    }

    function test_aHolderWhoTransfersToThemselvesDoesNotVoidADispute() public {
        uint256 id = _opened();
        vm.warp(NOW + FREEZE);
        _transfer(creator, creator);
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Upheld);
    }

    function test_aTitleSoldDuringADisputeLeavesItToEndWithItsBondReturned() public {
        uint256 id = _opened();
        vm.warp(NOW + FREEZE);
        _transfer(creator, rival);
        bytes memory moved = abi.encodeWithSelector(IDisputeDesk.TitleMovedOn.selector, id, creator, rival);
        vm.prank(arbiter);
        vm.expectRevert(moved);
        desk.admit(id);
        vm.warp(NOW + ANSWER_PERIOD);
        _expectRule(id, IDisputeDesk.Status.Dismissed, moved);
        vm.warp(NOW + RULING_PERIOD);
        vm.expectEmit(address(desk));
        emit IDisputeDesk.DisputeLapsed(id, workId);
        desk.lapse(id);
        vm.assertEq(desk.owedBonds(stranger), BOND);
        vm.assertEq(desk.owedBonds(rival) + desk.owedBonds(creator), 0);
    }

    function test_aTitleThatGoesAndComesBackDoesNotVoidADispute() public {
        uint256 id = _opened();
        vm.warp(NOW + FREEZE);
        _transfer(creator, rival);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeDesk.DisputeStillOpen.selector, id, NOW + RULING_PERIOD)
        );
        desk.lapse(id);
        _transfer(rival, creator);
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ANSWER_PERIOD);
        _rule(id, IDisputeDesk.Status.Upheld);
    }

    function test_aHolderWhoRunsFromEveryDisputeIsStoppedByTheArbitersOwn() public {
        // A friend's dispute has used up the freeze of these ninety days.
        _opened();
        vm.warp(NOW + FREEZE);
        _transfer(creator, buyer);
        vm.deal(arbiter, BOND);
        vm.prank(arbiter);
        desk.open{ value: BOND }(workId, "tag", OTHER_EVIDENCE, rival);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, workId, NOW + FREEZE + RULING_PERIOD)
        );
        vm.prank(buyer);
        registry.transferFrom(buyer, creator, workId);
    }

    function test_anAdmittedDisputeKeepsTheTitleStopsSalesAndHoldsMoney() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + 1 days);
        uint256 id = _admitted(EVIDENCE);
        uint64 until = NOW + 1 days + RULING_PERIOD;
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, workId, until));
        registry.transferFrom(creator, rival, workId);
        _expectSalesStopped(offer, until);
        _expectHeld(offer, 1, grantId, until);

        vm.warp(until - 1);
        _expectSalesStopped(offer, until);
        _expectHeld(offer, 1, grantId, until);
        _rule(id, IDisputeDesk.Status.Dismissed);
        _release(_sale(offer, 1));
    }

    function test_aPaymentIsHeldNoLongerThanTheCap() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        uint64 due = NOW + ESCROW_PERIOD;
        _admitted(EVIDENCE);
        vm.warp(due - 1);
        _disputed(workId, OTHER_EVIDENCE, address(0));
        uint256 second = desk.disputeIdOf(workId, OTHER_EVIDENCE, stranger);
        vm.warp(NOW + RULING_PERIOD);
        vm.prank(arbiter);
        desk.admit(second);

        // The second alone would hold it until due - 1 + ruling, the cap is due + hold.
        vm.assertEq(desk.releasableAt(workId, NOW), due - 1 + RULING_PERIOD);
        _expectHeld(offer, 1, grantId, due - 1 + RULING_PERIOD);
        vm.warp(due - 1 + RULING_PERIOD);
        vm.assertTrue(vm.getBlockTimestamp() <= due + HOLD_PERIOD);
        _release(_sale(offer, 1));
    }

    function test_aReleaseCannotOvertakeAnAdmission() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD - 1);
        uint256 id = _disputed(workId, EVIDENCE, rival);
        _expectHeld(offer, 1, grantId, NOW + ESCROW_PERIOD);
        vm.prank(arbiter);
        desk.admit(id);
        vm.warp(NOW + ESCROW_PERIOD);
        _expectHeld(offer, 1, grantId, NOW + ESCROW_PERIOD - 1 + RULING_PERIOD);
    }

    function test_aRecoveryWaitsForTheEndOfAFreeze() public {
        vm.prank(creator);
        registry.setRecovery(rival, 7 days);
        vm.prank(rival);
        registry.startRecovery(creator);
        vm.warp(NOW + 7 days);
        uint256 id = _disputed(workId, EVIDENCE, address(0));
        uint256[] memory works = new uint256[](1);
        works[0] = workId;
        vm.prank(rival);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, workId, NOW + 7 days + FREEZE)
        );
        registry.recoverTitles(creator, works);
        vm.warp(NOW + 7 days + FREEZE);
        vm.prank(rival);
        registry.recoverTitles(creator, works);
        vm.assertEq(registry.ownerOf(workId), rival);
        vm.warp(NOW + 7 days + RULING_PERIOD);
        desk.lapse(id);
    }

    function _expectSalesStopped(ILicenseLedger.Offer memory offer, uint64 until) private {
        offer.validUntil = FOR_EVER;
        vm.deal(creator, PRICE);
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.SalesStoppedUntil.selector, workId, until));
        ledger.purchase{ value: PRICE }(offer, "", buyer, PRICE);
        offer.validUntil = NOW + 30 days;
    }

    function _expectHeld(ILicenseLedger.Offer memory offer, uint32 serial, uint256 grantId, uint64 until)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotYetReleasable.selector, grantId, until));
        vault.release(_one(_sale(offer, serial)));
    }
}
