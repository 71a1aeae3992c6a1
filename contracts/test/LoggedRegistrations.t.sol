// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice A statement in an anchored log has the anchor's date; the record can only become older by it.
contract LoggedRegistrationsTest is Scene {
    IWorkRegistry.Registration private registration;
    ICheckpointLog.Inclusion private inclusion;
    uint256 private workId;
    bytes private signature;

    /// @dev The statement is anchored at `NOW`, and a day has passed since.
    function setUp() public override {
        super.setUp();
        registration = _registration("work");
        workId = registry.workIdOf(registration.declaration);
        signature = _signedRegistration(registration);
        inclusion = _logged(registration);
        vm.warp(NOW + 1 days);
    }

    function test_aLoggedStatementIsRecordedWithTheDateOfItsAnchor() public {
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
        vm.assertEq(_brought(stranger, signature), workId);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_theClaimantNeedsNoSignature() public {
        _brought(creator, NO_SIGNATURE);
        vm.assertEq(registry.ownerOf(workId), creator);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_theLogDoesNotReplaceTheSignature() public {
        bytes32 digest = registry.registrationDigest(registration);
        bytes[3] memory wrong =
            [NO_SIGNATURE, _signature(0xBAD, digest), _mirrored(_signature(CREATOR_KEY, digest))];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.InvalidSignature.selector, creator, digest));
            _brought(stranger, wrong[i]);
        }
    }

    function test_aStatementLoggedInTimeCountsAfterItsDeadline() public {
        vm.warp(registration.deadline + 365 days);
        _brought(stranger, signature);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_aStatementMayBeAnchoredInItsLastSecondAndNoLater() public {
        registration = _registration("another work");
        vm.warp(registration.deadline);
        inclusion = _logged(registration);
        signature = _signedRegistration(registration);
        uint256 other = _brought(stranger, signature);
        vm.assertEq(registry.effectiveDateOf(other), registration.deadline);

        registration = _registration("a third work");
        vm.warp(registration.deadline + 1);
        inclusion = _logged(registration);
        signature = _signedRegistration(registration);
        bytes memory refusal = abi.encodeWithSelector(
            IWorkRegistry.AnchoredAfterDeadline.selector, registration.deadline, registration.deadline + 1
        );
        vm.expectRevert(refusal);
        _brought(stranger, signature);
        vm.expectRevert(refusal);
        _brought(creator, NO_SIGNATURE);
    }

    function test_whatWasNotAnchoredProvesNothing() public {
        inclusion.root = keccak256("never anchored");
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointLog.NotAnchored.selector, logger, inclusion.root, inclusion.size
            )
        );
        _brought(stranger, signature);
    }

    function test_anotherLogsRootProvesNothing() public {
        inclusion.log = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(
                ICheckpointLog.NotAnchored.selector, stranger, inclusion.root, inclusion.size
            )
        );
        _brought(stranger, signature);
    }

    function test_aWrongPlaceProvesNothing() public {
        inclusion.leafIndex = 5;
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.LeafOutOfRange.selector, 5, 5));
        _brought(stranger, signature);

        inclusion.leafIndex = 1;
        _expectWrongRoot();
    }

    function test_aTruncatedOrOversizedProofProvesNothing() public {
        bytes32[] memory proof = inclusion.proof;
        inclusion.proof.pop();
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, proof.length - 1));
        _brought(stranger, signature);

        inclusion.proof = proof;
        inclusion.proof.push(bytes32(0));
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, proof.length + 1));
        _brought(stranger, signature);
    }

    function test_aStatementOfAnotherChainOrAnotherDeadlineIsNotInTheLog() public {
        registration.deadline += 1;
        _expectWrongRoot();
        registration.deadline -= 1;
        vm.chainId(11_155_111);
        _expectWrongRoot();
    }

    function test_aDeclarationRegisteredLateBySomebodyElseIsCorrectedByTheLog() public {
        vm.prank(stranger);
        registry.registerFor(registration, signature);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 1 days);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.EffectiveDateLowered(workId, NOW + 1 days, NOW);
        _brought(buyer, NO_SIGNATURE);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.ownerOf(workId), creator);
    }

    function test_aDeclarationRegisteredWithALaterProofIsCorrectedByTheEarlierOne() public {
        ICheckpointLog.Inclusion memory earlier = inclusion;
        ICheckpointLog.Inclusion memory later = _logged(registration);
        vm.warp(NOW + 2 days);
        vm.prank(stranger);
        registry.registerFromLog(registration, signature, later);
        vm.assertEq(registry.effectiveDateOf(workId), NOW + 1 days);

        vm.expectEmit(address(registry));
        emit IWorkRegistry.EffectiveDateLowered(workId, NOW + 1 days, NOW);
        registry.registerFromLog(registration, NO_SIGNATURE, earlier);

        vm.recordLogs();
        registry.registerFromLog(registration, NO_SIGNATURE, later);
        registry.registerFromLog(registration, NO_SIGNATURE, earlier);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
    }

    function test_anEarlierProofChangesNothingButTheDate() public {
        _registered("work");
        vm.prank(creator);
        registry.retract(workId);
        vm.prank(creator);
        registry.supplement(workId, "more");
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);

        vm.recordLogs();
        _brought(stranger, NO_SIGNATURE);
        vm.assertEq(vm.getRecordedLogs().length, 1);
        (address holder, uint64 effectiveDate, uint32 series, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(holder, buyer);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(series, 1);
        vm.assertEq(flags, 1);
        vm.assertEq(registry.supplementsOf(workId), 1);
        vm.assertEq(registry.balanceOf(creator), 0);
        vm.assertEq(registry.balanceOf(buyer), 1);
    }

    function test_aRecordsDateIsNotLoweredByAStatementAnchoredAfterItsDeadline() public {
        registration.deadline = NOW;
        inclusion = _logged(registration);
        _registered("work");
        vm.expectRevert(
            abi.encodeWithSelector(IWorkRegistry.AnchoredAfterDeadline.selector, NOW, NOW + 1 days)
        );
        _brought(stranger, NO_SIGNATURE);
    }

    function _brought(address sender, bytes memory statement) private returns (uint256) {
        vm.prank(sender);
        return registry.registerFromLog(registration, statement, inclusion);
    }

    function _expectWrongRoot() private {
        vm.prank(stranger);
        try registry.registerFromLog(registration, signature, inclusion) {
            vm.assertTrue(false, "a wrong proof was believed");
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(bytes4(reason)), bytes32(ICheckpointLog.WrongRoot.selector));
        }
    }
}
