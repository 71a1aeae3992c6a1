"""A work's record, folded from its signed statement and its chain events: the same on every rebuild."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from registry.model import (
    Address,
    Block,
    ChainEvent,
    Declaration,
    GrantId,
    Hash32,
    ProofLevel,
    Status,
    TransactionHash,
    Via,
    WorkId,
    from_unix,
    to_unix,
)
from registry.ports import Chain, Clock, RegistrationEntry, UnitOfWork
from registry.usecases import facts
from registry.usecases.disputes import Dispute, blocks_needed, disputes_of, holds_of, times_of
from registry.usecases.sales import (
    Link,
    SalesState,
    TitleFlags,
    flags_of,
    holder_of,
    linked_grants,
    links_of,
    sales_state,
    series_of,
)
from registry.usecases.skipped import skipped_because
from registry.usecases.viewer import Viewer

EXPIRY_GRACE = timedelta(minutes=1)  # a block mined just before the deadline is seen a little after it


@dataclass(frozen=True, slots=True)
class Title:
    """What the chain says of a recorded work: recorded where and when, held by whom, in which series.

    `previous_counts` is None where the declaration names no earlier work; otherwise it says whether the
    claimant declared that one too, or held its title when this one was recorded.
    """

    block_number: int
    log_index: int
    transaction_hash: TransactionHash
    recorded_at: datetime
    effective_date: datetime
    holder: Address
    series: int
    supplements: int
    flags: TitleFlags
    sales: SalesState
    previous_counts: bool | None


@dataclass(frozen=True, slots=True)
class RecordedSupplement:
    """Metadata that a holder of the title added to the work's history."""

    sequence: int
    metadata_hash: Hash32
    holder: Address
    transaction_hash: TransactionHash


@dataclass(frozen=True, slots=True)
class AdverseClaim:
    """Another claimant's confirmed declaration of the same or a similar work."""

    work_id: WorkId
    claimant: Address
    verdict: str
    distance: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Record:
    """A work as the registry knows it.

    `title` is None until the chain has it; `entry` where the work came to the chain without its documents.
    `cancelled` is true where the claimant withdrew every signature over a declaration that is not recorded.
    """

    work_id: WorkId
    declaration: Declaration
    status: Status
    confirmations: int
    confirmations_needed: int
    proof_level: ProofLevel
    chain_id: int
    manifest_id: Hash32
    title: Title | None
    entry: RegistrationEntry | None
    problem: str | None
    adverse_claims: tuple[AdverseClaim, ...]
    cancelled: bool
    supplements: tuple[RecordedSupplement, ...]
    links: tuple[Link, ...]
    disputes: tuple[Dispute, ...]

    @property
    def unlicensed_parents(self) -> tuple[WorkId, ...]:
        """Declared parents without a licence that backs them: the claimant's statement and no more."""
        linked = {link.parent for link in self.links}
        return tuple(parent for parent in self.declaration.parents if parent not in linked)

    @property
    def registration_number(self) -> str | None:
        """Given once final (DESIGN.md section 5, Encodings)."""
        if self.title is None or self.status is not Status.FINAL:
            return None
        return f"{self.chain_id}-T{self.title.block_number}-{self.title.log_index}"

    @property
    def via(self) -> Via | None:
        """The way in, where the registry was asked to carry the declaration."""
        return self.entry.via if self.entry else None

    @property
    def titled(self) -> str:
        """Whether a title stands on chain: none, pending or confirmed."""
        if self.title is not None:
            return "confirmed"
        return "none" if self.status is Status.EXPIRED else "pending"


