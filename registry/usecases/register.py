"""Record a signed declaration: journal with log or outbox in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry import statements
from registry.errors import (
    AlreadyRegisteredError,
    DeadlineExpiredError,
    DraftNotReadyError,
    NotFoundError,
    NotPossibleError,
    RedactedError,
    UnsupportedWayError,
)
from registry.model import (
    Address,
    Call,
    Commit,
    Declaration,
    Hash32,
    Register,
    RegisterFor,
    Reveal,
    Status,
    Via,
    from_unix,
    to_unix,
)
from registry.ports import (
    Blobs,
    Chain,
    Clock,
    Draft,
    Ids,
    Intent,
    LeafKind,
    NewLeaf,
    RegistrationEntry,
    Store,
    UnitOfWork,
)
from registry.usecases.clashes import ClashFinder
from registry.usecases.declare import registry_domain
from registry.usecases.records import Record, RecordReader, is_expired, registration_event
from registry.usecases.signatures import require_signed, require_signed_to_log
from registry.usecases.standing import standings
from registry.usecases.viewer import Viewer, receipt_token, token_hash

# The ways of a single work; several come as a batch, or by the log.
ALONE = (Via.LOG, Via.REGISTER, Via.REGISTER_FOR, Via.REVEAL)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record, its receipt token, and for `via: register` the call for the claimant to send."""

    record: Record
    receipt_token: str
    call: Call | None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """What the journal is to keep; `checked_at_block` as in `registry.ports.NewLeaf`."""

    entry: RegistrationEntry
    checked_at_block: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterWork:
    """A signed draft becomes a record."""

    store: Store
    chain: Chain
    blobs: Blobs
    clock: Clock
    ids: Ids

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
            RedactedError: The work's documents were erased.
            StoreUnavailableError, StorageFullError: Nothing was recorded; safe to retry.
        """
        way = _way(via)
        checked = self.entry_of(draft_id, signature, way)
        if checked is not None:
            with self.store.write() as unit:
                if self.keep(unit, checked, draft_id):
                    for intent in intents_of(self.chain, checked.entry):
                        unit.outbox.put(intent)
        return self.recorded(draft_id)

    def entry_of(self, draft_id: str, signature: bytes, way: Via) -> CheckedEntry | None:
        """What the journal is to keep of a signed draft, checked; None if it keeps it already.

        Raises:
            NotFoundError, DraftNotReadyError, InvalidSignatureError, DeadlineExpiredError: As above.
            NotPossibleError: A contract signed, and the draft is to go into a batch.
        """
        with self.store.read() as unit:
            draft = self._find(unit, draft_id)
        if draft is None:
            return None
        if draft.registration is None or draft.metadata is None:
            raise DraftNotReadyError(draft_id)
        registration = draft.registration
        digest = statements.digest(registration, registry_domain(self.chain))
        checked_at = self._require_signed(registration.declaration, digest, signature, way)
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
            salt=self.ids.salt() if way is Via.REVEAL else None,
        )
        return CheckedEntry(entry, checked_at)

    def keep(self, unit: UnitOfWork, checked: CheckedEntry, draft_id: str) -> bool:
        """Write it into the journal, and the log if that is its way; False if the draft got there meanwhile.

        Raises:
            NotFoundError: The draft was purged while the signature was checked.
            AlreadyRegisteredError, RedactedError: As above.
            NotPossibleError: A contract signed what was logged before as a bare digest.
        """
        entry = checked.entry
        if unit.journal.registration_by_token(entry.token_hash) is not None:
            return False
        if unit.drafts.get(token_hash(draft_id)) is None:
            raise NotFoundError("draft", draft_id)
        for fault in second_declarations(unit, [entry], self.clock).values():
            raise fault
        unit.journal.append(entry)
        if entry.via is Via.LOG:
            _require_same_check(unit, checked)
            unit.log.append([leaf_of(checked)])
        ClashFinder(self.blobs).add_declared(unit, [entry])
        return True

    def recorded(self, draft_id: str) -> Recorded:
        """The record made from a draft.

        Raises:
            NotFoundError: There is none.
        """
        token = receipt_token(draft_id)
        with self.store.read() as unit:
            entry = unit.journal.registration_by_token(token_hash(token))
            if entry is None:
                raise NotFoundError("draft", draft_id)
            reader = RecordReader(self.chain, self.clock)
            record = reader.read(unit, [entry.work_id], Viewer.holding([token]))[entry.work_id]
        sends_itself = entry.via is Via.REGISTER and record.status is Status.PENDING
        call = self.chain.call(Register(entry.registration.declaration)) if sends_itself else None
        return Recorded(record, token, call)

    def _find(self, unit: UnitOfWork, draft_id: str) -> Draft | None:
        if unit.journal.registration_by_token(token_hash(receipt_token(draft_id))) is not None:
            return None
        draft = unit.drafts.get(token_hash(draft_id))
        if draft is None or draft.expires_at <= self.clock.now():
            raise NotFoundError("draft", draft_id)
        return draft

    def _require_signed(
        self, declaration: Declaration, digest: Hash32, signature: bytes, way: Via
    ) -> int | None:
        claimant = declaration.claimant
        if way is Via.LOG:
            return require_signed_to_log(self.chain, claimant, digest, signature)
        require_signed(self.chain, claimant, digest, signature)
        if way is Via.BATCH and statements.recover(digest, signature) != claimant:
            raise NotPossibleError("a contract's signature cannot go into a batch; register the work alone")
        return None


def _require_same_check(unit: UnitOfWork, checked: CheckedEntry) -> None:
    """A leaf keeps at which block a contract was asked, and a bare digest came without that."""
    logged = unit.log.places([checked.entry.digest]).values()
    if checked.checked_at_block is not None and logged:
        raise NotPossibleError("a statement that a contract signs cannot be logged as a bare digest first")


def leaf_of(checked: CheckedEntry) -> NewLeaf:
    """The leaf of a signed declaration: the digest that was signed."""
    entry = checked.entry
    return NewLeaf(entry.digest, LeafKind.STATEMENT, entry.received_at, checked.checked_at_block)


def second_declarations(
    unit: UnitOfWork, entries: Sequence[RegistrationEntry], clock: Clock
) -> dict[Hash32, AlreadyRegisteredError | RedactedError]:
    """Which entries, by digest, declare bytes that their claimant has declared before and stands by.

    Nor is a work declared again whose documents were erased: they would come back with it.
    """
    redacted = unit.journal.redactions([entry.work_id for entry in entries])
    declarations = [entry.registration.declaration for entry in entries]
    claims = [(declaration.claimant, declaration.content_hash) for declaration in declarations]
    earlier = unit.journal.registrations_of_each(claims)
    ids = sorted({entry.work_id for entry in earlier})
    standing, events, now = standings(unit, ids), unit.views.work_events(ids), clock.now()
    held: dict[tuple[Address, Hash32], RegistrationEntry] = {}
    for entry in earlier:
        happened = events.get(entry.work_id, [])
        is_cancelled = any(one.name == "DeclarationCancelled" for one in happened)
        is_over = is_cancelled or (entry.work_id not in standing and is_expired(entry, now))
        if registration_event(happened) is not None or not is_over:
            declaration = entry.registration.declaration
            held.setdefault((declaration.claimant, declaration.content_hash), entry)
    found = {entry.digest: held[claim] for entry, claim in zip(entries, claims, strict=True) if claim in held}
    faults: dict[Hash32, AlreadyRegisteredError | RedactedError] = {
        entry.digest: RedactedError(str(entry.work_id), redacted[entry.work_id].received_at)
        for entry in entries
        if entry.work_id in redacted
    }
    for digest, entry in found.items():
        faults[digest] = AlreadyRegisteredError(str(entry.work_id), entry.received_at)
    return faults


def intents_of(chain: Chain, entry: RegistrationEntry) -> tuple[Intent, ...]:
    """The operator's part in a single registration; one that came in a batch may be carried alone as well."""
    registration, deadline = entry.registration, entry.registration.deadline
    if entry.via in (Via.REGISTER, Via.LOG):
        return ()
    if entry.salt is None:
        call = chain.call(RegisterFor(registration, entry.signature))
        return (Intent(entry.digest, call, deadline, entry.work_id),)
    commitment = statements.commitment(entry.work_id, entry.salt)
    committing = chain.call(Commit(commitment))
    revealing = chain.call(Reveal(registration, entry.salt, entry.signature))
    return (
        Intent(commitment, committing, deadline, entry.work_id),
        Intent(entry.digest, revealing, deadline, entry.work_id),
    )


def _way(via: str) -> Via:
    if via not in ALONE:
        raise UnsupportedWayError(via, [way.value for way in ALONE])
    return Via(via)
