"""Salts of commitments, batches and postponed intents, events by dispute; no picture beside a draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Change what the first release made."""
    op.add_column("journal_documents", sa.Column("salt", sa.LargeBinary))
    op.drop_column("drafts", "preview_image")  # nothing was ever written there
    op.add_column("outbox", sa.Column("not_before", sa.BigInteger))
    op.create_table(
        "outbox_batches",
        sa.Column("number", _ROW_NUMBER, sa.ForeignKey("outbox.number"), nullable=False),
        sa.Column("work_id", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "work_id"),
    )
    op.create_index("outbox_batches_work", "outbox_batches", ["work_id", "number"])
    # The first release knew no disputes, so no row there is has one.
    op.add_column("view_events", sa.Column("dispute_id", sa.LargeBinary))
    named = sa.text("dispute_id IS NOT NULL")
    op.create_index(
        "view_events_dispute_id",
        "view_events",
        ["dispute_id", "block_number", "log_index"],
        sqlite_where=named,
        postgresql_where=named,
    )
