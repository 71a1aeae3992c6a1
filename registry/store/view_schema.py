"""The tables of the views: made from the chain and the journal, and made again at will."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from registry.model import DisputeId, GrantId, OfferHash, TransactionHash, WorkId
from registry.store.columns import ROW_NUMBER, AddressType, DocumentType, HashType
from registry.store.schema import metadata

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

# Which statement of the journal a leaf of the log is. A deadline beyond what SQL counts to is cut to it.
view_leaves = Table(
    "view_leaves",
    metadata,
    Column("leaf_index", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("digest", HashType, nullable=False),
    Column("work_id", HashType(WorkId), nullable=False),
    Column("claimant", AddressType, nullable=False),
    Column("content_hash", HashType, nullable=False),
    Column("deadline", BigInteger, nullable=False),
)

# Every anchor of any log. `explained`: its root is the one that our own log has at that size; `advances`: it
# is then the first over some leaf.
view_anchors = Table(
    "view_anchors",
    metadata,
    Column("block_number", ROW_NUMBER, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("transaction_hash", HashType(TransactionHash), nullable=False),
    Column("log", AddressType, nullable=False),
    Column("root", HashType, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("explained", Boolean, nullable=False),
    Column("advances", Boolean, nullable=False),
    PrimaryKeyConstraint("block_number", "log_index"),
    ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    Index("view_anchors_size", "advances", "size"),
    Index("view_anchors_log", "log", "explained", "block_number", "log_index"),
)

# The first explained anchor over each leaf whose statement is here, if it came before the deadline.
view_anchored = Table(
    "view_anchored",
    metadata,
    Column("leaf_index", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("work_id", HashType(WorkId), nullable=False),
    Column("claimant", AddressType, nullable=False),
    Column("content_hash", HashType, nullable=False),
    Column("block_number", ROW_NUMBER, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("indexed", Boolean, nullable=False),
    ForeignKeyConstraint(["block_number"], ["view_blocks.number"], ondelete="CASCADE"),
    Index("view_anchored_work", "work_id", "leaf_index"),
    Index("view_anchored_place", "block_number", "log_index", "leaf_index"),
    Index("view_anchored_claimant", "claimant", "block_number", "log_index", "leaf_index"),
    Index("view_anchored_content", "content_hash", "block_number", "log_index", "leaf_index"),
    Index("view_anchored_waiting", "indexed", "leaf_index"),
)

# One row while the views are made again: up to where the journal has been put back.
view_rebuild = Table(
    "view_rebuild",
    metadata,
    Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
    Column("replayed", BigInteger, nullable=False),
)
