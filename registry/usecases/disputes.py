"""Disputes about titles: folded from their events, and read with what their deadlines say now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from registry.errors import ChainUnavailableError, NotFoundError
from registry.licensing.holds import Holds
from registry.model import (
    Address,
    ChainEvent,
    DeskTerms,
    DisputeId,
    DisputeStatus,
    Hash32,
    TransactionHash,
    WorkId,
    to_unix,
)
from registry.ports import Chain, Clock, Store, UnitOfWork
from registry.usecases import facts
from registry.usecases.sales import holder_of

Times = Mapping[int, int]
"""Each block's Unix time by its number."""


REMEMBERED_SECONDS = 60


class DisputeState(StrEnum):
    """How a dispute stands, with what the clock says of it."""

    OPEN = "open"
    ADMITTED = "admitted"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    ASSIGNED = "assigned"
    LAPSED = "lapsed"
    TIMED_OUT = "timed-out"


_ENDED = {
    DisputeStatus.DISMISSED: DisputeState.DISMISSED,
    DisputeStatus.UPHELD: DisputeState.UPHELD,
    DisputeStatus.ASSIGNED: DisputeState.ASSIGNED,
    DisputeStatus.LAPSED: DisputeState.LAPSED,
}


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the holder of the title said; `at` in Unix seconds."""

    holder: Address
    evidence_hash: Hash32
    at: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as the chain tells it. Times are Unix seconds, the bond is in wei.

    `holder` held the title when it was opened: it is decided against nobody else. `held_until` is None unless
    the arbiter admitted it, `bond_to` unless it has ended.
    """

    dispute_id: DisputeId
    work_id: WorkId
    opener: Address
    tag: Hash32
    evidence_hash: Hash32
    assignee: Address | None
    arbiter: Address
    holder: Address
    bond: int
    opened_at: int
    frozen_until: int
    transaction_hash: TransactionHash
    held_until: int | None = None
    answer: GivenAnswer | None = None
    status: DisputeStatus = DisputeStatus.OPEN
    ended_at: int | None = None
    bond_to: Address | None = None

    def state(self, now: int, terms: DeskTerms) -> DisputeState:
        """How it stands at a Unix second."""
        if self.status in _ENDED:
            return _ENDED[self.status]
        if now >= self.rules_until(terms):
            return DisputeState.TIMED_OUT
        return DisputeState.OPEN if self.held_until is None else DisputeState.ADMITTED

    def answers_until(self, terms: DeskTerms) -> int:
        """Until just before then the holder can answer, and nobody can rule."""
        return self.opened_at + terms.answer

    def rules_until(self, terms: DeskTerms) -> int:
        """Until just before then the arbiter can rule; from then on it can only lapse."""
        return self.opened_at + terms.ruling


def disputes_of(events: Sequence[ChainEvent], times: Times) -> tuple[Dispute, ...]:
    """A work's disputes, in the order in which they were opened."""
    return tuple({dispute.dispute_id: dispute for _, dispute, _ in _told(events, times)}.values())


def holds_of(events: Sequence[ChainEvent], times: Times) -> Holds:
    """What a work's disputes hold up."""
    holds = Holds()
    for name, dispute, at in _told(events, times):
        if name == "DisputeAdmitted":
            holds = holds.admitted(dispute.opened_at, dispute.held_until or 0)
        elif name == "DisputeRuled":
            holds = _ruled(holds, dispute, at)
    return holds


def blocks_needed(events: Sequence[ChainEvent]) -> set[int]:
    """The blocks whose times `disputes_of` and `holds_of` look at."""
    return {event.block_number for event in events if event.name == "DisputeOpened" or event.name in _STEPS}


def times_of(unit: UnitOfWork, numbers: Collection[int]) -> dict[int, int]:
    """The Unix times of blocks that were taken in, by their numbers."""
    return {number: block.timestamp for number, block in unit.views.blocks(sorted(numbers)).items()}


def _told(events: Sequence[ChainEvent], times: Times) -> Iterator[tuple[str, Dispute, int]]:
    """Each event about a dispute with the dispute as it was then, and its time."""
    found: dict[DisputeId, Dispute] = {}
    for event in events:
        if event.name == "DisputeOpened":
            dispute = _opened(event, times[event.block_number])
        elif event.name in _STEPS:
            before = found[facts.dispute(event)]
            dispute = _STEPS[event.name](before, event, times[event.block_number])
        else:
            continue
        found[dispute.dispute_id] = dispute
        yield event.name, dispute, times[event.block_number]


