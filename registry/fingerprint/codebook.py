"""Descriptors in few bits: a visual word of two halves, and a binary signature. Workers only.

Words find, signatures tell apart (Jegou, Douze and Schmid, "Hamming Embedding and Weak Geometric
Consistency", 2008; halves: Babenko and Lempitsky, "The Inverted Multi-Index", 2012). The words of each half
are 256 shapes in four variants, and the signature's bits are 16 sums in four variants (`symmetry`): so the
words and the signature of a mirrored picture follow from those of the upright one. All arithmetic is on
integers below 2^24, which single precision holds exactly: any machine makes the same words and signatures of
the same descriptors.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.symmetry import HALVES, ORDERS, half_order

VARIANTS: Final = 4
SHAPES = 256
SUMS = 16

Words = NDArray[np.int64]


class Codebook:
    """The shipped shapes (2, 256, 64), sums (16, 128) and thresholds (16), as `scripts` trained them."""

    def __init__(
        self, shapes: NDArray[np.uint8], sums: NDArray[np.int8], thresholds: NDArray[np.int32]
    ) -> None:
        self._words = [variants_of_shapes(shapes[half], half) for half in range(len(HALVES))]
        weights = sums.astype(np.float32)
        # A variant's sum over a descriptor is the sum over the descriptor's variant.
        self._sums = np.stack([weights[:, np.argsort(order)] for order in ORDERS], axis=1).reshape(-1, 128)
        self._thresholds = np.repeat(thresholds, VARIANTS).astype(np.float32)

    def words(self, descriptors: NDArray[np.uint8]) -> tuple[Words, Words]:
        """For each descriptor the number of the nearest outer and inner word: `4 * shape + variant`."""
        outer, inner = (
            squared_distances(descriptors[:, HALVES[half]], self._words[half]).argmin(axis=1)
            for half in range(len(HALVES))
        )
        return outer, inner

    def signatures(self, descriptors: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """64 bits for each descriptor: bit `4 * sum + variant` says whether it is over the threshold."""
        above = descriptors.astype(np.float32) @ self._sums.T > self._thresholds
        octets = np.packbits(above, axis=1, bitorder="little")
        return np.ascontiguousarray(octets).view("<u8")[:, 0].astype(np.uint64)


@cache
def shipped() -> Codebook:
    """The codebook of `sift-64/1`."""
    with (files("registry.fingerprint") / "codebook-1.npz").open("rb") as file, np.load(file) as arrays:
        return Codebook(arrays["shapes"], arrays["sums"], arrays["thresholds"])


def variants_of_shapes(shapes: NDArray[np.uint8], half: int) -> NDArray[np.float32]:
    """All words of a half, shape (4 * shapes, 64): row `4 * shape + variant`."""
    orders = [half_order(half, variant) for variant in range(VARIANTS)]
    return np.stack([shapes[:, order] for order in orders], axis=1).reshape(-1, 64).astype(np.float32)


def squared_distances(rows: NDArray[np.uint8], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row to each word, less what all words share: the row's own square."""
    return np.asarray((words * words).sum(axis=1) - 2 * (rows.astype(np.float32) @ words.T))
