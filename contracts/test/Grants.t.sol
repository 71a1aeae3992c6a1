// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CoinlessERC721 } from "../src/CoinlessERC721.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice What a grant is, how long it runs, beside which others, and who holds it.
contract GrantsTest is Trade {
    uint256 private workId;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
    }

    function test_aPerpetualGrantIsShownWithTheTypesMaximum() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.duration = FOR_EVER;
        uint256 grantId = _bought(offer);
        (,, uint64 end,) = ledger.grantOf(grantId);
        vm.assertEq(end, FOR_EVER);
        vm.assertTrue(ledger.isValidAt(grantId, FOR_EVER));
        (uint64 liveUntil, uint64 exclusiveUntil) = ledger.exclusivityOf(workId);
        vm.assertEq(liveUntil, FOR_EVER);
        vm.assertEq(exclusiveUntil, 0);
    }

    function testFuzz_aGrantIsValidFromItsStartToJustBeforeItsEnd(uint64 duration, uint64 time) public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.duration = duration == 0 ? 1 : duration;
        uint256 grantId = _bought(offer);
        (, uint64 start, uint64 end,) = ledger.grantOf(grantId);
        bool perpetual = uint256(NOW) + offer.duration >= type(uint40).max;
        vm.assertEq(end, perpetual ? FOR_EVER : NOW + offer.duration);
        vm.assertTrue(ledger.isValidAt(grantId, time) == (time >= start && (perpetual || time < end)));
        vm.assertFalse(ledger.isValidAt(grantId, NOW - 1));
        vm.assertTrue(ledger.isValidAt(grantId, NOW));
    }

    function test_aGrantThatWasNeverIssuedIsNeverValid() public {
        vm.assertFalse(ledger.isValidAt(42, NOW));
        vm.assertFalse(ledger.isValidAt(42, 0));
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, 42));
        ledger.grantOf(42);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, 42));
        ledger.locked(42);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, 42));
        ledger.tokenURI(42);
    }

    function test_anExclusiveGrantWaitsForTheLastLiveOne() public {
        ILicenseLedger.Offer memory ordinary = _offer(workId);
        ordinary.duration = 10 days;
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        _bought(ordinary);
        ordinary.duration = 1 days;
        _bought(ordinary);
        _refuse(
            exclusive, abi.encodeWithSelector(ILicenseLedger.GrantsLiveUntil.selector, workId, NOW + 10 days)
        );
        vm.warp(NOW + 10 days);
        _bought(exclusive);
    }

    function test_nothingIsSoldBesideAnExclusiveGrant() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        exclusive.duration = 10 days;
        uint256 first = _bought(exclusive);
        bytes memory refusal =
            abi.encodeWithSelector(ILicenseLedger.ExclusiveUntil.selector, workId, NOW + 10 days);
        _refuse(_offer(workId), refusal);
        _refuse(exclusive, refusal);

        vm.warp(NOW + 10 days);
        vm.assertFalse(ledger.isValidAt(first, NOW + 10 days));
        _bought(_offer(workId));
    }

    function test_exclusivityOutlivesASaleOfTheTitle() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        _bought(exclusive);
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.licensor = stranger;
        offer.price = 0;
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.ExclusiveUntil.selector, workId, NOW + 365 days)
        );
        vm.prank(stranger);
        ledger.purchase(offer, NO_SIGNATURE, buyer, 0);
    }

    function test_onePerpetualGrantBarsExclusivityForEver() public {
        ILicenseLedger.Offer memory perpetual = _offer(workId);
        perpetual.duration = FOR_EVER;
        _bought(perpetual);
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        exclusive.validUntil = FOR_EVER;
        vm.warp(type(uint40).max - 1);
        _refuse(exclusive, abi.encodeWithSelector(ILicenseLedger.GrantsLiveUntil.selector, workId, FOR_EVER));
    }

    function test_aTransferableGrantMovesWithItsRights() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.Unlocked(ledger.grantIdOf(ledger.offerHashOf(offer), 1));
        uint256 grantId = _bought(offer);
        vm.assertFalse(ledger.locked(grantId));
        vm.prank(buyer);
        ledger.transferFrom(buyer, stranger, grantId);
        (address holder, uint64 start, uint64 end, uint32 flags) = ledger.grantOf(grantId);
        vm.assertEq(holder, stranger);
        vm.assertEq(start, NOW);
        vm.assertEq(end, NOW + 365 days);
        vm.assertEq(flags, TRANSFERABLE | ESCROWED);
    }

    function test_anUntransferableGrantIsLocked() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.flags = 0;
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.Locked(ledger.grantIdOf(ledger.offerHashOf(offer), 1));
        uint256 grantId = _bought(offer);
        vm.assertTrue(ledger.locked(grantId));
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantLocked.selector, grantId));
        vm.prank(buyer);
        ledger.transferFrom(buyer, stranger, grantId);
    }

    function test_coinSentWithATransferOrAnApprovalIsRefused() public {
        uint256 grantId = _bought(_offer(workId));
        vm.expectRevert(abi.encodeWithSelector(CoinlessERC721.CoinNotAccepted.selector, 1));
        vm.prank(buyer);
        ledger.transferFrom{ value: 1 }(buyer, stranger, grantId);
        vm.expectRevert(abi.encodeWithSelector(CoinlessERC721.CoinNotAccepted.selector, 1));
        vm.prank(buyer);
        ledger.approve{ value: 1 }(stranger, grantId);
    }

    function test_aGrantIsATokenUnderItsStandards() public view {
        vm.assertTrue(ledger.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertTrue(ledger.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(ledger.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        vm.assertTrue(ledger.supportsInterface(0xb45a3c0e), "ERC-5192");
        vm.assertFalse(ledger.supportsInterface(0xffffffff));
        vm.assertEq(ledger.name(), "Colophon Grant");
        vm.assertEq(ledger.symbol(), "GRANT");
        vm.assertEq(address(ledger.registry()), address(registry));
    }

    function test_anExclusiveLicenceIsNotSoldBesideAPerpetualOne() public {
        ILicenseLedger.Offer memory perpetual = _offer(workId);
        perpetual.duration = FOR_EVER;
        _bought(perpetual);
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        exclusive.duration = FOR_EVER;
        bytes memory refusal =
            abi.encodeWithSelector(ILicenseLedger.GrantsLiveUntil.selector, workId, FOR_EVER);
        _refuse(exclusive, refusal);

        // Nor after the title has changed hands, nor as a gift of the licensor.
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        exclusive = _offerOf(workId, stranger);
        exclusive.flags |= EXCLUSIVE;
        exclusive.price = 0;
        vm.expectRevert(refusal);
        vm.prank(stranger);
        ledger.purchase(exclusive, NO_SIGNATURE, stranger, 0);
    }

    function test_nothingIsSoldBesideAPerpetualExclusiveGrant() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        exclusive.duration = FOR_EVER;
        _bought(exclusive);
        _refuse(
            _offer(workId), abi.encodeWithSelector(ILicenseLedger.ExclusiveUntil.selector, workId, FOR_EVER)
        );
    }

    function test_anEndedExclusiveGrantMakesRoom() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        _bought(exclusive);
        vm.warp(NOW + 1);
        uint64 ended = uint64(vm.getBlockTimestamp()) + ANSWER_PERIOD;
        _assigned(_one(exclusive, 1));
        (uint64 liveUntil, uint64 exclusiveUntil) = ledger.exclusivityOf(workId);
        vm.assertEq(liveUntil, ended);
        vm.assertEq(exclusiveUntil, ended);
        ILicenseLedger.Offer memory offer = _offerOf(workId, adapter);
        offer.flags |= EXCLUSIVE;
        _given(offer, buyer);
    }

    function test_aRefundedExclusiveGrantMakesRoom() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        _bought(exclusive);
        vm.warp(NOW + 1);
        _assigned(new ILicenseLedger.Sale[](0));
        ILicenseLedger.Offer memory offer = _offerOf(workId, adapter);
        offer.flags |= EXCLUSIVE;
        vm.deal(adapter, PRICE);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.ExclusiveUntil.selector, workId, NOW + 365 days)
        );
        vm.prank(adapter);
        ledger.purchase{ value: PRICE }(offer, NO_SIGNATURE, buyer, PRICE);

        vm.prank(buyer);
        ledger.refund(_sale(exclusive, 1), buyer);
        (uint64 liveUntil, uint64 exclusiveUntil) = ledger.exclusivityOf(workId);
        vm.assertEq(liveUntil, vm.getBlockTimestamp());
        vm.assertEq(exclusiveUntil, vm.getBlockTimestamp());
        _given(offer, buyer);
    }

    function test_aRefundedOrdinaryGrantKeepsBlocking() public {
        ILicenseLedger.Offer memory ordinary = _offer(workId);
        _bought(ordinary);
        vm.warp(NOW + 1);
        _assigned(new ILicenseLedger.Sale[](0));
        vm.prank(buyer);
        ledger.refund(_sale(ordinary, 1), buyer);
        ILicenseLedger.Offer memory offer = _offerOf(workId, adapter);
        offer.flags |= EXCLUSIVE;
        offer.price = 0;
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.GrantsLiveUntil.selector, workId, NOW + 365 days)
        );
        vm.prank(adapter);
        ledger.purchase(offer, NO_SIGNATURE, buyer, 0);
    }

    function test_endingAnExclusiveGrantThatIsOverLeavesTheNextOneAlone() public {
        ILicenseLedger.Offer memory exclusive = _offer(workId);
        exclusive.flags |= EXCLUSIVE;
        exclusive.duration = 1 days;
        uint256 first = _bought(exclusive);
        vm.warp(NOW + 1 days);
        exclusive.duration = 365 days;
        _bought(exclusive);
        exclusive.duration = 1 days;
        uint256 disputeId = _contested();
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantEnded(first, workId, NOW + 1 days, 0);
        _assign(disputeId, _one(exclusive, 1));
        (, uint64 exclusiveUntil) = ledger.exclusivityOf(workId);
        vm.assertEq(exclusiveUntil, NOW + 366 days);
    }

    function test_aGrantEndedByARulingWasValidBeforeIt() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        uint64 ended = NOW + ANSWER_PERIOD;
        uint256 disputeId = _contested();
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantEnded(grantId, workId, ended, 0);
        _assign(disputeId, _one(offer, 1));
        vm.assertTrue(ledger.isValidAt(grantId, ended - 1));
        vm.assertFalse(ledger.isValidAt(grantId, ended));
        vm.assertEq(ledger.ownerOf(grantId), buyer);
    }

    function test_aRulingCannotEndAGrantThatWasNeverIssued() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(offer), 1);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, grantId));
        vm.prank(address(desk));
        ledger.endGrant(_sale(offer, 1));
    }

    function test_grantsOfALostAccountMoveToWhoTookOver() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.flags = 0;
        uint256[] memory grantIds = new uint256[](3);
        grantIds[0] = _bought(offer);
        grantIds[1] = _given(offer, carrier);
        grantIds[2] = 42;
        _lost(buyer, stranger);
        vm.prank(stranger);
        ledger.recoverGrants(buyer, grantIds);
        vm.assertEq(ledger.ownerOf(grantIds[0]), stranger);
        vm.assertEq(ledger.ownerOf(grantIds[1]), carrier);
        vm.assertTrue(ledger.locked(grantIds[0]));
    }

    function test_grantsMoveToNobodyBeforeARecoveryIsComplete() public {
        uint256[] memory grantIds = new uint256[](1);
        grantIds[0] = _bought(_offer(workId));
        vm.prank(buyer);
        registry.setRecovery(stranger, 7 days);
        vm.prank(stranger);
        registry.startRecovery(buyer);
        vm.warp(NOW + 7 days - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.NotSuccessor.selector, buyer, address(0), stranger)
        );
        vm.prank(stranger);
        ledger.recoverGrants(buyer, grantIds);

        vm.warp(NOW + 7 days);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.NotSuccessor.selector, buyer, stranger, creator)
        );
        vm.prank(creator);
        ledger.recoverGrants(buyer, grantIds);
    }

    function test_theLedgersStateHashChangesWithEverySale() public {
        bytes32 before = ledger.stateHashOf(workId);
        _bought(_offer(workId));
        bytes32 sold = ledger.stateHashOf(workId);
        vm.assertTrue(sold != before);
        // With the same end too.
        _bought(_offer(workId));
        vm.assertTrue(ledger.stateHashOf(workId) != sold);
    }

    /// @dev The title goes to the adapter, so that sales go on, and these grants end.
    function _assigned(ILicenseLedger.Sale[] memory badFaith) private {
        _assign(_contested(), badFaith);
    }

    function _contested() private returns (uint256 disputeId) {
        disputeId = _disputed(workId, "evidence", adapter);
        vm.prank(arbiter);
        desk.admit(disputeId);
        vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
    }

    function _assign(uint256 disputeId, ILicenseLedger.Sale[] memory badFaith) private {
        vm.prank(arbiter);
        desk.rule(disputeId, IDisputeDesk.Status.Assigned, badFaith);
    }

    function _refuse(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        bytes memory signature = _signed(offer);
        vm.expectRevert(refusal);
        vm.prank(buyer);
        ledger.purchase{ value: offer.price }(offer, signature, buyer, offer.price);
    }
}
