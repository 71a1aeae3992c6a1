"""Peers at one rate of false matches: thresholds from one half of the works, figures from the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peering.base import Distances

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A query's distance to every reference.

    `right` is the place of its work, None if that is not registered; `related` marks the references that
    truly are in it, its work too; `half` is 0 where thresholds are chosen and 1 where they are used.
    """

    alteration: str
    half: int
    right: int | None
    related: Mask
    distances: Distances

    def is_found(self, threshold: float) -> bool:
        """Whether its work is nearer than the threshold and than all that it shares nothing with."""
        if self.right is None:
            return False
        nearest = float(np.min(self.distances, where=~self.related, initial=np.inf))
        own = float(self.distances[self.right])
        return own < threshold and own < nearest


def judged(rows: Sequence[Row], rate: float, customary: float | None) -> dict[str, Any]:
    """The threshold at `rate` and what it does on the other half, and what the customary one does there."""
    threshold = threshold_at([row for row in rows if row.half == 0], rate)
    second = [row for row in rows if row.half == 1]
    figures: dict[str, Any] = {"threshold": threshold, **_at(second, threshold)}
    if customary is not None:
        # The customary distance itself is accepted.
        figures["customary"] = {"threshold": customary, **_at(second, float(np.nextafter(customary, np.inf)))}
    return figures


def threshold_at(rows: Sequence[Row], rate: float) -> float:
    """The greatest distance below which no more than that share of unrelated pairs lie."""
    unrelated = np.sort(np.concatenate([row.distances[~row.related] for row in rows] or [np.empty(0)]))
    if not len(unrelated):
        return 0.0
    return float(unrelated[int(len(unrelated) * rate)])


def _at(rows: Sequence[Row], threshold: float) -> dict[str, Any]:
    """Mean recall over the alterations, that of each, and how many unrelated pairs are accepted."""
    by_alteration: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.right is not None:
            by_alteration[row.alteration].append(row.is_found(threshold))
    recall = {name: round(fmean(found), 3) for name, found in by_alteration.items()}
    pairs = sum(int(np.count_nonzero(~row.related)) for row in rows)
    false = sum(int(np.count_nonzero(row.distances[~row.related] < threshold)) for row in rows)
    return {
        "recall": round(fmean(recall.values()), 4) if recall else None,
        "false": false,
        "pairs": pairs,
        "recall_by_alteration": recall,
    }
