// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { IWorkRegistry } from "../src/interfaces/IWorkRegistry.sol";
import { vm } from "./support/Cheats.sol";
import { Scene } from "./support/Scene.sol";

/// @notice A declaration is recorded once, for the claimant it names, as it was declared.
contract RegistrationsTest is Scene {
    function test_registeringGivesTheClaimantATitleWithTheBlocksTime() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 workId = registry.workIdOf(declaration);
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
        vm.prank(creator);
        vm.assertEq(registry.register(declaration), workId);

        (address holder, uint64 effectiveDate, uint32 series, uint32 flags) = registry.titleOf(workId);
        vm.assertEq(holder, creator);
        vm.assertEq(effectiveDate, NOW);
        vm.assertEq(series, 0);
        vm.assertEq(flags, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.balanceOf(creator), 1);
    }

    function test_onlyTheClaimantRegistersWithoutASignature() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.NotClaimant.selector, creator, stranger));
        vm.prank(stranger);
        registry.register(declaration);
    }

    function test_recordingAgainChangesNothingAndEmitsNothing() public {
        uint256 workId = _registered("work");
        vm.warp(NOW + 1 days);
        vm.recordLogs();
        vm.assertEq(_registered("work"), workId);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        vm.assertEq(registry.effectiveDateOf(workId), NOW);
        vm.assertEq(registry.balanceOf(creator), 1);
    }

    function test_recordingAgainAfterASaleLeavesTheTitleWithItsBuyer() public {
        uint256 workId = _registered("work");
        vm.prank(creator);
        registry.transferFrom(creator, buyer, workId);
        _registered("work");
        vm.assertEq(registry.ownerOf(workId), buyer);
        vm.assertEq(registry.seriesOf(workId), 1);
    }

    function test_claimsOverTheSameBytesCoexist() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 first = _registered("work");
        declaration.claimant = stranger;
        vm.prank(stranger);
        uint256 second = registry.register(declaration);
        vm.assertTrue(first != second);
        vm.assertEq(registry.ownerOf(first), creator);
        vm.assertEq(registry.ownerOf(second), stranger);
    }

    function test_aHashCopiedFromTheMempoolTakesNothingFromItsClaimant() public {
        IWorkRegistry.Declaration memory copied = _declaration("work");
        copied.claimant = stranger;
        vm.prank(stranger);
        uint256 theirs = registry.register(copied);

        vm.warp(NOW + 12);
        uint256 own = _registered("work");
        vm.assertTrue(own != theirs);
        vm.assertEq(registry.ownerOf(own), creator);
        vm.assertEq(registry.effectiveDateOf(own), NOW + 12);
    }

    function test_aHashCopiedFromTheMempoolIsYoungerThanACommitmentToIt() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        bytes32 commitment = registry.commitmentOf(registry.workIdOf(registration.declaration), "salt");
        registry.commit(commitment);
        vm.warp(NOW + 60);
        IWorkRegistry.Registration memory copied = _registration("work");
        copied.declaration.claimant = stranger;
        vm.prank(stranger);
        uint256 theirs = registry.register(copied.declaration);

        vm.prank(creator);
        uint256 own = registry.reveal(registration, "salt", NO_SIGNATURE);
        vm.assertTrue(registry.effectiveDateOf(own) < registry.effectiveDateOf(theirs));

        bytes32 unknown = registry.commitmentOf(theirs, "salt");
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.UnknownCommitment.selector, unknown));
        vm.prank(stranger);
        registry.reveal(copied, "salt", NO_SIGNATURE);
    }

    function testFuzz_parentsMustAscend(uint256[] memory parents) public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = parents;
        bytes memory refusal = _refusalOf(parents);
        if (refusal.length != 0) vm.expectRevert(refusal);
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_eightAscendingParentsAreAccepted() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = _ascending(8);
        vm.prank(creator);
        vm.assertEq(registry.ownerOf(registry.register(declaration)), creator);
    }

    function test_nineParentsAreTooMany() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = _ascending(9);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.TooManyParents.selector, 9, 8));
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_anEqualParentAndAZeroParentAreRefused() public {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        declaration.parents = new uint256[](2);
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, 0, 0));
        vm.prank(creator);
        registry.register(declaration);

        declaration.parents[0] = 7;
        declaration.parents[1] = 7;
        vm.expectRevert(abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, 7, 7));
        vm.prank(creator);
        registry.register(declaration);
    }

    function test_noWayInTakesMalformedParents() public {
        IWorkRegistry.Registration memory registration = _registration("work");
        registration.declaration.parents = new uint256[](1);
        bytes32 commitment = registry.commitmentOf(registry.workIdOf(registration.declaration), "salt");
        registry.commit(commitment);
        ICheckpointLog.Inclusion memory inclusion = _logged(registration);
        bytes memory signature = _signedRegistration(registration);
        vm.warp(NOW + 60);
        bytes memory refusal = abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, 0, 0);

        vm.expectRevert(refusal);
        registry.registerFor(registration, signature);
        vm.expectRevert(refusal);
        registry.reveal(registration, "salt", signature);
        vm.expectRevert(refusal);
        registry.registerFromLog(registration, signature, inclusion);
    }

    function test_anEarlierVersionIsRelatedOnlyWhileTheClaimantHoldsItsTitle() public {
        uint256 previous = _registered("work");
        vm.assertTrue(_previousRelated("held", previous));
        vm.prank(creator);
        registry.transferFrom(creator, buyer, previous);
        vm.assertFalse(_previousRelated("sold", previous));
        vm.assertFalse(_previousRelated("never recorded", 42));
        vm.assertFalse(_previousRelated("none", 0));
    }

    function testFuzz_theIdCommitsToEveryField(uint8 field, bytes32 value) public view {
        IWorkRegistry.Declaration memory declaration = _declaration("work");
        uint256 before = registry.workIdOf(declaration);
        bytes32 replaced = _alter(declaration, field % 6, value);
        vm.assume(replaced != value);
        vm.assertTrue(registry.workIdOf(declaration) != before);
    }

    function _previousRelated(string memory text, uint256 previous) private returns (bool related) {
        IWorkRegistry.Declaration memory declaration = _declaration(text);
        declaration.previous = previous;
        vm.recordLogs();
        vm.prank(creator);
        registry.register(declaration);
        bytes memory data = vm.getRecordedLogs()[1].data;
        (,,,, related,) = abi.decode(data, (bytes32, bytes32, uint256[], uint256, bool, uint64));
    }

    function _refusalOf(uint256[] memory parents) private pure returns (bytes memory) {
        if (parents.length > 8) {
            return abi.encodeWithSelector(IWorkRegistry.TooManyParents.selector, parents.length, 8);
        }
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 earlier = i == 0 ? 0 : parents[i - 1];
            if (parents[i] > earlier) continue;
            return abi.encodeWithSelector(IWorkRegistry.ParentsNotAscending.selector, earlier, parents[i]);
        }
        return "";
    }

    function _ascending(uint256 count) private pure returns (uint256[] memory parents) {
        parents = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            parents[i] = i + 1;
        }
    }

    function _alter(IWorkRegistry.Declaration memory declaration, uint256 field, bytes32 value)
        private
        pure
        returns (bytes32 replaced)
    {
        if (field == 0) {
            replaced = bytes32(uint256(uint160(declaration.claimant)));
            declaration.claimant = address(uint160(uint256(value)));
            if (declaration.claimant == address(uint160(uint256(replaced)))) replaced = value;
        } else if (field == 1) {
            (replaced, declaration.contentHash) = (declaration.contentHash, value);
        } else if (field == 2) {
            (replaced, declaration.fingerprintHash) = (declaration.fingerprintHash, value);
        } else if (field == 3) {
            (replaced, declaration.metadataHash) = (declaration.metadataHash, value);
        } else if (field == 4) {
            declaration.parents = new uint256[](1);
            declaration.parents[0] = uint256(value);
            replaced = ~value;
        } else {
            (replaced, declaration.previous) = (bytes32(declaration.previous), uint256(value));
        }
    }
}
