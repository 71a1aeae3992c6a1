"""The index's twin: it keeps every row in memory and looks at all of them for every query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from registry.model import Hit, Posting, WorkId
from registry.search import BUCKET_CAP


class LinearIndex:
    """Small enough to be read at a glance and believed: what other back-ends are held against."""

    def __init__(self, bucket_cap: int = BUCKET_CAP) -> None:
        self._rows: set[tuple[WorkId, Posting]] = set()
        self._bucket_cap = bucket_cap

    def add(self, work_id: WorkId, postings: Iterable[Posting]) -> None:
        """Index a work; the same again changes nothing."""
        self._rows |= {(work_id, posting) for posting in postings}

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""
        self._rows = {row for row in self._rows if row[0] != work_id}

    def clear(self) -> None:
        """Forget everything."""
        self._rows = set()

    def hits(self, probes: Iterable[Posting]) -> dict[WorkId, list[Hit]]:
        """Every stored payload that shares scheme and key with a probe, by work, up to the bucket's cap."""
        found: defaultdict[WorkId, list[Hit]] = defaultdict(list)
        for probe in set(probes):
            bucket = sorted(
                (work_id, posting.payload)
                for work_id, posting in self._rows
                if (posting.scheme, posting.key) == (probe.scheme, probe.key)
            )
            for work_id, payload in bucket[: self._bucket_cap]:
                found[work_id].append(Hit(probe.scheme, probe.payload, payload))
        return dict(found)
