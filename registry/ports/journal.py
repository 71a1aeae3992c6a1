"""What was signed, and what is being prepared: the truth that an operator backs up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from registry.model import (
    Address,
    Answer,
    Extraction,
    FingerprintCheck,
    Hash32,
    Offer,
    OfferHash,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    Via,
    WorkId,
    checked,
)


class ComputedBy(StrEnum):
    """Who made a fingerprint: the registry from the file, or the claimant, which nobody has checked."""

    REGISTRY = "registry"
    CLAIMANT = "claimant"


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """A signed declaration as the journal keeps it, with the documents that its hashes name.

    `metadata`, `fingerprint` and `report` are documents, the first and the last None once they were erased
    (`redacted_at`), as are `preview`, `deposit` and `salt`; `token_hash` is SHA-256 of the receipt token;
    `features` name the blobs; `preview` is the blob of a preview the claimant asked to be shown. `salt` hides
    the declaration in its commitment, where it came in to be revealed later; until then it is nobody else's.
    `seen` is the registry's own fingerprint of the same bytes, where the claimant alone computed the signed
    one and the registry has seen the file since: data of the index, signed by nobody.
    """

    work_id: WorkId
    digest: Hash32
    registration: Registration
    signature: bytes
    via: Via
    received_at: datetime
    metadata: Mapping[str, Any] | None
    fingerprint: Mapping[str, Any]
    report: Mapping[str, Any] | None
    token_hash: Hash32
    preview: Hash32 | None = None
    deposit: Hash32 | None = None
    salt: Hash32 | None = None
    computed_by: ComputedBy = ComputedBy.REGISTRY
    redacted_at: datetime | None = None
    seen: Mapping[str, Any] | None = None

    @property
    def fingerprint_check(self) -> FingerprintCheck:
        """How the signed fingerprint stands to the registry's own; where the registry made it, it agrees."""
        if self.computed_by is ComputedBy.REGISTRY:
            return FingerprintCheck.AGREES
        return checked(self.fingerprint, self.seen)

    @property
    def is_checked(self) -> bool:
        """Whether the registry has seen the file, and so has a fingerprint to compare by."""
        return self.fingerprint_check is not FingerprintCheck.UNCHECKED

    @property
    def searched(self) -> Mapping[str, Any]:
        """What the work is found and compared by: the registry's fingerprint where there is one."""
        return self.seen or self.fingerprint

    @property
    def told(self) -> tuple[Mapping[str, Any], ComputedBy]:
        """The fingerprint whose facts are told, and who made it: what differs is what the claimant signed."""
        if self.fingerprint_check is FingerprintCheck.AGREES:
            return self.searched, ComputedBy.REGISTRY
        return self.fingerprint, self.computed_by


