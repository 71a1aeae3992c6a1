// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Dates for Merkle logs
/// @author Colophon
/// @notice Anybody may run a log; a log belongs to the account that anchors it. One anchor dates every statement below
/// its root, at a cost that does not grow with their number. A fork of a log harms nobody but that log.
interface ICheckpointLog {
    /// @notice A leaf and the way from it to a root (RFC 6962, section 2.1.1).
    /// @param log The account that anchored the root.
    /// @param root Root of the tree.
    /// @param size Number of leaves in the tree.
    /// @param leafIndex Position of the leaf, counted from 0.
    /// @param proof Siblings on the way up, lowest first.
    struct Inclusion {
        address log;
        bytes32 root;
        uint64 size;
        uint64 leafIndex;
        bytes32[] proof;
    }

    /// @notice A log has a new root. Its date is the time of the event's block.
    /// @param log The account whose log it is.
    /// @param root Root of the tree (RFC 6962, SHA-256).
    /// @param size Number of leaves in the tree.
    /// @param count Position among the anchors of this log, counted from 1.
    event CheckpointAnchored(address indexed log, bytes32 indexed root, uint64 size, uint64 count);

    /// @notice A log only grows.
    /// @param size The size of its last anchor.
    /// @param given The size that was to be anchored.
    error LogNotGrown(uint64 size, uint64 given);

    /// @notice This log never anchored this root with this size.
    /// @param log The account.
    /// @param root The root.
    /// @param size The size.
    error NotAnchored(address log, bytes32 root, uint64 size);

    /// @notice A tree has no leaf there.
    /// @param leafIndex The position asked for.
    /// @param size Number of leaves in the tree.
    error LeafOutOfRange(uint64 leafIndex, uint64 size);

    /// @notice The proof has too few or too many siblings for this leaf.
    /// @param length How many it has.
    error WrongProofLength(uint256 length);

    /// @notice The siblings do not lead from the leaf to the root.
    /// @param root The root.
    /// @param reached Where they lead.
    error WrongRoot(bytes32 root, bytes32 reached);

    /// @notice Date a root of the sender's log.
    /// @param root Root of the tree (RFC 6962, SHA-256).
    /// @param size Number of leaves, more than at the last anchor.
    function anchor(bytes32 root, uint64 size) external;

    /// @notice Check that a statement was in an anchored log.
    /// @param inclusion The way from the statement to the anchored root.
    /// @param leaf The statement's EIP-712 digest; it is hashed here as a leaf.
    /// @return time When the root was anchored, in Unix seconds.
    function verifyInclusion(Inclusion calldata inclusion, bytes32 leaf) external view returns (uint64 time);

    /// @notice When a root was anchored.
    /// @param log The account whose log it is.
    /// @param root The root.
    /// @param size Number of leaves.
    /// @return time Unix seconds; zero for never.
    function anchoredAt(address log, bytes32 root, uint64 size) external view returns (uint64 time);

    /// @notice How far a log has come.
    /// @param log The account whose log it is.
    /// @return size Number of leaves at the last anchor.
    /// @return count How many anchors there were.
    function headOf(address log) external view returns (uint64 size, uint64 count);
}
