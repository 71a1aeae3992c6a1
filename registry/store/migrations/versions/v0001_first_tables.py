"""The journal, drafts, the outbox and the views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make every table of the first release."""
    _make_journal()
    _make_drafts()
    _make_outbox()
    _make_chain_views()
    _make_work_views()


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("work_id", sa.LargeBinary, nullable=False),
        sa.Column("signer", sa.String(42)),
        sa.Column("content_hash", sa.LargeBinary),
        sa.Column("offer_hash", sa.LargeBinary),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("via", sa.String(16)),
        sa.Column("token_hash", sa.LargeBinary, unique=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
    op.create_index("journal_work", "journal", ["work_id", "kind", "sequence"])
    op.create_index("journal_claim", "journal", ["signer", "content_hash"])
    op.create_index("journal_offer", "journal", ["offer_hash"])
    op.create_table(
        "journal_documents",
        sa.Column(
            "sequence", _ROW_NUMBER, sa.ForeignKey("journal.sequence"), primary_key=True, autoincrement=False
        ),
        sa.Column("metadata", sa.Text),
        sa.Column("fingerprint", sa.Text),
        sa.Column("report", sa.Text),
        sa.Column("terms", sa.Text),
        sa.Column("preview", sa.LargeBinary),
        sa.Column("deposit", sa.LargeBinary),
    )
    op.create_index("journal_documents_preview", "journal_documents", ["preview"])
    op.create_index("journal_documents_deposit", "journal_documents", ["deposit"])
    op.create_table("journal_deployment", sa.Column("manifest_id", sa.LargeBinary, primary_key=True))
    if op.get_bind().dialect.name == "sqlite":
        for table, verb in (
            ("journal", "UPDATE"),
            ("journal", "DELETE"),
            ("journal_documents", "DELETE"),
            ("journal_deployment", "UPDATE"),
            ("journal_deployment", "DELETE"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
            )


def _make_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("claimant", sa.String(42), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("preview_image", sa.LargeBinary),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("preview", sa.LargeBinary),
        sa.Column("deposit", sa.LargeBinary),
        sa.Column("answers", sa.Text),
        sa.Column("registration", sa.Text),
        sa.Column("metadata", sa.Text),
    )
    op.create_index("drafts_expiry", "drafts", ["expires_at"])
    op.create_index("drafts_preview", "drafts", ["preview"])
    op.create_index("drafts_deposit", "drafts", ["deposit"])
    op.create_table(
        "draft_features",
        sa.Column("draft", sa.LargeBinary, sa.ForeignKey("drafts.key", ondelete="CASCADE"), nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft", "sha256"),
    )


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", _ROW_NUMBER, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("to_address", sa.String(42), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("value_wei", sa.String(78), nullable=False),
        sa.Column("deadline", sa.String(78)),
        sa.Column("work_id", sa.LargeBinary),
        sa.Column("receipt_block", sa.BigInteger),
        sa.Column("problem", sa.Text),
    )
    op.create_index("outbox_state", "outbox", ["state", "number"])
    op.create_index("outbox_work", "outbox", ["work_id", "number"])
    op.create_index("outbox_receipt", "outbox", ["receipt_block"])
    op.create_table(
        "outbox_nonces",
        sa.Column("chain_id", sa.BigInteger, nullable=False),
        sa.Column("account", sa.String(42), nullable=False),
        sa.Column("nonce", sa.BigInteger, nullable=False),
        sa.Column("number", _ROW_NUMBER, sa.ForeignKey("outbox.number"), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "account", "nonce"),
    )
    op.create_table(
        "outbox_attempts",
        sa.Column("number", _ROW_NUMBER, sa.ForeignKey("outbox.number", ondelete="CASCADE"), nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("chain_id", sa.BigInteger, nullable=False),
        sa.Column("account", sa.String(42), nullable=False),
        sa.Column("nonce", sa.BigInteger, nullable=False),
        sa.Column("to_address", sa.String(42), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("value_wei", sa.String(78), nullable=False),
        sa.Column("gas", sa.BigInteger, nullable=False),
        sa.Column("max_fee_wei", sa.String(78), nullable=False),
        sa.Column("max_priority_fee_wei", sa.String(78), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", "place"),
    )


def _make_chain_views() -> None:
    op.create_table(
        "view_blocks",
        sa.Column("number", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("parent_hash", sa.LargeBinary, nullable=False),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
    )
    op.create_table(
        "view_events",
        sa.Column("block_number", _ROW_NUMBER, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary, nullable=False),
        sa.Column("contract", sa.String(32), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("work_id", sa.LargeBinary),
        sa.Column("grant_id", sa.LargeBinary),
        sa.Column("claimant", sa.String(42)),
        sa.Column("content_hash", sa.LargeBinary),
        sa.Column("licensor", sa.String(42)),
        sa.Column("licensee", sa.String(42)),
        sa.Column("offer_hash", sa.LargeBinary),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    )
    op.create_index("view_events_name", "view_events", ["name", "block_number", "log_index"])
    op.create_index("view_events_transaction", "view_events", ["transaction_hash"])
    for name in ("work_id", "grant_id", "claimant", "content_hash", "licensee", "offer_hash"):
        named = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"view_events_{name}",
            "view_events",
            [name, "block_number", "log_index"],
            sqlite_where=named,
            postgresql_where=named,
        )


def _make_work_views() -> None:
    op.create_table(
        "view_works",
        sa.Column("work_id", sa.LargeBinary, primary_key=True),
        sa.Column("medium", sa.String(20), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
    )
    op.create_table(
        "view_clashes",
        sa.Column("low", sa.LargeBinary, nullable=False),
        sa.Column("high", sa.LargeBinary, nullable=False),
        sa.Column("block_number", _ROW_NUMBER, nullable=False),
        sa.Column("judgement", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("low", "high"),
        sa.ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    )
    op.create_index("view_clashes_high", "view_clashes", ["high"])
    op.create_index("view_clashes_block", "view_clashes", ["block_number"])
    op.create_table(
        "view_postings",
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("work_id", sa.LargeBinary, primary_key=True),
        sa.Column("payload", sa.LargeBinary, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("view_postings_work", "view_postings", ["work_id"])
