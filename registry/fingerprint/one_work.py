"""A look-up in one work by brute force: how two fingerprints are compared without an index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from registry.fingerprint.base import BUCKET_CAP
from registry.model import WorkId
from registry.model.postings import Codes, Hits, Indexed, Near, Numbers, Postings, Rows

_NONE: Numbers = np.zeros(0, dtype=np.int64)


class OneWork:
    """See `base.Lookup`: answers as an index that holds nothing but this work."""

    def __init__(self, work_id: WorkId, indexed: Indexed) -> None:
        self._work_id = work_id
        self._postings = {each.scheme: each for each in indexed.postings}
        self._codes = {each.scheme: each for each in indexed.codes}
        self._features = {each.algorithm: each.data for each in indexed.features}

    def hits(self, probes: Postings) -> Hits:
        """See `base.Lookup.hits`."""
        stored = self._postings.get(probes.scheme)
        if stored is None or not len(stored):
            return Hits((), _NONE, _NONE, np.zeros((0, 0), np.uint8), np.zeros(len(probes), np.int64))
        keys, payloads = _distinct(stored)
        starts = np.searchsorted(keys, probes.keys)
        counts = np.minimum(np.searchsorted(keys, probes.keys, side="right") - starts, BUCKET_CAP)
        asked = np.repeat(np.arange(len(probes)), counts)
        within = np.arange(len(asked)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(starts, counts) + within
        return Hits(
            self._named(len(asked)),
            np.zeros(len(asked), np.int64),
            asked,
            payloads[places],
            (counts > 0).astype(np.int64),
        )

    def near(self, sought: Codes, radius: int) -> Near:
        """See `base.Lookup.near`."""
        stored = self._codes.get(sought.scheme)
        if stored is None or not len(stored) or not len(sought):
            return Near((), _NONE, _NONE, _NONE, np.zeros((0, 0), np.uint8))
        bits = np.bitwise_count(sought.codes[:, None, :] ^ stored.codes[None, :, :]).sum(axis=2)
        asked, places = np.nonzero(bits <= radius)
        return Near(
            self._named(len(asked)),
            np.zeros(len(asked), np.int64),
            asked,
            bits[asked, places].astype(np.int64),
            stored.payloads[places],
        )

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """See `base.Lookup.features`."""
        has = scheme in self._features and self._work_id in work_ids
        return {self._work_id: self._features[scheme]} if has else {}

    def _named(self, rows: int) -> tuple[WorkId, ...]:
        return (self._work_id,) if rows else ()


def _distinct(postings: Postings) -> tuple[Numbers, Rows]:
    """The distinct rows of a work, by key and then by payload."""
    keys = postings.keys.astype(">u4").view(np.uint8).reshape(-1, 4)
    rows = np.concatenate([keys, postings.payloads], axis=1)
    order = np.lexsort(rows.T[::-1])
    rows = rows[order]
    first = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
    rows = rows[first]
    return rows[:, :4].copy().view(">u4").astype(np.int64).reshape(-1), rows[:, 4:]