@dataclass(frozen=True, slots=True)
class _View:
    """What the views tell of all the works asked for, in as many queries as for one."""

    head: Block | None
    final: int
    times: Mapping[int, int]
    clashes: Mapping[WorkId, Sequence[tuple[WorkId, Mapping[str, Any]]]]
    grants: Mapping[GrantId, Sequence[ChainEvent]]
    previous: Mapping[WorkId, Sequence[ChainEvent]]
    now: int

    @classmethod
    def of(
        cls,
        unit: UnitOfWork,
        work_ids: Sequence[WorkId],
        events: Mapping[WorkId, Sequence[ChainEvent]],
        now: datetime,
    ) -> _View:
        """Read it."""
        found = (registration_event(of_work) for of_work in events.values())
        registered = [event for event in found if event is not None]
        numbers = {event.block_number for event in registered}
        numbers.update(*map(blocks_needed, events.values()))
        grants = sorted(set().union(*map(linked_grants, events.values())))
        previous = {facts.work(event, "previous") for event in registered if event.facts["previous"]}
        views = unit.views
        return cls(
            views.head(),
            views.final_number(),
            times_of(unit, numbers),
            views.clashes(work_ids),
            views.events_of_grants(grants),
            views.work_events(sorted(previous)),
            to_unix(now),
        )


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads records in a unit of work, for a caller."""

    chain: Chain
    clock: Clock

    def read(self, unit: UnitOfWork, work_ids: Sequence[WorkId], viewer: Viewer) -> dict[WorkId, Record]:
        """The works that the caller may see: those on chain, and pending ones whose receipt it holds."""
        entries = unit.journal.registrations(work_ids)
        events = unit.views.work_events(work_ids)
        view = _View.of(unit, work_ids, events, self.clock.now())
        records = {}
        for work_id in work_ids:
            entry, its = entries.get(work_id), events.get(work_id, [])
            title = _title(view, its)
            if title is None and (entry is None or not viewer.owns(entry)):
                continue
            problem = _problem(unit, work_id, its) if title is None else None
            records[work_id] = self._record(view, work_id, entry, its, title, problem)
        return records

    def _record(
        self,
        view: _View,
        work_id: WorkId,
        entry: RegistrationEntry | None,
        events: Sequence[ChainEvent],
        title: Title | None,
        problem: str | None,
    ) -> Record:
        contracts = self.chain.contracts
        head, final = view.head, view.final
        needed = self.chain.confirmations_needed
        confirmations = (
            0 if title is None or head is None else min(needed, head.number - title.block_number + 1)
        )
        return Record(
            work_id=work_id,
            declaration=_declaration(entry, registration_event(events)),
            status=self._status(title, entry, final),
            confirmations=needed if title and title.block_number <= final else confirmations,
            confirmations_needed=needed,
            proof_level=self.chain.proof_level,
            chain_id=contracts.chain_id,
            manifest_id=contracts.manifest_id,
            title=title,
            entry=entry,
            problem=problem,
            adverse_claims=_adverse_claims(view, work_id) if title else (),
            cancelled=title is None and any(event.name == "DeclarationCancelled" for event in events),
            supplements=_supplements(events),
            links=links_of(events, view.grants),
            disputes=disputes_of(events, view.times),
        )

    def _status(self, title: Title | None, entry: RegistrationEntry | None, final: int) -> Status:
        if title is not None:
            return Status.FINAL if title.block_number <= final else Status.CONFIRMED
        if entry is not None and is_expired(entry, self.clock.now()):
            return Status.EXPIRED
        return Status.PENDING


def _title(view: _View, events: Sequence[ChainEvent]) -> Title | None:
    registered = registration_event(events)
    if registered is None:
        return None
    lowered = [event for event in events if event.name == "EffectiveDateLowered"]
    flags = flags_of(events)
    return Title(
        block_number=registered.block_number,
        log_index=registered.log_index,
        transaction_hash=registered.transaction_hash,
        recorded_at=from_unix(view.times.get(registered.block_number, 0)),
        effective_date=from_unix(facts.number([registered, *lowered][-1], "effective_date")),
        holder=holder_of(events),
        series=series_of(events),
        supplements=sum(event.name == "SupplementRecorded" for event in events),
        flags=flags,
        sales=sales_state(flags, holds_of(events, view.times), view.now),
        previous_counts=_previous_counts(view, registered),
    )


def _previous_counts(view: _View, registered: ChainEvent) -> bool | None:
    if registered.facts["previous"] is None:
        return None
    earlier = registration_event(view.previous.get(facts.work(registered, "previous"), ()))
    same = earlier is not None and earlier.facts["claimant"] == registered.facts["claimant"]
    return same or bool(registered.facts["previous_related"])


def _supplements(events: Sequence[ChainEvent]) -> tuple[RecordedSupplement, ...]:
    return tuple(
        RecordedSupplement(
            facts.number(event, "sequence"),
            facts.digest(event, "metadata_hash"),
            facts.account(event, "holder"),
            event.transaction_hash,
        )
        for event in events
        if event.name == "SupplementRecorded"
    )


def is_expired(entry: RegistrationEntry, now: datetime) -> bool:
    """Whether a pending declaration's deadline has passed, with a grace for blocks not yet seen."""
    return from_unix_clamped(entry.registration.deadline) + EXPIRY_GRACE < now


def from_unix_clamped(seconds: int) -> datetime:
    """As `from_unix`, with deadlines past the year 9000 cut to it."""
    return from_unix(min(seconds, 221_845_392_000))


def registration_event(events: Sequence[ChainEvent]) -> ChainEvent | None:
    """The event that recorded the work, among all of its events."""
    return next((event for event in events if event.name == "WorkRegistered"), None)


def _declaration(entry: RegistrationEntry | None, registered: ChainEvent | None) -> Declaration:
    if registered is not None:
        return declaration_of(registered.facts)
    return cast("RegistrationEntry", entry).registration.declaration


def declaration_of(told: Mapping[str, Any]) -> Declaration:
    """The declaration that a `WorkRegistered` event spells out."""
    return Declaration(
        claimant=Address(told["claimant"]),
        content_hash=Hash32.parse(told["content_hash"]),
        fingerprint_hash=Hash32.parse(told["fingerprint_hash"]),
        metadata_hash=Hash32.parse(told["metadata_hash"]),
        parents=tuple(WorkId.parse(parent) for parent in told["parents"]),
        previous=WorkId.parse(told["previous"]) if told["previous"] else None,
    )


def _problem(unit: UnitOfWork, work_id: WorkId, events: Sequence[ChainEvent]) -> str | None:
    problems = (item.problem or skipped_because(item, events) for item in unit.outbox.items_of(work_id))
    return next((problem for problem in problems if problem), None)


def _adverse_claims(view: _View, work_id: WorkId) -> tuple[AdverseClaim, ...]:
    return tuple(
        AdverseClaim(
            work_id=other,
            claimant=Address(str(judged["claimants"][str(other)])),
            verdict=str(judged["verdict"]),
            distance=int(judged["distance"]),
            threshold=int(judged["threshold"]),
        )
        for other, judged in view.clashes.get(work_id, [])
    )
