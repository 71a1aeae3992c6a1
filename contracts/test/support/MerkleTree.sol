// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle trees as RFC 6962 defines them
/// @author Colophon
/// @notice Recursive, as the definitions in section 2.1 are; shares nothing with what it tests.
library MerkleTree {
    /// @notice The hash of a leaf.
    /// @param leaf What is logged.
    /// @return Its hash.
    function leafHash(bytes32 leaf) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", leaf));
    }

    /// @notice The tree's root, MTH(D[n]).
    /// @param hashes Hashes of all leaves; at least one.
    /// @return The root.
    function rootOf(bytes32[] memory hashes) internal pure returns (bytes32) {
        return _root(hashes, 0, hashes.length);
    }

    /// @notice The siblings between a leaf and the root, PATH(m, D[n]).
    /// @param hashes Hashes of all leaves.
    /// @param leafIndex Position of the leaf, counted from 0.
    /// @return proof The siblings, lowest first.
    function pathOf(bytes32[] memory hashes, uint256 leafIndex)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        return _path(hashes, leafIndex, 0, hashes.length);
    }

    function _root(bytes32[] memory hashes, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return hashes[from];

        uint256 middle = from + _split(to - from);
        return sha256(bytes.concat(hex"01", _root(hashes, from, middle), _root(hashes, middle, to)));
    }

    function _path(bytes32[] memory hashes, uint256 leafIndex, uint256 from, uint256 to)
        private
        pure
        returns (bytes32[] memory)
    {
        if (to - from == 1) return new bytes32[](0);

        uint256 middle = from + _split(to - from);
        return leafIndex < middle
            ? _appended(_path(hashes, leafIndex, from, middle), _root(hashes, middle, to))
            : _appended(_path(hashes, leafIndex, middle, to), _root(hashes, from, middle));
    }

    function _appended(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }

    /// @dev The largest power of two below `count`.
    function _split(uint256 count) private pure returns (uint256 power) {
        power = 1;
        while (power * 2 < count) {
            power *= 2;
        }
    }
}
