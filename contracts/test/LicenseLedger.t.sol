// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CoinlessERC721 } from "../src/CoinlessERC721.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice What an offer must be, who may take it, and what a grant is.
contract LicenseLedgerTest is Scene {
    uint256 private workId;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
    }

    function test_aPurchaseIssuesAGrantFromNowForItsDuration() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes32 offerHash = ledger.offerHashOf(offer);
        uint256 grantId = ledger.grantIdOf(offerHash, 1);
        bytes memory signature = _signed(offer);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantIssued(
            grantId,
            workId,
            offerHash,
            1,
            creator,
            stranger,
            buyer,
            offer.termsHash,
            address(0),
            PRICE,
            NOW,
            NOW + 365 days,
            TRANSFERABLE
        );
        vm.prank(buyer);
        vm.assertEq(ledger.purchase{ value: PRICE }(offer, signature, stranger, PRICE), grantId);

        (address holder, uint64 start, uint64 end, uint32 flags) = ledger.grantOf(grantId);
        vm.assertEq(holder, stranger);
        vm.assertEq(start, NOW);
        vm.assertEq(end, NOW + 365 days);
        vm.assertEq(flags, TRANSFERABLE);
        vm.assertEq(grantId, uint256(keccak256(abi.encode(offerHash, uint32(1)))));
    }

    function test_grantsOfAnOfferAreNumbered() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes32 offerHash = ledger.offerHashOf(offer);
        vm.assertEq(_bought(offer), ledger.grantIdOf(offerHash, 1));
        vm.assertEq(_bought(offer), ledger.grantIdOf(offerHash, 2));
        (uint32 issued, bool cancelled) = ledger.offerStateOf(creator, offerHash);
        vm.assertEq(issued, 2);
        vm.assertFalse(cancelled);
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

    function testFuzz_unknownFlagsAreRefused(uint32 flags) public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.flags = flags;
        if (flags > 15) {
            _refuse(offer, abi.encodeWithSelector(ILicenseLedger.UnknownFlags.selector, flags, 15));
        } else {
            _bought(offer);
        }
    }

    function test_anOfferOfNothingIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.maxGrants = 0;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.ZeroMaxGrants.selector));
        offer.maxGrants = 1;
        offer.duration = 0;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.ZeroDuration.selector));
    }

    function test_aPriceBeyondItsRoomIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.price = 2 ** 128;
        vm.deal(buyer, 2 ** 129);
        _refuse(
            offer,
            abi.encodeWithSelector(ILicenseLedger.PriceTooLarge.selector, uint256(2 ** 128), 2 ** 128 - 1)
        );
        offer.price = 2 ** 128 - 1;
        _bought(offer);
        vm.assertEq(ledger.held(workId, address(0)), 2 ** 128 - 1);
    }

    function test_aRateAboveTheWholeIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.royaltyBps = 10_001;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.RateTooLarge.selector, 10_001, 10_000));
        offer.royaltyBps = 10_000;
        offer.carrier = carrier;
        offer.carrierBps = 10_001;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.RateTooLarge.selector, 10_001, 10_000));
    }

    function test_aCarrierAndItsPartAreNamedTogether() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.carrier = carrier;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.CarrierMismatch.selector, carrier, 0));
        offer.carrier = address(0);
        offer.carrierBps = 1;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.CarrierMismatch.selector, address(0), 1));
    }

    function testFuzz_anOfferIsOpenFromItsFirstToItsLastSecond(uint40 from, uint40 until, uint40 time)
        public
    {
        ILicenseLedger.Offer memory offer = _offer(workId);
        (offer.validFrom, offer.validUntil) = (from, until);
        vm.warp(time);
        if (time < from) {
            _refuse(offer, abi.encodeWithSelector(ILicenseLedger.OfferNotYetOpen.selector, from, time));
        } else if (time > until) {
            _refuse(offer, abi.encodeWithSelector(ILicenseLedger.OfferClosed.selector, until, time));
        } else {
            _bought(offer);
        }
    }

    function test_anOfferIsOpenInItsFirstAndInItsLastSecond() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.warp(offer.validFrom);
        _bought(offer);
        vm.warp(offer.validUntil);
        _bought(offer);
        vm.warp(offer.validUntil + 1);
        _refuse(
            offer,
            abi.encodeWithSelector(
                ILicenseLedger.OfferClosed.selector, offer.validUntil, offer.validUntil + 1
            )
        );
    }

    function test_theBuyersLimitHolds() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes memory signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.PriceAboveLimit.selector, PRICE, PRICE - 1));
        vm.prank(buyer);
        ledger.purchase{ value: PRICE }(offer, signature, buyer, PRICE - 1);
    }

    function test_anOfferToOneIsNotForAnother() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.licensee = stranger;
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.LicenseeNotAllowed.selector, stranger, buyer));
        offer.licensee = buyer;
        vm.assertEq(ledger.ownerOf(_bought(offer)), buyer);
    }

    function test_aGrantNeedsSomebodyToHoldIt() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes memory signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.ZeroLicensee.selector));
        vm.prank(buyer);
        ledger.purchase{ value: PRICE }(offer, signature, address(0), PRICE);
    }

    function test_onlyTheHolderOfTheTitleSells() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        _refuse(
            offer, abi.encodeWithSelector(ILicenseLedger.NotTitleHolder.selector, workId, stranger, creator)
        );
    }

    function test_anOldOfferStaysDeadWhenTheTitleComesBack() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        vm.prank(stranger);
        registry.transferFrom(stranger, creator, workId);
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.SeriesChanged.selector, workId, 2, 0));
    }

    function test_cancellingAllOffersKillsEveryOneOfTheSeries() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.SeriesChanged.selector, workId, 1, 0));
        _bought(_offer(workId));
    }

    function test_anOfferForAnUnknownWorkIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.workId = 42;
        _refuse(offer, abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42));
    }

    function test_noMoreGrantsAreIssuedThanOffered() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.maxGrants = 2;
        _bought(offer);
        _bought(offer);
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.SoldOut.selector, ledger.offerHashOf(offer), 2));
    }

    function test_aCancelledOfferIsDeadAndItsGrantsStand() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes32 offerHash = ledger.offerHashOf(offer);
        uint256 grantId = _bought(offer);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.OfferCancelled(creator, offerHash);
        vm.prank(creator);
        ledger.cancelOffer(offer);
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.OfferIsCancelled.selector, offerHash));
        vm.assertTrue(ledger.isValidAt(grantId, NOW));
        (uint32 issued, bool cancelled) = ledger.offerStateOf(creator, offerHash);
        vm.assertEq(issued, 1);
        vm.assertTrue(cancelled);

        offer.salt = keccak256("another");
        _bought(offer);
    }

    function test_cancellingTwiceSaysItOnce() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.prank(creator);
        ledger.cancelOffer(offer);
        vm.recordLogs();
        vm.prank(creator);
        ledger.cancelOffer(offer);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_onlyTheLicensorCancels() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotLicensor.selector, creator, stranger));
        vm.prank(stranger);
        ledger.cancelOffer(offer);
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
        vm.assertEq(flags, TRANSFERABLE);
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

    function _refuse(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        bytes memory signature = _signed(offer);
        vm.expectRevert(refusal);
        vm.prank(buyer);
        ledger.purchase{ value: offer.price }(offer, signature, buyer, offer.price);
    }
}
