// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Errors } from "@openzeppelin/contracts/utils/Errors.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { CallbackToken, TollToken } from "./support/OddTokens.sol";
import { PlainToken } from "./support/PlainToken.sol";
import { Scene } from "./support/Scene.sol";
import { CoinRefuser } from "./support/Wallets.sol";

/// @notice What is paid is held for whoever holds the title, and nothing else can be taken out.
contract TakingsTest is Scene {
    uint256 private workId;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
    }

    function test_thePriceIsHeldForTheTitleAndPaidToItsHolder() public {
        _bought(_offer(workId));
        vm.assertEq(ledger.held(workId, address(0)), PRICE);
        vm.assertEq(address(ledger).balance, PRICE);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.RevenueWithdrawn(workId, address(0), creator, PRICE);
        vm.prank(stranger);
        vm.assertEq(ledger.withdraw(workId, address(0)), PRICE);
        vm.assertEq(creator.balance, PRICE);
        vm.assertEq(ledger.held(workId, address(0)), 0);
    }

    function test_revenueTravelsWithTheTitle() public {
        _bought(_offer(workId));
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        ledger.withdraw(workId, address(0));
        vm.assertEq(stranger.balance, PRICE);
        vm.assertEq(creator.balance, 0);
    }

    function test_nothingHeldIsNothingDone() public {
        vm.recordLogs();
        vm.assertEq(ledger.withdraw(workId, address(0)), 0);
        vm.assertEq(ledger.withdrawCarrier(carrier, address(0)), 0);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_anUnknownWorkHasNoRevenue() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42));
        ledger.withdraw(42, address(0));
    }

    function testFuzz_theCarrierGetsItsPartRoundedDown(uint128 price, uint16 bps) public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.price = price;
        offer.carrierBps = uint16(bps % 10_000) + 1;
        offer.carrier = carrier;
        vm.deal(buyer, price);
        _bought(offer);
        uint256 carried = uint256(price) * offer.carrierBps / 10_000;
        vm.assertEq(ledger.heldForCarrier(carrier, address(0)), carried);
        vm.assertEq(ledger.held(workId, address(0)), price - carried);
        ledger.withdrawCarrier(carrier, address(0));
        ledger.withdraw(workId, address(0));
        vm.assertEq(carrier.balance, carried);
        vm.assertEq(creator.balance, price - carried);
    }

    function test_aCarriersWithdrawalIsAnnounced() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        (offer.carrier, offer.carrierBps) = (carrier, 500);
        _bought(offer);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.CarrierWithdrawn(carrier, address(0), PRICE / 20);
        ledger.withdrawCarrier(carrier, address(0));
        vm.assertEq(ledger.heldForCarrier(carrier, address(0)), 0);
    }

    function testFuzz_theCoinSentIsExactlyThePrice(uint96 sent) public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        bytes memory signature = _signed(offer);
        vm.deal(buyer, sent);
        if (sent != PRICE) {
            vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.WrongValue.selector, PRICE, sent));
        }
        vm.prank(buyer);
        ledger.purchase{ value: sent }(offer, signature, buyer, PRICE);
    }

    function test_coinSentToTheLedgerOutsideAPurchaseIsRefused() public {
        vm.prank(buyer);
        (bool accepted,) = address(ledger).call{ value: 1 }("");
        vm.assertFalse(accepted);
    }

    function test_aTokenIsHeldAndPaidLikeCoin() public {
        ILicenseLedger.Offer memory offer = _offerIn(token);
        (offer.carrier, offer.carrierBps) = (carrier, 100);
        _bought(offer);
        vm.assertEq(token.balanceOf(address(ledger)), PRICE);
        vm.assertEq(ledger.held(workId, address(token)), PRICE * 99 / 100);
        vm.assertEq(ledger.held(workId, address(0)), 0);
        ledger.withdraw(workId, address(token));
        ledger.withdrawCarrier(carrier, address(token));
        vm.assertEq(token.balanceOf(creator), PRICE * 99 / 100);
        vm.assertEq(token.balanceOf(carrier), PRICE / 100);
    }

    function test_noCoinGoesWithAToken() public {
        ILicenseLedger.Offer memory offer = _offerIn(token);
        bytes memory signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.WrongValue.selector, 0, 1));
        vm.prank(buyer);
        ledger.purchase{ value: 1 }(offer, signature, buyer, PRICE);
    }

    function test_anAddressWithoutATokenIsNoCurrency() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.currency = stranger;
        bytes memory signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotAToken.selector, stranger));
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);
    }

    function test_aTokenThatKeepsPartOfATransferIsRefused() public {
        TollToken toll = new TollToken();
        ILicenseLedger.Offer memory offer = _offerIn(toll);
        bytes memory signature = _signed(offer);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.WrongTokenBalance.selector, toll, PRICE, PRICE - 1)
        );
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);
    }

    function test_aTokenCannotWithdrawWhileItIsBeingPaid() public {
        CallbackToken callback = new CallbackToken(ledger, workId);
        ILicenseLedger.Offer memory offer = _offerIn(callback);
        bytes memory signature = _signed(offer);
        vm.expectRevert(
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);
    }

    function test_aHolderThatTakesNoCoinLosesNone() public {
        _bought(_offer(workId));
        address refuser = address(new CoinRefuser());
        vm.prank(creator);
        registry.transferFrom(creator, refuser, workId);
        vm.expectRevert(abi.encodeWithSelector(Errors.FailedCall.selector));
        ledger.withdraw(workId, address(0));
        vm.assertEq(ledger.held(workId, address(0)), PRICE);
    }

    function test_aGrantForNothingMovesNothing() public {
        ILicenseLedger.Offer memory offer = _offerIn(token);
        offer.price = 0;
        _bought(offer);
        vm.assertEq(token.balanceOf(address(ledger)), 0);
        vm.assertEq(ledger.held(workId, address(token)), 0);
    }

    function _offerIn(PlainToken currency) private returns (ILicenseLedger.Offer memory offer) {
        offer = _offer(workId);
        offer.currency = address(currency);
        currency.mint(buyer, 10 * PRICE);
        vm.prank(buyer);
        currency.approve(address(ledger), type(uint256).max);
    }
}
