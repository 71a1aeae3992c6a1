"""Record a signed declaration: journal, index and outbox in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass

from registry import statements
from registry.errors import (
    AlreadyRegisteredError,
    DeadlineExpiredError,
    DraftNotReadyError,
    NotFoundError,
    UnsupportedWayError,
)
from registry.model import Call, Declaration, Registration, Status, Via, from_unix, to_unix
from registry.ports import Blobs, Chain, Clock, Draft, Intent, RegistrationEntry, Store, UnitOfWork
from registry.usecases.clashes import ClashFinder
from registry.usecases.declare import registry_domain
from registry.usecases.records import Record, RecordReader, is_expired
from registry.usecases.signatures import require_signed
from registry.usecases.viewer import Viewer, receipt_token, token_hash


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record, its receipt token, and for `via: register` the call for the claimant to send."""

    record: Record
    receipt_token: str
    call: Call | None


@dataclass(frozen=True, slots=True)
class RegisterWork:
    """A signed draft becomes a record."""

    store: Store
    chain: Chain
    blobs: Blobs
    clock: Clock

    def __call__(self, draft_id: str, signature: bytes, via: str) -> Recorded:
        """Acknowledged means committed: the statement is in the journal, and what must be sent in the outbox.

        The same call again gives the same record and the same receipt token.

        Raises:
            UnsupportedWayError: `via` is not a way in.
            NotFoundError: There is no such draft, and no record made from it.
            DraftNotReadyError: The draft's matches have not been answered.
            InvalidSignatureError: It is not the claimant's signature over the draft's statement.
            DeadlineExpiredError: The statement must not be carried any more.
            AlreadyRegisteredError: This claimant has declared these bytes.
            StoreUnavailableError, StorageFullError: Nothing was recorded; safe to retry.
        """
        way = _way(via)
        with self.store.read() as unit:
            draft = self._find(unit, draft_id)
        if draft is not None:
            self._record_draft(draft, draft_id, signature, way)
        return self._recorded(draft_id)

    def _find(self, unit: UnitOfWork, draft_id: str) -> Draft | None:
        if unit.journal.registration_by_token(token_hash(receipt_token(draft_id))) is not None:
            return None
        draft = unit.drafts.get(token_hash(draft_id))
        if draft is None or draft.expires_at <= self.clock.now():
            raise NotFoundError("draft", draft_id)
        return draft

    def _record_draft(self, draft: Draft, draft_id: str, signature: bytes, way: Via) -> None:
        if draft.registration is None or draft.metadata is None:
            raise DraftNotReadyError(draft_id)
        registration = draft.registration
        digest = statements.digest(registration, registry_domain(self.chain))
        require_signed(self.chain, registration.declaration.claimant, digest, signature)
        if registration.deadline < to_unix(self.clock.now()):
            raise DeadlineExpiredError(from_unix(registration.deadline))
        for feature in draft.extraction.features:
            self.blobs.put(feature.data)
        entry = RegistrationEntry(
            work_id=statements.work_id(registration.declaration),
            digest=digest,
            registration=registration,
            signature=signature,
            via=way,
            received_at=self.clock.now(),
            metadata=draft.metadata,
            fingerprint=draft.extraction.record(),
            report=draft.report,
            token_hash=token_hash(receipt_token(draft_id)),
            preview=draft.preview,
            deposit=draft.deposit,
        )
        with self.store.write() as unit:
            if unit.journal.registration_by_token(entry.token_hash) is None:
                if unit.drafts.get(draft.key) is None:  # purged while the signature was checked
                    raise NotFoundError("draft", draft_id)
                self._refuse_second(unit, registration.declaration)
                unit.journal.append(entry)
                ClashFinder(self.blobs).add_declared(unit, entry)
                if way is Via.REGISTER_FOR:
                    unit.outbox.put(carrying(self.chain, entry))

    def _refuse_second(self, unit: UnitOfWork, declaration: Declaration) -> None:
        now = self.clock.now()
        earlier = unit.journal.registrations_of(declaration.claimant, declaration.content_hash)
        on_chain = unit.views.work_events([entry.work_id for entry in earlier])
        for entry in earlier:
            if entry.work_id in on_chain or not is_expired(entry, now):
                raise AlreadyRegisteredError(str(entry.work_id), entry.received_at)

    def _recorded(self, draft_id: str) -> Recorded:
        token = receipt_token(draft_id)
        with self.store.read() as unit:
            entry = unit.journal.registration_by_token(token_hash(token))
            if entry is None:
                raise NotFoundError("draft", draft_id)
            reader = RecordReader(self.chain, self.clock)
            record = reader.read(unit, [entry.work_id], Viewer.holding([token]))[entry.work_id]
        sends_itself = entry.via is Via.REGISTER and record.status is Status.PENDING
        call = self.chain.call_register(entry.registration.declaration) if sends_itself else None
        return Recorded(record, token, call)


def carrying(chain: Chain, entry: RegistrationEntry) -> Intent:
    """The operator's part in `via: registerFor`."""
    registration: Registration = entry.registration
    call = chain.call_register_for(registration, entry.signature)
    return Intent(entry.digest, call, registration.deadline, entry.work_id)


def _way(via: str) -> Via:
    try:
        return Via(via)
    except ValueError as problem:
        raise UnsupportedWayError(via, [way.value for way in Via]) from problem
