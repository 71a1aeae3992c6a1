"""A look-up in all works but one: what a registered work is like, itself left aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.base import Lookup
from registry.model import WorkId
from registry.model.postings import Codes, Hits, Near, Numbers, Postings


class Others:
    """See `base.Lookup`: answers as an index that does not hold this work."""

    def __init__(self, lookup: Lookup, apart: WorkId) -> None:
        self._lookup, self._apart = lookup, apart

    def hits(self, probes: Postings) -> Hits:
        """See `base.Lookup.hits`; the work's own rows count among those that are read."""
        found = self._lookup.hits(probes)
        kept = self._kept(found.work_ids, found.works)
        own = np.unique(found.probes[~kept])
        commonness = found.commonness.copy()
        commonness[own] -= 1
        names, works = self._renamed(found.work_ids, found.works[kept])
        return Hits(names, works, found.probes[kept], found.payloads[kept], commonness)

    def near(self, sought: Codes, radius: int) -> Near:
        """See `base.Lookup.near`."""
        found = self._lookup.near(sought, radius)
        kept = self._kept(found.work_ids, found.works)
        names, works = self._renamed(found.work_ids, found.works[kept])
        return Near(names, works, found.probes[kept], found.distances[kept], found.payloads[kept])

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> Mapping[WorkId, bytes]:
        """See `base.Lookup.features`."""
        return self._lookup.features(scheme, [each for each in work_ids if each != self._apart])

    def _kept(self, work_ids: tuple[WorkId, ...], works: Numbers) -> NDArray[np.bool_]:
        place = work_ids.index(self._apart) if self._apart in work_ids else -1
        return np.asarray(works != place)

    def _renamed(self, work_ids: tuple[WorkId, ...], works: Numbers) -> tuple[tuple[WorkId, ...], Numbers]:
        """Names without the work's, and places in them."""
        if self._apart not in work_ids:
            return work_ids, works
        place = work_ids.index(self._apart)
        return work_ids[:place] + work_ids[place + 1 :], works - (works > place)
