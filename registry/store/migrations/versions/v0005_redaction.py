"""Redaction: what is said of a work can be erased, and is never written again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_IS_REDACTION = sa.text("kind = 'redaction'")
_ERASABLE = ("metadata", "report", "preview", "deposit", "salt")
_KEPT_AS_IT_CAME = ("sequence", "fingerprint", "terms", "computed_by")


def upgrade() -> None:
    """Add the column, the table and the index; nothing was erased before."""
    op.add_column("journal_documents", sa.Column("redacted_at", sa.BigInteger))
    op.create_table("journal_erased_blobs", sa.Column("blob", sa.LargeBinary, primary_key=True))
    op.create_index(
        "journal_redactions",
        "journal",
        ["work_id", "sequence"],
        sqlite_where=_IS_REDACTION,
        postgresql_where=_IS_REDACTION,
    )
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes()


def _refuse_changes() -> None:
    altered = [f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT_AS_IT_CAME]
    altered += [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in _ERASABLE]
    op.execute(
        f"CREATE TRIGGER journal_documents_refuses_update BEFORE UPDATE ON journal_documents "
        f"WHEN {' OR '.join(altered)} "
        f"BEGIN SELECT RAISE(ABORT, 'the documents of the journal are only ever erased'); END"
    )
