// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice Ten thousand odd payments: what is paid out never passes what came in, and what stays is dust.
contract DustTest is Trade {
    uint256 private constant PAYMENTS = 10_000;
    /// @dev Sales of one call are released together.
    uint256 private constant BATCH = 50;
    uint256 private constant PEOPLE = 7;

    uint256 private parent;
    uint256 private derivative;
    IRoyaltyVault.ShareTable private parentTable;
    IRoyaltyVault.ShareTable private table;
    mapping(address currency => uint256 amount) private paid;
    mapping(address currency => uint256 amount) private claimed;

    function setUp() public override {
        super.setUp();
        parent = _registered("parent");
        IWorkRegistry.Declaration memory declaration = _derivation(parent);
        derivative = _recorded(declaration);
        ILicenseLedger.Offer memory licence = _offer(parent);
        (licence.flags, licence.price, licence.royaltyBps, licence.duration) =
        (DERIVATIVES, 0, 1234, FOR_EVER);
        _given(licence, adapter);
        vm.prank(adapter);
        vault.link(declaration, 0, _sale(licence, 1));
        table = _odd(derivative, 1097);
        parentTable = _odd(parent, 577);

        vm.deal(adapter, type(uint128).max);
        token.mint(adapter, type(uint128).max);
        vm.prank(adapter);
        token.approve(address(ledger), type(uint256).max);
    }

    function test_tenThousandOddPaymentsInTwoCurrenciesLeaveDustOnly() public {
        vm.pauseGasMetering();
        for (uint256 first = 0; first < PAYMENTS; first += BATCH) {
            // A call of its own, so that memory is given back after it.
            this.sellAndRelease(first);
        }
        _claimEverything(COIN);
        _claimEverything(address(token));
        _expectDust(COIN, address(vault).balance);
        _expectDust(address(token), token.balanceOf(address(vault)));
        vm.assertEq(address(ledger).balance, 0);
        vm.assertEq(token.balanceOf(address(ledger)), 0);
    }

    /// @dev The licensor buys its own licences for others, so that no signatures are needed.
    function sellAndRelease(uint256 first) external {
        ILicenseLedger.Sale[] memory sales = new ILicenseLedger.Sale[](BATCH);
        for (uint256 i = 0; i < BATCH; ++i) {
            sales[i] = _sale(_oddOffer(first + i), 1);
            _buy(sales[i].offer);
        }
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        vault.release(sales);
        // Now and then somebody claims in between, so that running totals are met half-way.
        if (first % 1000 != 0) return;
        vault.distribute(parent, COIN);
        _claimRow(table, first / 1000 % PEOPLE, COIN);
        _claimRow(parentTable, first / 1000 % PEOPLE, COIN);
    }

    function _buy(ILicenseLedger.Offer memory offer) private {
        paid[offer.currency] += offer.price;
        uint256 value = offer.currency == COIN ? offer.price : 0;
        vm.prank(adapter);
        ledger.purchase{ value: value }(offer, NO_SIGNATURE, buyer, offer.price);
    }

    function _claimEverything(address currency) private {
        vault.distribute(parent, currency);
        for (uint256 row = 0; row < PEOPLE; ++row) {
            _claimRow(table, row, currency);
            _claimRow(parentTable, row, currency);
        }
        claimed[currency] += vault.claimRemainder(table, currency, adapter);
        claimed[currency] += vault.claimRemainder(parentTable, currency, creator);
        claimed[currency] += vault.claimCarried(carrier, currency, carrier);
    }

    function _claimRow(IRoyaltyVault.ShareTable memory of_, uint256 row, address currency) private {
        claimed[currency] += vault.claim(of_, row, currency, of_.contributors[row]);
    }

    /// @dev Two tables of seven rows and the work's: less than one unit a row.
    function _expectDust(address currency, uint256 left) private view {
        vm.assertTrue(paid[currency] != 0);
        vm.assertEq(paid[currency], claimed[currency] + left);
        vm.assertTrue(left < 2 * (PEOPLE + 1), "more than dust stays behind");
    }

    /// @dev From nothing at all to about a coin, mostly prime to every share.
    function _oddOffer(uint256 number) private view returns (ILicenseLedger.Offer memory offer) {
        offer = _offerOf(derivative, adapter);
        offer.validFrom = 0;
        offer.validUntil = FOR_EVER;
        offer.currency = number % 2 == 0 ? COIN : address(token);
        uint256 drawn = uint256(keccak256(abi.encode(number)));
        offer.price = drawn % 10 ** (drawn % 19);
        (offer.carrier, offer.carrierBps) = (carrier, uint16(drawn % 777) + 1);
        offer.salt = bytes32(number);
    }

    function _odd(uint256 workId, uint16 bps) private returns (IRoyaltyVault.ShareTable memory odd) {
        odd = _table(workId, 1, _people(PEOPLE), bps);
        for (uint16 i = 0; i < PEOPLE; ++i) {
            odd.bps[i] += 2 * i;
        }
        _shared(odd);
    }
}
