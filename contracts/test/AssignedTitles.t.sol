// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice What the loser of a ruling leaves behind must not bind the one who receives the title.
contract AssignedTitlesTest is Trade {
    address private author = address(0xA07);
    uint256 private parent;
    uint256 private work;
    address[] private friends;
    IWorkRegistry.Declaration private derivation;

    function setUp() public override {
        super.setUp();
        parent = _registered("parent");
        derivation = _derivation(parent);
        work = _recorded(derivation);
        friends = _people(1);
    }

    function test_aTableOfTheLoserTakesNothingOfWhatComesAfterTheRuling() public {
        ILicenseLedger.Offer memory offer = _offerOf(work, adapter);
        _given(offer, buyer);
        uint256 id = _contested(work);
        IRoyaltyVault.ShareTable memory table = _table(work, 1, friends, 10_000);
        _shared(table);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RevenueReset(work, 2);
        _assign(id);

        vm.warp(vm.getBlockTimestamp() + 30 days);
        _release(offer, 1);
        vm.assertEq(vault.owedTo(table, 0, COIN), 0);
        IRoyaltyVault.ShareTable memory none = _noTable(work);
        none.epoch = 2;
        vault.claimRemainder(none, COIN, author);
        vm.assertEq(author.balance, PRICE);
    }

    function test_whatWasSharedBeforeTheRulingIsStillClaimed() public {
        IRoyaltyVault.ShareTable memory table = _table(work, 1, friends, 4000);
        _shared(table);
        _earned(work, PRICE);
        _assign(_contested(work));
        vault.claim(table, 0, COIN, friends[0]);
        vm.assertEq(friends[0].balance, PRICE * 4 / 10);
        vault.claimRemainder(table, COIN, author);
        vm.assertEq(author.balance, PRICE * 6 / 10);
    }

    function test_theNewHolderSharesWithoutAskingTheLosersFriends() public {
        _shared(_table(work, 1, friends, 10_000));
        _assign(_contested(work));
        IRoyaltyVault.ShareTable memory none = _noTable(work);
        none.epoch = 2;
        IRoyaltyVault.ShareTable memory table = _table(work, 3, new address[](0), 0);
        vm.prank(author);
        vault.setShares(table, none, NO_SIGNATURE, new bytes[](0));
        vm.assertEq(vault.epochOf(work), 3);
    }

    function test_rowsOfNoTableAreRefusedAfterAReset() public {
        IRoyaltyVault.ShareTable memory table = _table(work, 1, friends, 10_000);
        _shared(table);
        _assign(_contested(work));
        table.epoch = 2;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.WrongTable.selector, work, 2));
        vault.remainderOf(table, COIN);
    }

    function test_linksOfTheLoserStopNoSaleAndTakeNoRoyalty() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.royaltyBps = 10_000;
        licence.duration = 1;
        uint256 grantId = _linked(licence);
        bytes32 before = vault.stateHashOf(work);
        _assign(_contested(work));
        vm.assertEq(vault.linksOf(work).length, 0);
        vm.assertFalse(ledger.parentTermsOf(work).linked);
        vm.assertTrue(vault.stateHashOf(work) != before);
        vm.assertEq(ledger.boundTo(grantId), 0);
        (,,, uint32 flags) = ledger.grantOf(grantId);
        vm.assertTrue(flags & BOUND != 0);

        _earned(work, PRICE);
        vm.assertEq(vault.receivedOf(parent, COIN), 0);
        vm.assertEq(vault.revenueOf(work, 1, COIN), PRICE);
    }

    function test_theEndOfALosersGrantDoesNotStopTheNewHoldersSales() public {
        ILicenseLedger.Offer memory old = _licence();
        _linked(old);
        _assign(_contested(work));

        ILicenseLedger.Offer memory young = _licence();
        young.salt = keccak256("young");
        _given(young, author);
        vm.prank(author);
        vault.link(derivation, 0, _sale(young, 1));
        _upheld(parent, _one(old, 1));
        vm.assertEq(ledger.parentTermsOf(work).salesUntil, vm.getBlockTimestamp() - ANSWER_PERIOD + 365 days);
        _given(_offerOf(work, author), author);
    }

    function test_onlyTheRegistryResetsAndOnlyTheVaultUnbinds() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotWorkRegistry.selector, stranger));
        vm.prank(stranger);
        vault.reset(work);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.NotRoyaltyVault.selector, stranger));
        vm.prank(stranger);
        ledger.unbind(1);
    }

    function test_royaltiesOfAContestedTitleWaitForTheRuling() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.royaltyBps = 5000;
        licence.duration = FOR_EVER;
        _linked(licence);
        uint256 id = _contested(parent);
        uint64 heldUntil = desk.salesStoppedUntil(parent);
        _earned(work, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.RevenueHeld.selector, parent, heldUntil));
        vault.distribute(parent, COIN);
        vm.assertEq(vault.receivedOf(parent, COIN), PRICE / 2);

        vm.prank(arbiter);
        desk.rule(id, IDisputeDesk.Status.Assigned, new ILicenseLedger.Sale[](0));
        vault.distribute(parent, COIN);
        IRoyaltyVault.ShareTable memory none = _noTable(parent);
        none.epoch = 1;
        vault.claimRemainder(none, COIN, author);
        vm.assertEq(author.balance, PRICE / 2);
    }

    function test_royaltiesWaitNoLongerThanTheDispute() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.duration = FOR_EVER;
        _linked(licence);
        _earned(work, PRICE);
        _contested(parent);
        vm.warp(desk.salesStoppedUntil(parent));
        vm.assertEq(vault.distribute(parent, COIN), PRICE / 10);
    }

    function _licence() private view returns (ILicenseLedger.Offer memory offer) {
        offer = _offerOf(parent, creator);
        offer.flags = TRANSFERABLE | DERIVATIVES;
        offer.validFrom = 0;
        offer.validUntil = FOR_EVER;
    }

    function _linked(ILicenseLedger.Offer memory licence) private returns (uint256 grantId) {
        grantId = _given(licence, adapter);
        vm.prank(adapter);
        vault.link(derivation, 0, _sale(licence, 1));
    }

    function _contested(uint256 workId) private returns (uint256 disputeId) {
        disputeId = _disputed(workId, keccak256("drawings"), author);
        vm.prank(arbiter);
        desk.admit(disputeId);
    }

    function _assign(uint256 disputeId) private {
        vm.warp(vm.getBlockTimestamp() + ANSWER_PERIOD);
        vm.prank(arbiter);
        desk.rule(disputeId, IDisputeDesk.Status.Assigned, new ILicenseLedger.Sale[](0));
    }
}
