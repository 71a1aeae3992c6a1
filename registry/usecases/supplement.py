"""Supplements: metadata that the holder of a title signs, and the registry carries, beside a registration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry import schemas, statements
from registry.canonical import canonical_hash, nfc
from registry.errors import (
    DeadlineExpiredError,
    InvalidValueError,
    NotFoundError,
    NotPossibleError,
    TooEarlyError,
)
from registry.model import Address, AppendSupplementFor, Hash32, Supplement, WorkId, from_unix, to_unix
from registry.ports import Chain, Clock, Ids, Intent, Store, SupplementEntry, UnitOfWork
from registry.statements import Domain
from registry.usecases.carried import Carried, CarriedState, Titles, carried, holds
from registry.usecases.declare import STATEMENT_LIFETIME
from registry.usecases.quota import Quota
from registry.usecases.records import RecordedSupplement, redacted
from registry.usecases.signatures import require_signed

# What a supplement says anew; all else in the document is about the file, which it cannot change.
_SAID = ("title", "creators", "year", "language", "how_made", "usage_preferences", "salt")


@dataclass(frozen=True, slots=True)
class SupplementToSign:
    """A supplement made ready, the metadata it names, and the domain its signature is bound to."""

    supplement: Supplement
    metadata: Mapping[str, Any]
    domain: Domain


@dataclass(frozen=True, slots=True)
class SupplementRecord:
    """One supplement of a work: `entry` where it came through the registry, `event` once the chain has it."""

    sequence: int
    metadata_hash: Hash32
    carried: Carried
    entry: SupplementEntry | None
    event: RecordedSupplement | None


@dataclass(frozen=True, slots=True)
class PrepareSupplement:
    """Metadata becomes a statement for the holder of the title to sign; nothing is stored."""

    store: Store
    chain: Chain
    clock: Clock
    ids: Ids

    def __call__(self, work_id: WorkId, facts: Mapping[str, Any]) -> SupplementToSign:
        """`facts` as for a draft; what the registered metadata say of the file stays, with a salt of its own.

        Raises:
            NotFoundError: There is no title of that work, or its registered metadata are not known here.
            InvalidDocumentError: The facts do not make a `colophon.metadata/1`.
            RedactedError: They were erased; only a whole document can be added.
            TooEarlyError: Another supplement waits to be recorded.
        """
        with self.store.read() as unit:
            entry = unit.journal.registrations([work_id]).get(work_id)
            self._titles.record(unit, work_id)
        if entry is None:
            raise NotFoundError("metadata of work", str(work_id))
        if entry.metadata is None:
            raise redacted(entry)
        kept = {name: value for name, value in entry.metadata.items() if name not in _SAID}
        said = {"how_made": "unspecified", "usage_preferences": {}, **nfc(facts)}
        return self.of_document(work_id, {**said, **kept, "salt": str(self.ids.salt())})

    def of_document(self, work_id: WorkId, metadata: Mapping[str, Any]) -> SupplementToSign:
        """The same for a document that is complete.

        Raises:
            NotFoundError: There is no title of that work.
            InvalidDocumentError: It is no `colophon.metadata/1`.
            TooEarlyError: Another supplement waits to be recorded.
        """
        metadata_hash = _hash_of(metadata)
        with self.store.read() as unit:
            record, _ = self._titles.record(unit, work_id)
            now = self.clock.now()
            _require_none_waiting(supplements_within(unit, work_id, record.supplements, self.clock))
        deadline = to_unix(now + STATEMENT_LIFETIME)
        supplement = Supplement(work_id, metadata_hash, len(record.supplements) + 1, deadline)
        return SupplementToSign(supplement, metadata, statements.domain_of(supplement, self.chain.contracts))

    @property
    def _titles(self) -> Titles:
        return Titles(self.chain, self.clock)


@dataclass(frozen=True, slots=True)
class AddSupplement:
    """Take a signed supplement into the journal and carry it."""

    store: Store
    chain: Chain
    clock: Clock
    quota: Quota

    def __call__(
        self, supplement: Supplement, metadata: Mapping[str, Any], signature: bytes
    ) -> SupplementRecord:
        """Acknowledged means committed. The same supplement again changes nothing.

        Raises:
            InvalidDocumentError: The metadata are no `colophon.metadata/1`.
            InvalidValueError: They are not those the supplement names, or it is not the next.
            NotFoundError: There is no title of that work.
            InvalidSignatureError: The holder of the title did not sign it.
            DeadlineExpiredError: It must not be carried any more.
            TooEarlyError: Another supplement waits to be recorded.
            NotPossibleError: An earlier holder signed this very statement.
            QuotaSpentError: The registry carries no more for the holder today.
        """
        if _hash_of(metadata) != supplement.metadata_hash:
            raise InvalidValueError("metadata", "are not those whose hash the supplement names")
        digest = statements.digest(supplement, statements.domain_of(supplement, self.chain.contracts))
        with self.store.read() as unit:
            known = self._known(unit, supplement.work_id, digest)
            _, title = Titles(self.chain, self.clock).record(unit, supplement.work_id)
        if known is not None:
            self._require_same(known, title.holder, signature)
            return known
        require_signed(self.chain, title.holder, digest, signature)
        now = self.clock.now()
        if supplement.deadline < to_unix(now):
            raise DeadlineExpiredError(from_unix(supplement.deadline))
        entry = SupplementEntry(supplement.work_id, digest, supplement, signature, now, metadata)
        with self.store.write() as unit:
            known = self._known(unit, supplement.work_id, digest)
            if known is None:
                self._require_next(unit, supplement)
                self.quota.spend(unit, title.holder)
                unit.journal.append(entry)
                unit.outbox.put(carrying(self.chain, entry))
        return known or self._read(supplement.work_id, digest)

    def _known(self, unit: UnitOfWork, work_id: WorkId, digest: Hash32) -> SupplementRecord | None:
        """The supplement if it came in before."""
        found = ReadSupplements(self.store, self.chain, self.clock).within(unit, work_id)
        return next((one for one in found if one.entry is not None and one.entry.digest == digest), None)

    def _require_same(self, known: SupplementRecord, holder: Address, signature: bytes) -> None:
        entry = known.entry
        if entry is None or entry.signature == signature or known.carried.state is CarriedState.RECORDED:
            return
        if not holds(self.chain, holder, entry.digest, entry.signature):
            raise NotPossibleError(
                "an earlier holder of the title signed this very statement; make a new one"
            )

    def _require_next(self, unit: UnitOfWork, supplement: Supplement) -> None:
        record, _ = Titles(self.chain, self.clock).record(unit, supplement.work_id)
        expected = len(record.supplements) + 1
        if supplement.sequence != expected:
            raise InvalidValueError("sequence", f"the next is {expected}, not {supplement.sequence}")
        _require_none_waiting(supplements_within(unit, supplement.work_id, record.supplements, self.clock))

    def _read(self, work_id: WorkId, digest: Hash32) -> SupplementRecord:
        reader = ReadSupplements(self.store, self.chain, self.clock)
        return next(one for one in reader(work_id) if one.entry is not None and one.entry.digest == digest)


@dataclass(frozen=True, slots=True)
class ReadSupplements:
    """A work's supplements, by sequence."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, work_id: WorkId) -> list[SupplementRecord]:
        """Those on chain, and those that came in and are not there, or never will be.

        Raises:
            NotFoundError: There is no title of that work.
        """
        with self.store.read() as unit:
            return self.within(unit, work_id)

    def within(self, unit: UnitOfWork, work_id: WorkId) -> list[SupplementRecord]:
        """The same in a unit of work that is open already."""
        record, _ = Titles(self.chain, self.clock).record(unit, work_id)
        return supplements_within(unit, work_id, record.supplements, self.clock)


