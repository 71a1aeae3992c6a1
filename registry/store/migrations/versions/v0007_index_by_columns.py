"""The similarity index anew: works by number, and tables for an index in SQL and for one in files.

What was indexed before is dropped, since it is derived; a store that had any says so until the views are made
again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Replace the one table there was."""
    op.create_table(
        "view_index",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("segments", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO view_index (number, kind, segments) "
        "SELECT 1, 'earlier release', '[]' WHERE EXISTS (SELECT 1 FROM view_postings)"
    )
    op.drop_index("view_postings_work", "view_postings")
    op.drop_table("view_postings")
    _make_works()
    for name in ("view_postings", "view_codes"):
        op.create_table(
            name,
            sa.Column("scheme", sa.Text, primary_key=True),
            sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("work", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("payload", sa.LargeBinary, primary_key=True),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "view_index_changes",
        sa.Column("sequence", _NUMBER, primary_key=True),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "view_index_removed",
        sa.Column("removal", _NUMBER, primary_key=True),
        sa.Column("work", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )

    op.create_table(
        "view_rebuild",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("replayed", sa.BigInteger, nullable=False),
    )


def _make_works() -> None:
    op.create_table(
        "view_indexed",
        sa.Column("number", _NUMBER, primary_key=True),
        sa.Column("work_id", sa.LargeBinary, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "view_features",
        sa.Column("work", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary),
    )
