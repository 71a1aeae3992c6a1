// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "../src/interfaces/ICheckpointLog.sol";
import { MerkleInclusion } from "../src/libraries/MerkleInclusion.sol";
import { vm } from "./support/Cheats.sol";
import { MerkleTree } from "./support/MerkleTree.sol";
import { Scene } from "./support/Scene.sol";

/// @notice A proof takes the date of its root, and only a true proof of that very tree, leaf and place does.
contract CheckpointLogTest is Scene {
    uint256 private constant LARGEST = 200;

    function test_thePublishedTreesHaveTheirPublishedRoots() public pure {
        for (uint256 size = 1; size <= 8; ++size) {
            vm.assertEq(MerkleTree.rootOf(_publishedLeaves(size)), _publishedRoot(size));
        }
    }

    function test_everyLeafOfThePublishedTreesLeadsToItsPublishedRoot() public view {
        for (uint64 size = 1; size <= 8; ++size) {
            bytes32[] memory hashes = _publishedLeaves(size);
            for (uint64 leafIndex = 0; leafIndex < size; ++leafIndex) {
                bytes32[] memory proof = MerkleTree.pathOf(hashes, leafIndex);
                vm.assertEq(this.rootAbove(hashes[leafIndex], leafIndex, size, proof), _publishedRoot(size));
            }
        }
    }

    /// @dev Published with the first Certificate Transparency implementation (`merkle_tree_test.cc`).
    function test_thePublishedPathsLeadToThePublishedRoots() public view {
        bytes32[] memory hashes = _publishedLeaves(8);
        bytes32[] memory none = new bytes32[](0);
        vm.assertEq(this.rootAbove(hashes[0], 0, 1, none), _publishedRoot(1));

        bytes32[] memory proof = new bytes32[](3);
        proof[0] = 0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7;
        proof[1] = 0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e;
        proof[2] = 0x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4;
        vm.assertEq(this.rootAbove(hashes[0], 0, 8, proof), _publishedRoot(8));

        proof[0] = 0xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b;
        proof[1] = 0xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0;
        proof[2] = 0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7;
        vm.assertEq(this.rootAbove(hashes[5], 5, 8, proof), _publishedRoot(8));

        proof[0] = 0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d;
        proof[1] = 0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e;
        proof[2] = 0xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b;
        vm.assertEq(this.rootAbove(hashes[1], 1, 5, proof), _publishedRoot(5));

        proof = new bytes32[](1);
        proof[0] = 0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125;
        vm.assertEq(this.rootAbove(hashes[2], 2, 3, proof), _publishedRoot(3));
    }

    function test_everyLeafOfEverySmallTreeIsProved() public {
        for (uint64 size = 1; size <= 20; ++size) {
            bytes32[] memory leaves = _leaves(size, 0);
            ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
            for (uint64 leafIndex = 0; leafIndex < size; ++leafIndex) {
                _pointAt(inclusion, leaves, leafIndex);
                vm.assertEq(log.verifyInclusion(inclusion, leaves[leafIndex]), NOW);
            }
        }
    }

    function testFuzz_aLeafOfAnyTreeTakesTheDateOfItsRoot(uint256 seed, uint64 size, uint64 leafIndex)
        public
    {
        (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion) =
            _somewhere(seed, size, leafIndex);
        vm.warp(NOW + 90 days);
        vm.assertEq(log.verifyInclusion(inclusion, leaves[inclusion.leafIndex]), NOW);
    }

    function testFuzz_aProofServesNoOtherPlace(uint256 seed, uint64 size, uint64 leafIndex, uint64 other)
        public
    {
        (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion) =
            _somewhere(seed, size, leafIndex);
        bytes32 leaf = leaves[inclusion.leafIndex];
        vm.assume(other != inclusion.leafIndex);
        inclusion.leafIndex = other;
        _requireRefused(inclusion, leaf);
        inclusion.leafIndex = other % inclusion.size;
        if (leaves[inclusion.leafIndex] != leaf) _requireRefused(inclusion, leaf);
    }

    function testFuzz_aProofServesNoOtherLeaf(uint256 seed, uint64 size, uint64 leafIndex, bytes32 other)
        public
    {
        (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion) =
            _somewhere(seed, size, leafIndex);
        vm.assume(other != leaves[inclusion.leafIndex]);
        _requireRefused(inclusion, other);
    }

    function testFuzz_anAlteredSiblingLeadsElsewhere(
        uint256 seed,
        uint64 size,
        uint64 leafIndex,
        uint256 place,
        bytes32 other
    ) public {
        (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion) =
            _somewhere(seed, size, leafIndex);
        vm.assume(inclusion.proof.length != 0);
        place %= inclusion.proof.length;
        vm.assume(inclusion.proof[place] != other);
        inclusion.proof[place] = other;
        _requireRefused(inclusion, leaves[inclusion.leafIndex]);
    }

    function testFuzz_aProofHasExactlyTheSiblingsItNeeds(uint256 seed, uint64 size, uint64 leafIndex) public {
        (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion) =
            _somewhere(seed, size, leafIndex);
        bytes32 leaf = leaves[inclusion.leafIndex];
        bytes32[] memory proof = inclusion.proof;

        inclusion.proof = _resized(proof, proof.length + 1);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, proof.length + 1));
        log.verifyInclusion(inclusion, leaf);

        if (proof.length == 0) return;
        inclusion.proof = _resized(proof, proof.length - 1);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, proof.length - 1));
        log.verifyInclusion(inclusion, leaf);
    }

    function test_anInnerNodeIsNoLeaf() public {
        bytes32[] memory leaves = _leaves(4, 0);
        ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
        bytes32[] memory pair = _resized(leaves, 2);
        bytes32[] memory other = new bytes32[](2);
        (other[0], other[1]) = (leaves[2], leaves[3]);
        inclusion.proof = new bytes32[](1);
        inclusion.proof[0] = MerkleTree.rootOf(_hashed(other));
        inclusion.leafIndex = 0;

        bytes32 node = MerkleTree.rootOf(_hashed(pair));
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongProofLength.selector, 1));
        log.verifyInclusion(inclusion, node);

        inclusion.size = 2;
        vm.prank(stranger);
        log.anchor(inclusion.root, 2);
        inclusion.log = stranger;
        _requireRefused(inclusion, node);
    }

    function test_aWrongLeafIsToldWhereItLeads() public {
        bytes32[] memory leaves = _leaves(1, 0);
        ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
        bytes32 reached = MerkleTree.leafHash("another");
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.WrongRoot.selector, inclusion.root, reached));
        log.verifyInclusion(inclusion, "another");
    }

    function test_aPlaceBeyondTheTreeIsRefused() public {
        bytes32[] memory leaves = _leaves(5, 0);
        ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
        _pointAt(inclusion, leaves, 4);
        inclusion.leafIndex = 5;
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.LeafOutOfRange.selector, 5, 5));
        log.verifyInclusion(inclusion, leaves[4]);
    }

    function test_anchoringDatesTheRootAndMovesTheHead() public {
        vm.expectEmit(address(log));
        emit ICheckpointLog.CheckpointAnchored(logger, "root", 3, 1);
        vm.prank(logger);
        log.anchor("root", 3);
        vm.assertEq(log.anchoredAt(logger, "root", 3), NOW);

        vm.warp(NOW + 1 days);
        vm.expectEmit(address(log));
        emit ICheckpointLog.CheckpointAnchored(logger, "root", 4, 2);
        vm.prank(logger);
        log.anchor("root", 4);
        vm.assertEq(log.anchoredAt(logger, "root", 4), NOW + 1 days);
        vm.assertEq(log.anchoredAt(logger, "root", 3), NOW);
        (uint64 size, uint64 count) = log.headOf(logger);
        vm.assertEq(size, 4);
        vm.assertEq(count, 2);
    }

    function testFuzz_aLogOnlyGrows(uint64 size, uint64 given) public {
        vm.assume(size != 0);
        vm.prank(logger);
        log.anchor("root", size);
        if (given <= size) {
            vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.LogNotGrown.selector, size, given));
        }
        vm.prank(logger);
        log.anchor("later root", given);
    }

    function test_anEmptyTreeIsNotAnchored() public {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointLog.LogNotGrown.selector, 0, 0));
        log.anchor("root", 0);
    }

    function test_twoLogsDoNotMix() public {
        bytes32[] memory leaves = _leaves(3, 0);
        ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
        _pointAt(inclusion, leaves, 1);
        vm.warp(NOW + 1 days);
        vm.prank(stranger);
        log.anchor("fork", 2);
        vm.assertEq(log.verifyInclusion(inclusion, leaves[1]), NOW);

        inclusion.log = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointLog.NotAnchored.selector, stranger, inclusion.root, 3)
        );
        log.verifyInclusion(inclusion, leaves[1]);

        vm.prank(stranger);
        log.anchor(inclusion.root, 3);
        vm.assertEq(log.verifyInclusion(inclusion, leaves[1]), NOW + 1 days);
    }

    function test_aRootIsAnchoredForItsSizeAlone() public {
        bytes32[] memory leaves = _leaves(3, 0);
        ICheckpointLog.Inclusion memory inclusion = _anchored(leaves);
        _pointAt(inclusion, leaves, 1);
        inclusion.size = 4;
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointLog.NotAnchored.selector, logger, inclusion.root, 4)
        );
        log.verifyInclusion(inclusion, leaves[1]);
    }

    function rootAbove(bytes32 leafHash, uint64 leafIndex, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bytes32)
    {
        return MerkleInclusion.rootAbove(leafHash, leafIndex, size, proof);
    }

    function _somewhere(uint256 seed, uint64 size, uint64 leafIndex)
        private
        returns (bytes32[] memory leaves, ICheckpointLog.Inclusion memory inclusion)
    {
        leaves = _leaves(size % LARGEST + 1, seed);
        inclusion = _anchored(leaves);
        _pointAt(inclusion, leaves, uint64(leafIndex % leaves.length));
    }

    function _anchored(bytes32[] memory leaves) private returns (ICheckpointLog.Inclusion memory inclusion) {
        inclusion.log = logger;
        inclusion.root = MerkleTree.rootOf(_hashed(leaves));
        inclusion.size = uint64(leaves.length);
        vm.prank(logger);
        log.anchor(inclusion.root, inclusion.size);
    }

    function _pointAt(ICheckpointLog.Inclusion memory inclusion, bytes32[] memory leaves, uint64 leafIndex)
        private
        pure
    {
        inclusion.leafIndex = leafIndex;
        inclusion.proof = MerkleTree.pathOf(_hashed(leaves), leafIndex);
    }

    function _requireRefused(ICheckpointLog.Inclusion memory inclusion, bytes32 leaf) private view {
        try log.verifyInclusion(inclusion, leaf) {
            vm.assertTrue(false, "a wrong proof was believed");
        } catch (bytes memory reason) {
            bytes4 kind = bytes4(reason);
            vm.assertTrue(
                kind == ICheckpointLog.WrongRoot.selector || kind == ICheckpointLog.LeafOutOfRange.selector
                    || kind == ICheckpointLog.WrongProofLength.selector
            );
        }
    }

    function _leaves(uint256 size, uint256 seed) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }

    function _hashed(bytes32[] memory leaves) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            hashes[i] = MerkleTree.leafHash(leaves[i]);
        }
    }

    function _resized(bytes32[] memory list, uint256 length) private pure returns (bytes32[] memory other) {
        other = new bytes32[](length);
        for (uint256 i = 0; i < length && i < list.length; ++i) {
            other[i] = list[i];
        }
    }

    /// @dev The inputs of the published vectors; RFC 6962 hashes a leaf of any length.
    function _publishedLeaves(uint256 size) private pure returns (bytes32[] memory hashes) {
        bytes[8] memory inputs = [
            bytes(""),
            hex"00",
            hex"10",
            hex"2021",
            hex"3031",
            hex"40414243",
            hex"5051525354555657",
            hex"606162636465666768696a6b6c6d6e6f"
        ];
        hashes = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            hashes[i] = sha256(bytes.concat(hex"00", inputs[i]));
        }
    }

    function _publishedRoot(uint256 size) private pure returns (bytes32) {
        return [
            bytes32(0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d),
            0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125,
            0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77,
            0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7,
            0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4,
            0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef,
            0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c,
            0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
        ][size - 1];
    }
}