def supplements_within(
    unit: UnitOfWork, work_id: WorkId, events: Sequence[RecordedSupplement], clock: Clock
) -> list[SupplementRecord]:
    """A work's supplements by sequence, then in order of arrival; `events` are those on chain."""
    now, free = clock.now(), list(events)
    found = []
    for entry in unit.journal.supplements_of(work_id):
        stated = entry.supplement
        event = next((one for one in free if _is_of(stated, one)), None)
        if event is not None:
            free.remove(event)
        state = carried(unit, entry.digest, stated.deadline, now, recorded=event is not None)
        found.append(SupplementRecord(stated.sequence, stated.metadata_hash, state, entry, event))
    recorded = Carried(CarriedState.RECORDED)
    found += [SupplementRecord(one.sequence, one.metadata_hash, recorded, None, one) for one in free]
    return sorted(found, key=lambda one: one.sequence)


def carrying(chain: Chain, entry: SupplementEntry) -> Intent:
    """The operator's part."""
    call = chain.call(AppendSupplementFor(entry.supplement, entry.signature))
    return Intent(entry.digest, call, entry.supplement.deadline, entry.work_id)


def _is_of(supplement: Supplement, event: RecordedSupplement) -> bool:
    return (supplement.sequence, supplement.metadata_hash) == (event.sequence, event.metadata_hash)


def _require_none_waiting(supplements: Sequence[SupplementRecord]) -> None:
    if any(one.carried.state is CarriedState.PENDING for one in supplements):
        raise TooEarlyError("another supplement of this work waits to be recorded", None)


def _hash_of(metadata: Mapping[str, Any]) -> Hash32:
    schemas.check("metadata", metadata)
    return Hash32(canonical_hash(metadata, "colophon.metadata/1"))