def _opened(event: ChainEvent, at: int) -> Dispute:
    return Dispute(
        dispute_id=facts.dispute(event),
        work_id=facts.work(event),
        opener=facts.account(event, "opener"),
        tag=facts.digest(event, "tag"),
        evidence_hash=facts.digest(event, "evidence_hash"),
        assignee=facts.account_or_none(event, "assignee"),
        arbiter=facts.account(event, "arbiter"),
        holder=facts.account(event, "holder"),
        bond=facts.number(event, "bond"),
        opened_at=at,
        frozen_until=facts.number(event, "frozen_until"),
        transaction_hash=event.transaction_hash,
    )


def _admitted(dispute: Dispute, event: ChainEvent, _: int) -> Dispute:
    return replace(dispute, held_until=facts.number(event, "held_until"))


def _answered(dispute: Dispute, event: ChainEvent, at: int) -> Dispute:
    said = GivenAnswer(facts.account(event, "holder"), facts.digest(event, "evidence_hash"), at)
    return replace(dispute, answer=said)


def _decided(dispute: Dispute, event: ChainEvent, at: int) -> Dispute:
    status, bond_to = DisputeStatus(facts.number(event, "outcome")), facts.account(event, "bond_to")
    return replace(dispute, status=status, ended_at=at, bond_to=bond_to)


def _lapsed(dispute: Dispute, _: ChainEvent, at: int) -> Dispute:
    return replace(dispute, status=DisputeStatus.LAPSED, ended_at=at, bond_to=dispute.opener)


_STEPS: Mapping[str, Callable[[Dispute, ChainEvent, int], Dispute]] = {
    "DisputeAdmitted": _admitted,
    "DisputeAnswered": _answered,
    "DisputeRuled": _decided,
    "DisputeLapsed": _lapsed,
}


def _ruled(holds: Holds, dispute: Dispute, at: int) -> Holds:
    if dispute.held_until is not None:
        holds = holds.ended(at)
    return holds if dispute.status is DisputeStatus.DISMISSED else holds.upheld(dispute.opened_at, at)


@dataclass(slots=True)
class ReadArbitration:
    """Who decides new disputes, what one costs, and how long things take."""

    chain: Chain
    clock: Clock
    _known: tuple[int, DeskTerms] | None = None

    def __call__(self) -> DeskTerms:
        """As the chain says now.

        Raises:
            ChainUnavailableError: Nobody can tell.
        """
        terms = self.chain.desk_terms()
        self._known = (to_unix(self.clock.now()), terms)
        return terms

    def lately(self) -> DeskTerms:
        """The same, up to a minute old; older while the chain does not answer.

        Bond and periods never change, and an arbiter rarely does, so not every page asks the chain for them.

        Raises:
            ChainUnavailableError: The chain does not answer and never did.
        """
        known = self._known
        if known is not None and to_unix(self.clock.now()) < known[0] + REMEMBERED_SECONDS:
            return known[1]
        try:
            return self()
        except ChainUnavailableError:
            if known is None:
                raise
            return known[1]


@dataclass(frozen=True, slots=True)
class DisputeNow:
    """A dispute at a moment. `moved_on`: it cannot be decided while somebody else holds the title."""

    dispute: Dispute
    state: DisputeState
    terms: DeskTerms
    moved_on: bool


@dataclass(frozen=True, slots=True)
class ReadDisputes:
    """Disputes by work or by id."""

    store: Store
    arbitration: ReadArbitration
    clock: Clock

    def of_work(self, work_id: WorkId) -> list[DisputeNow]:
        """A work's disputes, in the order in which they were opened.

        Raises:
            NotFoundError: There is no such work on chain.
        """
        with self.store.read() as unit:
            events = unit.views.work_events([work_id]).get(work_id, [])
            if not any(event.name == "WorkRegistered" for event in events):
                raise NotFoundError("work", str(work_id))
            return self._within(unit, events)

    def one(self, dispute_id: DisputeId) -> DisputeNow:
        """One dispute.

        Raises:
            NotFoundError: There is none on chain.
        """
        with self.store.read() as unit:
            told = unit.views.events_of_dispute(dispute_id)
            if not told:
                raise NotFoundError("dispute", str(dispute_id))
            work_id = facts.work(told[0])
            disputes = self._within(unit, unit.views.work_events([work_id])[work_id])
        return next(one for one in disputes if one.dispute.dispute_id == dispute_id)

    def _within(self, unit: UnitOfWork, events: Sequence[ChainEvent]) -> list[DisputeNow]:
        times = times_of(unit, blocks_needed(events))
        terms, now, holder = self.arbitration.lately(), to_unix(self.clock.now()), holder_of(events)
        return [
            DisputeNow(one, one.state(now, terms), terms, one.ended_at is None and one.holder != holder)
            for one in disputes_of(events, times)
        ]
