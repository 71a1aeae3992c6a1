"""PDQ, a 256-bit perceptual hash of pictures, and its eight dihedral variants.

Written from "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019): a
luminance plane is blurred by a two-pass tent filter, sampled at 64 x 64, and the lowest 16 x 16 frequencies
of its DCT, without the constant ones, are each compared with their median.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]

CODE_BYTES = 32
SMALLEST_SIDE = 5  # the paper hashes nothing smaller: there is no gradient to speak of
_SIDE = 64
_FREQUENCIES = 16
_PASSES = 2  # two box filters in a row are a tent filter (Jarosz, "Fast Image Convolutions", 2001)
_QUALITY_SCALE = 90  # the paper's divisor, which puts ordinary photographs at 100


def _dct_rows() -> Plane:
    """The DCT-II rows of frequencies 1 to 16 over 64 samples, shape (16, 64)."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    position = 2 * np.arange(_SIDE)[None, :] + 1
    waves = np.cos(np.pi / (2 * _SIDE) * frequency * position)
    return np.asarray(np.sqrt(2 / _SIDE) * waves, dtype=np.float64)


_DCT: Final = _dct_rows()


class Undoing(NamedTuple):
    """What undoes an alteration: rows reversed, columns reversed, then rows and columns exchanged."""

    rows: bool
    columns: bool
    exchange: bool


# How a copy stands to the work, and what undoes it on the copy's luminance.
VARIANTS: Final[dict[str, Undoing]] = {
    "upright": Undoing(rows=False, columns=False, exchange=False),
    "mirrored": Undoing(rows=False, columns=True, exchange=False),
    "rotated 90": Undoing(rows=False, columns=True, exchange=True),
    "rotated 180": Undoing(rows=True, columns=True, exchange=False),
    "rotated 270": Undoing(rows=True, columns=False, exchange=True),
    "mirrored and rotated 180": Undoing(rows=True, columns=False, exchange=False),
    "mirrored and rotated 90": Undoing(rows=True, columns=True, exchange=True),
    "mirrored and rotated 270": Undoing(rows=False, columns=False, exchange=True),
}


def reduced(luminance: Plane) -> Plane:
    """Blur a luminance plane (0 to 255, both sides at least `SMALLEST_SIDE`) and sample it at 64 x 64."""
    rows, columns = luminance.shape
    return reduction_of(rows) @ luminance @ reduction_of(columns).T


def code(plane: Plane) -> bytes:
    """The 32-byte code of a reduced plane; bit 0 is the lowest of the last byte, as the paper prints it."""
    spectrum = _DCT @ plane @ _DCT.T
    lower_median = np.partition(spectrum, spectrum.size // 2 - 1, axis=None)[spectrum.size // 2 - 1]
    bits = (spectrum > lower_median).ravel()
    return np.packbits(bits[::-1]).tobytes()


def dihedral_codes(luminance: Plane, reduction: Callable[[int], Plane] | None = None) -> dict[str, bytes]:
    """The code a work has if this is its upright, mirrored, rotated … copy, by the names of `VARIANTS`.

    Each variant is undone before the picture is reduced, not after as in the paper: boxes of an even width
    and the sampled centres lean to one side, which alone would cost a turned copy up to 20 of the 31 bits.
    Reversing the matrix of a reduction reverses the plane, at a quarter of the cost. `reduction` may give
    another matrix, of shape (64, length), for a length.
    """
    rows, columns = ((reduction or reduction_of)(length) for length in luminance.shape)
    reduced_rows = {reverse: (rows[:, ::-1] if reverse else rows) @ luminance for reverse in (False, True)}
    planes = {
        (upside, reverse): half @ (columns[:, ::-1] if reverse else columns).T
        for upside, half in reduced_rows.items()
        for reverse in (False, True)
    }
    return {
        name: code(planes[undo.rows, undo.columns].T if undo.exchange else planes[undo.rows, undo.columns])
        for name, undo in VARIANTS.items()
    }


def quality(plane: Plane) -> int:
    """How much there is to see in a reduced plane, 0 to 100: its gradients, quantised as in the paper."""
    steps = (np.diff(plane, axis=0), np.diff(plane, axis=1))
    total = sum(int(np.abs(np.trunc(step * 100 / 255)).sum()) for step in steps)
    return min(100, total // _QUALITY_SCALE)


def distance(first: bytes, second: bytes) -> int:
    """The number of bits in which two codes differ."""
    return (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")).bit_count()


@lru_cache(maxsize=8)
def reduction_of(length: int) -> Plane:
    """Two box filters and sampling along one side, as a matrix of shape (64, length): both are linear."""
    box = _box(length)
    centres = ((np.arange(_SIDE) + 0.5) * length / _SIDE).astype(np.intp)
    return box[centres] @ box


def _box(length: int) -> Plane:
    """A running mean as a matrix, shape (length, length); at the edges, of the samples there are.

    Its width is half of one of the 64 parts of a side, because the filter passes twice; rounded up.
    """
    width = -(-length // (_PASSES * _SIDE))
    offset = np.arange(length)[None, :] - np.arange(length)[:, None]
    within = (offset <= width // 2) & (offset >= width // 2 - width + 1)
    return np.asarray(within / within.sum(axis=1, keepdims=True), dtype=np.float64)
