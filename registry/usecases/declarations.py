"""Signed declarations from whoever made their documents alone: many at once, into the log, without files.

Nothing that the registry computes stands in them: the fingerprint is unchecked until somebody shows the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry import schemas, statements
from registry.canonical import canonical_bytes
from registry.errors import (
    AlreadyRegisteredError,
    DeadlineExpiredError,
    InvalidDocumentError,
    InvalidSignatureError,
    InvalidValueError,
    RegistryError,
)
from registry.model import Address, Hash32, Registration, Via, WorkId, to_unix
from registry.ports import Blobs, Chain, Clock, ComputedBy, RegistrationEntry, Store, UnitOfWork
from registry.usecases.clashes import ClashFinder
from registry.usecases.declare import registry_domain
from registry.usecases.quota import HourlyQuota
from registry.usecases.records import from_unix_clamped
from registry.usecases.register import CheckedEntry, leaf_of, second_declarations
from registry.usecases.viewer import token_hash

MAX_ITEMS = 200  # a commit of so many keeps other writers waiting for a fraction of a second
NO_REPORT = Hash32(bytes(32))  # stands for the similarity report of a file that nobody compared

Claim = tuple[Address, Hash32]


@dataclass(frozen=True, slots=True)
class SignedDeclaration:
    """A statement, its claimant's signature, and the documents whose hashes it names."""

    registration: Registration
    signature: bytes
    metadata: Mapping[str, Any]
    fingerprint: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeclarationReceipt:
    """What was acknowledged: the work, its leaf, and the token that shows it before it is dated."""

    work_id: WorkId
    digest: Hash32
    leaf_index: int
    receipt_token: str


Outcome = DeclarationReceipt | RegistryError


@dataclass(frozen=True, slots=True)
class RecordDeclarations:
    """Ready-signed declarations become leaves of the log."""

    store: Store
    chain: Chain
    blobs: Blobs
    clock: Clock
    quota: HourlyQuota

    def __call__(self, items: Sequence[SignedDeclaration | RegistryError], client: str) -> list[Outcome]:
        """What became of each item, in their order. One that is faulty, or could not be read, stops no other.

        All that is acknowledged is committed at once. The same item again gives the same receipt; one whose
        digest was logged before has that leaf, and its date.

        Raises:
            InvalidValueError: No items, or more than 200.
            QuotaSpentError: With them the client would have logged more than it may in an hour: none was.
            StoreUnavailableError, StorageFullError: Nothing was recorded; try again.
        """
        if not 1 <= len(items) <= MAX_ITEMS:
            raise InvalidValueError("items", f"{len(items)}, not 1 to {MAX_ITEMS}")
        checked = [self._checked(item) for item in items]
        entries = {one.digest: one for one in checked if isinstance(one, RegistrationEntry)}
        with self.store.write() as unit:
            kept, faults = self._keep(unit, list(entries.values()), client)
            places = unit.log.places(sorted(kept))
        return [
            one
            if isinstance(one, RegistryError)
            else faults.get(one.digest) or _receipt(kept[one.digest], places[one.digest].index)
            for one in checked
        ]

    def _checked(self, item: SignedDeclaration | RegistryError) -> RegistrationEntry | RegistryError:
        if isinstance(item, RegistryError):
            return item
        try:
            return self._entry(item)
        except RegistryError as fault:
            return fault

    def _entry(self, item: SignedDeclaration) -> RegistrationEntry:
        _check_documents(item)
        digest = statements.digest(item.registration, registry_domain(self.chain))
        claimant = item.registration.declaration.claimant
        signer = statements.recover(digest, item.signature)
        if signer != claimant:  # a contract's signature can be guessed, and with it the receipt token
            raise InvalidSignatureError(claimant, signer)
        return RegistrationEntry(
            work_id=statements.work_id(item.registration.declaration),
            digest=digest,
            registration=item.registration,
            signature=item.signature,
            via=Via.LOG,
            received_at=self.clock.now(),
            metadata=item.metadata,
            fingerprint=item.fingerprint,
            report={},
            token_hash=token_hash(declaration_token(digest, item.signature)),
            computed_by=ComputedBy.CLAIMANT,
        )

    def _keep(
        self, unit: UnitOfWork, entries: Sequence[RegistrationEntry], client: str
    ) -> tuple[dict[Hash32, RegistrationEntry], dict[Hash32, RegistryError]]:
        """What the journal has now, by digest, and what is wrong with the rest."""
        known = unit.journal.registrations_by_digest([entry.digest for entry in entries])
        kept = {digest: entry for digest, entry in known.items() if _came_alone(entry)}
        faults: dict[Hash32, RegistryError] = {
            digest: AlreadyRegisteredError(str(entry.work_id), entry.received_at)
            for digest, entry in known.items()
            if digest not in kept
        }
        new = [entry for entry in entries if entry.digest not in known]
        faults |= second_declarations(unit, new, self.clock)
        faults |= _twice_at_once([entry for entry in new if entry.digest not in faults])
        faults |= self._late(unit, [entry for entry in new if entry.digest not in faults])
        added = [entry for entry in new if entry.digest not in faults]
        self.quota.spend(unit, client, len(added))
        unit.journal.append_all(added)
        unit.log.append([leaf_of(CheckedEntry(entry)) for entry in added])
        ClashFinder(self.blobs).add_declared(unit, added)
        return kept | {entry.digest: entry for entry in added}, faults

    def _late(self, unit: UnitOfWork, entries: Sequence[RegistrationEntry]) -> dict[Hash32, RegistryError]:
        """Statements whose deadline has passed, but for those that an anchor had dated before."""
        now = to_unix(self.clock.now())
        late = [entry for entry in entries if entry.registration.deadline < now]
        logged = unit.log.places([entry.digest for entry in late])
        faults: dict[Hash32, RegistryError] = {}
        for entry in late:
            deadline = entry.registration.deadline
            place = logged.get(entry.digest)
            anchor = unit.anchored.over(place.index) if place else None
            block = unit.views.block(anchor.block_number) if anchor else None
            if block is None or block.timestamp > deadline:
                faults[entry.digest] = DeadlineExpiredError(from_unix_clamped(deadline))
        return faults


