"""The tables. Truth (journal, outbox) and what can be made again (views) share a database, not tables."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
)

from registry.model import DisputeId, GrantId, OfferHash, TransactionHash, WorkId
from registry.store.columns import (
    ROW_NUMBER,
    AddressType,
    DocumentType,
    HashType,
    NumberType,
    TimeType,
)

metadata = MetaData()

# --- the journal: what was signed, for ever ---------------------------------------------------------------

journal = Table(
    "journal",
    metadata,
    Column("sequence", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("digest", HashType, nullable=False, unique=True),
    Column("work_id", HashType(WorkId), nullable=False),
    # Null for a supplement or an answer: who held the title when it was signed is for the chain to say.
    Column("signer", AddressType),
    Column("content_hash", HashType),
    Column("offer_hash", HashType(OfferHash)),
    Column("statement", DocumentType, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("via", String(16)),
    Column("token_hash", HashType, unique=True),
    Column("received_at", TimeType, nullable=False),
    Index("journal_work", "work_id", "kind", "sequence"),
    Index("journal_claim", "signer", "content_hash"),
    Index("journal_offer", "offer_hash"),
)

# Apart from the statements, because what is private in them may one day have to go while the statement stays.
journal_documents = Table(
    "journal_documents",
    metadata,
    Column("sequence", ROW_NUMBER, ForeignKey("journal.sequence"), primary_key=True, autoincrement=False),
    Column("metadata", DocumentType),
    Column("fingerprint", DocumentType),
    Column("report", DocumentType),
    Column("terms", DocumentType),
    Column("preview", HashType),
    Column("deposit", HashType),
    Column("salt", HashType),
    Index("journal_documents_preview", "preview"),
    Index("journal_documents_deposit", "deposit"),
)

# One row: statements of another deployment would have signatures that nobody can check here.
journal_deployment = Table(
    "journal_deployment",
    metadata,
    Column("manifest_id", HashType, primary_key=True),
)

# The journal is what an operator cannot alter by mistake, not even from a database shell.
for table, verb in (
    (journal, "UPDATE"),
    (journal, "DELETE"),
    (journal_documents, "DELETE"),
    (journal_deployment, "UPDATE"),
    (journal_deployment, "DELETE"),
):
    event.listen(
        table,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {table.name}_refuses_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )

# --- drafts: until they expire ----------------------------------------------------------------------------

drafts = Table(
    "drafts",
    metadata,
    Column("key", HashType, primary_key=True),
    Column("created_at", TimeType, nullable=False),
    Column("expires_at", TimeType, nullable=False),
    Column("claimant", AddressType, nullable=False),
    Column("facts", DocumentType, nullable=False),
    Column("fingerprint", DocumentType, nullable=False),
    Column("report", DocumentType, nullable=False),
    Column("preview", HashType),
    Column("deposit", HashType),
    Column("answers", DocumentType),
    Column("registration", DocumentType),
    Column("metadata", DocumentType),
    Index("drafts_expiry", "expires_at"),
    Index("drafts_preview", "preview"),
    Index("drafts_deposit", "deposit"),
)

# In the database and not among the blobs, so that a draft nobody finishes leaves nothing behind.
draft_features = Table(
    "draft_features",
    metadata,
    Column("draft", HashType, ForeignKey("drafts.key", ondelete="CASCADE"), nullable=False),
    Column("sha256", HashType, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("draft", "sha256"),
)

# --- the outbox: what must be sent once -------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("number", ROW_NUMBER, primary_key=True),
    Column("key", HashType, nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("to_address", AddressType, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("value_wei", NumberType, nullable=False),
    Column("deadline", NumberType),
    Column("work_id", HashType(WorkId)),
    Column("receipt_block", BigInteger),
    Column("problem", Text),
    Column("not_before", BigInteger),
    Index("outbox_state", "state", "number"),
    Index("outbox_work", "work_id", "number"),
    Index("outbox_receipt", "receipt_block"),
)

# What a batch is about, so that each of its works finds it.
outbox_batches = Table(
    "outbox_batches",
    metadata,
    Column("number", ROW_NUMBER, ForeignKey("outbox.number"), nullable=False),
    Column("work_id", HashType(WorkId), nullable=False),
    PrimaryKeyConstraint("number", "work_id"),
    Index("outbox_batches_work", "work_id", "number"),
)

# A row stays when its intent is queued again: a nonce that was given out once is never given out twice.
outbox_nonces = Table(
    "outbox_nonces",
    metadata,
    Column("chain_id", BigInteger, nullable=False),
    Column("account", AddressType, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("number", ROW_NUMBER, ForeignKey("outbox.number"), nullable=False),
    PrimaryKeyConstraint("chain_id", "account", "nonce"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    Column("number", ROW_NUMBER, ForeignKey("outbox.number", ondelete="CASCADE"), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    Column("account", AddressType, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("to_address", AddressType, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("value_wei", NumberType, nullable=False),
    Column("gas", BigInteger, nullable=False),
    Column("max_fee_wei", NumberType, nullable=False),
    Column("max_priority_fee_wei", NumberType, nullable=False),
    Column("transaction_hash", HashType(TransactionHash), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("made_at", TimeType, nullable=False),
    PrimaryKeyConstraint("number", "place"),
)

# --- views: made from the chain and the journal, and made again at will -----------------------------------

view_blocks = Table(
    "view_blocks",
    metadata,
    Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("hash", HashType, nullable=False),
    Column("parent_hash", HashType, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("final", Boolean, nullable=False),
)

# The nullable columns repeat what the facts say, so that lists can be narrowed by it; a work or a grant that
# the journal has never heard of is found by them as well.
view_events = Table(
    "view_events",
    metadata,
    Column("block_number", ROW_NUMBER, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("transaction_hash", HashType(TransactionHash), nullable=False),
    Column("contract", String(32), nullable=False),
    Column("name", String(32), nullable=False),
    Column("facts", DocumentType, nullable=False),
    Column("work_id", HashType(WorkId)),
    Column("grant_id", HashType(GrantId)),
    Column("claimant", AddressType),
    Column("content_hash", HashType),
    Column("licensor", AddressType),
    Column("licensee", AddressType),
    Column("offer_hash", HashType(OfferHash)),
    Column("dispute_id", HashType(DisputeId)),
    PrimaryKeyConstraint("block_number", "log_index"),
    ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    Index("view_events_name", "name", "block_number", "log_index"),
    Index("view_events_transaction", "transaction_hash"),
)
# Each of them names few events, and an index over the others would hold nothing but nulls.
for name in ("work_id", "grant_id", "claimant", "content_hash", "licensee", "offer_hash", "dispute_id"):
    named = view_events.c[name].is_not(None)
    Index(
        f"view_events_{name}",
        view_events.c[name],
        view_events.c.block_number,
        view_events.c.log_index,
        sqlite_where=named,
        postgresql_where=named,
    )

view_works = Table(
    "view_works",
    metadata,
    Column("work_id", HashType(WorkId), primary_key=True),
    Column("medium", String(20), nullable=False),
    Column("search_text", Text, nullable=False),
)

# The smaller id first, so that a pair has one row whichever of the two was confirmed later.
view_clashes = Table(
    "view_clashes",
    metadata,
    Column("low", HashType(WorkId), nullable=False),
    Column("high", HashType(WorkId), nullable=False),
    Column("block_number", ROW_NUMBER, nullable=False),
    Column("judgement", DocumentType, nullable=False),
    PrimaryKeyConstraint("low", "high"),
    ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    Index("view_clashes_high", "high"),
    Index("view_clashes_block", "block_number"),
)
