"""What the use cases need of the world: protocols that name the errors their callers must expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from registry.model import (
    Address,
    Block,
    Call,
    ChainEvent,
    Contracts,
    Declaration,
    Extraction,
    Fees,
    GrantId,
    Hash32,
    Hit,
    Offer,
    OfferHash,
    Posting,
    ProofLevel,
    Receipt,
    Registration,
    SignedTransaction,
    Supplement,
    Title,
    TransactionHash,
    TransactionRequest,
    Via,
    WorkId,
)


class Clock(Protocol):
    """The only source of time outside the chain."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class Ids(Protocol):
    """The only source of randomness."""

    def token(self) -> str:
        """An unguessable URL-safe text of 256 bits."""

    def salt(self) -> Hash32:
        """32 unguessable bytes."""


class Extractor(Protocol):
    """Turns a file into its fingerprint, outside this process."""

    def extract(self, path: Path) -> Extraction:
        """Fingerprint the file at `path`.

        Raises:
            EmptyFileError, UnsupportedMediaError, UndecodableMediaError, MediaTooLargeError: Its fault.
            DecoderTimeoutError, DecoderMemoryError, DecoderCrashedError: The decoder was stopped.
            BusyError: No worker became free.
        """


# --- the chain --------------------------------------------------------------------------------------------


class Chain(Protocol):
    """A chain with one deployment of the contracts. Every method may raise ChainUnavailableError."""

    @property
    def contracts(self) -> Contracts:
        """The deployment that every call and event belongs to."""

    @property
    def proof_level(self) -> ProofLevel:
        """To whom its dates prove anything."""

    @property
    def confirmations_needed(self) -> int:
        """N of "n of N": blocks, the one with the transaction included."""

    @property
    def operator(self) -> Address:
        """The account that carries statements and pays for it."""

    def head(self) -> Block:
        """The newest block."""

    def final_number(self) -> int:
        """The number of the newest block that can no longer be reorganised away."""

    def block(self, number: int) -> Block | None:
        """The canonical block of that number, if there is one."""

    def events(self, block: Block) -> list[ChainEvent]:
        """Our contracts' events in exactly that block, by its hash, in order of log index.

        Raises:
            NotFoundError: The block is no longer known: it was reorganised away.
        """

    def title(self, work_id: WorkId) -> Title | None:
        """The title now, None if there is none."""

    def balance(self, account: Address) -> int:
        """Coin in wei."""

    def next_nonce(self, account: Address) -> int:
        """The nonce the node expects next, mined transactions counted only."""

    def fees(self) -> Fees:
        """Fees for a transaction sent now."""

    def estimate_gas(self, sender: Address, call: Call) -> int:
        """Gas for a call sent now, with a margin.

        Raises:
            TransactionRejectedError, or the domain error that the contract's typed error stands for.
        """

    def sign(self, request: TransactionRequest) -> SignedTransaction:
        """Sign with the operator's key; `request.sender` must be the operator."""

    def broadcast(self, raw: bytes) -> TransactionHash:
        """Hand signed bytes to the node. Bytes that the node already has, or has mined, are no error.

        Raises:
            TransactionRejectedError: The node refuses them (nonce used, no funds, other chain id …).
        """

    def receipt(self, transaction_hash: TransactionHash) -> Receipt | None:
        """The receipt once mined on the canonical chain, None before."""

    def is_contract_signature(self, signer: Address, digest: Hash32, signature: bytes) -> bool:
        """Whether a contract account accepts the signature (ERC-1271), at the newest block."""

    def call_register(self, declaration: Declaration) -> Call:
        """`WorkRegistry.register`, to be sent by the claimant."""

    def call_register_for(self, registration: Registration, signature: bytes) -> Call:
        """`WorkRegistry.registerFor`, to be sent by anybody."""

    def call_purchase(self, offer: Offer, signature: bytes, licensee: Address, max_price: int) -> Call:
        """`LicenseLedger.purchase` in the native coin, to be sent by the buyer."""

    def offer_state(self, offer: Offer) -> OfferState:
        """What the ledger holds against the offer now."""


@dataclass(frozen=True, slots=True)
class OfferState:
    """How many grants an offer has issued, whether it is cancelled, until when its title is taken."""

    issued: int
    cancelled: bool
    live_until: int
    exclusive_until: int


