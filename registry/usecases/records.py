"""A work's record, folded from its signed statement and its chain events: the same on every rebuild."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from registry.errors import RedactedError
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
from registry.ports import AnchoredStatement, Chain, Clock, RegistrationEntry, UnitOfWork
from registry.usecases import facts
from registry.usecases.dating import Dated, dated_of, entries_of
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
from registry.usecases.titling import titles_under_way
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

    `title` is None until the chain has it, as is `dated` for a declaration that is logged, at `leaf_index`;
    `entry` where the work came to the chain without its documents. `title_under_way` where the
    registry was asked to make the title of a logged work.
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
    title_under_way: bool
    dated: Dated | None
    leaf_index: int | None
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
        """Given once final, by what came first (DESIGN.md section 5, Encodings)."""
        if self.status is not Status.FINAL:
            return None
        if self.dated is not None and self.block_number == self.dated.anchor.block_number:
            return f"{self.chain_id}-L{self.dated.leaf_index + 1}"
        title = cast("Title", self.title)
        return f"{self.chain_id}-T{title.block_number}-{title.log_index}"

    @property
    def block_number(self) -> int | None:
        """The block that put it on chain, by a title or an anchor."""
        return _first_block(self.title, self.dated)

    @property
    def effective_date(self) -> datetime | None:
        """The earliest time it proves."""
        found = [self.title.effective_date] if self.title else []
        found += [self.dated.anchored_at] if self.dated else []
        return min(found, default=None)

    @property
    def recorded_at(self) -> datetime | None:
        """Since when everybody can see it: the time of the block that put it on chain."""
        found = [self.title.recorded_at] if self.title else []
        found += [self.dated.anchored_at] if self.dated else []
        return min(found, default=None)

    @property
    def anchored(self) -> str:
        """Whether an anchor dates the logged statement: none, pending or confirmed."""
        if self.dated is not None:
            return "confirmed"
        return "none" if self.leaf_index is None or self.status is Status.EXPIRED else "pending"

    @property
    def via(self) -> Via | None:
        """The way in, where the registry was asked to carry the declaration."""
        return self.entry.via if self.entry else None

    @property
    def titled(self) -> str:
        """Whether a title stands on chain: none, pending or confirmed; a logged work gets one when needed."""
        if self.title is not None:
            return "confirmed"
        if self.via is Via.LOG:
            return "pending" if self.title_under_way else "none"
        return "none" if self.status is Status.EXPIRED else "pending"


@dataclass(frozen=True, slots=True)
class _View:
    """What the views tell of all the works asked for, in as many queries as for one."""

    anchored: Mapping[WorkId, AnchoredStatement]
    head: Block | None
    final: int
    times: Mapping[int, int]
    clashes: Mapping[WorkId, Sequence[tuple[WorkId, Mapping[str, Any]]]]
    coming: Collection[WorkId]
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
        found = {work_id: registration_event(of_work) for work_id, of_work in events.items()}
        registered = [event for event in found.values() if event is not None]
        numbers = {event.block_number for event in registered}
        numbers.update(*map(blocks_needed, events.values()))
        grants = sorted(set().union(*map(linked_grants, events.values())))
        previous = {facts.work(event, "previous") for event in registered if event.facts["previous"]}
        views, anchored = unit.views, unit.anchored.of_works(work_ids)
        numbers.update(dated.anchor.block_number for dated in anchored.values())
        untitled = [dated for work_id, dated in anchored.items() if found.get(work_id) is None]
        return cls(
            anchored,
            views.head(),
            views.final_number(),
            times_of(unit, numbers),
            views.clashes(work_ids),
            titles_under_way(unit, untitled),
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
        events = unit.views.work_events(work_ids)
        view = _View.of(unit, work_ids, events, self.clock.now())
        entries = entries_of(unit, work_ids, view.anchored)
        waiting = [entry.digest for work_id, entry in entries.items() if work_id not in view.anchored]
        logged = {leaf: found.index for leaf, found in unit.log.places(waiting).items()}
        records = {}
        for work_id in work_ids:
            entry, its = entries.get(work_id), events.get(work_id, [])
            on_chain = work_id in view.anchored or registration_event(its) is not None
            if not on_chain and (entry is None or not viewer.owns(entry)):
                continue
            problem = None if on_chain else _problem(unit, work_id, its)
            leaf_index = logged.get(entry.digest) if entry else None
            records[work_id] = self._record(view, work_id, entry, its, leaf_index, problem)
        return records

    def _record(
        self,
        view: _View,
        work_id: WorkId,
        entry: RegistrationEntry | None,
        events: Sequence[ChainEvent],
        leaf_index: int | None,
        problem: str | None,
    ) -> Record:
        contracts, needed = self.chain.contracts, self.chain.confirmations_needed
        title, dated = _title(view, events), dated_of(view.anchored.get(work_id), view.times)
        block_number = _first_block(title, dated)
        return Record(
            work_id=work_id,
            declaration=_declaration(entry, registration_event(events)),
            status=self._status(block_number, entry, view.final),
            confirmations=_confirmations(view, block_number, needed),
            confirmations_needed=needed,
            proof_level=self.chain.proof_level,
            chain_id=contracts.chain_id,
            manifest_id=contracts.manifest_id,
            title=title,
            title_under_way=work_id in view.coming,
            dated=dated,
            leaf_index=dated.leaf_index if dated else leaf_index,
            entry=entry,
            problem=problem,
            adverse_claims=() if block_number is None else _adverse_claims(view, work_id),
            cancelled=title is None and any(event.name == "DeclarationCancelled" for event in events),
            supplements=_supplements(events),
            links=links_of(events, view.grants),
            disputes=disputes_of(events, view.times),
        )

    def _status(self, block_number: int | None, entry: RegistrationEntry | None, final: int) -> Status:
        if block_number is not None:
            return Status.FINAL if block_number <= final else Status.CONFIRMED
        if entry is not None and is_expired(entry, self.clock.now()):
            return Status.EXPIRED
        return Status.PENDING


def _first_block(title: Title | None, dated: Dated | None) -> int | None:
    found = [title.block_number] if title else []
    found += [dated.anchor.block_number] if dated else []
    return min(found, default=None)


def _confirmations(view: _View, block_number: int | None, needed: int) -> int:
    if block_number is None or view.head is None:
        return 0
    if block_number <= view.final:
        return needed
    return min(needed, view.head.number - block_number + 1)


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


def redacted(entry: RegistrationEntry) -> RedactedError:
    """The failure of whoever asks for what was erased of an entry."""
    return RedactedError(str(entry.work_id), entry.redacted_at or entry.received_at)


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
