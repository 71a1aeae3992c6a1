"""A work's record, folded from its signed statement and its chain events: the same on every rebuild."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from registry.model import (
    ZERO_ADDRESS,
    Address,
    Block,
    ChainEvent,
    Declaration,
    Hash32,
    ProofLevel,
    Status,
    TransactionHash,
    Via,
    WorkId,
    from_unix,
)
from registry.ports import Chain, Clock, RegistrationEntry, UnitOfWork
from registry.usecases.viewer import Viewer

EXPIRY_GRACE = timedelta(minutes=1)  # a block mined just before the deadline is seen a little after it


@dataclass(frozen=True, slots=True)
class Title:
    """What the chain says of a recorded work: recorded where and when, held by whom, in which series."""

    block_number: int
    log_index: int
    transaction_hash: TransactionHash
    recorded_at: datetime
    effective_date: datetime
    holder: Address
    series: int
    supplements: int


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
    blocks: Mapping[int, Block]
    clashes: Mapping[WorkId, Sequence[tuple[WorkId, Mapping[str, Any]]]]

    @classmethod
    def of(
        cls, unit: UnitOfWork, work_ids: Sequence[WorkId], events: Mapping[WorkId, Sequence[ChainEvent]]
    ) -> _View:
        """Read it."""
        registered = [registration_event(of_work) for of_work in events.values()]
        numbers = sorted({event.block_number for event in registered if event is not None})
        views = unit.views
        return cls(views.head(), views.final_number(), views.blocks(numbers), views.clashes(work_ids))


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads records in a unit of work, for a caller."""

    chain: Chain
    clock: Clock

    def read(self, unit: UnitOfWork, work_ids: Sequence[WorkId], viewer: Viewer) -> dict[WorkId, Record]:
        """The works that the caller may see: those on chain, and pending ones whose receipt it holds."""
        entries = unit.journal.registrations(work_ids)
        events = unit.views.work_events(work_ids)
        view = _View.of(unit, work_ids, events)
        records = {}
        for work_id in work_ids:
            entry, title = entries.get(work_id), _title(view, events.get(work_id, []))
            if title is None and (entry is None or not viewer.owns(entry)):
                continue
            declaration = _declaration(entry, registration_event(events.get(work_id, [])))
            problem = _problem(unit, work_id) if title is None else None
            records[work_id] = self._record(view, work_id, entry, title, declaration, problem)
        return records

    def _record(
        self,
        view: _View,
        work_id: WorkId,
        entry: RegistrationEntry | None,
        title: Title | None,
        declaration: Declaration,
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
            declaration=declaration,
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
    block = view.blocks.get(registered.block_number)
    transfers = [event for event in events if (event.contract, event.name) == ("WorkRegistry", "Transfer")]
    series = [event for event in events if event.name == "SeriesAdvanced"]
    return Title(
        block_number=registered.block_number,
        log_index=registered.log_index,
        transaction_hash=registered.transaction_hash,
        recorded_at=from_unix(block.timestamp if block else 0),
        effective_date=from_unix(cast("int", registered.facts["effective_date"])),
        holder=Address(str(transfers[-1].facts["to"])) if transfers else ZERO_ADDRESS,
        series=cast("int", series[-1].facts["series"]) if series else 0,
        supplements=sum(event.name == "SupplementRecorded" for event in events),
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


def declaration_of(facts: Mapping[str, Any]) -> Declaration:
    """The declaration that a `WorkRegistered` event spells out."""
    return Declaration(
        claimant=Address(facts["claimant"]),
        content_hash=Hash32.parse(facts["content_hash"]),
        fingerprint_hash=Hash32.parse(facts["fingerprint_hash"]),
        metadata_hash=Hash32.parse(facts["metadata_hash"]),
        parents=tuple(WorkId.parse(parent) for parent in facts["parents"]),
        previous=WorkId.parse(facts["previous"]) if facts["previous"] else None,
    )


def _problem(unit: UnitOfWork, work_id: WorkId) -> str | None:
    return next((item.problem for item in unit.outbox.items_of(work_id) if item.problem), None)


def _adverse_claims(view: _View, work_id: WorkId) -> tuple[AdverseClaim, ...]:
    return tuple(
        AdverseClaim(
            work_id=other,
            claimant=Address(str(facts["claimants"][str(other)])),
            verdict=str(facts["verdict"]),
            distance=int(facts["distance"]),
            threshold=int(facts["threshold"]),
        )
        for other, facts in view.clashes.get(work_id, [])
    )
