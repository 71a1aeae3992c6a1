"""What a monitor finds: each trouble has a code and an exit status that never change their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The code of a trouble; the gravest comes first."""

    FORK = "fork"
    """The log's key signed two states of which neither is the beginning of the other."""
    REWIND = "rewind"
    """The log shows a smaller checkpoint than it did, or none after it did."""
    UNEXPLAINED_ANCHOR = "unexplained-anchor"
    """The log's account anchored a root that the log never had."""
    ANCHORS_MISSING = "anchors-missing"
    """The anchors' own count has a gap: the node leaves some out, or a final block is gone."""
    KEY_CHANGED = "key-changed"
    """The registry names another key than the one its log is known by."""
    ACCOUNT_CHANGED = "account-changed"
    """The registry names another account, chain or contract for its anchors than it did."""
    UNVERIFIED_CHECKPOINT = "unverified-checkpoint"
    """The log's key did not sign the checkpoint."""
    WRONG_ENTRIES = "wrong-entries"
    """The leaves or tiles that are served do not lead to the root that was signed."""
    UNANCHORED = "unanchored"
    """The log grew, and for longer than the limit no anchor covers it."""
    MALFORMED_ANSWER = "malformed-answer"
    """An answer is not of the form of its format."""
    OVERSIZED_ANSWER = "oversized-answer"
    """An answer is larger than any honest one; the rest was not read."""
    SLOW_ANSWER = "slow-answer"
    """An answer did not end in time."""
    SILENT = "silent"
    """Nothing answers, or it says that it cannot now."""
    CHAIN_UNREADABLE = "chain-unreadable"
    """The node of the chain gives no answer that can be read."""
    WRONG_CHAIN = "wrong-chain"
    """The node serves another chain than the log is anchored on."""
    DAMAGED_COPY = "damaged-copy"
    """The monitor's own copy is not what was written."""
    COPY_FAILED = "copy-failed"
    """The monitor's own copy cannot be written or read."""


EXIT_STATUS: Mapping[Kind, int] = {
    Kind.FORK: 10,
    Kind.REWIND: 11,
    Kind.UNEXPLAINED_ANCHOR: 12,
    Kind.ANCHORS_MISSING: 13,
    Kind.KEY_CHANGED: 14,
    Kind.ACCOUNT_CHANGED: 15,
    Kind.UNVERIFIED_CHECKPOINT: 16,
    Kind.WRONG_ENTRIES: 17,
    Kind.UNANCHORED: 18,
    Kind.MALFORMED_ANSWER: 20,
    Kind.OVERSIZED_ANSWER: 21,
    Kind.SLOW_ANSWER: 22,
    Kind.SILENT: 23,
    Kind.CHAIN_UNREADABLE: 24,
    Kind.WRONG_CHAIN: 25,
    Kind.DAMAGED_COPY: 30,
    Kind.COPY_FAILED: 31,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that does not hold, in a sentence, with its facts as JSON values."""

    kind: Kind
    detail: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The exit status of a monitor that found nothing graver."""
        return EXIT_STATUS[self.kind]


class TroubleError(Exception):
    """A round cannot go on here."""

    def __init__(self, kind: Kind, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.trouble = Trouble(kind, detail, facts)


def gravest(troubles: Iterable[Trouble]) -> Trouble | None:
    """The one that decides the exit status; None if there is none."""
    return min(troubles, key=lambda trouble: trouble.status, default=None)
