"""What must be sent, once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from registry.model import Address, Call, Hash32, SignedTransaction, TransactionRequest, WorkId


class IntentState(StrEnum):
    """Where something to be sent stands."""

    QUEUED = "queued"
    SIGNED = "signed"
    MINED = "mined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something the operator's account must send once.

    `key` names the effect (a statement's digest): a second `put` of it is the first. `deadline` is the Unix
    second after which sending is useless, None for never. A batch is about the works in `batch` (ascending),
    and about no single one.
    """

    key: Hash32
    call: Call
    deadline: int | None = None
    work_id: WorkId | None = None
    batch: tuple[WorkId, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed transaction of an intent; a later one replaces it with the same nonce and higher fees."""

    request: TransactionRequest
    signed: SignedTransaction
    at: datetime


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An intent with what became of it. `attempts` oldest first, all of one nonce."""

    intent: Intent
    state: IntentState
    attempts: tuple[Attempt, ...] = ()
    receipt_block: int | None = None
    problem: str | None = None


class Outbox(Protocol):
    """What must be sent, written in the unit of work of what caused it."""

    def put(self, intent: Intent) -> None:
        """Store what must be sent; nothing leaves before the unit of work commits.

        Raises:
            StoreUnavailableError: Nothing was stored; safe to retry.
        """

    def charge(self, account: Address, day: int, statements: int = 1) -> int:
        """Count one more statement, or several, that are carried for an account on a day; how many by now.

        Days are counted from 1970, in UTC. Earlier ones are forgotten, of every account.
        """

    def item(self, key: Hash32) -> OutboxItem | None:
        """One intent."""

    def states(self, keys: Sequence[Hash32]) -> dict[Hash32, IntentState]:
        """Where intents stand, by their keys; one that is not there is absent."""

    def in_state(self, state: IntentState, limit: int = 100) -> list[OutboxItem]:
        """Intents in a state, oldest first."""

    def due(self, now: int, limit: int = 100) -> list[OutboxItem]:
        """Queued intents that are not postponed beyond `now` (Unix seconds), oldest first."""

    def items_of(self, work_id: WorkId) -> list[OutboxItem]:
        """Intents about a work, batches with it among them, oldest first."""

    def next_nonce(self, chain_id: int, account: Address) -> int:
        """One above the highest nonce ever reserved, 0 if none was."""

    def add_attempt(self, key: Hash32, attempt: Attempt) -> None:
        """Keep signed bytes, with their nonce, before they are broadcast; the intent becomes `signed`.

        Raises:
            NotFoundError: There is no such intent; so too in what follows.
            InvalidValueError: The nonce was reserved before, or is not that of the intent's other attempts.
        """

    def postpone(self, key: Hash32, until: int) -> None:
        """Leave a queued intent alone until a Unix second."""

    def mark_mined(self, key: Hash32, block_number: int) -> None:
        """The intent had its effect in that block."""

    def mark_failed(self, key: Hash32, problem: str) -> None:
        """The intent will not be sent (again)."""

    def requeue(self, key: Hash32) -> None:
        """Forget the attempts and queue the intent again, with a new nonce."""

    def reopen_mined_above(self, block_number: int) -> int:
        """After a reorg: intents mined above a block are `signed` again; how many.

        One without attempts, which somebody else had carried, is `queued` again.
        """
