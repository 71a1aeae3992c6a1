// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Trade } from "./support/Trade.sol";

/// @notice How a declared parent is backed by a licence, and who may do it.
contract DerivativesTest is Trade {
    uint256 private parent;
    uint256 private derivative;
    IWorkRegistry.Declaration private derivation;

    function setUp() public override {
        super.setUp();
        parent = _registered("parent");
        derivation = _derivation(parent);
        derivative = _recorded(derivation);
    }

    function test_aLinkBindsTheGrantThatBacksIt() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = _given(licence, adapter);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.Locked(grantId);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.DerivativeLinked(
            derivative, parent, grantId, 1000, false, licence.termsHash, NOW + 365 days
        );
        _link(licence, 1);

        IRoyaltyVault.Link[] memory links = vault.linksOf(derivative);
        vm.assertEq(links.length, 1);
        vm.assertEq(links[0].parent, parent);
        vm.assertEq(links[0].grantId, grantId);
        vm.assertEq(links[0].royaltyBps, 1000);
        vm.assertFalse(links[0].shareAlike);
        vm.assertEq(ledger.boundTo(grantId), derivative);
        (,,, uint32 flags) = ledger.grantOf(grantId);
        vm.assertEq(flags, TRANSFERABLE | DERIVATIVES | ESCROWED | BOUND);
        vm.assertTrue(ledger.locked(grantId));
    }

    function test_theLedgerKnowsWhatALinkAsksOfSales() public {
        _linked(_licence());
        ILicenseLedger.ParentTerms memory terms = ledger.parentTermsOf(derivative);
        vm.assertTrue(terms.linked);
        vm.assertEq(terms.salesUntil, NOW + 365 days);
        vm.assertEq(terms.royaltiesBps, 1000);
        vm.assertFalse(terms.shareAlike);
        vm.assertEq(terms.sharedTerms, 0);
    }

    function test_aGrantThatNeverCouldMoveIsNotLockedAgain() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.flags = DERIVATIVES;
        _given(licence, adapter);
        vm.recordLogs();
        _link(licence, 1);
        vm.assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_aGrantIsNotUsedForTwoDerivatives() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = _linked(licence);
        IWorkRegistry.Declaration memory second = _derivation(parent);
        second.contentHash = keccak256("second");
        _recorded(second);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantBound.selector, grantId, derivative));
        vm.prank(adapter);
        vault.link(second, 0, _sale(licence, 1));
    }

    function test_onlyTheHolderOfTheDerivativeLinksIt() public {
        ILicenseLedger.Offer memory licence = _licence();
        _given(licence, stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.NotTitleHolder.selector, derivative, adapter, stranger)
        );
        vm.prank(stranger);
        vault.link(derivation, 0, _sale(licence, 1));
    }

    function test_aDerivativeThatIsNotRecordedIsNotLinked() public {
        ILicenseLedger.Offer memory licence = _licence();
        _given(licence, adapter);
        IWorkRegistry.Declaration memory unknown = _derivation(parent);
        unknown.contentHash = keccak256("unknown");
        uint256 unknownId = registry.workIdOf(unknown);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, unknownId));
        vm.prank(adapter);
        vault.link(unknown, 0, _sale(licence, 1));
    }

    function test_onlyAParentAtItsPlaceIsLinked() public {
        ILicenseLedger.Offer memory licence = _licence();
        _given(licence, adapter);
        _refuseLink(
            1, licence, abi.encodeWithSelector(IRoyaltyVault.NotParent.selector, derivative, 1, parent)
        );

        uint256 other = _registered("other");
        licence = _offer(other);
        licence.flags |= DERIVATIVES;
        _given(licence, adapter);
        _refuseLink(
            0, licence, abi.encodeWithSelector(IRoyaltyVault.NotParent.selector, derivative, 0, other)
        );
    }

    function test_aParentIsLinkedOnce() public {
        ILicenseLedger.Offer memory licence = _licence();
        _linked(licence);
        _given(licence, adapter);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.AlreadyLinked.selector, derivative, parent));
        _link(licence, 2);
    }

    function test_somebodyElsesGrantBacksNothing() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = _given(licence, buyer);
        _refuseLink(
            0,
            licence,
            abi.encodeWithSelector(ILicenseLedger.NotGrantHolder.selector, grantId, buyer, adapter)
        );
    }

    function test_aGrantThatIsOverBacksNothing() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.duration = 1 days;
        uint256 grantId = _given(licence, adapter);
        vm.warp(NOW + 1 days);
        _refuseLink(
            0,
            licence,
            abi.encodeWithSelector(ILicenseLedger.GrantNotLive.selector, grantId, NOW, NOW + 1 days)
        );
    }

    function test_aGrantWithoutDerivativesBacksNothing() public {
        ILicenseLedger.Offer memory licence = _offer(parent);
        uint256 grantId = _given(licence, adapter);
        _refuseLink(
            0, licence, abi.encodeWithSelector(ILicenseLedger.DerivativesNotAllowed.selector, grantId)
        );
    }

    function test_aGrantThatWasNeverIssuedBacksNothing() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = ledger.grantIdOf(ledger.offerHashOf(licence), 1);
        _refuseLink(0, licence, abi.encodeWithSelector(ILicenseLedger.UnknownGrant.selector, grantId));
    }

    function test_aBoundGrantNeitherMovesNorIsRefunded() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = _linked(licence);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantLocked.selector, grantId));
        vm.prank(adapter);
        ledger.transferFrom(adapter, stranger, grantId);

        vm.warp(NOW + 1);
        _upheld(parent);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantBound.selector, grantId, derivative));
        vm.prank(adapter);
        ledger.refund(_sale(licence, 1), adapter);
    }

    function test_aBoundGrantFollowsALostAccount() public {
        uint256[] memory grantIds = new uint256[](1);
        grantIds[0] = _linked(_licence());
        _lost(adapter, stranger);
        vm.prank(stranger);
        ledger.recoverGrants(adapter, grantIds);
        vm.assertEq(ledger.ownerOf(grantIds[0]), stranger);
        vm.assertEq(ledger.boundTo(grantIds[0]), derivative);
    }

    function test_aDerivativesSalesStopWhenItsLicenceExpiresAndGoOnWhenItIsRenewed() public {
        ILicenseLedger.Offer memory licence = _licence();
        licence.duration = 10 days;
        _linked(licence);
        uint64 end = NOW + 10 days;
        ILicenseLedger.Offer memory offer = _offerOf(derivative, adapter);
        vm.warp(end - 1);
        _given(offer, buyer);
        vm.warp(end);
        _refuseSale(
            offer, abi.encodeWithSelector(ILicenseLedger.ParentLicenceEnded.selector, derivative, end)
        );

        licence.duration = FOR_EVER;
        uint256 grantId = _given(licence, adapter);
        vm.expectEmit(address(vault));
        emit IRoyaltyVault.DerivativeLinked(
            derivative, parent, grantId, 1000, false, licence.termsHash, FOR_EVER
        );
        _renew(licence);
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, type(uint40).max);
        vm.assertEq(vault.linksOf(derivative).length, 1);
        vm.assertEq(vault.linksOf(derivative)[0].grantId, grantId);
        _given(offer, buyer);
    }

    function test_aRenewalTakesOverTheRoyaltyOfItsGrant() public {
        _linked(_licence());
        ILicenseLedger.Offer memory dearer = _licence();
        (dearer.royaltyBps, dearer.duration) = (2500, 400 days);
        _given(dearer, adapter);
        _renew(dearer);
        vm.assertEq(ledger.parentTermsOf(derivative).royaltiesBps, 2500);
        vm.assertEq(vault.linksOf(derivative)[0].royaltyBps, 2500);
    }

    function test_aRenewalRunsLonger() public {
        ILicenseLedger.Offer memory licence = _licence();
        _linked(licence);
        licence.salt = "same end";
        _given(licence, adapter);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.NotLonger.selector, NOW + 365 days, NOW + 365 days)
        );
        _renew(licence);
        licence.duration = 1 days;
        _given(licence, adapter);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.NotLonger.selector, NOW + 365 days, NOW + 1 days)
        );
        _renew(licence);
    }

    function test_whatIsNotLinkedIsNotRenewed() public {
        ILicenseLedger.Offer memory licence = _licence();
        _given(licence, adapter);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyVault.NotLinked.selector, derivative, parent));
        _renew(licence);
    }

    function test_onlyTheHolderOfTheDerivativeRenews() public {
        _linked(_licence());
        ILicenseLedger.Offer memory licence = _licence();
        licence.duration = 400 days;
        _given(licence, stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltyVault.NotTitleHolder.selector, derivative, adapter, stranger)
        );
        vm.prank(stranger);
        vault.renewLink(derivative, _sale(licence, 1));
    }

    function test_whoBuysTheDerivativeKeepsItsLinkAndRenewsItWithAGrantOfItsOwn() public {
        uint256 grantId = _linked(_licence());
        vm.prank(adapter);
        registry.transferFrom(adapter, stranger, derivative);
        vm.assertEq(ledger.ownerOf(grantId), adapter);
        _given(_offerOf(derivative, stranger), buyer);

        ILicenseLedger.Offer memory licence = _licence();
        licence.duration = 400 days;
        _given(licence, stranger);
        vm.prank(stranger);
        vault.renewLink(derivative, _sale(licence, 1));
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, NOW + 400 days);
    }

    function test_aReplacedGrantStaysBound() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 replaced = _linked(licence);
        ILicenseLedger.Offer memory longer = _licence();
        longer.duration = 400 days;
        _given(longer, adapter);
        _renew(longer);
        vm.assertEq(ledger.boundTo(replaced), 0);
        vm.assertTrue(ledger.locked(replaced));
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.GrantBound.selector, replaced, 0));
        _renew(licence);
    }

    function test_aGrantThatARulingEndsStopsTheSalesOfItsDerivative() public {
        ILicenseLedger.Offer memory licence = _licence();
        _linked(licence);
        uint64 ended = NOW + ANSWER_PERIOD;
        _upheld(parent, _one(licence, 1));
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, ended);
        _refuseSale(
            _offerOf(derivative, adapter),
            abi.encodeWithSelector(ILicenseLedger.ParentLicenceEnded.selector, derivative, ended)
        );
    }

    function test_aRulingNamesTheDerivativeWhoseSalesItStops() public {
        ILicenseLedger.Offer memory licence = _licence();
        uint256 grantId = _linked(licence);
        vm.expectEmit(address(ledger));
        emit ILicenseLedger.GrantEnded(grantId, parent, NOW, derivative);
        vm.prank(address(desk));
        ledger.endGrant(_sale(licence, 1));
    }

    function test_theEndOfAReplacedGrantStopsNothing() public {
        ILicenseLedger.Offer memory licence = _licence();
        _linked(licence);
        ILicenseLedger.Offer memory longer = _licence();
        longer.duration = 400 days;
        _given(longer, adapter);
        _renew(longer);
        _upheld(parent, _one(licence, 1));
        vm.assertEq(ledger.parentTermsOf(derivative).salesUntil, NOW + 400 days);
        _given(_offerOf(derivative, adapter), buyer);
    }

    function test_theVaultsStateHashChangesWithEveryLink() public {
        bytes32 before = vault.stateHashOf(derivative);
        ILicenseLedger.Offer memory licence = _licence();
        _linked(licence);
        bytes32 linked = vault.stateHashOf(derivative);
        vm.assertTrue(linked != before);
        licence.duration = 400 days;
        _given(licence, adapter);
        _renew(licence);
        vm.assertTrue(vault.stateHashOf(derivative) != linked);
    }

    function _licence() private view returns (ILicenseLedger.Offer memory licence) {
        licence = _offer(parent);
        licence.flags |= DERIVATIVES;
    }

    function _linked(ILicenseLedger.Offer memory licence) private returns (uint256 grantId) {
        grantId = _given(licence, adapter);
        _link(licence, 1);
    }

    function _link(ILicenseLedger.Offer memory licence, uint32 serial) private {
        vm.prank(adapter);
        vault.link(derivation, 0, _sale(licence, serial));
    }

    function _renew(ILicenseLedger.Offer memory licence) private {
        vm.prank(adapter);
        vault.renewLink(derivative, _sale(licence, 1));
    }

    function _refuseLink(uint256 place, ILicenseLedger.Offer memory licence, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(adapter);
        vault.link(derivation, place, _sale(licence, 1));
    }

    function _refuseSale(ILicenseLedger.Offer memory offer, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(adapter);
        ledger.purchase{ value: offer.price }(offer, NO_SIGNATURE, buyer, offer.price);
    }
}
