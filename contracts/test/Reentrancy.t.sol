// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { CallbackToken } from "./support/OddTokens.sol";
import { CallbackReceiver } from "./support/Receivers.sol";
import { Trade } from "./support/Trade.sol";

/// @notice Whoever is called while money moves finds the doors closed, or its own due and no more behind them.
contract ReentrancyTest is Trade {
    uint256 private workId;
    CallbackReceiver private receiver;
    address private account;
    ILicenseLedger.Offer private sold;
    IRoyaltyVault.ShareTable private table;

    /// @dev The receiver holds the title and a grant, has carried a sale, and contributes.
    function setUp() public override {
        super.setUp();
        receiver = new CallbackReceiver();
        account = address(receiver);
        workId = _registered("work");
        address[] memory contributors = new address[](1);
        contributors[0] = account;
        table = _table(workId, 1, contributors, 4000);
        vm.prank(creator);
        vault.setShares(table, _noTable(workId), NO_SIGNATURE, new bytes[](1));

        sold = _offer(workId);
        (sold.carrier, sold.carrierBps) = (account, 1000);
        _given(sold, account);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(sold, 1);
        _given(sold, account);
    }

    function test_whoIsPaidAShareReentersNoDoorOfTheVault() public {
        bytes[] memory doors = _doors();
        for (uint256 i = 0; i < doors.length; ++i) {
            receiver.prepare(address(vault), doors[i]);
            _expectClosed();
            vault.claim(table, 0, COIN, account);
        }
        _expectNothingTaken();
    }

    function test_whoIsPaidTheRestReentersNoDoorOfTheVault() public {
        bytes[] memory doors = _doors();
        vm.prank(creator);
        registry.transferFrom(creator, account, workId);
        for (uint256 i = 0; i < doors.length; ++i) {
            receiver.prepare(address(vault), doors[i]);
            _expectClosed();
            vm.prank(account);
            vault.claimRemainder(table, COIN, account);
        }
        _expectNothingTaken();
    }

    function test_whoIsPaidForCarryingReentersNoDoorOfTheVault() public {
        bytes[] memory doors = _doors();
        for (uint256 i = 0; i < doors.length; ++i) {
            receiver.prepare(address(vault), doors[i]);
            _expectClosed();
            vault.claimCarried(account, COIN, account);
        }
        _expectNothingTaken();
    }

    function test_whoIsRefundedReentersNoDoorOfTheLedger() public {
        _upheld(workId);
        bytes[] memory doors = new bytes[](3);
        doors[0] = abi.encodeCall(ledger.refund, (_sale(sold, 2), account));
        doors[1] = abi.encodeCall(ledger.purchase, (sold, NO_SIGNATURE, account, PRICE));
        doors[2] = abi.encodeCall(ledger.release, (_sale(sold, 2)));
        for (uint256 i = 0; i < doors.length; ++i) {
            receiver.prepare(address(ledger), doors[i]);
            _expectClosed();
            vm.prank(account);
            ledger.refund(_sale(sold, 2), account);
        }
        receiver.prepare(address(vault), abi.encodeCall(vault.release, (_one(sold, 2))));
        _expectClosed();
        vm.prank(account);
        ledger.refund(_sale(sold, 2), account);
        vm.assertEq(account.balance, 0);
    }

    function test_whoIsRefundedFetchesItsDueFromTheVaultAndNoMore() public {
        _upheld(workId);
        receiver.prepare(address(vault), abi.encodeCall(vault.claimCarried, (account, COIN, account)));
        vm.prank(account);
        ledger.refund(_sale(sold, 2), account);
        vm.assertEq(account.balance, PRICE + PRICE / 10);
        vm.assertEq(vault.claimCarried(account, COIN, account), 0);
        vm.assertEq(address(ledger).balance, 0);
        vm.assertEq(address(vault).balance, PRICE * 9 / 10);
    }

    function test_whoIsPaidAShareTakesItsRefundMeanwhileAndNoMore() public {
        _upheld(workId);
        receiver.prepare(address(ledger), abi.encodeCall(ledger.refund, (_sale(sold, 2), account)));
        vault.claim(table, 0, COIN, account);
        uint256 share = PRICE * 9 / 10 * 4 / 10;
        vm.assertEq(account.balance, PRICE + share);
        vm.assertEq(address(ledger).balance, 0);
        vm.assertEq(address(vault).balance, PRICE - share);
    }

    function test_aTokenThatIsPaidWithReentersNoDoor() public {
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        bytes memory signature = _signed(offer);
        callback.prepare(
            address(ledger), abi.encodeCall(ledger.purchase, (sold, NO_SIGNATURE, account, PRICE))
        );
        _expectClosed();
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);

        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        offer.validUntil = FOR_EVER;
        signature = _signed(offer);
        callback.prepare(address(vault), abi.encodeCall(vault.release, (_one(sold, 2))));
        _expectClosed();
        vm.prank(buyer);
        ledger.purchase(offer, signature, buyer, PRICE);
    }

    function test_aTokenThatIsPaidWithByPermitReentersNoDoor() public {
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        bytes memory signature = _signed(offer);
        callback.prepare(
            address(ledger), abi.encodeCall(ledger.purchase, (sold, NO_SIGNATURE, account, PRICE))
        );
        ILicenseLedger.Permit memory none;
        _expectClosed();
        vm.prank(buyer);
        ledger.purchaseWithPermit(offer, signature, buyer, PRICE, none);
    }

    function test_aTokenThatIsPaidForALoggedWorkReentersNoDoor() public {
        IWorkRegistry.Registration memory registration = _registration("logged");
        registration.deadline = FOR_EVER;
        ICheckpointLog.Inclusion memory inclusion = _logged(registration);
        bytes memory consent = _signedRegistration(registration);
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        offer.workId = registry.workIdOf(registration.declaration);
        bytes memory signature = _signed(offer);
        callback.prepare(
            address(ledger), abi.encodeCall(ledger.purchase, (sold, NO_SIGNATURE, account, PRICE))
        );
        _expectClosed();
        vm.prank(buyer);
        ledger.purchaseUnregistered(registration, consent, inclusion, offer, signature, buyer, PRICE);
    }

    function test_aTokenThatIsReleasedReentersNoDoor() public {
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        _bought(offer);
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        bytes[] memory doors = _doors();
        for (uint256 i = 0; i < doors.length; ++i) {
            callback.prepare(address(vault), doors[i]);
            _expectClosed();
            _release(offer, 1);
        }
        callback.prepare(address(ledger), abi.encodeCall(ledger.refund, (_sale(sold, 2), account)));
        _expectClosed();
        _release(offer, 1);
        _expectNothingTaken();
    }

    function test_aTokenThatMakesMoreOfItselfDuringAReleaseIsRefused() public {
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        _bought(offer);
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        callback.prepare(address(callback), abi.encodeCall(callback.mint, (address(vault), 1)));
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.WrongTokenBalance.selector, callback, PRICE, PRICE + 1)
        );
        _release(offer, 1);
    }

    function test_aTokenThatIsClaimedReentersNoDoor() public {
        (CallbackToken callback, ILicenseLedger.Offer memory offer) = _callback();
        _bought(offer);
        vm.warp(vm.getBlockTimestamp() + ESCROW_PERIOD);
        _release(offer, 1);
        bytes[] memory doors = _doors();
        for (uint256 i = 0; i < doors.length; ++i) {
            callback.prepare(address(vault), doors[i]);
            _expectClosed();
            vault.claimRemainder(table, address(callback), creator);
        }
        _expectNothingTaken();
    }

    function _expectClosed() private {
        vm.expectRevert(
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function _expectNothingTaken() private view {
        vm.assertEq(account.balance, 0);
        vm.assertEq(address(vault).balance, PRICE);
        vm.assertEq(address(ledger).balance, PRICE);
    }

    /// @dev Everything in the vault that moves money, each as the receiver would best profit from it.
    function _doors() private view returns (bytes[] memory doors) {
        doors = new bytes[](5);
        doors[0] = abi.encodeCall(vault.claim, (table, 0, COIN, account));
        doors[1] = abi.encodeCall(vault.claimRemainder, (table, COIN, account));
        doors[2] = abi.encodeCall(vault.claimCarried, (account, COIN, account));
        doors[3] = abi.encodeCall(vault.release, (_one(sold, 2)));
        doors[4] = abi.encodeCall(vault.distribute, (workId, COIN));
    }

    function _callback() private returns (CallbackToken callback, ILicenseLedger.Offer memory offer) {
        callback = new CallbackToken();
        offer = _offer(workId);
        offer.currency = address(callback);
        callback.mint(buyer, PRICE);
        vm.prank(buyer);
        callback.approve(address(ledger), PRICE);
    }
}
