"""Hashed runs of folded characters with their places: what a text is found by.

A gram begins at every folded letter and runs until it weighs `GRAM_WEIGHT`: sixteen Latin letters, eight kana
and six ideographs say about as much. Places and lengths are counted in that weight, so that a stretch of any
script is as long as it says much. No word boundaries are looked for.
Of all grams those of the lowest hashes are kept, one in `KEPT_ONE_IN` (Manber, "Finding Similar Files in a
Large File System", USENIX 1994): which ones does not depend on what stands around them. A short text keeps
more, so that one line is found again too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.text_folding import Folded

GRAM_WEIGHT = 16
KEPT_ONE_IN = 8
KEPT_AT_LEAST = 64
MOST_REPEATS = 2
# Of one key in one text: a page of one word would otherwise meet itself a million times.
MOST_WEIGHT = 12_600_000
# Four million ideographs; places fit into three bytes. More is signs that each unfold to a sentence.

_IDEOGRAPH_WEIGHT, _KANA_WEIGHT = 3, 2
_BASE = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_LOW_HALF: Final = (1 << 32) - 1  # of a hash: which grams are kept; the other half is the key
_INVERSE_BASE: Final = pow(_BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Grams:
    """`rows` in order, shape (grams, 3): weight of all before it, offset in the text, 32-bit key.

    `weight` is that of the whole text.
    """

    rows: NDArray[np.int64]
    weight: int


def grams(folded: Folded) -> Grams:
    """The kept grams of a folded text."""
    places = np.concatenate([[0], np.cumsum(_weights(folded.letters))])
    hashes = _hashes(folded.letters, places)
    first = np.flatnonzero(_lowest(hashes & np.uint64(_LOW_HALF)))
    keys = (hashes[first] >> np.uint64(32)).astype(np.int64)
    kept = _not_repeated(keys)
    first = first[kept]
    return Grams(np.stack([places[first], folded.offsets[first], keys[kept]], axis=1), int(places[-1]))


def _hashes(letters: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A 64-bit hash of the gram at each letter where one begins: Karp and Rabin's, then mixed.

    The sum over letters times powers of an odd base, modulo 2^64, is taken of all prefixes at once; the
    difference of two, shifted back, is the hash of what lies between.
    """
    starts = int(np.searchsorted(places, places[-1] - GRAM_WEIGHT, side="right"))
    ends = np.searchsorted(places, places[:starts] + GRAM_WEIGHT)
    powers = _powers(_BASE, len(letters))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum((letters + np.uint64(1)) * powers)])
    return _mixed((sums[ends] - sums[:starts]) * _powers(_INVERSE_BASE, starts))


def _lowest(order: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which are in the lowest part of 32 bits, or among the `KEPT_AT_LEAST` lowest."""
    lowest = order < (_LOW_HALF + 1) // KEPT_ONE_IN
    if len(order) <= KEPT_AT_LEAST:
        return np.ones(len(order), np.bool_)
    if lowest.sum() >= KEPT_AT_LEAST:
        return lowest
    return np.asarray(order <= np.partition(order, KEPT_AT_LEAST - 1)[KEPT_AT_LEAST - 1])


def _weights(letters: NDArray[np.uint32]) -> NDArray[np.int64]:
    weights = np.ones(len(letters), np.int64)
    for low, high, weight in _HEAVY:
        weights[(letters >= low) & (letters <= high)] = weight
    return weights


_HEAVY: Final = (
    (0x3041, 0x30FF, _KANA_WEIGHT),
    (0x3400, 0x9FFF, _IDEOGRAPH_WEIGHT),
    (0xF900, 0xFAFF, _IDEOGRAPH_WEIGHT),
    (0x20000, 0x3FFFF, _IDEOGRAPH_WEIGHT),
)


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base & _MASK, np.uint64)
    if count:
        factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _not_repeated(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which are among the first `MOST_REPEATS` of their key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.zeros(len(order), np.bool_)
    kept[order[place < MOST_REPEATS]] = True
    return kept
