// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "./interfaces/IDisputeDesk.sol";

/// @title What disputes hold up, and until when
/// @author Colophon
/// @notice One slot a title, a second one after two rulings; every answer is a timestamp that is compared with now.
abstract contract Holds is IDisputeDesk {
    struct TitleHolds {
        uint40 frozenFrom;
        uint40 admittedOpenedAt;
        uint40 admittedUntil;
        uint40 upheldOpenedAt;
        uint40 upheldAt;
        uint40 earlierOpenedAt;
        uint40 earlierUpheldAt;
    }

    /// @dev Opening a dispute costs a bond and no judgement, so what it can do is short and rare.
    uint64 private constant FREEZE = 7 days;
    uint64 private constant FREEZE_EVERY = 90 days;

    /// @dev How long licensees may take back what a ruling held for them.
    uint64 private constant REFUND = 30 days;

    uint64 private immutable _escrow;
    uint64 private immutable _holdPeriod;
    uint64 private immutable _answering;
    uint64 private immutable _ruling;

    mapping(uint256 workId => TitleHolds holds) private _holds;

    constructor(Periods memory periods_) {
        bool ordered = periods_.answer != 0 && periods_.answer < periods_.ruling
            && periods_.ruling <= periods_.hold && periods_.escrow != 0;
        if (!ordered) revert PeriodsOutOfOrder(periods_);

        _escrow = periods_.escrow;
        _holdPeriod = periods_.hold;
        _answering = periods_.answer;
        _ruling = periods_.ruling;
    }

    /// @inheritdoc IDisputeDesk
    function frozenUntil(uint256 workId) public view returns (uint64 time) {
        TitleHolds storage holds = _holds[workId];
        uint64 opened = holds.frozenFrom == 0 ? 0 : uint64(holds.frozenFrom) + FREEZE;
        return opened > holds.admittedUntil ? opened : holds.admittedUntil;
    }

    /// @inheritdoc IDisputeDesk
    function salesStoppedUntil(uint256 workId) public view returns (uint64 time) {
        return _holds[workId].admittedUntil;
    }

    /// @inheritdoc IDisputeDesk
    function releasableAt(uint256 workId, uint64 paidAt) external view returns (uint64 time) {
        TitleHolds storage holds = _holds[workId];
        time = paidAt + _escrow;
        // A ruling comes within `hold` of the opening, and what was due before the opening is not held: so nothing waits
        // longer than `hold` after it was due.
        if (time > holds.admittedOpenedAt && time < holds.admittedUntil) time = holds.admittedUntil;
        uint64 refundable = refundableUntil(workId, paidAt);
        if (time < refundable) time = refundable;
    }

    /// @inheritdoc IDisputeDesk
    function refundableUntil(uint256 workId, uint64 paidAt) public view returns (uint64 time) {
        TitleHolds storage holds = _holds[workId];
        uint64 due = paidAt + _escrow;
        uint64 upheldAt = 0;
        if (due > holds.upheldOpenedAt && paidAt < holds.upheldAt) {
            upheldAt = holds.upheldAt;
        } else if (due > holds.earlierOpenedAt && paidAt < holds.earlierUpheldAt) {
            upheldAt = holds.earlierUpheldAt;
        }
        if (upheldAt == 0) return 0;

        time = upheldAt + REFUND;
        // One upheld dispute after another may not hold the same payment for ever.
        uint64 latest = due + _holdPeriod + REFUND;
        if (latest < time) time = latest;
    }

    /// @inheritdoc IDisputeDesk
    function periods() external view returns (Periods memory) {
        return Periods(uint32(_escrow), uint32(_holdPeriod), uint32(_answering), uint32(_ruling));
    }

    function _freeze(uint256 workId) internal returns (uint64 until) {
        TitleHolds storage holds = _holds[workId];
        if (holds.frozenFrom == 0 || block.timestamp >= holds.frozenFrom + FREEZE_EVERY) {
            holds.frozenFrom = uint40(block.timestamp);
        }
        return frozenUntil(workId);
    }

    function _hold(uint256 workId, uint40 openedAt) internal returns (uint64 until) {
        until = _lapsesAt(openedAt);
        _holds[workId].admittedOpenedAt = openedAt;
        _holds[workId].admittedUntil = uint40(until);
    }

    function _unhold(uint256 workId) internal {
        _holds[workId].admittedUntil = uint40(block.timestamp);
    }

    function _uphold(uint256 workId, uint40 openedAt) internal {
        TitleHolds storage holds = _holds[workId];
        if (openedAt < holds.upheldAt && block.timestamp < holds.upheldAt + REFUND) {
            // Both were open at once, so against the same holder: together they cover what either does.
            if (openedAt < holds.upheldOpenedAt) holds.upheldOpenedAt = openedAt;
        } else {
            // Somebody else may have sold since: what the two cover is kept apart.
            // A window that still runs is not taken away by a third ruling: it is joined with the second one's.
            bool earlierRuns = block.timestamp < holds.earlierUpheldAt + REFUND;
            if (!earlierRuns || holds.upheldOpenedAt < holds.earlierOpenedAt) {
                holds.earlierOpenedAt = holds.upheldOpenedAt;
            }
            holds.earlierUpheldAt = holds.upheldAt;
            holds.upheldOpenedAt = openedAt;
        }
        holds.upheldAt = uint40(block.timestamp);
    }

    function _lapsesAt(uint40 openedAt) internal view returns (uint64) {
        return openedAt + _ruling;
    }

    function _answerPeriod() internal view returns (uint64) {
        return _answering;
    }
}