@dataclass(frozen=True, slots=True)
class SupplementEntry:
    """A signed supplement and its metadata document, None once it was erased."""

    work_id: WorkId
    digest: Hash32
    supplement: Supplement
    signature: bytes
    received_at: datetime
    metadata: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class RedactionEntry:
    """A signed redaction: the tombstone over all that was said of a work before it came in.

    `signer` is the account it was signed for, the holder of the title or the claimant.
    """

    work_id: WorkId
    digest: Hash32
    redaction: Redaction
    signer: Address
    signature: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OfferEntry:
    """A signed offer and its terms document."""

    offer_hash: OfferHash
    digest: Hash32
    offer: Offer
    signature: bytes
    received_at: datetime
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One account's consent to a share table.

    All who agree sign the same statement, so `digest` is not what they sign: it is what tells this signature
    from every other statement and consent.
    """

    digest: Hash32
    table: ShareTable
    signer: Address
    signature: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """A signed answer to a dispute about the title of `work_id`."""

    work_id: WorkId
    digest: Hash32
    answer: Answer
    signature: bytes
    received_at: datetime


JournalEntry = RegistrationEntry | SupplementEntry | RedactionEntry | OfferEntry | ConsentEntry | AnswerEntry


class Journal(Protocol):
    """Every signed statement, in order, for ever. Appending the same digest again changes nothing.

    Here and in the other ports of the store, times are kept to the second.
    """

    def append(self, entry: JournalEntry) -> int:
        """Keep a statement in the caller's unit of work; its gapless sequence number, from 1."""

    def append_all(self, entries: Sequence[JournalEntry]) -> list[int]:
        """Keep many statements in as few steps as one; their sequence numbers, in the order given."""

    def entries(self, after: int = 0, limit: int = 1000) -> list[tuple[int, JournalEntry]]:
        """Statements with a sequence number above `after`, in order."""

    def last(self) -> int:
        """The greatest sequence number, 0 of an empty journal."""

    def registrations(self, work_ids: Sequence[WorkId]) -> dict[WorkId, RegistrationEntry]:
        """The newest signed declaration of each work that has one."""

    def registrations_by_digest(self, digests: Sequence[Hash32]) -> dict[Hash32, RegistrationEntry]:
        """Signed declarations by the digest that was signed."""

    def registration_by_token(self, token_hash: Hash32) -> RegistrationEntry | None:
        """The record a receipt token belongs to."""

    def registrations_of(self, claimant: Address, content_hash: Hash32) -> list[RegistrationEntry]:
        """What one claimant has declared of the same bytes, oldest first."""

    def registrations_of_each(self, claims: Sequence[tuple[Address, Hash32]]) -> list[RegistrationEntry]:
        """The same for several claimants, each with a content hash."""

    def names_blob(self, blob: Hash32) -> bool:
        """Whether a record keeps a blob as its preview or deposit copy."""

    def keep_seen(self, counts_for: Hash32, fingerprint: Mapping[str, Any], at: datetime) -> bool:
        """Keep the registry's own fingerprint of a declared file; False if there is one for the same already.

        By a content hash it counts for every record of those bytes, by a work's id for that record alone.
        """

    def share_seen(self, work_ids: Sequence[WorkId]) -> list[Hash32]:
        """Let what the registry saw of works on chain count for all records of the same bytes.

        The content hashes for which nothing counted before.
        """

    def redactions(self, work_ids: Sequence[WorkId]) -> dict[WorkId, RedactionEntry]:
        """The first redaction of each work that has one."""

    def erase_redacted(self) -> list[WorkId]:
        """Erase what was said of works before a redaction of theirs came in; the works with anything left.

        Tombstones win, whenever it is called: over what a restored table brought back as well.
        """

    def erased_blobs(self) -> list[Hash32]:
        """Every preview and deposit copy that was erased and that no record names."""

    def bind(self, manifest_id: Hash32) -> Hash32:
        """The deployment this journal's statements are bound to: the given one, if there was none before."""

    def offers(self, offer_hashes: Sequence[OfferHash]) -> dict[OfferHash, OfferEntry]:
        """Signed offers by hash."""

    def offers_of(self, work_id: WorkId) -> list[OfferEntry]:
        """Signed offers of a work, in order of arrival."""

    def supplements_of(self, work_id: WorkId) -> list[SupplementEntry]:
        """Signed supplements of a work, in order of arrival; so too in what follows."""

    def consents_of(self, work_id: WorkId) -> list[ConsentEntry]:
        """Consents to share tables of a work."""

    def answers_of(self, work_id: WorkId) -> list[AnswerEntry]:
        """Signed answers to disputes about the title of a work."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A declaration being prepared. `key` is SHA-256 of the draft id, which only its maker knows."""

    key: Hash32
    created_at: datetime
    expires_at: datetime
    claimant: Address
    facts: Mapping[str, Any]
    extraction: Extraction
    report: Mapping[str, Any]
    preview: Hash32 | None = None
    deposit: Hash32 | None = None
    answers: Mapping[str, str] | None = None
    registration: Registration | None = None
    metadata: Mapping[str, Any] | None = None


class Drafts(Protocol):
    """Drafts, until they expire."""

    def put(self, draft: Draft) -> None:
        """Insert or replace."""

    def get(self, key: Hash32) -> Draft | None:
        """The draft, expired ones included until they are purged."""

    def discard(self, claimant: Address, content_hash: Hash32) -> list[Hash32]:
        """Delete a claimant's drafts of the same bytes; the blobs no draft names now."""

    def names_blob(self, blob: Hash32) -> bool:
        """Whether a draft keeps a blob as its preview or deposit copy."""

    def purge(self, before: datetime) -> list[Hash32]:
        """Delete drafts that expired before a time; the blobs (preview, deposit) no draft names now."""
