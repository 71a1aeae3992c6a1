// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../src/interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice Who buys a title for the fingerprint it had gets what they looked at, or notices (ERC-5646).
contract StateFingerprintTest is Scene {
    uint256 private workId;
    bytes32 private before;

    /// @dev A derivative, so that it has parents to be linked to; dated a day after the proof that may come.
    function setUp() public override {
        super.setUp();
        registry.commit(registry.commitmentOf(registry.workIdOf(_derivative()), "salt"));
        uint256 parent = _registered("parent");
        vm.warp(NOW + 1 days);
        IWorkRegistry.Declaration memory declaration = _derivative();
        vm.prank(creator);
        workId = registry.register(declaration);
        vm.assertTrue(parent != workId);
        before = registry.getStateFingerprint(workId);
    }

    function test_itStaysWhileNothingChanges() public {
        vm.warp(NOW + 20 days);
        vm.prank(creator);
        registry.approve(buyer, workId);
        _bought(_offer(_registered("another work")));
        vm.assertEq(registry.getStateFingerprint(workId), before);
    }

    function test_twoTitlesAlikeHaveTwo() public {
        uint256 first = _registered("first");
        uint256 second = _registered("second");
        vm.assertTrue(registry.getStateFingerprint(first) != registry.getStateFingerprint(second));
    }

    function test_anEarlierDateChangesIt() public {
        IWorkRegistry.Registration memory registration =
            IWorkRegistry.Registration({ declaration: _derivative(), deadline: FOR_EVER });
        registry.reveal(registration, "salt", NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        _requireChanged();
    }

    function test_anotherSeriesChangesIt() public {
        vm.prank(creator);
        registry.cancelAllOffers(workId);
        _requireChanged();
    }

    function test_aRetractionChangesIt() public {
        vm.prank(creator);
        registry.retract(workId);
        _requireChanged();
    }

    function test_aMarkChangesIt() public {
        vm.prank(address(desk));
        registry.mark(workId, 8);
        _requireChanged();
    }

    function test_aSupplementChangesIt() public {
        vm.prank(creator);
        registry.supplement(workId, "more");
        _requireChanged();
    }

    function test_aSaleChangesIt() public {
        _bought(_offer(workId));
        _requireChanged();
    }

    function test_anExclusiveSaleChangesItOtherwiseThanAnOrdinaryOne() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        uint256 snapshot = vm.snapshotState();
        _bought(offer);
        bytes32 ordinary = registry.getStateFingerprint(workId);
        vm.assertTrue(vm.revertToState(snapshot));
        offer.flags = EXCLUSIVE;
        _bought(offer);
        _requireChanged();
        vm.assertTrue(registry.getStateFingerprint(workId) != ordinary);
    }

    function test_aGrantThatEndsBeforeAnotherChangesItToo() public {
        ILicenseLedger.Offer memory offer = _offer(workId);
        offer.duration = FOR_EVER;
        _bought(offer);
        bytes32 first = registry.getStateFingerprint(workId);
        offer.duration = 1;
        _bought(offer);
        vm.assertTrue(registry.getStateFingerprint(workId) != first);
    }

    function test_aShareTableChangesIt() public {
        IRoyaltyVault.ShareTable memory none;
        none.workId = workId;
        IRoyaltyVault.ShareTable memory table = IRoyaltyVault.ShareTable({
            workId: workId,
            series: 0,
            epoch: 1,
            contributors: new address[](1),
            bps: new uint16[](1),
            deadline: FOR_EVER
        });
        table.contributors[0] = creator;
        table.bps[0] = 1000;
        vm.prank(creator);
        vault.setShares(table, none, NO_SIGNATURE, new bytes[](1));
        _requireChanged();
    }

    function test_aLinkToAParentChangesItAndSoDoesItsRenewal() public {
        ILicenseLedger.Offer memory offer = _offer(_derivative().parents[0]);
        offer.flags = DERIVATIVES;
        vm.deal(creator, 2 * PRICE);
        _boughtByCreator(offer);
        IWorkRegistry.Declaration memory declaration = _derivative();
        vm.prank(creator);
        vault.link(declaration, 0, _sale(offer, 1));
        bytes32 linked = registry.getStateFingerprint(workId);
        _requireChanged();

        offer.duration += 1 days;
        _boughtByCreator(offer);
        vm.prank(creator);
        vault.renewLink(workId, _sale(offer, 1));
        _requireChanged();
        vm.assertTrue(registry.getStateFingerprint(workId) != linked);
    }

    function _boughtByCreator(ILicenseLedger.Offer memory offer) private {
        vm.prank(creator);
        ledger.purchase{ value: offer.price }(offer, NO_SIGNATURE, creator, offer.price);
    }

    function _derivative() private view returns (IWorkRegistry.Declaration memory declaration) {
        declaration = _declaration("derivative");
        declaration.parents = new uint256[](1);
        declaration.parents[0] = registry.workIdOf(_declaration("parent"));
    }

    function _requireChanged() private view {
        vm.assertTrue(registry.getStateFingerprint(workId) != before);
    }
}
