// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a grant's flags mean beside those of its offer
/// @author Colophon
/// @notice What was paid is in one of three places: escrowed here, released to the vault, or refunded.
library GrantFlags {
    /// @notice What was paid waits in the ledger.
    uint32 internal constant ESCROWED = 16;

    /// @notice What was paid went to the vault.
    uint32 internal constant RELEASED = 32;

    /// @notice What was paid went back.
    uint32 internal constant REFUNDED = 64;

    /// @notice The grant backs a derivative.
    uint32 internal constant BOUND = 128;
}
