// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a title's flags mean
/// @author Colophon
/// @notice Each is one bit of the title's slot.
library TitleFlags {
    /// @notice Its holder stopped sales.
    uint32 internal constant RETRACTED = 1;

    /// @notice Its claimant withdrew all signatures before it was recorded; the slot has no owner yet.
    uint32 internal constant CANCELLED = 2;

    /// @notice A dispute about it was admitted once: the desk knows until when sales are stopped. The flag spares every
    /// other title that question.
    uint32 internal constant DISPUTED = 4;

    /// @notice A dispute about it was upheld: sales are stopped for good.
    uint32 internal constant UPHELD = 8;

    /// @notice A ruling gave it to somebody else.
    uint32 internal constant ASSIGNED = 16;
}
