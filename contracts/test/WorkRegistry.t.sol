// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CoinlessERC721 } from "../src/CoinlessERC721.sol";
import { IDisputeDesk } from "../src/interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice What can happen to a title once it is there, and who may do it.
contract WorkRegistryTest is Scene {
    uint64 private constant FREEZE = 7 days;
    uint32 private constant RETRACTED = 1;
    uint32 private constant DISPUTED = 4;
    uint32 private constant UPHELD = 8;
    uint32 private constant ASSIGNED = 16;

    function test_supplementsAreCountedAndAppendToTheHistory() public {
        uint256 workId = _registered("work");
        for (uint32 sequence = 1; sequence <= 3; ++sequence) {
            vm.expectEmit(address(registry));
            emit IWorkRegistry.SupplementRecorded(workId, sequence, bytes32(uint256(sequence)), creator);
            vm.expectEmit(address(registry));
            emit IWorkRegistry.MetadataUpdate(workId);
            vm.prank(creator);
            vm.assertEq(registry.supplement(workId, bytes32(uint256(sequence))), sequence);
            vm.assertEq(registry.supplementsOf(workId), sequence);
        }
        (address holder, uint64 effectiveDate, uint32 series,) = registry.titleOf(workId);
        vm.assertEq(holder, creator);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(series, 0);
    }

    function test_onlyTheHolderSupplementsWithoutASignature() public {
        uint256 workId = _registered("work");
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotTitleHolder.selector, workId, creator, stranger)
        );
        vm.prank(stranger);
        registry.supplement(workId, bytes32(0));
    }

    function test_anUnknownWorkHasNoTitle() public {
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, 42);
        vm.expectRevert(refusal);
        registry.titleOf(42);
        vm.expectRevert(refusal);
        registry.effectiveDateOf(42);
        vm.expectRevert(refusal);
        registry.seriesOf(42);
        vm.expectRevert(refusal);
        registry.tokenURI(42);
        vm.expectRevert(refusal);
        registry.getStateFingerprint(42);
        vm.expectRevert(refusal);
        registry.supplement(42, bytes32(0));
        vm.expectRevert(refusal);
        registry.cancelAllOffers(42);
        vm.expectRevert(refusal);
        registry.retract(42);
        vm.expectRevert(refusal);
        vm.prank(address(desk));
        registry.assign(42, buyer);
    }

    function test_everyTransferAndEveryWithdrawalOfOffersAdvancesTheSeries() public {
        uint256 workId = _registered("work");
        vm.expectEmit(address(registry));
        emit IWorkRegistry.SeriesAdvanced(workId, 1);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.SeriesAdvanced(workId, 2);
        vm.prank(buyer);
        vm.assertEq(registry.cancelAllOffers(workId), 2);

        vm.prank(buyer);
        registry.safeTransferFrom(buyer, creator, workId);
        vm.assertEq(registry.seriesOf(workId), 3);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_onlyTheHolderWithdrawsAllOffers() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.approve(stranger, workId);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotTitleHolder.selector, workId, creator, stranger)
        );
        vm.prank(stranger);
        registry.cancelAllOffers(workId);
    }

    function test_retractingStopsSalesOnceAndLeavesTheRecord() public {
        uint256 workId = _registered("work");
        vm.expectEmit(address(registry));
        emit IWorkRegistry.WorkRetracted(workId, creator);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.MetadataUpdate(workId);
        vm.prank(creator);
        registry.retract(workId);
        _requireTitle(workId, creator, 0, RETRACTED);

        vm.recordLogs();
        vm.prank(creator);
        registry.retract(workId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        _requireTitle(workId, creator, 0, RETRACTED);
    }

    function test_aRetractionOutlivesASaleOfTheTitle() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.retract(workId);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        _requireTitle(workId, buyer, 1, RETRACTED);
    }

    function test_onlyTheHolderRetracts() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.setApprovalForAll(stranger, true);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.NotTitleHolder.selector, workId, creator, stranger)
        );
        vm.prank(stranger);
        registry.retract(workId);
    }

    function test_aRulingAssignsATitleAndEndsARetraction() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.retract(workId);
        vm.prank(creator);
        registry.approve(stranger, workId);
        _disputed(workId, "evidence", buyer);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleAssigned(workId, creator, buyer);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.MetadataUpdate(workId);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.SeriesAdvanced(workId, 1);
        vm.prank(address(desk));
        registry.assign(workId, buyer);
        _requireTitle(workId, buyer, 1, ASSIGNED);
        vm.assertEq(registry.getApproved(workId), address(0));
    }

    function test_theDeskMarksATitleAndTakesNoFlagAway() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.retract(workId);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleMarked(workId, RETRACTED | DISPUTED);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.MetadataUpdate(workId);
        vm.prank(address(desk));
        registry.mark(workId, DISPUTED);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.TitleMarked(workId, RETRACTED | DISPUTED | UPHELD);
        vm.prank(address(desk));
        registry.mark(workId, UPHELD);
        _requireTitle(workId, creator, 0, RETRACTED | DISPUTED | UPHELD);
    }

    function test_anAssignmentEndsWhatTheFormerHolderDidAndWasRuledToHaveDone() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.retract(workId);
        vm.prank(address(desk));
        registry.mark(workId, DISPUTED | UPHELD);
        vm.prank(address(desk));
        registry.assign(workId, buyer);
        _requireTitle(workId, buyer, 1, DISPUTED | ASSIGNED);
    }

    function testFuzz_onlyTheDeskAssignsAndMarks(address sender) public {
        vm.assume(sender != address(desk));
        uint256 workId = _registered("work");
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.NotDisputeDesk.selector, sender);
        vm.expectRevert(refusal);
        vm.prank(sender);
        registry.assign(workId, sender);
        vm.expectRevert(refusal);
        vm.prank(sender);
        registry.mark(workId, UPHELD);
        _requireTitle(workId, creator, 0, 0);
    }

    function test_neitherHolderNorArbiterAssignsOrMarks() public {
        uint256 workId = _registered("work");
        address[2] memory others = [creator, arbiter];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotDisputeDesk.selector, others[i]));
            vm.prank(others[i]);
            registry.assign(workId, buyer);
            vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotDisputeDesk.selector, others[i]));
            vm.prank(others[i]);
            registry.mark(workId, UPHELD);
        }
    }

    function test_aDisputedTitleStaysWhereItIsUntilTheFreezeEnds() public {
        uint256 workId = _registered("work");
        _disputed(workId, "evidence", address(0));
        _requireFrozen(workId, NOW + FREEZE);
        vm.warp(NOW + FREEZE - 1);
        _requireFrozen(workId, NOW + FREEZE);

        vm.warp(NOW + FREEZE);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        vm.assertEq(registry.ownerOf(workId), buyer);
    }

    function test_anAdmittedDisputeKeepsATitleWhereItIsUntilItLapses() public {
        uint256 workId = _registered("work");
        uint256 disputeId = _disputed(workId, "evidence", address(0));
        vm.prank(arbiter);
        desk.admit(disputeId);
        vm.warp(NOW + RULING_PERIOD - 1);
        _requireFrozen(workId, NOW + RULING_PERIOD);
        vm.warp(NOW + RULING_PERIOD);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        vm.assertEq(registry.ownerOf(workId), buyer);
    }

    function test_aFreezeHoldsOneTitleAlone() public {
        uint256 workId = _registered("work");
        uint256 other = _registered("another work");
        _disputed(workId, "evidence", address(0));
        vm.prank(creator);
        registry.transferFrom(creator, buyer, other);
        vm.assertEq(registry.ownerOf(other), buyer);
    }

    function test_aFrozenTitleCanDoAllThatMovesItNowhere() public {
        uint256 workId = _registered("work");
        _disputed(workId, "evidence", address(0));
        vm.prank(creator);
        registry.supplement(workId, "more");
        vm.prank(creator);
        vm.assertEq(registry.cancelAllOffers(workId), 1);
        vm.prank(creator);
        registry.retract(workId);
        _requireTitle(workId, creator, 1, RETRACTED);
        vm.assertEq(registry.supplementsOf(workId), 1);
    }

    function test_theDeskMovesATitleThatIsFrozen() public {
        uint256 workId = _registered("work");
        uint256 disputeId = _disputed(workId, "evidence", buyer);
        vm.prank(arbiter);
        desk.admit(disputeId);
        vm.warp(NOW + ANSWER_PERIOD);
        vm.prank(arbiter);
        desk.rule(disputeId, IDisputeDesk.Status.Assigned, new ILicenseLedger.Sale[](0));
        _requireTitle(workId, buyer, 1, DISPUTED | ASSIGNED);
    }

    function test_aTitleIsATokenUnderItsStandards() public view {
        vm.assertTrue(registry.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertTrue(registry.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(registry.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        vm.assertTrue(registry.supportsInterface(0x49064906), "ERC-4906");
        vm.assertTrue(registry.supportsInterface(registry.getStateFingerprint.selector), "ERC-5646");
        vm.assertEq(bytes32(registry.getStateFingerprint.selector), bytes32(bytes4(0xf5112315)));
        vm.assertFalse(registry.supportsInterface(0xffffffff));
        vm.assertFalse(registry.supportsInterface(0x2a55205a));
        vm.assertEq(registry.name(), "Colophon Title");
        vm.assertEq(registry.symbol(), "TITLE");
    }

    function test_coinSentWithATransferOrAnApprovalIsRefused() public {
        uint256 workId = _registered("work");
        vm.deal(creator, 3);
        bytes memory refusal = abi.encodeWithSelector(CoinlessERC721.CoinNotAccepted.selector, 1);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.transferFrom{ value: 1 }(creator, buyer, workId);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.safeTransferFrom{ value: 1 }(creator, buyer, workId, "");
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.approve{ value: 1 }(buyer, workId);
    }

    function _requireFrozen(uint256 workId, uint64 until) private {
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.TitleFrozen.selector, workId, until);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.safeTransferFrom(creator, buyer, workId);
        vm.expectRevert(refusal);
        vm.prank(creator);
        registry.safeTransferFrom(creator, buyer, workId, "data");
    }

    function _requireTitle(uint256 workId, address holder, uint32 series, uint32 flags) private view {
        (address holderNow, uint64 effectiveDate, uint32 seriesNow, uint32 flagsNow) =
            registry.titleOf(workId);
        vm.assertEq(holderNow, holder);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(seriesNow, series);
        vm.assertEq(flagsNow, flags);
    }
}
