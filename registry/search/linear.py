"""The similarity index as a list: the twin that every other index is held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from registry.fingerprint.base import BUCKET_CAP, MOST_HITS, MOST_NEAR
from registry.model import WorkId
from registry.model.postings import CODE_BYTES, Codes, Hits, Indexed, Near, Numbers, Postings, Rows


class LinearIndex:
    """See `registry.ports.SimilarityIndex`. Reads all that there is, row by row, for every question."""

    def __init__(self, bucket_cap: int = BUCKET_CAP, most_hits: int = MOST_HITS) -> None:
        self._works: dict[WorkId, Indexed] = {}
        self._bucket_cap = bucket_cap
        self._most_hits = most_hits

    def add(self, work_id: WorkId, indexed: Indexed) -> None:
        """Index a work, or add to what it is indexed under; the same rows again change nothing."""
        had = self._works.get(work_id, Indexed())
        self._works[work_id] = Indexed(
            _joined_postings(had.postings + indexed.postings),
            _joined_codes(had.codes + indexed.codes),
            tuple({each.algorithm: each for each in had.features + indexed.features}.values()),
        )

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""
        self._works.pop(work_id, None)

    def clear(self) -> None:
        """Forget everything."""
        self._works.clear()

    def hits(self, probes: Postings) -> Hits:
        """See `base.Lookup.hits`."""
        buckets = self._buckets(probes.scheme, set(probes.keys.tolist()))
        commonness = [len({place for place, _ in buckets.get(key, ())}) for key in probes.keys.tolist()]
        met = sorted(
            (place, row, payload)
            for row, key in enumerate(probes.keys.tolist())
            for place, payload in buckets.get(key, ())
        )
        work_ids, works = self._named([place for place, _, _ in met])
        return Hits(
            work_ids,
            works,
            _numbers(row for _, row, _ in met),
            _rows_of([payload for _, _, payload in met]),
            _numbers(commonness),
        )

    def near(self, sought: Codes, radius: int) -> Near:
        """See `base.Lookup.near`."""
        found: list[tuple[int, int, bytes, int]] = []
        for row, code in enumerate(sought.codes):
            of_one = sorted(
                (int(bits), place, payload)
                for place, stored in enumerate(self._works.values())
                for codes in stored.codes
                if codes.scheme == sought.scheme
                for bits, payload in zip(_distances(code, codes.codes), _cells(codes.payloads), strict=True)
                if bits <= radius
            )
            found += [(place, row, payload, bits) for bits, place, payload in of_one[:MOST_NEAR]]
        found.sort()
        work_ids, works = self._named([place for place, *_ in found])
        return Near(
            work_ids,
            works,
            _numbers(row for _, row, _, _ in found),
            _numbers(bits for *_, bits in found),
            _rows_of([payload for _, _, payload, _ in found]),
        )

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """See `base.Lookup.features`."""
        return {
            work_id: feature.data
            for work_id in work_ids
            if work_id in self._works
            for feature in self._works[work_id].features
            if feature.algorithm == scheme
        }

    def _buckets(self, scheme: str, keys: set[int]) -> dict[int, list[tuple[int, bytes]]]:
        """The rows that are read of each key: the rarest keys whole, as long as they fit."""
        buckets: dict[int, list[tuple[int, bytes]]] = {key: [] for key in keys}
        for place, stored in enumerate(self._works.values()):
            for postings in stored.postings:
                if postings.scheme != scheme:
                    continue
                rows = zip(postings.keys.tolist(), _cells(postings.payloads), strict=True)
                for key, payload in sorted({row for row in rows if row[0] in keys}):
                    buckets[key].append((place, payload))
        read: dict[int, list[tuple[int, bytes]]] = {}
        left = self._most_hits
        for key in sorted(keys, key=lambda each: (min(len(buckets[each]), self._bucket_cap), each)):
            rows_read = buckets[key][: self._bucket_cap]
            left -= len(rows_read)
            if left < 0:
                break
            read[key] = rows_read
        return read

    def _named(self, places: Sequence[int]) -> tuple[tuple[WorkId, ...], Numbers]:
        met = sorted(set(places))
        ids = list(self._works)
        return tuple(ids[place] for place in met), _numbers(np.searchsorted(met, places).tolist())


def _rows_of(cells: Sequence[bytes]) -> Rows:
    """Cells of one width as rows of bytes; no cells have no width."""
    width = len(cells[0]) if cells else 0
    return np.frombuffer(b"".join(cells), dtype=np.uint8).reshape(len(cells), width)


def _cells(rows: Rows) -> Iterable[bytes]:
    data, width = rows.tobytes(), rows.shape[1]
    return [data[place * width : (place + 1) * width] for place in range(len(rows))]


def _distances(code: Rows, codes: Rows) -> Numbers:
    bits = np.bitwise_count(np.ascontiguousarray(codes) ^ code.reshape(1, CODE_BYTES))
    return np.asarray(bits.sum(axis=1, dtype=np.int64))


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, dtype=np.int64)


def _joined_postings(parts: tuple[Postings, ...]) -> tuple[Postings, ...]:
    schemes = {part.scheme: [one for one in parts if one.scheme == part.scheme] for part in parts}
    return tuple(
        Postings(
            scheme,
            np.concatenate([one.keys for one in same]),
            np.concatenate([one.payloads for one in same]),
        )
        for scheme, same in schemes.items()
    )


def _joined_codes(parts: tuple[Codes, ...]) -> tuple[Codes, ...]:
    """Of each scheme the distinct rows: a code is found once with each payload."""
    joined = []
    for scheme in dict.fromkeys(part.scheme for part in parts):
        same = [part for part in parts if part.scheme == scheme]
        width = same[0].codes.shape[1]
        rows = np.concatenate([np.concatenate([one.codes, one.payloads], axis=1) for one in same])
        distinct = np.unique(rows, axis=0)
        joined.append(Codes(scheme, distinct[:, :width].copy(), distinct[:, width:].copy()))
    return tuple(joined)
