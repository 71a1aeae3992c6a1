"""Redaction: what is said of a work is erased for good; the record, its date and its proofs stand.

The holder of the title may ask for it, as long as there is no title the claimant, and whoever took over from
either. A claimant who passed the title on cannot: what was sold would be a hostage in the seller's hand.
The metadata's hash stays in the declaration, and without the salt nobody can guess what it was of. The
fingerprint stays too: a work that could not be found again from a copy would lose what the record is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from registry import statements
from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    RedactedError,
    RegistryError,
    StoreUnavailableError,
    TooEarlyError,
)
from registry.model import Address, Redaction, Status, WorkId, from_unix, to_unix
from registry.ports import (
    Blobs,
    Chain,
    Clock,
    LeafKind,
    NewLeaf,
    RedactionEntry,
    Store,
    UnitOfWork,
)
from registry.statements import Domain
from registry.usecases.declare import STATEMENT_LIFETIME
from registry.usecases.records import Record, RecordReader
from registry.usecases.signatures import require_signed_for_to_log
from registry.usecases.viewer import Viewer


@dataclass(frozen=True, slots=True)
class RedactionToSign:
    """A redaction made ready, whose signature it needs, and the domain that is bound to."""

    redaction: Redaction
    signer: Address
    domain: Domain


@dataclass(frozen=True, slots=True)
class Redacted:
    """The tombstone, and its place in the log."""

    entry: RedactionEntry
    leaf_index: int


@dataclass(frozen=True, slots=True)
class PrepareRedaction:
    """Make the statement that whoever may have a work's metadata erased is to sign; nothing is stored."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, work_id: WorkId, viewer: Viewer) -> RedactionToSign:
        """The statement for a record that the viewer may see.

        Raises:
            NotFoundError: There is no such record, or nothing is said of the work here.
            RedactedError: All of it was erased.
            TooEarlyError: Its commitment waits to be revealed, for which the salt is needed.
        """
        with self.store.read() as unit:
            record = _record(self.chain, self.clock, unit, work_id, viewer)
            _require_anything_left(unit, record)
        deadline = to_unix(self.clock.now() + STATEMENT_LIFETIME)
        redaction = Redaction(work_id, record.declaration.metadata_hash, deadline)
        domain = statements.domain_of(redaction, self.chain.contracts)
        return RedactionToSign(redaction, signer_of(record), domain)


@dataclass(frozen=True, slots=True)
class EraseRedacted:
    """Make sure that nothing is left of what was redacted: after a crash, and after a table was restored."""

    store: Store
    blobs: Blobs

    def __call__(self) -> bool:
        """Always False: the next sweep can wait.

        Raises:
            StoreUnavailableError: Call again later.
        """
        with self.store.write() as unit:
            unit.views.forget_words(unit.journal.erase_redacted())
        with self.store.write() as unit:  # what is deleted here is named by nothing that is committed
            for blob in unit.journal.erased_blobs():
                if not unit.drafts.names_blob(blob):
                    self.blobs.delete(blob)
        with suppress(StoreUnavailableError):  # somebody reads an earlier state; the next sweep finds nobody
            self.store.scrub()
        return False


@dataclass(frozen=True, slots=True)
class RedactWork:
    """Take a signed redaction into journal and log, and erase what it names."""

    store: Store
    chain: Chain
    blobs: Blobs
    clock: Clock
    erase: EraseRedacted

    def __call__(self, redaction: Redaction, signature: bytes, viewer: Viewer) -> Redacted:
        """Acknowledged means committed, tombstone and erasure together. A second one changes nothing.

        Raises:
            NotFoundError: There is no such record, or nothing was ever said of the work here.
            InvalidValueError: The metadata it names are not the record's.
            InvalidSignatureError: Neither the title's holder signed it nor, without a title, the claimant.
            DeadlineExpiredError: It must not be done any more.
            TooEarlyError: Its commitment waits to be revealed, for which the salt is needed.
        """
        digest = statements.digest(redaction, statements.domain_of(redaction, self.chain.contracts))
        with self.store.read() as unit:
            record = _record(self.chain, self.clock, unit, redaction.work_id, viewer)
            known = unit.journal.redactions([record.work_id]).get(record.work_id)
            places = unit.log.places([digest])
        if redaction.metadata_hash != record.declaration.metadata_hash:
            raise InvalidValueError("metadata_hash", "is not that of the work's declaration")
        if known is not None and (known.digest, known.signature) == (digest, signature):
            return Redacted(known, places[digest].index)
        signer = signer_of(record)
        checked_at = require_signed_for_to_log(self.chain, signer, digest, signature)
        now = self.clock.now()
        if redaction.deadline < to_unix(now):
            raise DeadlineExpiredError(from_unix(min(redaction.deadline, to_unix(now))))
        entry = RedactionEntry(record.work_id, digest, redaction, signer, signature, now)
        leaf = NewLeaf(digest, LeafKind.STATEMENT, now, checked_at)
        with self.store.write() as unit:
            redacted = self._keep(unit, entry, leaf, viewer)
        with suppress(RegistryError):  # it is committed: the next sweep does what this one could not
            self.erase()
        return redacted

    def _keep(self, unit: UnitOfWork, entry: RedactionEntry, leaf: NewLeaf, viewer: Viewer) -> Redacted:
        record = _record(self.chain, self.clock, unit, entry.work_id, viewer)
        if signer_of(record) != entry.signer:  # the title moved while the signature was checked
            raise InvalidSignatureError(signer_of(record), entry.signer)
        try:
            _require_anything_left(unit, record)
        except RedactedError:
            known = unit.journal.redactions([entry.work_id])[entry.work_id]
            return Redacted(known, unit.log.places([known.digest])[known.digest].index)
        unit.journal.append(entry)
        [leaf_index] = unit.log.append([leaf])
        self._discard_drafts(unit, record)
        unit.views.forget_words(unit.journal.erase_redacted())
        return Redacted(entry, leaf_index)

    def _discard_drafts(self, unit: UnitOfWork, record: Record) -> None:
        """A draft says all of it too, for a day. What the record names as well goes after the commit."""
        declaration = record.declaration
        for blob in unit.drafts.discard(declaration.claimant, declaration.content_hash):
            if not unit.journal.names_blob(blob):
                self.blobs.delete(blob)


def signer_of(record: Record) -> Address:
    """Whose signature a redaction needs."""
    return record.title.holder if record.title else record.declaration.claimant


def _record(chain: Chain, clock: Clock, unit: UnitOfWork, work_id: WorkId, viewer: Viewer) -> Record:
    record = RecordReader(chain, clock).read(unit, [work_id], viewer).get(work_id)
    if record is None:
        raise NotFoundError("work", str(work_id))
    return record


def _require_anything_left(unit: UnitOfWork, record: Record) -> None:
    entry = record.entry
    said: list[Mapping[str, object] | None] = [
        one.metadata for one in unit.journal.supplements_of(record.work_id)
    ]
    said += [entry.metadata] if entry else []
    if entry is not None and entry.salt is not None and record.status is Status.PENDING:
        raise TooEarlyError("the work's commitment waits to be revealed", None)
    if any(one is not None for one in said):
        return
    known = unit.journal.redactions([record.work_id]).get(record.work_id)
    if known is None:
        raise NotFoundError("metadata of work", str(record.work_id))
    raise RedactedError(str(record.work_id), known.received_at)
