"""Disputes about titles (CONTRACTS.md, DisputeDesk)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from registry.errors import InvalidValueError
from registry.model.values import UINT64_MAX, DisputeId, Hash32


class DisputeStatus(IntEnum):
    """How a dispute stands, as the contract numbers it."""

    NONE = 0
    OPEN = 1
    DISMISSED = 2
    UPHELD = 3
    ASSIGNED = 4
    LAPSED = 5


OUTCOMES = (DisputeStatus.DISMISSED, DisputeStatus.UPHELD, DisputeStatus.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the holder of a title says to a dispute; `evidence_hash` is of what they say and show."""

    dispute_id: DisputeId
    evidence_hash: Hash32
    deadline: int

    def __post_init__(self) -> None:
        if not 0 < self.deadline <= UINT64_MAX:
            raise InvalidValueError("deadline", "must be a positive unsigned 64-bit Unix time")
