// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice How revenue goes up through the generations: each passes on a part of what it receives, one level a call.
contract RoyaltiesTest is Trade {
    uint256 private grandparent;
    uint256 private parent;
    uint256 private child;

    function setUp() public override {
        super.setUp();
        grandparent = _registered("grandparent");
        parent = _derived("parent", grandparent, 2000);
        child = _derived("child", parent, 5000);
    }

    function test_aReleasePaysTheParentItsPartOfTheWhole() public {
        ILicenseLedger.Offer memory offer = _childOffer();
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(offer), 1);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.CarrierCredited(carrier, COIN, PRICE / 10);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RoyaltyReceived(parent, child, COIN, PRICE / 2);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RevenueReleased(
            grantId, child, COIN, 0, PRICE, PRICE / 10, PRICE / 2, PRICE * 4 / 10
        );
        _release(offer, 1);
        vm.assertEq(vault.receivedOf(parent, COIN), PRICE / 2);
        vm.assertEq(vault.receivedOf(grandparent, COIN), 0);
    }

    function test_threeGenerationsAreReachedOneLevelACall() public {
        _sold();
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RoyaltyReceived(grandparent, parent, COIN, PRICE / 10);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RoyaltiesDistributed(parent, COIN, 0, PRICE / 2, PRICE / 10, PRICE * 4 / 10);
        vm.assertEq(vault.distribute(parent, COIN), PRICE / 2);
        vm.assertEq(vault.receivedOf(parent, COIN), 0);
        vm.assertEq(vault.receivedOf(grandparent, COIN), PRICE / 10);
        vm.assertEq(vault.remainderOf(_noTable(grandparent), COIN), 0);

        vm.expectEmit(address(vault));
        emit IRoyaltyVault.RoyaltiesDistributed(grandparent, COIN, 0, PRICE / 10, 0, PRICE / 10);
        vm.prank(stranger);
        vm.assertEq(vault.distribute(grandparent, COIN), PRICE / 10);
        vm.assertEq(vault.claimRemainder(_noTable(grandparent), COIN, creator), PRICE / 10);
        vm.assertEq(vault.claimRemainder(_noTable(parent), COIN, adapter), PRICE * 4 / 10);
        vm.assertEq(vault.claimRemainder(_noTable(child), COIN, adapter), PRICE * 4 / 10);
        vm.assertEq(vault.claimCarried(carrier, COIN, carrier), PRICE / 10);
        vm.assertEq(address(vault).balance, 0);
    }

    function test_whatWasDistributedIsNotDistributedAgain() public {
        _sold();
        vault.distribute(parent, COIN);
        vm.assertEq(vault.distribute(parent, COIN), 0);
        vm.assertEq(vault.receivedOf(grandparent, COIN), PRICE / 10);
        vm.assertEq(vault.revenueOf(parent, 0, COIN), PRICE * 4 / 10);
    }

    function test_contributorsOfAParentShareWhatIsDistributedUnderTheirTable() public {
        _sold();
        address[] memory people = _people(2);
        IRoyaltyVault.ShareTable memory table = _table(parent, 1, people, 5000);
        _shared(table);
        vault.distribute(parent, COIN);
        vm.assertEq(vault.owedTo(table, 0, COIN), PRICE * 2 / 10);
        vm.assertEq(vault.revenueOf(parent, 1, COIN), PRICE * 4 / 10);
        vm.assertEq(vault.revenueOf(parent, 0, COIN), 0);
    }

    function test_currenciesAreDistributedApart() public {
        ILicenseLedger.Offer memory offer = _childOffer();
        offer.currency = address(token);
        token.mint(adapter, PRICE);
        vm.prank(adapter);
        token.approve(address(ledger), PRICE);
        vm.prank(adapter);
        ledger.purchase(offer, NO_SIGNATURE, buyer, PRICE);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vm.assertEq(vault.distribute(parent, COIN), 0);
        vm.assertEq(vault.distribute(parent, address(token)), PRICE / 2);
        vm.assertEq(vault.receivedOf(grandparent, address(token)), PRICE / 10);
    }

    function test_aRoyaltyThatComesToNothingIsNotAnnounced() public {
        ILicenseLedger.Offer memory offer = _offerOf(child, adapter);
        offer.price = 1;
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        vm.recordLogs();
        _release(offer, 1);
        // The ledger's word and the vault's.
        vm.assertEq(vm.getRecordedLogs().length, 2);
        vm.assertEq(vault.receivedOf(parent, COIN), 0);
    }

    function test_onAnUnknownWorkNothingIsDistributed() public {
        vm.assertEq(vault.distribute(42, COIN), 0);
    }

    function testFuzz_whatComesInGoesOutOrStaysAsDust(uint128 price) public {
        ILicenseLedger.Offer memory offer = _childOffer();
        offer.price = price;
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vault.distribute(parent, COIN);
        vault.distribute(grandparent, COIN);
        vault.claimCarried(carrier, COIN, carrier);
        vault.claimRemainder(_noTable(grandparent), COIN, creator);
        vault.claimRemainder(_noTable(parent), COIN, adapter);
        vault.claimRemainder(_noTable(child), COIN, adapter);
        // Without tables nothing is rounded away: each rounding leaves more for the rest.
        vm.assertEq(address(vault).balance, 0);
        vm.assertEq(creator.balance, uint256(price) * 5000 / 10_000 * 2000 / 10_000);
    }

    function _childOffer() private view returns (ILicenseLedger.Offer memory offer) {
        offer = _offerOf(child, adapter);
        (offer.carrier, offer.carrierBps) = (carrier, 1000);
    }

    function _sold() private {
        ILicenseLedger.Offer memory offer = _childOffer();
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
    }

    /// @dev The licence is a gift, so that a test counts only what it sells itself.
    function _derived(string memory text, uint256 from, uint16 royaltyBps) private returns (uint256 workId) {
        IWorkRegistry.Declaration memory declaration = _derivation(from);
        declaration.contentHash = keccak256(bytes(text));
        workId = _recorded(declaration);
        ILicenseLedger.Offer memory licence = _offerOf(from, registry.ownerOf(from));
        (licence.flags, licence.price, licence.royaltyBps) = (DERIVATIVES, 0, royaltyBps);
        _given(licence, adapter);
        vm.prank(adapter);
        vault.link(declaration, 0, _sale(licence, 1));
    }
}