def declaration_token(digest: Hash32, signature: bytes) -> str:
    """The receipt token of a ready-signed declaration: who has the signature before it is shown, made it."""
    return hashlib.sha256(b"colophon declaration " + digest + signature).hexdigest()


def _came_alone(entry: RegistrationEntry) -> bool:
    """Whether the statement came ready-signed; another token shows one that was made of a draft."""
    return entry.token_hash == token_hash(declaration_token(entry.digest, entry.signature))


def _check_documents(item: SignedDeclaration) -> None:
    """The documents are those the declaration names, of the same file, and claim no report of ours."""
    schemas.check("metadata", item.metadata)
    schemas.check("fingerprint", item.fingerprint)
    declaration = item.registration.declaration
    for name, document, expected in (
        ("colophon.metadata/1", item.metadata, declaration.metadata_hash),
        ("colophon.fingerprint/1", item.fingerprint, declaration.fingerprint_hash),
    ):
        content = canonical_bytes(document, name)
        if hashlib.sha256(content).digest() != expected:
            raise InvalidDocumentError(name, "", f"its hash is not {expected}")
        if b"\\u0000" in content:  # some stores cannot keep it, and nothing that is read has it
            raise InvalidDocumentError(name, "", "a text holds a NUL character")
    said = {
        ("colophon.fingerprint/1", "content_hash"): (item.fingerprint, str(declaration.content_hash)),
        ("colophon.metadata/1", "bytes"): (item.metadata, item.fingerprint["bytes"]),
        ("colophon.metadata/1", "media_type"): (item.metadata, item.fingerprint["media_type"]),
        ("colophon.metadata/1", "similarity_report"): (item.metadata, str(NO_REPORT)),
        ("colophon.metadata/1", "answers"): (item.metadata, {}),
    }
    for (name, field), (document, due) in said.items():
        if document[field] != due:
            raise InvalidDocumentError(name, f"/{field}", f"is {document[field]!r}, not {due!r}"[:300])


def _twice_at_once(entries: Sequence[RegistrationEntry]) -> dict[Hash32, AlreadyRegisteredError]:
    """Those that declare the same bytes for the same claimant as another one beside them."""
    first: dict[Claim, RegistrationEntry] = {}
    faults = {}
    for entry in entries:
        declaration = entry.registration.declaration
        earlier = first.setdefault((declaration.claimant, declaration.content_hash), entry)
        if earlier is not entry:
            faults[entry.digest] = AlreadyRegisteredError(str(earlier.work_id), earlier.received_at)
    return faults


def _receipt(entry: RegistrationEntry, leaf_index: int) -> DeclarationReceipt:
    token = declaration_token(entry.digest, entry.signature)
    return DeclarationReceipt(entry.work_id, entry.digest, leaf_index, token)
