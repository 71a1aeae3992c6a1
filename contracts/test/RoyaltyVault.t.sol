// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Errors } from "@openzeppelin/contracts/utils/Errors.sol";

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { vm } from "./support/Cheats.sol";
import { TitleMarket } from "./support/Receivers.sol";
import { Trade } from "./support/Trade.sol";
import { CoinRefuser } from "./support/Wallets.sol";

/// @notice Who is paid what was released, and who may say where it goes.
contract RoyaltyVaultTest is Trade {
    uint256 private workId;
    address[] private people;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
        people = _people(2);
    }

    function testFuzz_theCarrierGetsItsPartRoundedDown(uint128 price, uint16 bps) public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.price = price;
        offer.carrierBps = uint16(bps % 10_000) + 1;
        offer.carrier = carrier;
        vm.deal(buyer, price);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        uint256 carried = uint256(price) * offer.carrierBps / 10_000;
        vm.assertEq(vault.owedToCarrier(carrier, COIN), carried);
        vm.assertEq(vault.claimCarried(carrier, COIN, carrier), carried);
        vm.assertEq(vault.claimRemainder(_noTable(workId), COIN, creator), price - carried);
        vm.assertEq(carrier.balance, carried);
        vm.assertEq(creator.balance, price - carried);
    }

    function test_aReleaseSaysHowAPaymentIsDivided() public {
        _shared(_table(workId, 1, people, 2500));
        ILicenseLedger.Offer memory offer = _offer(workId);
        (offer.carrier, offer.carrierBps) = (carrier, 500);
        uint256 grantId = _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.CarrierCredited(carrier, COIN, PRICE / 20);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RevenueReleased(grantId, workId, COIN, 1, PRICE, PRICE / 20, 0, PRICE * 95 / 100);
        _release(offer, 1);
        vm.assertEq(vault.revenueOf(workId, 1, COIN), PRICE * 95 / 100);
        vm.assertEq(vault.revenueOf(workId, 0, COIN), 0);
    }

    function test_oneSaleThatIsNotDueKeepsTheWholeReleaseBack() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        vm.warp(NOW + 1 days);
        uint256 late = _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](2);
        (sales[0], sales[1]) = (_sale(offer, 1), _sale(offer, 2));
        vm.expectRevert(
            abi.encodeWithSelector(
                ILicenseLedger.NotYetReleasable.selector, late, NOW + 1 days + ESCROW_PERIOD
            )
        );
        vault.release(sales);
        vm.assertEq(vault.revenueOf(workId, 0, COIN), 0);
    }

    function test_contributorsAreOwedTheirSharesAndTheHolderTheRest() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 2500);
        table.bps[1] = 1;
        _shared(table);
        _earned(workId, 9999);
        vm.assertEq(vault.owedTo(table, 0, COIN), 2499);
        vm.assertEq(vault.owedTo(table, 1, COIN), 0);
        vm.assertEq(vault.remainderOf(table, COIN), 7498);
    }

    function test_anybodyPaysAContributorAtItsOwnAccount() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 2500);
        _shared(table);
        _earned(workId, PRICE);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.ShareClaimed(workId, people[1], COIN, 1, people[1], PRICE / 4);
        vm.prank(stranger);
        vm.assertEq(vault.claim(table, 1, COIN, people[1]), PRICE / 4);
        vm.assertEq(people[1].balance, PRICE / 4);
        vm.assertEq(vault.owedTo(table, 1, COIN), 0);
        vm.assertEq(vault.owedTo(table, 0, COIN), PRICE / 4);
    }

    function test_aLaterClaimPaysWhatHasComeSince() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 3333);
        _shared(table);
        _earned(workId, 101);
        vm.assertEq(vault.claim(table, 0, COIN, people[0]), 33);
        _earned(workId, 101);
        // Of 202 together, so that the parts that were rounded away come back.
        vm.assertEq(vault.claim(table, 0, COIN, people[0]), 34);
        vm.assertEq(vault.claim(table, 1, COIN, people[1]), 67);
        vm.assertEq(vault.claimRemainder(table, COIN, creator), 67);
        vm.assertEq(address(vault).balance, 1);
    }

    function test_anybodyPaysTheHolderOfTheTitle() public {
        _earned(workId, PRICE);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RemainderClaimed(workId, creator, COIN, 0, creator, PRICE);
        vm.prank(stranger);
        vm.assertEq(vault.claimRemainder(_noTable(workId), COIN, creator), PRICE);
        vm.assertEq(creator.balance, PRICE);
        vm.assertEq(vault.remainderOf(_noTable(workId), COIN), 0);
    }

    function test_anybodyPaysACarrier() public {
        _carriedSale();
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.CarrierPaid(carrier, COIN, carrier, PRICE / 10);
        vm.prank(stranger);
        vm.assertEq(vault.claimCarried(carrier, COIN, carrier), PRICE / 10);
        vm.assertEq(carrier.balance, PRICE / 10);
        vm.assertEq(vault.owedToCarrier(carrier, COIN), 0);
    }

    function test_onlyTheAccountItselfNamesAnotherReceiver() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        vm.expectRevert(_notOwn(people[0], stranger));
        vm.prank(stranger);
        vault.claim(table, 0, COIN, stranger);
        vm.expectRevert(_notOwn(creator, stranger));
        vm.prank(stranger);
        vault.claimRemainder(table, COIN, stranger);
        vm.expectRevert(_notOwn(carrier, stranger));
        vm.prank(stranger);
        vault.claimCarried(carrier, COIN, stranger);

        vm.prank(people[0]);
        vault.claim(table, 0, COIN, adapter);
        vm.prank(creator);
        vault.claimRemainder(table, COIN, adapter);
        vm.prank(carrier);
        vault.claimCarried(carrier, COIN, adapter);
        vm.assertEq(adapter.balance, 1000 ether + PRICE / 10 + PRICE * 9 / 10 / 4 * 3);
    }

    function test_theHolderNamesNoReceiverForItsContributors() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        vm.expectRevert(_notOwn(people[0], creator));
        vm.prank(creator);
        vault.claim(table, 0, COIN, creator);
    }

    function test_whoHasTakenOverFromALostAccountNamesAReceiver() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        vm.prank(people[0]);
        registry.setRecovery(adapter, 7 days);
        vm.prank(adapter);
        registry.startRecovery(people[0]);
        vm.warp(vm.getBlockTimestamp() + 7 days - 1);
        vm.expectRevert(_notOwn(people[0], adapter));
        vm.prank(adapter);
        vault.claim(table, 0, COIN, adapter);

        vm.warp(vm.getBlockTimestamp() + 1);
        vm.prank(adapter);
        vault.claim(table, 0, COIN, adapter);
        vm.assertEq(adapter.balance, 1000 ether + PRICE * 9 / 10 / 4);
    }

    function test_whoHasTakenOverFromALostHolderOrCarrierNamesAReceiver() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        _lost(creator, adapter);
        _lost(carrier, adapter);
        vm.prank(adapter);
        vault.claimRemainder(table, COIN, stranger);
        vm.prank(adapter);
        vault.claimCarried(carrier, COIN, stranger);
        vm.assertEq(stranger.balance, PRICE * 9 / 10 / 2 + PRICE / 10);
    }

    function test_nobodyIsPaidAtNoAddress() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.ZeroReceiver.selector);
        vm.expectRevert(refusal);
        vm.prank(people[0]);
        vault.claim(table, 0, COIN, address(0));
        vm.expectRevert(refusal);
        vm.prank(creator);
        vault.claimRemainder(table, COIN, address(0));
        vm.expectRevert(refusal);
        vm.prank(carrier);
        vault.claimCarried(carrier, COIN, address(0));
    }

    function test_anUnknownRowIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.UnknownRow.selector, 2, 2));
        vault.claim(table, 2, COIN, people[1]);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.UnknownRow.selector, 0, 0));
        vault.claim(_noTable(workId), 0, COIN, people[1]);
    }

    function test_aTableThatTheWorkNeverHadIsRefused() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        table.bps[0] += 1;
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.WrongTable.selector, workId, 1);
        vm.expectRevert(refusal);
        vault.claim(table, 0, COIN, people[0]);
        vm.expectRevert(refusal);
        vault.claimRemainder(table, COIN, creator);
        vm.expectRevert(refusal);
        vault.owedTo(table, 0, COIN);
        vm.expectRevert(refusal);
        vault.remainderOf(table, COIN);
        (table.bps[0], table.epoch) = (2500, 0);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.WrongTable.selector, workId, 0));
        vault.claim(table, 0, COIN, people[0]);
    }

    function test_nothingOwedIsNothingDone() public {
        IRoyaltyVault.ShareTable memory table = _carriedSale();
        vault.claim(table, 0, COIN, people[0]);
        vault.claimRemainder(table, COIN, creator);
        vault.claimCarried(carrier, COIN, carrier);
        vm.recordLogs();
        vm.assertEq(vault.claim(table, 0, COIN, people[0]), 0);
        vm.assertEq(vault.claimRemainder(table, COIN, creator), 0);
        vm.assertEq(vault.claimCarried(carrier, COIN, carrier), 0);
        vm.assertEq(vault.claim(table, 0, address(token), people[0]), 0);
        vm.assertEq(vault.distribute(workId, COIN), 0);
        vault.release(new ILicenseLedger.Sale[](0));
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_aContributorAddedAfterRevenueSharesOnlyWhatComesLater() public {
        IRoyaltyVault.ShareTable memory old = _table(workId, 1, _alone(people[0]), 5000);
        _shared(old);
        _earned(workId, PRICE);
        IRoyaltyVault.ShareTable memory table = _table(workId, 2, people, 5000);
        _shared(table, old, people);
        vm.assertEq(vault.owedTo(table, 1, COIN), 0);
        _earned(workId, PRICE * 2);

        vm.assertEq(vault.claim(table, 1, COIN, people[1]), PRICE);
        vm.assertEq(vault.claim(table, 0, COIN, people[0]), PRICE);
        vm.assertEq(vault.claimRemainder(table, COIN, creator), 0);
        vm.assertEq(vault.claim(old, 0, COIN, people[0]), PRICE / 2);
        vm.assertEq(vault.claimRemainder(old, COIN, creator), PRICE / 2);
        vm.assertEq(address(vault).balance, 0);
    }

    function test_whatWasEarnedBeforeTheFirstTableIsTheHolders() public {
        _earned(workId, PRICE);
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 5000);
        _shared(table);
        vm.assertEq(vault.owedTo(table, 0, COIN), 0);
        vm.assertEq(vault.claimRemainder(_noTable(workId), COIN, creator), PRICE);
    }

    function test_whatWaitsForTheHolderTravelsWithTheTitle() public {
        IRoyaltyVault.ShareTable memory table = _table(workId, 1, people, 2500);
        _shared(table);
        _earned(workId, PRICE);
        vm.prank(creator);
        registry.transferFrom(creator, stranger, workId);
        vm.expectRevert(_notOwn(stranger, creator));
        vm.prank(creator);
        vault.claimRemainder(table, COIN, creator);
        vault.claimRemainder(table, COIN, stranger);
        vm.assertEq(stranger.balance, PRICE / 2);
        vault.claim(table, 0, COIN, people[0]);
        vm.assertEq(people[0].balance, PRICE / 4);
    }

    function test_whileAMarketHoldsTheTitleAReleaseWorksAndTheRestWaitsForTheBuyer() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        _bought(offer);
        address market = address(new TitleMarket());
        vm.prank(creator);
        registry.transferFrom(creator, market, workId);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);

        vm.expectRevert(_notOwn(market, stranger));
        vm.prank(stranger);
        vault.claimRemainder(_noTable(workId), COIN, market);
        vm.assertEq(market.balance, 0);

        vm.prank(market);
        registry.transferFrom(market, stranger, workId);
        vault.claimRemainder(_noTable(workId), COIN, stranger);
        vm.assertEq(stranger.balance, PRICE);
    }

    function test_aHolderWithCodeFetchesItsMoneyItself() public {
        _earned(workId, PRICE);
        address wallet = address(new TitleMarket());
        vm.prank(creator);
        registry.transferFrom(creator, wallet, workId);
        vm.prank(wallet);
        vault.claimRemainder(_noTable(workId), COIN, wallet);
        vm.assertEq(wallet.balance, PRICE);
    }

    function test_aHolderThatTakesNoCoinLosesNone() public {
        _earned(workId, PRICE);
        address refuser = address(new CoinRefuser());
        vm.prank(creator);
        registry.transferFrom(creator, refuser, workId);
        vm.expectRevert(abi.encodeWithSelector(Errors.FailedCall.selector));
        vm.prank(refuser);
        vault.claimRemainder(_noTable(workId), COIN, refuser);
        vm.assertEq(vault.remainderOf(_noTable(workId), COIN), PRICE);
        vm.prank(refuser);
        vault.claimRemainder(_noTable(workId), COIN, stranger);
        vm.assertEq(stranger.balance, PRICE);
    }

    function test_theVaultNamesTheContractsItTrusts() public view {
        vm.assertEq(address(vault.registry()), address(registry));
        vm.assertEq(address(vault.ledger()), address(ledger));
    }

    /// @dev Two contributors with a quarter each, after a tenth for the carrier.
    function _carriedSale() private returns (IRoyaltyVault.ShareTable memory table) {
        table = _table(workId, 1, people, 2500);
        _shared(table);
        ILicenseLedger.Offer memory offer = _offer(workId);
        (offer.carrier, offer.carrierBps) = (carrier, 1000);
        _bought(offer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
    }

    function _notOwn(address account, address sender) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoyaltyVault.NotOwnMoney.selector, account, sender);
    }

    function _alone(address person) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = person;
    }
}
