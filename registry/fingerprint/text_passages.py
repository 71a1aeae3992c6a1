"""Passages: grams that two texts share in the same order, close behind each other.

A shared gram alone says little: a passage is a chain of them, each at most `GAP_WEIGHT` behind the one
before and about as far in the one text as in the other. Words put in, left out or changed break grams, not
the chain; paragraphs in another order are passages of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.text_features import Rows
from registry.fingerprint.text_grams import GRAM_WEIGHT, KEPT_ONE_IN

GAP_WEIGHT = 120
LEAST_GRAMS = 3  # of a passage: two may meet by chance in texts of one subject
_DRIFT_WEIGHT = 8  # a gap may differ by this between the texts, and by half its length
_REACH = 8  # how many hits further on the next link of a chain is looked for: repeated grams stand between

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages in order of the query, arrays of equal length; ends are past the last letter or character.

    `starts`, `ends` count the weight of folded letters of the query, `work_starts`, `work_ends` of the work;
    the `from_` and `to_` ones characters. `rarities` are what a gram of each counts on average, at most 1 and
    less where many works have it; `evidence` is that times the grams, at most one for `KEPT_ONE_IN` letters.
    """

    starts: Numbers
    ends: Numbers
    work_starts: Numbers
    work_ends: Numbers
    from_character: Numbers
    to_character: Numbers
    work_from_character: Numbers
    work_to_character: Numbers
    rarities: NDArray[np.float64]
    evidence: NDArray[np.float64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.starts)

    @property
    def covered(self) -> int:
        """The weight of the query that is in any passage."""
        return _length(*_union(self.starts, self.ends))

    @property
    def work_covered(self) -> int:
        """The weight of the work that is in any passage."""
        return _length(*_union(self.work_starts, self.work_ends))

    @property
    def rarity(self) -> float:
        """What a letter in a passage counts on average, at most 1."""
        lengths = self.ends - self.starts
        return float((self.rarities * lengths).sum() / lengths.sum())

    @property
    def stretches(self) -> tuple[Numbers, Numbers]:
        """Where the query is in any passage: first characters, and those past the last."""
        return _union(self.from_character, self.to_character)


def passages(query: Rows, stored: Rows, weights: NDArray[np.float64], step: int = 1) -> Passages:
    """The passages that hits make up; `query` and `stored` are what `read_payloads` gives, row by row.

    `step` is one over the share of the query's grams that were looked up: gaps grow with it.
    """
    order = np.lexsort((stored[:, 0], query[:, 0]))
    query, stored, weights = query[order], stored[order], weights[order]
    chain = _chains(query[:, 0], stored[:, 0], GAP_WEIGHT * step)
    last, first, member, sizes = np.unique(
        chain, return_index=True, return_inverse=True, return_counts=True
    )  # a chain is named by its last hit
    rarities = np.asarray(np.bincount(member, weights, minlength=len(last)) / sizes, dtype=np.float64)
    kept = np.flatnonzero(sizes >= LEAST_GRAMS)
    kept = kept[np.argsort(first[kept])]
    first, last, rarities, sizes = first[kept], last[kept], rarities[kept], sizes[kept]
    lengths = query[last, 0] + GRAM_WEIGHT - query[first, 0]
    return Passages(
        starts=query[first, 0],
        ends=query[last, 0] + GRAM_WEIGHT,
        work_starts=stored[first, 0],
        work_ends=stored[last, 0] + GRAM_WEIGHT,
        from_character=query[first, 1],
        to_character=_past(query[first], query[last]),
        work_from_character=stored[first, 1],
        work_to_character=_past(stored[first], stored[last]),
        rarities=rarities,
        evidence=rarities * np.minimum(sizes, lengths / KEPT_ONE_IN),
    )


def _past(first: Rows, last: Rows) -> Numbers:
    """About where the last gram ends: as many characters to a weight as the passage has up to there."""
    weights, characters = last[:, 0] - first[:, 0], last[:, 1] - first[:, 1]
    return np.asarray(last[:, 1] + -(-GRAM_WEIGHT * characters // np.maximum(1, weights)), dtype=np.int64)


def _chains(places: Numbers, stored: Numbers, gap: int) -> Numbers:
    """For each hit, ordered by both places, the last hit of the chain it is a link of."""
    following = np.arange(len(places))
    is_open = np.ones(len(places), np.bool_)
    for reach in range(1, min(_REACH + 1, len(places))):
        forward, stored_forward = places[reach:] - places[:-reach], stored[reach:] - stored[:-reach]
        drift = np.abs(stored_forward - forward)
        follows = (forward > 0) & (forward <= gap) & (stored_forward > 0)
        follows &= (drift <= _DRIFT_WEIGHT + forward // 2) & is_open[:-reach]
        linked = np.flatnonzero(follows)
        following[linked] = linked + reach
        is_open[linked] = False
    while True:
        further = following[following]
        if np.array_equal(further, following):
            return following
        following = further


def _union(starts: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """The union of intervals as intervals that do not touch."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    opens = np.concatenate([[True], starts[1:] > ends[:-1]])
    closes = np.concatenate([opens[1:], [True]])
    return starts[opens[: len(starts)]], ends[closes[-len(ends) :]]


def _length(starts: Numbers, ends: Numbers) -> int:
    return int((ends - starts).sum())
