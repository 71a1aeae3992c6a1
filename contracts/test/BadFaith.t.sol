// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Disputes } from "./support/Disputes.sol";

/// @notice Grants that a ruling ends.
contract BadFaithTest is Disputes {
    function test_badFaithGrantsEndWithTheRulingAndOthersStayValid() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 ended = _bought(offer);
        uint256 kept = _bought(offer);
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantEnded(ended, workId, NOW + ANSWER_PERIOD, 0);
        vm.prank(arbiter);
        desk.rule(id, IDisputeDesk.Status.Upheld, _one(_sale(offer, 1)));
        vm.assertFalse(ledger.isValidAt(ended, NOW + ANSWER_PERIOD));
        vm.assertTrue(ledger.isValidAt(ended, NOW + ANSWER_PERIOD - 1));
        vm.assertTrue(ledger.isValidAt(kept, NOW + ANSWER_PERIOD));

        // It is taken back like any other: to have ended is no refund.
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_aRulingEndsGrantsOfItsOwnWorkAlone() public {
        uint256 other = _registered("another work");
        ILicenseLedger.Offer memory offer = _offer(other);
        uint256 grantId = _bought(offer);
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.GrantOfOtherWork.selector, workId, other));
        desk.rule(id, IDisputeDesk.Status.Upheld, _one(_sale(offer, 1)));
        vm.assertTrue(ledger.isValidAt(grantId, NOW + ANSWER_PERIOD));
    }

    function test_aRulingEndsAtMostThirtyTwoGrants() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.price = 0;
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](33);
        for (uint32 i = 0; i < 33; ++i) {
            _bought(offer);
            sales[i] = _sale(offer, i + 1);
        }
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IDisputeDesk.TooManyGrants.selector, 33, 32));
        desk.rule(id, IDisputeDesk.Status.Upheld, sales);

        ILicenseLedger.Sale[] memory fewer = new ILicenseLedger.Sale[](32);
        for (uint256 i = 0; i < 32; ++i) {
            fewer[i] = sales[i];
        }
        vm.prank(arbiter);
        desk.rule(id, IDisputeDesk.Status.Assigned, fewer);
        bytes32 offerHash = ledger.offerHashOf(offer);
        vm.assertFalse(ledger.isValidAt(ledger.grantIdOf(offerHash, 32), NOW + ANSWER_PERIOD));
        vm.assertTrue(ledger.isValidAt(ledger.grantIdOf(offerHash, 33), NOW + ANSWER_PERIOD));
    }

    function test_aGrantThatWasNeverIssuedCannotEnd() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(offer), 1);
        uint256 id = _admitted(EVIDENCE);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, grantId));
        desk.rule(id, IDisputeDesk.Status.Upheld, _one(_sale(offer, 1)));
        vm.assertEq(_status(id), uint256(IDisputeDesk.Status.Open));
    }

    function test_endingABoundGrantStopsTheSalesOfItsDerivative() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.flags = TRANSFERABLE | DERIVATIVES;
        uint256 grantId = _bought(offer);
        IWorkRegistry.Declaration memory declaration = _declaration("derivative");
        declaration.claimant = buyer;
        declaration.parents = new uint256[](1);
        declaration.parents[0] = workId;
        vm.prank(buyer);
        uint256 derivative = registry.register(declaration);
        vm.prank(buyer);
        vault.link(declaration, 0, _sale(offer, 1));

        uint256 id = _admitted(EVIDENCE);
        uint64 ruledAt = NOW + ANSWER_PERIOD;
        vm.warp(ruledAt);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantEnded(grantId, workId, ruledAt, derivative);
        vm.prank(arbiter);
        desk.rule(id, IDisputeDesk.Status.Upheld, _one(_sale(offer, 1)));
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, ruledAt);

        ILicenseLedger.Offer memory own = _offer(derivative);
        own.licensor = buyer;
        vm.prank(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.ParentLicenceEnded.selector, derivative, ruledAt)
        );
        ledger.purchase{ value: PRICE }(own, "", rival, PRICE);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantBound.selector, grantId, derivative));
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_nobodyButTheDeskEndsGrants() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotDisputeDesk.selector, arbiter));
        ledger.endGrant(_sale(offer, 1));
    }
}
