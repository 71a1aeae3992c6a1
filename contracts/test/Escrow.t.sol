// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Errors } from "@openzeppelin/contracts/utils/Errors.sol";

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { vm } from "./support/Cheats.sol";
import { RefusingToken, SilentToken, TollToken } from "./support/OddTokens.sol";
import { PlainToken } from "./support/PlainToken.sol";
import { Trade } from "./support/Trade.sol";
import { CoinRefuser } from "./support/Wallets.sol";

/// @notice What is paid waits beside its grant, and leaves once: to the vault, or back.
contract EscrowTest is Trade {
    uint256 private workId;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
    }

    function test_whatIsPaidWaitsBesideItsGrantUntilItIsDue() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        _expectFlags(grantId, TRANSFERABLE | ESCROWED);
        vm.assertEq(address(ledger).balance, PRICE);

        uint64 due = NOW + ESCROW_PERIOD;
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotYetReleasable.selector, grantId, due));
        _release(offer, 1);

        vm.warp(due);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.PaymentReleased(grantId, workId, COIN, PRICE);
        vm.prank(stranger);
        _release(offer, 1);
        _expectFlags(grantId, TRANSFERABLE | RELEASED);
        vm.assertEq(address(ledger).balance, 0);
        vm.assertEq(address(vault).balance, PRICE);
    }

    function test_aReleaseFetchesASaleThatIsNamedTwiceOnce() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](3);
        (sales[0], sales[1], sales[2]) = (_sale(offer, 1), _sale(offer, 1), _sale(offer, 1));
        vault.release(sales);
        vault.release(sales);
        vm.assertEq(vault.revenueOf(workId, 0, COIN), PRICE);
        vm.assertEq(address(vault).balance, PRICE);
        vm.assertEq(address(ledger).balance, PRICE);
    }

    function test_aReleasePassesOverWhatAnotherReleasedAndTakesTheRest() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](2);
        (sales[0], sales[1]) = (_sale(offer, 1), _sale(offer, 2));
        vault.release(sales);
        vm.assertEq(vault.revenueOf(workId, 0, COIN), 2 * PRICE);
    }

    function test_oneWeiSentBeforeAReleaseChangesNothing() public {
        ILicenseLedger.Offer memory coin = _offer(workId);
        ILicenseLedger.Offer memory inToken = _offerIn(address(token));
        token.mint(buyer, 2);
        _bought(coin);
        _bought(inToken);
        vm.warp(NOW + ESCROW_PERIOD);

        // No code is asked when a block's reward or a dying contract's coin comes in.
        vm.deal(address(ledger), address(ledger).balance + 1);
        vm.deal(address(vault), 1);
        vm.prank(buyer);
        token.transfer(address(ledger), 1);
        vm.prank(buyer);
        token.transfer(address(vault), 1);

        _release(coin, 1);
        _release(inToken, 1);
        vm.assertEq(vault.claimRemainder(_noTable(workId), COIN, creator), PRICE);
        vm.assertEq(vault.claimRemainder(_noTable(workId), address(token), creator), PRICE);
        vm.assertEq(address(ledger).balance, 1);
        vm.assertEq(address(vault).balance, 1);
        vm.assertEq(token.balanceOf(address(ledger)), 1);
        vm.assertEq(token.balanceOf(address(vault)), 1);
    }

    function test_coinSentToTheLedgerOutsideAPurchaseIsRefused() public {
        vm.prank(buyer);
        (bool accepted,) = address(ledger).call{ value: 1 }("");
        vm.assertFalse(accepted);
    }

    function test_coinSentToTheVaultByAnybodyButTheLedgerIsRefused() public {
        vm.prank(buyer);
        (bool accepted, bytes memory reason) = address(vault).call{ value: 1 }("");
        vm.assertFalse(accepted);
        vm.assertEq(
            keccak256(reason),
            keccak256(abi.encodeWithSelector(IRoyaltyVault.NotLicenseLedger.selector, buyer))
        );
    }

    function test_onlyTheVaultFetchesBindsAndSetsTerms() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        bytes memory refusal = abi.encodeWithSelector(ILicenseLedger.NotRoyaltyVault.selector, creator);
        ILicenseLedger.ParentTerms memory terms;

        vm.expectRevert(refusal);
        vm.prank(creator);
        ledger.release(_sale(offer, 1));
        vm.expectRevert(refusal);
        vm.prank(creator);
        ledger.bind(_sale(offer, 1), buyer, workId, 0);
        vm.expectRevert(refusal);
        vm.prank(creator);
        ledger.setParentTerms(workId, terms);
    }

    function test_onlyTheDeskEndsGrants() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotDisputeDesk.selector, creator));
        vm.prank(creator);
        ledger.endGrant(_sale(offer, 1));
    }

    function test_aSaleThatWasNeverMadeCannotBeReleased() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _refuseRelease(offer, 2);
        _refuseRelease(offer, 0);
        offer.price *= 2;
        _refuseRelease(offer, 1);
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

    function test_aGrantForNothingLeavesNothingToReleaseOrRefund() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(token));
        offer.price = 0;
        uint256 grantId = _bought(offer);
        _expectFlags(grantId, TRANSFERABLE);
        vm.recordLogs();
        _release(offer, 1);
        vm.assertEq(vm.getRecordedLogs().length, 0);

        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NothingEscrowed.selector, grantId));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_aTokenWaitsAndIsReleasedLikeCoin() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(token));
        uint256 grantId = _bought(offer);
        vm.assertEq(token.balanceOf(address(ledger)), PRICE);
        vm.warp(NOW + ESCROW_PERIOD);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.PaymentReleased(grantId, workId, address(token), PRICE);
        _release(offer, 1);
        vm.assertEq(token.balanceOf(address(vault)), PRICE);
        vm.assertEq(vault.revenueOf(workId, 0, address(token)), PRICE);
        vm.assertEq(vault.revenueOf(workId, 0, COIN), 0);
    }

    function test_noCoinGoesWithAToken() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(token));
        bytes memory signature = _signed(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.WrongValue.selector, 0, 1));
        vm.prank(buyer);
        ledger.purchase{ value: 1 }(offer, signature, buyer, PRICE);
    }

    function test_anAddressWithoutATokenIsNoCurrency() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.currency = stranger;
        _refusePurchase(offer, abi.encodeWithSelector(ILicenseLedger.NotAToken.selector, stranger));
        offer.price = 0;
        _refusePurchase(offer, abi.encodeWithSelector(ILicenseLedger.NotAToken.selector, stranger));
    }

    function test_aTokenThatKeepsPartOfATransferIsRefused() public {
        TollToken toll = new TollToken();
        toll.setToll(true);
        _refusePurchase(
            _offerIn(address(toll)),
            abi.encodeWithSelector(ILicenseLedger.WrongTokenBalance.selector, toll, PRICE, PRICE - 1)
        );
    }

    function test_aTokenThatKeepsPartLaterHarmsItsOwnCurrencyOnly() public {
        TollToken toll = new TollToken();
        ILicenseLedger.Offer memory offer = _offerIn(address(toll));
        ILicenseLedger.Offer memory coin = _offer(workId);
        uint256 grantId = _bought(offer);
        _bought(coin);
        vm.warp(NOW + ESCROW_PERIOD);
        toll.setToll(true);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.WrongTokenBalance.selector, toll, PRICE, PRICE - 1)
        );
        _release(offer, 1);
        _expectFlags(grantId, TRANSFERABLE | ESCROWED);

        _release(coin, 1);
        vm.assertEq(vault.claimRemainder(_noTable(workId), COIN, creator), PRICE);
        toll.setToll(false);
        _release(offer, 1);
        vm.assertEq(vault.claimRemainder(_noTable(workId), address(toll), creator), PRICE);
    }

    function test_aTokenThatReturnsNothingIsPaidReleasedAndClaimed() public {
        address silent = address(new SilentToken());
        ILicenseLedger.Offer memory offer = _offerIn(silent);
        (offer.carrier, offer.carrierBps) = (carrier, 100);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vm.assertEq(vault.claimCarried(carrier, silent, carrier), PRICE / 100);
        vm.assertEq(vault.claimRemainder(_noTable(workId), silent, creator), PRICE - PRICE / 100);
        vm.assertEq(SilentToken(silent).balanceOf(creator), PRICE - PRICE / 100);
        vm.assertEq(SilentToken(silent).balanceOf(address(vault)), 0);
    }

    function test_aTokenThatReturnsNothingIsRefunded() public {
        address silent = address(new SilentToken());
        ILicenseLedger.Offer memory offer = _offerIn(silent);
        _bought(offer);
        vm.warp(NOW + 1);
        _upheld(workId);
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
        vm.assertEq(SilentToken(silent).balanceOf(buyer), PRICE);
    }

    function test_aTokenThatRefusesByItsAnswerIsRefused() public {
        address refusing = address(new RefusingToken());
        _refusePurchase(
            _offerIn(refusing), abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, refusing)
        );
    }

    function test_afterAnUpheldDisputeTheHolderTakesItsMoneyBackAndTheGrantEnds() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + 1);
        _upheld(workId);
        uint64 end = uint64(vm.getBlockTimestamp());
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.PaymentRefunded(grantId, workId, COIN, PRICE, buyer, stranger, end);
        vm.prank(buyer);
        vm.assertEq(ledger.refund(_sale(offer, 1), stranger), PRICE);
        vm.assertEq(stranger.balance, PRICE);
        vm.assertEq(address(ledger).balance, 0);
        _expectFlags(grantId, TRANSFERABLE | REFUNDED);
        vm.assertTrue(ledger.isValidAt(grantId, end - 1));
        vm.assertFalse(ledger.isValidAt(grantId, end));

        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NothingEscrowed.selector, grantId));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_moneyGoesBackToWhomTheGrantBelongsNow() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.prank(buyer);
        ledger.transferFrom(buyer, stranger, grantId);
        vm.warp(NOW + 1);
        _upheld(workId);
        vm.expectRevert(
            abi.encodeWithSelector(ILicenseLedger.NotGrantHolder.selector, grantId, stranger, buyer)
        );
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
        vm.prank(stranger);
        ledger.refund(_sale(offer, 1), stranger);
        vm.assertEq(stranger.balance, PRICE);
    }

    function test_whoHasTakenOverFromALostHolderTakesItsMoneyBack() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + 1);
        _lost(buyer, stranger);
        _upheld(workId);
        vm.prank(stranger);
        vm.assertEq(ledger.refund(_sale(offer, 1), stranger), PRICE);
    }

    function test_withoutAnUpheldDisputeNothingGoesBack() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotRefundable.selector, grantId, 0));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
    }

    function test_afterThirtyDaysNothingGoesBack() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + 1);
        _upheld(workId);
        uint64 until = uint64(vm.getBlockTimestamp()) + 30 days;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotRefundable.selector, grantId, until));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), buyer);
        _release(offer, 1);
        vm.assertEq(address(vault).balance, PRICE);
    }

    function test_aRefundNeedsAReceiverThatTakesIt() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + 1);
        _upheld(workId);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.ReceiverNotAllowed.selector, address(0)));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), address(0));

        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.ReceiverNotAllowed.selector, address(vault)));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), address(vault));

        address refuser = address(new CoinRefuser());
        vm.expectRevert(abi.encodeWithSelector(Errors.FailedCall.selector));
        vm.prank(buyer);
        ledger.refund(_sale(offer, 1), refuser);
        _expectFlags(grantId, TRANSFERABLE | ESCROWED);
    }

    function _expectFlags(uint256 grantId, uint32 expected) private view {
        (,,, uint32 flags) = ledger.grantOf(grantId);
        vm.assertEq(flags, expected);
    }

    function _refuseRelease(ILicenseLedger.Offer memory offer, uint32 serial) private {
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(offer), serial);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, grantId));
        _release(offer, serial);
    }

    function _refusePurchase(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        bytes memory signature = _signed(offer);
        vm.expectRevert(refusal);
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);
    }

    function _offerIn(address currency) private returns (ILicenseLedger.Offer memory offer) {
        offer = _offer(workId);
        offer.currency = currency;
        PlainToken(currency).mint(buyer, PRICE);
        vm.prank(buyer);
        // As the oldest tokens have it, without an answer.
        SilentToken(currency).approve(address(ledger), PRICE);
    }
}