# --- the store --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """A signed declaration as the journal keeps it, with the documents that its hashes name.

    `metadata`, `fingerprint` and `report` are documents; `token_hash` is SHA-256 of the receipt token;
    `features` name the blobs; `preview` is the blob of a preview the claimant asked to be shown.
    """

    work_id: WorkId
    digest: Hash32
    registration: Registration
    signature: bytes
    via: Via
    received_at: datetime
    metadata: Mapping[str, Any]
    fingerprint: Mapping[str, Any]
    report: Mapping[str, Any]
    token_hash: Hash32
    preview: Hash32 | None = None
    deposit: Hash32 | None = None


@dataclass(frozen=True, slots=True)
class SupplementEntry:
    """A signed supplement and its metadata document."""

    work_id: WorkId
    digest: Hash32
    supplement: Supplement
    signature: bytes
    received_at: datetime
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OfferEntry:
    """A signed offer and its terms document."""

    offer_hash: OfferHash
    digest: Hash32
    offer: Offer
    signature: bytes
    received_at: datetime
    terms: Mapping[str, Any]


JournalEntry = RegistrationEntry | SupplementEntry | OfferEntry


class Journal(Protocol):
    """Every signed statement, in order, for ever. Appending the same digest again changes nothing.

    Here and in the other ports of the store, times are kept to the second.
    """

    def append(self, entry: JournalEntry) -> int:
        """Keep a statement in the caller's unit of work; its gapless sequence number, from 1."""

    def entries(self, after: int = 0, limit: int = 1000) -> list[tuple[int, JournalEntry]]:
        """Statements with a sequence number above `after`, in order."""

    def registrations(self, work_ids: Sequence[WorkId]) -> dict[WorkId, RegistrationEntry]:
        """The newest signed declaration of each work that has one."""

    def registration_by_token(self, token_hash: Hash32) -> RegistrationEntry | None:
        """The record a receipt token belongs to."""

    def registrations_of(self, claimant: Address, content_hash: Hash32) -> list[RegistrationEntry]:
        """What one claimant has declared of the same bytes, oldest first."""

    def names_blob(self, blob: Hash32) -> bool:
        """Whether a record keeps a blob as its preview or deposit copy."""

    def bind(self, manifest_id: Hash32) -> Hash32:
        """The deployment this journal's statements are bound to: the given one, if there was none before."""

    def offers(self, offer_hashes: Sequence[OfferHash]) -> dict[OfferHash, OfferEntry]:
        """Signed offers by hash."""

    def offers_of(self, work_id: WorkId) -> list[OfferEntry]:
        """Signed offers of a work, in order of arrival."""


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

    def purge(self, before: datetime) -> list[Hash32]:
        """Delete drafts that expired before a time; the blobs (preview, deposit) no draft names now."""


