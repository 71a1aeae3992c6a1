"""The tables of the similarity index, in the store's own database: its changes commit with all others.

All are derived. `view_indexed` and `view_features` serve every index; `view_postings` and `view_codes` are
the index in plain SQL; the others tell of which files the index in files is made, and keep what is in none.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# SQLite takes only an INTEGER primary key for the table's own key.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

# Works in the order in which they were indexed. A number is never given again: whatever rows of a forgotten
# work are still somewhere belong to nobody.
indexed_works = Table(
    "view_indexed",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("work_id", LargeBinary, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# Where the store keeps features as blobs of their own, `data` is null and they are read by their hash.
features = Table(
    "view_features",
    metadata,
    Column("work", BigInteger, primary_key=True, autoincrement=False),
    Column("scheme", Text, primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("data", LargeBinary),
)

# The primary key is the table: half the size, and a bucket is one range of it. It begins with what a
# distributed database would spread it by; a tree by work beside it would double it for a rare removal.
postings = Table(
    "view_postings",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("work", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

# A code stands in it once for each of its bands; the payload is the code and then its own.
codes = Table(
    "view_codes",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("work", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

# One row once anything was indexed: which index has it, and of which files it is made.
state = Table(
    "view_index",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("segments", Text, nullable=False),
)

# What is in no file yet, packed as a file would have it; `token` tells it from what was rolled back.
changes = Table(
    "view_index_changes",
    metadata,
    Column("sequence", _NUMBER, primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Forgotten works whose rows are still in a file; `removal` tells which files were written later.
removed_works = Table(
    "view_index_removed",
    metadata,
    Column("removal", _NUMBER, primary_key=True),
    Column("work", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
