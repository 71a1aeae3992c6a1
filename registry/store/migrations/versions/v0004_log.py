"""The log: leaves, tiles, checkpoints, and what of it the chain shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TILE_GREW = "WHEN substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes "


def upgrade() -> None:
    """Add the tables; nothing was logged before, and the registry had made every fingerprint."""
    op.add_column("journal_documents", sa.Column("computed_by", sa.String(16)))
    _make_log()
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes()
    _make_views()


def _make_log() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("leaf_index", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("checked_at_block", sa.BigInteger),
    )
    op.create_table(
        "log_state",
        sa.Column("number", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", _ROW_NUMBER, nullable=False),
        sa.Column("tile_index", _ROW_NUMBER, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "tile_index"),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", sa.BigInteger, nullable=False),
    )


def _refuse_changes() -> None:
    for table, verb, condition in (
        ("log_leaves", "UPDATE", ""),
        ("log_leaves", "DELETE", ""),
        ("log_tiles", "UPDATE", _TILE_GREW),
        ("log_tiles", "DELETE", ""),
        ("log_state", "UPDATE", "WHEN NEW.size < OLD.size "),
        ("log_state", "DELETE", ""),
        ("log_checkpoints", "UPDATE", ""),
        ("log_checkpoints", "DELETE", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
            f"{condition}BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _make_views() -> None:
    op.create_table(
        "view_leaves",
        sa.Column("leaf_index", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("work_id", sa.LargeBinary, nullable=False),
        sa.Column("claimant", sa.String(42), nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("deadline", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "view_anchors",
        sa.Column("block_number", _ROW_NUMBER, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary, nullable=False),
        sa.Column("log", sa.String(42), nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("explained", sa.Boolean, nullable=False),
        sa.Column("advances", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("block_number", "log_index"),
        sa.ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    )
    op.create_index("view_anchors_size", "view_anchors", ["advances", "size"])
    op.create_index("view_anchors_log", "view_anchors", ["log", "explained", "block_number", "log_index"])
    op.create_table(
        "view_anchored",
        sa.Column("leaf_index", _ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("work_id", sa.LargeBinary, nullable=False),
        sa.Column("claimant", sa.String(42), nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("block_number", _ROW_NUMBER, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("indexed", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    )
    place = ["block_number", "log_index", "leaf_index"]
    op.create_index("view_anchored_work", "view_anchored", ["work_id", "leaf_index"])
    op.create_index("view_anchored_place", "view_anchored", place)
    op.create_index("view_anchored_claimant", "view_anchored", ["claimant", *place])
    op.create_index("view_anchored_content", "view_anchored", ["content_hash", *place])
    op.create_index("view_anchored_waiting", "view_anchored", ["indexed", "leaf_index"])
