// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { ICheckpointLog } from "../interfaces/ICheckpointLog.sol";

/// @title From a leaf to the root of its tree
/// @author Colophon
/// @notice RFC 6962, section 2.1, with SHA-256. Leaves and nodes are hashed apart, so neither passes for the other.
library MerkleInclusion {
    bytes1 private constant LEAF = 0x00;

    /// @notice Refuse a proof that does not lead to an anchored root.
    /// @param inclusion The way from the leaf to the root.
    /// @param leaf The 32 bytes that were logged.
    /// @param anchoredAt When the root was anchored, in Unix seconds; zero for never.
    function requireIncluded(ICheckpointLog.Inclusion calldata inclusion, bytes32 leaf, uint64 anchoredAt)
        internal
        view
    {
        if (anchoredAt == 0) {
            revert ICheckpointLog.NotAnchored(inclusion.log, inclusion.root, inclusion.size);
        }
        bytes32 reached = rootOf(leaf, inclusion.leafIndex, inclusion.size, inclusion.proof);
        if (reached != inclusion.root) revert ICheckpointLog.WrongRoot(inclusion.root, reached);
    }

    /// @notice The root that a proof leads to from what was logged.
    /// @param leaf The 32 bytes that were logged.
    /// @param leafIndex Position of the leaf, counted from 0.
    /// @param size Number of leaves in the tree.
    /// @param proof Siblings on the way up, lowest first; their number must be exact.
    /// @return root Where they lead.
    function rootOf(bytes32 leaf, uint64 leafIndex, uint64 size, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 root)
    {
        return rootAbove(sha256(abi.encodePacked(LEAF, leaf)), leafIndex, size, proof);
    }

    /// @notice The root that a proof leads to from the hash of a leaf (RFC 9162, section 2.1.3.2).
    /// @dev Up to where the way meets the last leaf's, each level has a sibling on either side; above, the way goes up the
    /// right edge of the tree, and levels without a sibling are passed over: only left siblings remain, one for each one
    /// in what is left of the index.
    /// @param leafHash Hash of the leaf.
    /// @param leafIndex Position of the leaf, counted from 0.
    /// @param size Number of leaves in the tree.
    /// @param proof Siblings on the way up, lowest first; their number must be exact.
    /// @return root Where they lead.
    function rootAbove(bytes32 leafHash, uint64 leafIndex, uint64 size, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 root)
    {
        if (leafIndex >= size) revert ICheckpointLog.LeafOutOfRange(leafIndex, size);
        uint256 index = leafIndex;
        uint256 inner = _bitLength(index ^ (size - 1));
        if (proof.length != inner + _ones(index >> inner)) {
            revert ICheckpointLog.WrongProofLength(proof.length);
        }

        root = leafHash;
        for (uint256 i = 0; i < inner; ++i) {
            root = (index >> i) & 1 == 0 ? _node(root, proof[i]) : _node(proof[i], root);
        }
        for (uint256 i = inner; i < proof.length; ++i) {
            root = _node(proof[i], root);
        }
    }

    function _bitLength(uint256 value) private pure returns (uint256) {
        return value == 0 ? 0 : Math.log2(value) + 1;
    }

    function _ones(uint256 value) private pure returns (uint256 count) {
        for (; value != 0; value &= value - 1) {
            ++count;
        }
    }

    /// @dev In assembly because a proof has one of these a level, and the compiler's own copying costs more than the hash.
    // slither-disable-next-line assembly
    function _node(bytes32 left, bytes32 right) private view returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore8(start, 0x01)
            mstore(add(start, 1), left)
            mstore(add(start, 33), right)
            // Precompile 2 is SHA-256; it fails only if the gas runs out.
            if iszero(staticcall(gas(), 2, start, 65, 0, 32)) { revert(0, 0) }
            hash := mload(0)
        }
    }
}
