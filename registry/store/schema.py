"""The tables of the truth: journal, log, drafts and outbox. What can be made again has tables of its own."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
    literal_column,
)

from registry.model import OfferHash, TransactionHash, WorkId
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
# Spelt out, not a parameter: a database uses a partial index only where it can read that the index applies.
IS_REDACTION = journal.c.kind == literal_column("'redaction'")
Index(
    "journal_redactions",
    journal.c.work_id,
    journal.c.sequence,
    sqlite_where=IS_REDACTION,
    postgresql_where=IS_REDACTION,
)

# Apart from the statements, because what is private in them may have to go while the statement stays; then
# `redacted_at` is when that was asked for.
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
    Column("computed_by", String(16)),
    Column("redacted_at", TimeType),
    Index("journal_documents_preview", "preview"),
    Index("journal_documents_deposit", "deposit"),
)

# What no record may bring back: a blob can return with a restored folder, long after its name was erased.
journal_erased_blobs = Table(
    "journal_erased_blobs",
    metadata,
    Column("blob", HashType, primary_key=True),
)

# Fingerprints that the registry took of files declared without them: index data, signed by nobody. Under a
# content hash one counts for every record of those bytes; under a work's id for that record alone, until it
# stands on chain: a declaration that nobody may know of must not show in somebody else's. With a `sequence`
# it is the one that a record of the journal signs.
journal_seen_files = Table(
    "journal_seen_files",
    metadata,
    Column("counts_for", HashType, primary_key=True),
    Column("sequence", ROW_NUMBER, ForeignKey("journal.sequence")),
    Column("fingerprint", DocumentType),
    Column("seen_at", TimeType, nullable=False),
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
    (journal_seen_files, "UPDATE"),
    (journal_seen_files, "DELETE"),
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

ERASABLE = ("metadata", "report", "preview", "deposit", "salt")
KEPT_AS_IT_CAME = ("sequence", "fingerprint", "terms", "computed_by")
_altered = [f"NEW.{name} IS NOT OLD.{name}" for name in KEPT_AS_IT_CAME]
_altered += [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in ERASABLE]
event.listen(
    journal_documents,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        f"CREATE TRIGGER journal_documents_refuses_update BEFORE UPDATE ON journal_documents "
        f"WHEN {' OR '.join(_altered)} "
        f"BEGIN SELECT RAISE(ABORT, 'the documents of the journal are only ever erased'); END"
    ).execute_if(dialect="sqlite"),
)

# --- the log: what was dated, for ever ---------------------------------------------------------------------

# `checked_at_block`: the final block at which a contract accepted its signature.
log_leaves = Table(
    "log_leaves",
    metadata,
    Column("leaf_index", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("leaf", HashType, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("received_at", TimeType, nullable=False),
    Column("checked_at_block", BigInteger),
)

# One row: writers queue for its lock where a database lets several write at once.
log_state = Table(
    "log_state",
    metadata,
    Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
)

# A tile's row grows with it up to 256 hashes: what a partial tile holds is the beginning of the full one.
log_tiles = Table(
    "log_tiles",
    metadata,
    Column("level", ROW_NUMBER, nullable=False),
    Column("tile_index", ROW_NUMBER, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "tile_index"),
)

log_checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("size", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("root", HashType, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", TimeType, nullable=False),
)

for table, verb, condition in (
    (log_leaves, "UPDATE", ""),
    (log_leaves, "DELETE", ""),
    (log_tiles, "UPDATE", "WHEN substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes "),
    (log_tiles, "DELETE", ""),
    (log_state, "UPDATE", "WHEN NEW.size < OLD.size "),
    (log_state, "DELETE", ""),
    (log_checkpoints, "UPDATE", ""),
    (log_checkpoints, "DELETE", ""),
):
    event.listen(
        table,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {table.name}_refuses_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"{condition}BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
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

# What was taken in for whom today, so that one account cannot spend all that the operator has for gas.
outbox_charges = Table(
    "outbox_charges",
    metadata,
    Column("account", AddressType, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("statements", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "day"),
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
