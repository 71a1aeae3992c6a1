// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { Cheats, vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice What an offer must be and who may take it.
contract LicenseLedgerTest is Trade {
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
        vm.assertEq(flags, TRANSFERABLE | ESCROWED);
        vm.assertEq(grantId, uint256(keccak256(abi.encode(offerHash, uint32(1)))));
    }

    function test_theFirstGrantOfAnOfferTellsTheWholeOfferAndNoOther() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes32 offerHash = ledger.offerHashOf(offer);
        bytes memory signature = _signed(offer);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.OfferTaken(offerHash, offer);
        vm.prank(buyer);
        ledger.purchase{ value: PRICE }(offer, signature, buyer, PRICE);

        vm.recordLogs();
        _bought(offer);
        Cheats.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            vm.assertTrue(logs[i].topics[0] != ILicenseLedger.OfferTaken.selector);
        }
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
        vm.assertEq(address(ledger).balance, 2 ** 128 - 1);
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

    function test_aPriceSwitchedBeforeThePurchaseIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes memory signature = _signed(offer);
        offer.price = PRICE * 2;
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseLedger.InvalidSignature.selector, creator, ledger.offerDigest(offer)
            )
        );
        vm.prank(buyer);
        ledger.purchase{ value: PRICE * 2 }(offer, signature, buyer, PRICE * 2);
    }

    function test_aDearerOfferInPlaceOfTheOneThatWasReadMeetsTheBuyersLimit() public {
        ILicenseLedger.Offer memory dearer = _offer(workId);
        dearer.price = PRICE * 2;
        bytes memory signature = _signed(dearer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.PriceAboveLimit.selector, PRICE * 2, PRICE));
        vm.prank(buyer);
        ledger.purchase{ value: PRICE * 2 }(dearer, signature, buyer, PRICE);
    }

    function test_aShareSwitchedBeforeThePurchaseIsRefused() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        (offer.carrier, offer.carrierBps) = (carrier, 100);
        bytes memory signature = _signed(offer);
        offer.carrierBps = 200;
        _refuseSignature(offer, signature);
        (offer.carrier, offer.carrierBps) = (stranger, 100);
        _refuseSignature(offer, signature);
        offer.carrier = carrier;
        offer.royaltyBps += 1;
        _refuseSignature(offer, signature);
    }

    function test_nothingIsSoldOfARetractedWork() public {
        vm.prank(creator);
        registry.retract(workId);
        _refuse(_offer(workId), abi.encodeWithSelector(ILicenseLedger.SalesStopped.selector, workId, 1));
    }

    function test_salesGoOnWhileADisputeIsOnlyOpen() public {
        _disputed(workId, "evidence", address(0));
        _bought(_offer(workId));
    }

    function test_nothingIsSoldWhileAnAdmittedDisputeIsOpenAndSalesGoOnAfterIt() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.validUntil = FOR_EVER;
        uint256 disputeId = _disputed(workId, "evidence", address(0));
        vm.prank(arbiter);
        desk.admit(disputeId);
        uint64 until = NOW + RULING_PERIOD;
        vm.warp(until - 1);
        _refuse(offer, abi.encodeWithSelector(ILicenseLedger.SalesStoppedUntil.selector, workId, until));
        vm.warp(until);
        _bought(offer);
    }

    function test_nothingIsSoldAfterAnUpheldDispute() public {
        _upheld(workId);
        _refuse(_offer(workId), abi.encodeWithSelector(ILicenseLedger.SalesStopped.selector, workId, 12));
    }

    function test_whoGetsATitleByARulingSellsUnderANewSeries() public {
        ILicenseLedger.Offer memory old = _offer(workId);
        uint256 disputeId = _disputed(workId, "evidence", adapter);
        vm.prank(arbiter);
        desk.admit(disputeId);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        desk.rule(disputeId, IDisputeDesk.Status.Assigned, new ILicenseLedger.Sale[](0));
        _refuse(old, abi.encodeWithSelector(ILicenseLedger.NotTitleHolder.selector, workId, adapter, creator));
        vm.assertTrue(ledger.isValidAt(_given(_offerOf(workId, adapter), buyer), NOW + ANSWER_PERIOD));
    }

    function test_theLedgerNamesTheContractsItTrusts() public view {
        vm.assertEq(address(ledger.registry()), address(registry));
        vm.assertEq(address(ledger.vault()), address(vault));
        vm.assertEq(address(ledger.desk()), address(desk));
    }

    function _refuseSignature(ILicenseLedger.Offer memory offer, bytes memory signature) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseLedger.InvalidSignature.selector, creator, ledger.offerDigest(offer)
            )
        );
        vm.prank(buyer);
        ledger.purchase{ value: PRICE }(offer, signature, buyer, PRICE);
    }

    function _refuse(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        bytes memory signature = _signed(offer);
        vm.expectRevert(refusal);
        vm.prank(buyer);
        ledger.purchase{ value: offer.price }(offer, signature, buyer, offer.price);
    }
}
