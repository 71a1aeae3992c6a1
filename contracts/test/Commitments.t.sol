// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice A commitment dates a declaration that nobody has seen, and nobody can take or spoil it.
contract CommitmentsTest is Scene {
    bytes32 private constant SALT = "a salt that nobody can guess";
    uint64 private constant AGE = 60;

    IWorkRegistry.Registration private registration;
    uint256 private workId;
    bytes32 private commitment;

    function setUp() public override {
        super.setUp();
        registration = _registration("work");
        workId = registry.workIdOf(registration.declaration);
        commitment = registry.commitmentOf(workId, SALT);
    }

    function test_aCommitmentBindsTheDeclarationAndTheSalt() public view {
        vm.assertEq(commitment, keccak256(abi.encode(workId, SALT)));
        vm.assertTrue(registry.commitmentOf(workId, "another salt") != commitment);
        vm.assertTrue(registry.commitmentOf(workId + 1, SALT) != commitment);
    }

    function test_committingFixesTheDateAndShowsNothing() public {
        vm.assertEq(registry.committedAt(commitment), 0);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.CommitmentMade(commitment);
        vm.prank(creator);
        registry.commit(commitment);
        vm.assertEq(registry.committedAt(commitment), NOW);
    }

    function test_aCommitmentRepeatedByAGrieferKeepsItsDate() public {
        vm.prank(creator);
        registry.commit(commitment);
        vm.warp(NOW + 1 days);
        vm.recordLogs();
        vm.prank(stranger);
        registry.commit(commitment);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.committedAt(commitment), NOW);

        _revealed(creator, NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_aCommitmentCopiedFromTheMempoolServesItsMakerAlone() public {
        vm.prank(stranger);
        registry.commit(commitment);
        vm.prank(creator);
        registry.commit(commitment);
        vm.warp(NOW + AGE);
        _refuse(stranger, NO_SIGNATURE);

        _revealed(creator, NO_SIGNATURE);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_revealingRecordsTheDeclarationWithTheDateOfItsCommitment() public {
        registry.commit(commitment);
        vm.warp(NOW + 5 hours);
        IWorkRegistry.Declaration memory declaration = registration.declaration;
        vm.expectEmit(address(registry));
        emit IWorkRegistry.WorkRegistered(
            workId,
            creator,
            declaration.contentHash,
            declaration.fingerprintHash,
            declaration.metadataHash,
            declaration.parents,
            0,
            false,
            NOW
        );
        vm.assertEq(_revealed(creator, NO_SIGNATURE), workId);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_aStrangerRevealsWithTheClaimantsSignatureForTheClaimant() public {
        registry.commit(commitment);
        vm.warp(NOW + AGE);
        _revealed(stranger, _signedRegistration(registration));
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_aStrangerDoesNotRevealWithoutTheClaimantsSignature() public {
        registry.commit(commitment);
        vm.warp(NOW + AGE);
        _refuse(stranger, NO_SIGNATURE);
        _refuse(stranger, _signature(0xBAD, registry.registrationDigest(registration)));
        _refuse(stranger, _mirrored(_signedRegistration(registration)));
    }

    function test_aCommitmentIsRevealedAMinuteLaterAtTheEarliest() public {
        registry.commit(commitment);
        vm.warp(NOW + AGE - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.CommitmentTooYoung.selector, NOW + AGE, NOW + AGE - 1)
        );
        _revealed(creator, NO_SIGNATURE);
        vm.warp(NOW + AGE);
        vm.assertEq(_revealed(creator, NO_SIGNATURE), workId);
    }

    function test_aCommitmentAndItsRevealDoNotShareABlock() public {
        _registered("work");
        registry.commit(commitment);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.CommitmentTooYoung.selector, NOW + AGE, NOW));
        _revealed(stranger, NO_SIGNATURE);
    }

    function test_whatNobodyCommittedToIsNotRevealed() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownCommitment.selector, commitment));
        _revealed(creator, NO_SIGNATURE);

        registry.commit(commitment);
        vm.warp(NOW + AGE);
        bytes32 other = registry.commitmentOf(workId, "another salt");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownCommitment.selector, other));
        vm.prank(creator);
        registry.reveal(registration, "another salt", NO_SIGNATURE);
    }

    function test_theDeadlineBindsWhoeverReveals() public {
        registry.commit(commitment);
        bytes memory signature = _signedRegistration(registration);
        uint64 deadline = registration.deadline;
        vm.warp(deadline);
        _revealedAndForgotten(signature);

        vm.warp(deadline + 1);
        bytes memory refusal =
            abi.encodeWithSelector(IWorkRegistry.DeadlinePassed.selector, deadline, deadline + 1);
        vm.expectRevert(refusal);
        _revealed(stranger, signature);
        vm.expectRevert(refusal);
        _revealed(creator, NO_SIGNATURE);
    }

    function test_aDeclarationRegisteredLateBySomebodyElseIsCorrectedByItsCommitment() public {
        registry.commit(commitment);
        vm.warp(NOW + 1 days);
        bytes memory signature = _signedRegistration(registration);
        vm.prank(stranger);
        registry.registerFor(registration, signature);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 1 days);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.EffectiveDateLowered(workId, NOW + 1 days, NOW);
        _revealed(creator, NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_anybodyBringsAnEarlierCommitmentForARecordEvenAfterTheDeadline() public {
        registry.commit(commitment);
        vm.warp(NOW + 1 days);
        _registered("work");
        vm.warp(registration.deadline + 365 days);
        vm.recordLogs();
        _revealed(stranger, NO_SIGNATURE);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_aLaterCommitmentDoesNotMoveTheDate() public {
        _registered("work");
        registry.commit(commitment);
        vm.warp(NOW + AGE);
        vm.recordLogs();
        vm.assertEq(_revealed(creator, NO_SIGNATURE), workId);
        vm.assertEq(vm.getRecordedLogs().length, 0);

        bytes32 later = registry.commitmentOf(workId, "later");
        registry.commit(later);
        vm.warp(NOW + 2 * AGE);
        vm.prank(creator);
        registry.reveal(registration, "later", NO_SIGNATURE);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function testFuzz_ofManyProofsTheEarliestCounts(uint32[4] memory times, uint8 recordedWith) public {
        uint64 earliest = type(uint64).max;
        for (uint256 i = 0; i < times.length; ++i) {
            vm.warp(NOW + times[i]);
            registry.commit(registry.commitmentOf(workId, bytes32(i)));
            if (NOW + times[i] < earliest) earliest = NOW + times[i];
        }
        registration.deadline = type(uint64).max;
        vm.warp(uint256(NOW) + type(uint32).max + AGE);
        for (uint256 i = 0; i < times.length; ++i) {
            bytes32 salt = bytes32((i + recordedWith) % times.length);
            vm.prank(creator);
            registry.reveal(registration, salt, NO_SIGNATURE);
        }
        vm.assertEq(registry.effectiveDateOf(workId), earliest);
    }

    function _revealed(address sender, bytes memory signature) private returns (uint256) {
        vm.prank(sender);
        return registry.reveal(registration, SALT, signature);
    }

    /// @dev On its last second the statement still counts; undone, so that the next second finds nothing recorded.
    function _revealedAndForgotten(bytes memory signature) private {
        uint256 snapshot = vm.snapshotState();
        vm.assertEq(_revealed(stranger, signature), workId);
        vm.assertTrue(vm.revertToState(snapshot));
    }

    function _refuse(address sender, bytes memory signature) private {
        bytes32 digest = registry.registrationDigest(registration);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, creator, digest));
        _revealed(sender, signature);
    }
}
