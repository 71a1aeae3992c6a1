"""Files that the registry has seen, and what it took of them.

None was kept before: works that were confirmed earlier count as seen once the views are made again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table, which only grows."""
    op.create_table(
        "journal_seen_files",
        sa.Column("counts_for", sa.LargeBinary, primary_key=True),
        sa.Column("sequence", _ROW_NUMBER, sa.ForeignKey("journal.sequence")),
        sa.Column("fingerprint", sa.Text),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_seen_files_refuses_{verb.lower()} BEFORE {verb} ON journal_seen_files "
            f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
