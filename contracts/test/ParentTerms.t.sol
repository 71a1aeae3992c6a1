// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice What several parents together ask of a derivative's sales: terms, time, and a part of the price.
contract ParentTermsTest is Trade {
    bytes32 private constant OTHER_TERMS = keccak256("other terms");

    uint256 private derivative;
    IWorkRegistry.Declaration private derivation;

    function setUp() public override {
        super.setUp();
        derivation = _derivation(_registered("one"), _registered("other"));
        derivative = _recorded(derivation);
    }

    function test_aDerivativesSalesEndWithItsEarliestLicence() public {
        ILicenseLedger.Offer memory short = _licence(1);
        short.duration = 5 days;
        _link(0, _licence(0));
        _link(1, short);
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, NOW + 5 days);
        vm.warp(NOW + 5 days);
        _refuseSale(
            _offerOf(derivative, adapter),
            abi.encodeWithSelector(ILicenseLedger.ParentLicenceEnded.selector, derivative, NOW + 5 days)
        );
    }

    function test_linkingAnotherParentDoesNotReviveWhatARulingEnded() public {
        ILicenseLedger.Offer memory ended = _licence(0);
        _link(0, ended);
        vm.prank(address(desk));
        ledger.endGrant(_sale(ended, 1));
        _link(1, _licence(1));
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, NOW);
    }

    function test_underShareAlikeEveryOfferCarriesTheParentsTermsAndFlag() public {
        ILicenseLedger.Offer memory licence = _licence(0);
        licence.flags |= SHARE_ALIKE;
        _link(0, licence);
        ILicenseLedger.ParentTerms memory terms = ledger.parentTermsOf(derivative);
        vm.assertTrue(terms.shareAlike);
        vm.assertEq(terms.sharedTerms, licence.termsHash);

        bytes memory refusal =
            abi.encodeWithSelector(ILicenseLedger.TermsNotShared.selector, derivative, licence.termsHash);
        ILicenseLedger.Offer memory offer = _offerOf(derivative, adapter);
        _refuseSale(offer, refusal);
        (offer.flags, offer.termsHash) = (SHARE_ALIKE, OTHER_TERMS);
        _refuseSale(offer, refusal);
        offer.termsHash = licence.termsHash;
        _given(offer, buyer);
    }

    function test_twoParentsWithDifferentShareAlikeTermsCannotBothBeLinked() public {
        ILicenseLedger.Offer memory licence = _licence(0);
        licence.flags |= SHARE_ALIKE;
        _link(0, licence);
        ILicenseLedger.Offer memory other = _licence(1);
        other.flags |= SHARE_ALIKE;
        other.termsHash = OTHER_TERMS;
        _given(other, adapter);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRoyaltyVault.TermsConflict.selector, derivative, OTHER_TERMS, licence.termsHash
            )
        );
        vm.prank(adapter);
        vault.link(derivation, 1, _sale(other, 1));
        vm.assertEq(vault.linksOf(derivative).length, 1);
    }

    function test_parentsWithTheSameShareAlikeTermsAndOthersWithoutGoTogether() public {
        ILicenseLedger.Offer memory licence = _licence(0);
        licence.flags |= SHARE_ALIKE;
        _link(0, licence);
        ILicenseLedger.Offer memory other = _licence(1);
        other.termsHash = OTHER_TERMS;
        _link(1, other);
        ILicenseLedger.ParentTerms memory terms = ledger.parentTermsOf(derivative);
        vm.assertTrue(terms.shareAlike);
        vm.assertEq(terms.sharedTerms, licence.termsHash);

        other = _licence(1);
        other.flags |= SHARE_ALIKE;
        other.duration = 400 days;
        _renew(other);
        vm.assertEq(ledger.parentTermsOf(derivative).sharedTerms, licence.termsHash);
    }

    function test_aRenewalMayChangeTheTermsOfTheOnlyShareAlikeParent() public {
        ILicenseLedger.Offer memory licence = _licence(0);
        licence.flags |= SHARE_ALIKE;
        _link(0, licence);
        _link(1, _licence(1));
        licence.termsHash = OTHER_TERMS;
        licence.duration = 400 days;
        _renew(licence);
        vm.assertEq(ledger.parentTermsOf(derivative).sharedTerms, OTHER_TERMS);

        licence.flags = TRANSFERABLE | DERIVATIVES;
        licence.duration = 500 days;
        _renew(licence);
        vm.assertFalse(ledger.parentTermsOf(derivative).shareAlike);
        vm.assertEq(ledger.parentTermsOf(derivative).sharedTerms, 0);
        _given(_offerOf(derivative, adapter), buyer);
    }

    function test_aRenewalCannotLeaveTheTermsOfAnotherShareAlikeParent() public {
        ILicenseLedger.Offer memory one = _licence(0);
        one.flags |= SHARE_ALIKE;
        _link(0, one);
        ILicenseLedger.Offer memory other = _licence(1);
        other.flags |= SHARE_ALIKE;
        _link(1, other);

        (one.termsHash, one.duration) = (OTHER_TERMS, 400 days);
        _given(one, adapter);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRoyaltyVault.TermsConflict.selector, derivative, other.termsHash, OTHER_TERMS
            )
        );
        vm.prank(adapter);
        vault.renewLink(derivative, _sale(one, 1));
    }

    function test_parentsTogetherAskForNoMoreThanTheWhole() public {
        ILicenseLedger.Offer memory one = _licence(0);
        ILicenseLedger.Offer memory other = _licence(1);
        (one.royaltyBps, other.royaltyBps) = (6000, 4001);
        _link(0, one);
        _given(other, adapter);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.RoyaltiesTooHigh.selector, 10_001, 10_000));
        vm.prank(adapter);
        vault.link(derivation, 1, _sale(other, 1));

        other.royaltyBps = 4000;
        _link(1, other);
        vm.assertEq(ledger.parentTermsOf(derivative).royaltiesBps, 10_000);
    }

    function test_aRenewalAsksForNoMoreThanTheWhole() public {
        ILicenseLedger.Offer memory one = _licence(0);
        ILicenseLedger.Offer memory other = _licence(1);
        (one.royaltyBps, other.royaltyBps) = (6000, 4000);
        _link(0, one);
        _link(1, other);
        (one.royaltyBps, one.duration) = (6001, 400 days);
        _given(one, adapter);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.RoyaltiesTooHigh.selector, 10_001, 10_000));
        vm.prank(adapter);
        vault.renewLink(derivative, _sale(one, 1));
    }

    function test_carrierAndParentsTogetherAskForNoMoreThanTheWhole() public {
        _link(0, _licence(0));
        _link(1, _licence(1));
        ILicenseLedger.Offer memory offer = _offerOf(derivative, adapter);
        (offer.carrier, offer.carrierBps) = (carrier, 8001);
        _refuseSale(offer, abi.encodeWithSelector(ILicenseLedger.RoyaltiesTooHigh.selector, 10_001, 10_000));
        offer.carrierBps = 8000;
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vm.assertEq(vault.remainderOf(_noTable(derivative), COIN), 0);
    }

    function test_aLinkMadeAfterTheSaleCannotPayMoreThanIsLeft() public {
        ILicenseLedger.Offer memory offer = _offerOf(derivative, adapter);
        (offer.carrier, offer.carrierBps) = (carrier, 8500);
        _given(offer, buyer);
        _link(0, _licence(0));
        _link(1, _licence(1));
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vm.assertEq(vault.owedToCarrier(carrier, COIN), PRICE * 85 / 100);
        vm.assertEq(vault.receivedOf(derivation.parents[0], COIN), PRICE / 10);
        vm.assertEq(vault.receivedOf(derivation.parents[1], COIN), PRICE / 20);
        vm.assertEq(vault.remainderOf(_noTable(derivative), COIN), 0);
        vm.assertEq(address(vault).balance, PRICE);
    }

    function test_aDeclaredParentWithoutALinkAsksForNothing() public {
        ILicenseLedger.Offer memory offer = _offerOf(derivative, adapter);
        _link(0, _licence(0));
        _given(offer, buyer);
        vm.warp(NOW + ESCROW_PERIOD);
        _release(offer, 1);
        vm.assertEq(vault.receivedOf(derivation.parents[0], COIN), PRICE / 10);
        vm.assertEq(vault.receivedOf(derivation.parents[1], COIN), 0);
    }

    function test_eightParentsAreLinkedAndPaid() public {
        IWorkRegistry.Declaration memory declaration = _derivation(0);
        declaration.parents = new uint256[](8);
        for (uint256 i = 0; i < 8; ++i) {
            uint256 workId = _registered(string.concat("parent ", vm.toString(i)));
            uint256 place = i;
            for (; place > 0 && declaration.parents[place - 1] > workId; --place) {
                declaration.parents[place] = declaration.parents[place - 1];
            }
            declaration.parents[place] = workId;
        }
        uint256 workOfEight = _recorded(declaration);
        for (uint256 i = 0; i < 8; ++i) {
            ILicenseLedger.Offer memory licence = _offer(declaration.parents[i]);
            licence.flags |= DERIVATIVES;
            _given(licence, adapter);
            vm.prank(adapter);
            vault.link(declaration, i, _sale(licence, 1));
        }
        vm.assertEq(ledger.parentTermsOf(workOfEight).royaltiesBps, 8000);
        _earned(workOfEight, PRICE);
        for (uint256 i = 0; i < 8; ++i) {
            vm.assertEq(vault.receivedOf(declaration.parents[i], COIN), PRICE / 10);
        }
        vm.assertEq(vault.remainderOf(_noTable(workOfEight), COIN), PRICE / 5);
    }

    function _licence(uint256 place) private view returns (ILicenseLedger.Offer memory licence) {
        licence = _offer(derivation.parents[place]);
        licence.flags |= DERIVATIVES;
    }

    function _link(uint256 place, ILicenseLedger.Offer memory licence) private {
        _given(licence, adapter);
        vm.prank(adapter);
        vault.link(derivation, place, _sale(licence, 1));
    }

    function _renew(ILicenseLedger.Offer memory licence) private {
        _given(licence, adapter);
        vm.prank(adapter);
        vault.renewLink(derivative, _sale(licence, 1));
    }

    function _refuseSale(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(adapter);
        ledger.purchase{ value: offer.price }(offer, NO_SIGNATURE, buyer, offer.price);
    }
}
