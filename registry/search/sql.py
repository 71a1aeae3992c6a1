"""The index as one SQL table of (scheme, key, work, payload), in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from registry.model import Hit, Posting, WorkId
from registry.search import BUCKET_CAP

metadata = MetaData()
postings = Table(
    "view_postings",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("work_id", LargeBinary, primary_key=True),
    Column("payload", LargeBinary, primary_key=True),
    Index("view_postings_work", "work_id"),
    sqlite_with_rowid=False,  # the primary key is the table: half the size, and a bucket is one range of it
)

_KEYS_PER_STATEMENT = 500  # SQLite before 3.32 refuses more than 999 variables
_ROWS_PER_STATEMENT = 5_000
_INSERT_UNLESS_THERE: Final = {
    "sqlite": sqlite.insert(postings).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(postings).on_conflict_do_nothing(),
}

_place = func.row_number().over(
    partition_by=postings.c.key, order_by=(postings.c.work_id, postings.c.payload)
)
_buckets = (
    select(postings.c.key, postings.c.work_id, postings.c.payload, _place.label("place"))
    .where(postings.c.scheme == bindparam("scheme"), postings.c.key.in_(bindparam("keys", expanding=True)))
    .subquery()
)
_CAPPED_BUCKETS: Final = select(_buckets.c.key, _buckets.c.work_id, _buckets.c.payload).where(
    _buckets.c.place <= bindparam("cap")
)


class SqlIndex:
    """See `registry.ports.SimilarityIndex`. Commits nothing: the connection's owner does."""

    def __init__(self, connection: Connection, bucket_cap: int = BUCKET_CAP) -> None:
        self._connection = connection
        self._bucket_cap = bucket_cap
        self._insert = _INSERT_UNLESS_THERE[connection.dialect.name]

    def add(self, work_id: WorkId, postings: Iterable[Posting]) -> None:
        """Index a work; the same again changes nothing."""
        work = bytes(work_id)
        rows = (
            {"scheme": each.scheme, "key": each.key, "work_id": work, "payload": each.payload}
            for each in postings
        )
        while batch := list(islice(rows, _ROWS_PER_STATEMENT)):
            self._connection.execute(self._insert, batch)

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""
        self._connection.execute(delete(postings).where(postings.c.work_id == bytes(work_id)))

    def clear(self) -> None:
        """Forget everything."""
        self._connection.execute(delete(postings))

    def hits(self, probes: Iterable[Posting]) -> dict[WorkId, list[Hit]]:
        """Every stored payload that shares scheme and key with a probe, by work, up to the bucket's cap."""
        wanted: defaultdict[str, defaultdict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
        for probe in probes:
            wanted[probe.scheme][probe.key].add(probe.payload)
        found: defaultdict[bytes, list[Hit]] = defaultdict(list)
        for scheme, queries in wanted.items():
            for key, work_id, payload in self._rows(scheme, sorted(queries)):
                found[work_id].extend(Hit(scheme, query, payload) for query in queries[key])
        return {WorkId(work_id): hits for work_id, hits in found.items()}

    def _rows(self, scheme: str, keys: Sequence[int]) -> Iterator[tuple[int, bytes, bytes]]:
        for start in range(0, len(keys), _KEYS_PER_STATEMENT):
            batch = keys[start : start + _KEYS_PER_STATEMENT]
            values = {"scheme": scheme, "keys": batch, "cap": self._bucket_cap}
            yield from self._connection.execute(_CAPPED_BUCKETS, values)
