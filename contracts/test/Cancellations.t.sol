// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";
import { CredulousDelegate } from "./support/Wallets.sol";

/// @notice A claimant takes every signature over a declaration back, and nobody else does.
contract CancellationsTest is Scene {
    IWorkRegistry.Registration private registration;
    ICheckpointLog.Inclusion private inclusion;
    uint256 private workId;
    bytes private signature;

    /// @dev Every way in stands open when the claimant cancels.
    function setUp() public override {
        super.setUp();
        registration = _registration("work");
        workId = registry.workIdOf(registration.declaration);
        signature = _signedRegistration(registration);
        inclusion = _logged(registration);
        registry.commit(registry.commitmentOf(workId, "salt"));
        vm.warp(NOW + 60);
    }

    function test_cancellingIsSeenAndLeavesNoTitle() public {
        vm.assertFalse(registry.isCancelled(workId));
        vm.expectEmit(address(registry));
        emit IWorkRegistry.DeclarationCancelled(workId, creator);
        _cancelled();
        vm.assertTrue(registry.isCancelled(workId));
        vm.assertEq(registry.balanceOf(creator), 0);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownWork.selector, workId));
        registry.titleOf(workId);
    }

    function test_onlyTheClaimantCancels() public {
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotClaimant.selector, creator, stranger));
        vm.prank(stranger);
        registry.cancel(registration.declaration);
    }

    function test_cancellingTwiceChangesNothing() public {
        _cancelled();
        vm.recordLogs();
        _cancelled();
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertTrue(registry.isCancelled(workId));
    }

    function test_whatIsRecordedIsNotCancelled() public {
        _registered("work");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.AlreadyRegistered.selector, workId));
        _cancelled();
    }

    function test_aCancelledDeclarationIsRefusedOnEverySignaturePath() public {
        _cancelled();
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.DeclarationIsCancelled.selector, workId);
        vm.expectRevert(refusal);
        registry.registerFor(registration, signature);
        vm.expectRevert(refusal);
        registry.reveal(registration, "salt", signature);
        vm.expectRevert(refusal);
        registry.registerFromLog(registration, signature, inclusion);

        IWorkRegistry.Registration[] memory batch = new IWorkRegistry.Registration[](1);
        bytes[] memory signatures = new bytes[](1);
        (batch[0], signatures[0]) = (registration, signature);
        vm.expectEmit(address(registry));
        emit IWorkRegistry.RegistrationSkipped(workId, 0, IWorkRegistry.SkipReason.Cancelled);
        vm.assertEq(registry.registerBatch(batch, signatures), 0);
    }

    function test_aCancellationMeetsEverySignatureWhateverItsDeadline() public {
        _cancelled();
        registration.deadline += 10 days;
        signature = _signedRegistration(registration);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.DeclarationIsCancelled.selector, workId));
        registry.registerFor(registration, signature);
    }

    function test_aCancellationMeetsOneDeclarationAlone() public {
        _cancelled();
        registration = _registration("another work");
        signature = _signedRegistration(registration);
        uint256 other = registry.registerFor(registration, signature);
        vm.assertEq(registry.ownerOf(other), creator);
    }

    function test_aWalletContractsConsentIsCancelledToo() public {
        address wallet = address(new CredulousDelegate());
        registration.declaration.claimant = wallet;
        workId = registry.workIdOf(registration.declaration);
        vm.prank(wallet);
        registry.cancel(registration.declaration);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.DeclarationIsCancelled.selector, workId));
        registry.registerFor(registration, signature);
    }

    function test_theClaimantStillRegistersAfterCancelling() public {
        _cancelled();
        vm.assertEq(_registered("work"), workId);
        (address holder,,, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(holder, creator);
        vm.assertEq(flags, 0);
        vm.assertFalse(registry.isCancelled(workId));
        vm.assertEq(registry.balanceOf(creator), 1);
    }

    function test_theClaimantStillTakesEveryOtherWayInAfterCancelling() public {
        _cancelled();
        uint256 snapshot = vm.snapshotState();
        vm.prank(creator);
        registry.registerFor(registration, NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 60);

        vm.assertTrue(vm.revertToState(snapshot));
        vm.prank(creator);
        registry.reveal(registration, "salt", NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);

        vm.assertTrue(vm.revertToState(snapshot));
        vm.prank(creator);
        registry.registerFromLog(registration, NO_SIGNATURE, inclusion);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_anEarlierProofServesARecordThatWasCancelledBefore() public {
        _cancelled();
        _registered("work");
        vm.prank(stranger);
        registry.registerFromLog(registration, NO_SIGNATURE, inclusion);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function _cancelled() private {
        vm.prank(creator);
        registry.cancel(registration.declaration);
    }
}
