"""How much was carried for whom, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table; nothing was counted before."""
    op.create_table(
        "outbox_charges",
        sa.Column("account", sa.String(42), nullable=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("statements", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "day"),
    )
