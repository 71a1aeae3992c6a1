"""The index as plain SQL tables of (scheme, key, work, payload), in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Table, TextClause, text
from sqlalchemy.dialects import postgresql, sqlite

from registry.fingerprint.base import BUCKET_CAP, MOST_HITS
from registry.model import WorkId
from registry.model.postings import CODE_BYTES, Codes, Hits, Indexed, Near, Postings
from registry.search.answers import NearRows, Read, chosen, hits_of, in_order, near_of, nearest
from registry.search.arrays import Bytes, Long
from registry.search.hamming import Layout, bits_of, joined, met_first, nothing_near, probes_of, words_of
from registry.search.schema import codes, postings
from registry.search.standing import claim, forget, read_state
from registry.search.works import IndexedWorks, ReadFeature, in_batches

KIND: Final = "sql"

_LAYOUT: Final = Layout(16, 16)  # a code's key is its band's number and then the band
_ROWS_A_STATEMENT: Final = 5_000
_ROWS_AT_ONCE: Final = 20_000  # of codes: near a picture that is copied a million times there may be millions
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# Any number of keys is one variable: a list in JSON, of which each database makes rows.
_KEYS: Final = {
    "sqlite": "SELECT value AS key FROM json_each(:keys)",
    "postgresql": "SELECT CAST(value AS bigint) AS key FROM json_array_elements_text(CAST(:keys AS json))",
}
# What a forgotten work left behind belongs to no number that is indexed, and is never read.
_COUNTS: Final = (
    "SELECT sought.key, (SELECT count(*) FROM (SELECT 1 FROM view_postings AS found "
    "JOIN view_indexed ON view_indexed.number = found.work "
    "WHERE found.scheme = :scheme AND found.key = sought.key LIMIT :cap) AS capped) FROM ({keys}) AS sought"
)
# SQLite keeps the order of cross joins: from the keys to their rows. The other way round it reads the list of
# keys for every row.
_BUCKETS: Final = (
    "SELECT found.key, found.work, found.payload "
    "FROM ({keys}) AS sought CROSS JOIN {table} AS found CROSS JOIN view_indexed "
    "WHERE found.scheme = :scheme AND found.key = sought.key AND view_indexed.number = found.work"
)
_CROWDED: Final = text(
    "SELECT found.key, found.work, found.payload FROM view_postings AS found "
    "JOIN view_indexed ON view_indexed.number = found.work "
    "WHERE found.scheme = :scheme AND found.key = :key ORDER BY found.work, found.payload LIMIT :cap"
)


class SqlIndex:
    """See `registry.ports.SimilarityIndex`. Commits nothing: the connection's owner does.

    The rows of a forgotten work stay until the index is made again; none is read.

    Raises, from any look-up:
        IndexDamagedError: The works are in an index of another kind.
    """

    def __init__(
        self,
        connection: Connection,
        read: ReadFeature | None = None,
        bucket_cap: int = BUCKET_CAP,
        most_hits: int = MOST_HITS,
    ) -> None:
        self._connection = connection
        self._works = IndexedWorks(connection, read)
        self._bucket_cap = bucket_cap
        self._most_hits = most_hits
        keys = _KEYS[connection.dialect.name]
        self._counts = text(_COUNTS.format(keys=keys))
        self._buckets = text(_BUCKETS.format(keys=keys, table=postings.name))
        self._bands = text(_BUCKETS.format(keys=keys, table=codes.name))
        self._claimed = self._checked = False

    def add(self, work_id: WorkId, indexed: Indexed) -> None:
        """Index a work, or add to what it is indexed under; the same rows again change nothing."""
        if not self._claimed:
            claim(self._connection, KIND)
            self._claimed = True
        numbers, _ = self._works.number_all([work_id])
        number = numbers[work_id]
        self._insert(postings, chain.from_iterable(_posting_rows(number, each) for each in indexed.postings))
        self._insert(codes, chain.from_iterable(_band_rows(number, each) for each in indexed.codes))
        self._works.keep((number, each) for each in indexed.features)

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""
        self._works.remove(work_id)

    def clear(self) -> None:
        """Forget everything."""
        self._works.clear()
        forget(self._connection)
        self._claimed = self._checked = False

    def settle(self) -> None:
        """Nothing waits to be written."""

    def hits(self, probes: Postings) -> Hits:
        """See `base.Lookup.hits`."""
        self._check()
        keys = np.unique(probes.keys).astype(np.int64)
        values = {"scheme": probes.scheme, "keys": json.dumps(keys.tolist()), "cap": self._bucket_cap}
        counted: dict[int, int] = dict(self._connection.execute(self._counts, values).all())
        counts = np.fromiter((counted[key] for key in keys.tolist()), dtype=np.int64, count=len(keys))
        places = chosen(counts, self._most_hits)
        crowded = counts[places] >= self._bucket_cap
        rows = chain(
            self._rows(self._buckets, probes.scheme, keys[places[~crowded]]),
            *(self._crowded(probes.scheme, key) for key in keys[places[crowded]].tolist()),
        )
        found, numbers, payloads = _columns(rows)
        read = Read(np.searchsorted(keys, found), numbers, payloads)
        return hits_of(probes, keys, in_order(read, self._bucket_cap), self._works.names)

    def near(self, sought: Codes, radius: int) -> Near:
        """See `base.Lookup.near`."""
        self._check()
        parts = [
            self._near(sought.scheme, place, code, radius)
            for place, code in enumerate(np.split(sought.codes, len(sought)) if len(sought) else [])
        ]
        return near_of(joined([nothing_near(), *parts]), self._works.names)

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """See `base.Lookup.features`."""
        return self._works.features(scheme, work_ids)

    def _check(self) -> None:
        if not self._checked:
            read_state(self._connection, KIND)
            self._checked = True

    def _near(self, scheme: str, place: int, code: Bytes, radius: int) -> NearRows:
        """The rows within reach of one code, read so many at a time."""
        sought = words_of(code)
        bands, masks = probes_of(_LAYOUT, radius)
        keys = (bands << np.uint32(16)) | (_LAYOUT.windows(sought)[0][bands] ^ masks)
        rows = self._rows(self._bands, scheme, keys.astype(np.int64))
        best = nothing_near()
        for batch in _batches(rows, _ROWS_AT_ONCE):
            found, numbers, payloads = _columns(batch)
            differences = words_of(payloads[:, :CODE_BYTES].copy()) ^ sought
            bits = bits_of(differences).astype(np.int64)
            near = np.flatnonzero(bits <= radius)
            near = near[met_first(_LAYOUT, radius, differences[near], found[near] >> 16)]
            rows_near = NearRows(
                np.full(len(near), place), numbers[near], payloads[near, CODE_BYTES:], bits[near]
            )
            best = nearest(joined([best, rows_near]))
        return best

    def _rows(self, statement: TextClause, scheme: str, keys: Long) -> Iterator[Any]:
        if len(keys):
            values = {"scheme": scheme, "keys": json.dumps(keys.tolist())}
            yield from self._connection.execution_options(stream_results=True).execute(statement, values)

    def _crowded(self, scheme: str, key: int) -> Iterable[Any]:
        values = {"scheme": scheme, "key": key, "cap": self._bucket_cap}
        return self._connection.execute(_CROWDED, values).all()

    def _insert(self, table: Table, rows: Iterator[dict[str, Any]]) -> None:
        insert = _INSERTS[self._connection.dialect.name](table).on_conflict_do_nothing()
        for batch in in_batches(list(rows), _ROWS_A_STATEMENT):
            self._connection.execute(insert, batch)


def _posting_rows(number: int, rows: Postings) -> Iterator[dict[str, Any]]:
    for key, payload in zip(rows.keys.tolist(), rows.payloads, strict=True):
        yield {"scheme": rows.scheme, "key": key, "work": number, "payload": payload.tobytes()}


def _band_rows(number: int, rows: Codes) -> Iterator[dict[str, Any]]:
    values = _LAYOUT.windows(words_of(rows.codes)).tolist()
    cells = np.concatenate([rows.codes, rows.payloads], axis=1)
    for of_code, cell in zip(values, cells, strict=True):
        for band, value in enumerate(of_code):
            key = band << _LAYOUT.bits | value
            yield {"scheme": rows.scheme, "key": key, "work": number, "payload": cell.tobytes()}


def _columns(rows: Iterable[Any]) -> tuple[Long, Long, Bytes]:
    """Keys, numbers and payloads, of one width, of rows."""
    read = [tuple(row) for row in rows]
    keys, numbers, payloads = zip(*read, strict=True) if read else ((), (), ())
    width = len(payloads[0]) if payloads else 0
    return (
        np.array(keys, dtype=np.int64),
        np.array(numbers, dtype=np.int64),
        np.frombuffer(b"".join(payloads), dtype=np.uint8).reshape(len(read), width),
    )


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