class IntentState(StrEnum):
    """Where something to be sent stands."""

    QUEUED = "queued"
    SIGNED = "signed"
    MINED = "mined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something the operator's account must send once.

    `key` names the effect (a statement's digest): a second `put` of it is the first. `deadline` is the Unix
    second after which sending is useless, None for never.
    """

    key: Hash32
    call: Call
    deadline: int | None = None
    work_id: WorkId | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed transaction of an intent; a later one replaces it with the same nonce and higher fees."""

    request: TransactionRequest
    signed: SignedTransaction
    at: datetime


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An intent with what became of it. `attempts` oldest first, all of one nonce."""

    intent: Intent
    state: IntentState
    attempts: tuple[Attempt, ...] = ()
    receipt_block: int | None = None
    problem: str | None = None


class Outbox(Protocol):
    """What must be sent, written in the unit of work of what caused it."""

    def put(self, intent: Intent) -> None:
        """Store what must be sent; nothing leaves before the unit of work commits.

        Raises:
            StoreUnavailableError: Nothing was stored; safe to retry.
        """

    def item(self, key: Hash32) -> OutboxItem | None:
        """One intent."""

    def in_state(self, state: IntentState, limit: int = 100) -> list[OutboxItem]:
        """Intents in a state, oldest first."""

    def items_of(self, work_id: WorkId) -> list[OutboxItem]:
        """Intents about a work, oldest first."""

    def next_nonce(self, chain_id: int, account: Address) -> int:
        """One above the highest nonce ever reserved, 0 if none was."""

    def add_attempt(self, key: Hash32, attempt: Attempt) -> None:
        """Keep signed bytes, with their nonce, before they are broadcast; the intent becomes `signed`.

        Raises:
            NotFoundError: There is no such intent; so too in what follows.
            InvalidValueError: The nonce was reserved before, or is not that of the intent's other attempts.
        """

    def mark_mined(self, key: Hash32, block_number: int) -> None:
        """The intent had its effect in that block."""

    def mark_failed(self, key: Hash32, problem: str) -> None:
        """The intent will not be sent (again)."""

    def requeue(self, key: Hash32) -> None:
        """Forget the attempts and queue the intent again, with a new nonce."""

    def reopen_mined_above(self, block_number: int) -> int:
        """After a reorg: intents mined above a block are `signed` again; how many.

        One without attempts, which somebody else had carried, is `queued` again.
        """


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list of works is narrowed to; `text` is searched in titles and creators."""

    text: str | None = None
    claimant: Address | None = None
    medium: str | None = None
    content_hash: Hash32 | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event stands on the chain: the order of lists, and what a cursor holds."""

    block_number: int
    log_index: int


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """What a list of grants is narrowed to."""

    work_id: WorkId | None = None
    licensee: Address | None = None
    offer_hash: OfferHash | None = None


class Views(Protocol):
    """Derived tables: the chain's blocks and events, and what of the journal is searched."""

    def head(self) -> Block | None:
        """The newest block taken in."""

    def block(self, number: int) -> Block | None:
        """A block taken in."""

    def final_number(self) -> int:
        """The newest block marked final, -1 before the first."""

    def add_block(self, block: Block, events: Sequence[ChainEvent]) -> None:
        """Take in a block that follows the head; the first may have any number.

        Raises:
            InvalidValueError: Its parent is not the head, or an event is of another block.
        """

    def mark_final(self, number: int) -> None:
        """Blocks up to a number can no longer be rewound."""

    def rewind(self, number: int) -> None:
        """Drop every block above a number, with its events and clashes.

        Raises:
            DeepReorgError: One of them was marked final.
        """

    def work_events(self, work_ids: Sequence[WorkId]) -> dict[WorkId, list[ChainEvent]]:
        """Each work's events in chain order (`GrantIssued` included); a work without events is absent."""

    def grant_events(self, narrowed: GrantFilter, after: Position | None, limit: int) -> list[ChainEvent]:
        """`GrantIssued` events, newest first, beginning below `after`."""

    def events_of_grants(self, grant_ids: Sequence[GrantId]) -> dict[GrantId, list[ChainEvent]]:
        """Each grant's events in chain order; a grant without events is absent."""

    def events_of_transaction(self, transaction_hash: TransactionHash) -> list[ChainEvent]:
        """A transaction's events in chain order."""

    def offer_cancellations(self, offer_hashes: Sequence[OfferHash]) -> set[tuple[Address, OfferHash]]:
        """Which (licensor, offer) pairs the licensor has cancelled."""

    def registered(
        self, narrowed: WorkFilter, after: Position | None, limit: int
    ) -> list[tuple[Position, WorkId]]:
        """Works whose registration is on chain, newest first, beginning below `after`."""

    def add_registration(self, entry: RegistrationEntry) -> None:
        """Make a journalled declaration searchable; the same again changes nothing."""

    def add_clash(
        self, first: WorkId, second: WorkId, block_number: int, judgement: Mapping[str, Any]
    ) -> None:
        """Two confirmed works of different claimants resemble each other; symmetric, kept once."""

    def clashes(self, work_id: WorkId) -> list[tuple[WorkId, Mapping[str, Any]]]:
        """The works that clash with one, with how near they are, in order of id."""

    def clear(self) -> None:
        """Drop everything, to be made again."""


class SimilarityIndex(Protocol):
    """The inverted index (DESIGN.md section 6): what is near a query, exactly as its postings say."""

    def add(self, work_id: WorkId, postings: Iterable[Posting]) -> None:
        """Index a work; the same again changes nothing."""

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""

    def hits(self, probes: Iterable[Posting]) -> dict[WorkId, list[Hit]]:
        """Every stored payload that shares scheme and key with a probe, by work."""

    def clear(self) -> None:
        """Forget everything."""


class UnitOfWork(Protocol):
    """One transaction: all of it is kept, or none."""

    @property
    def journal(self) -> Journal:
        """What was signed."""

    @property
    def drafts(self) -> Drafts:
        """What is being prepared."""

    @property
    def outbox(self) -> Outbox:
        """What must be sent."""

    @property
    def views(self) -> Views:
        """What is derived."""

    @property
    def index(self) -> SimilarityIndex:
        """What is near what."""


class Store(Protocol):
    """Opens units of work."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that commits durably on leaving, or keeps nothing if the block raises.

        Raises:
            StoreUnavailableError, StorageFullError: Nothing was stored; safe to retry.
        """

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent snapshot; writing in it is an error.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """


class Blobs(Protocol):
    """Bytes by their SHA-256; never served by hash."""

    def put(self, data: bytes) -> Hash32:
        """Keep bytes durably; the same bytes again change nothing.

        Raises:
            StorageFullError, StoreUnavailableError: Nothing was stored.
        """

    def get(self, key: Hash32) -> bytes:
        """The bytes.

        Raises:
            NotFoundError: There are none.
        """

    def delete(self, key: Hash32) -> None:
        """Forget the bytes; unknown ones are no error."""
