// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";

/// @title Who follows a lost account
/// @author Colophon
/// @notice An account names a successor and how long it wants to be able to object. This helps against a lost key and not
/// against a stolen one: the thief can object too, or move everything first.
abstract contract Recoveries is IWorkRegistry {
    struct Recovery {
        address successor;
        uint32 delay;
        uint40 startedAt;
    }

    /// @dev An account that was tricked into naming a thief must have time to notice.
    uint32 private constant SHORTEST_DELAY = 7 days;

    mapping(address account => Recovery recovery) private _recoveries;

    /// @inheritdoc IWorkRegistry
    function setRecovery(address successor, uint32 delay) external {
        _requireIncomplete(msg.sender);
        if (successor != address(0) && delay < SHORTEST_DELAY) {
            revert RecoveryDelayTooShort(delay, SHORTEST_DELAY);
        }

        _recoveries[msg.sender] = Recovery(successor, delay, 0);
        emit RecoverySet(msg.sender, successor, delay);
    }

    /// @inheritdoc IWorkRegistry
    function startRecovery(address account) external {
        Recovery storage recovery = _recoveries[account];
        if (recovery.successor != msg.sender) {
            revert NotSuccessor(account, recovery.successor, msg.sender);
        }
        if (recovery.startedAt != 0) revert RecoveryAlreadyStarted(account);

        recovery.startedAt = uint40(block.timestamp);
        emit RecoveryStarted(account, msg.sender, uint64(block.timestamp) + recovery.delay);
    }

    /// @inheritdoc IWorkRegistry
    function cancelRecovery() external {
        _requireIncomplete(msg.sender);
        if (_recoveries[msg.sender].startedAt == 0) revert RecoveryNotStarted(msg.sender);

        _recoveries[msg.sender].startedAt = 0;
        emit RecoveryCancelled(msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function recoveryOf(address account)
        external
        view
        returns (address successor, uint32 delay, uint64 startedAt)
    {
        Recovery storage recovery = _recoveries[account];
        return (recovery.successor, recovery.delay, recovery.startedAt);
    }

    /// @inheritdoc IWorkRegistry
    function successorOf(address account) public view returns (address successor) {
        return _isComplete(account) ? _recoveries[account].successor : address(0);
    }

    /// @dev Whoever acts for a lost account must be the one it named, and its time to object must be over.
    function _requireSuccessor(address account) internal view {
        Recovery storage recovery = _recoveries[account];
        if (recovery.successor != msg.sender) {
            revert NotSuccessor(account, recovery.successor, msg.sender);
        }
        if (recovery.startedAt == 0) revert RecoveryNotStarted(account);
        if (!_isComplete(account)) revert RecoveryNotComplete(account, _completeAt(account));
    }

    function _requireIncomplete(address account) private view {
        if (_isComplete(account)) revert RecoveryIsComplete(account, _completeAt(account));
    }

    function _isComplete(address account) private view returns (bool) {
        return _recoveries[account].startedAt != 0 && block.timestamp >= _completeAt(account);
    }

    function _completeAt(address account) private view returns (uint64) {
        Recovery storage recovery = _recoveries[account];
        return uint64(recovery.startedAt) + recovery.delay;
    }
}
