// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "./interfaces/ICheckpointLog.sol";
import { MerkleInclusion } from "./libraries/MerkleInclusion.sol";

/// @title CheckpointLog
/// @author Colophon
/// @notice Roots in, dates out; a proof of inclusion takes the date of its root.
contract CheckpointLog is ICheckpointLog {
    struct Head {
        uint64 size;
        uint64 count;
    }

    mapping(address log => Head head) private _heads;

    // Keyed by what was anchored and not by a number, so that a reorganised chain cannot change what a key means.
    mapping(bytes32 anchorKey => uint256 time) private _anchoredAt;

    /// @inheritdoc ICheckpointLog
    function anchor(bytes32 root, uint64 size) external {
        Head memory head = _heads[msg.sender];
        if (size <= head.size) revert LogNotGrown(head.size, size);

        uint64 count = head.count + 1;
        _heads[msg.sender] = Head(size, count);
        _anchoredAt[_key(msg.sender, root, size)] = block.timestamp;
        emit CheckpointAnchored(msg.sender, root, size, count);
    }

    /// @inheritdoc ICheckpointLog
    function verifyInclusion(Inclusion calldata inclusion, bytes32 leaf) external view returns (uint64 time) {
        time = anchoredAt(inclusion.log, inclusion.root, inclusion.size);
        MerkleInclusion.requireIncluded(inclusion, leaf, time);
    }

    /// @inheritdoc ICheckpointLog
    function anchoredAt(address log, bytes32 root, uint64 size) public view returns (uint64 time) {
        return uint64(_anchoredAt[_key(log, root, size)]);
    }

    /// @inheritdoc ICheckpointLog
    function headOf(address log) external view returns (uint64 size, uint64 count) {
        Head storage head = _heads[log];
        return (head.size, head.count);
    }

    function _key(address log, bytes32 root, uint64 size) private pure returns (bytes32) {
        return keccak256(abi.encode(log, root, size));
    }
}
