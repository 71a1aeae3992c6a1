"""How a descriptor changes when its picture is mirrored or inverted: by an order of its 128 numbers.

A SIFT descriptor is 4 x 4 cells of 8 directions around a point, turned to its main direction. A mirror
reverses one axis of cells and the sense of directions; a negative turns the main direction by half a circle,
which reverses both axes of cells. The two and their product are variants 1, 2 and 3 of variant 0; each undoes
itself, and the product of two variants is their exclusive or.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Signatures = NDArray[np.uint64]

MIRRORED, NEGATIVE = 1, 2
VARIANT_NAMES: Final = ("upright", "mirrored", "negative", "negative and mirrored")

_PLACES: Final = np.arange(128).reshape(4, 4, 8)
_MIRROR: Final = _PLACES[::-1][:, :, -np.arange(8) % 8].ravel()
_INVERSE: Final = _PLACES[::-1, ::-1].ravel()
ORDERS: Final = (np.arange(128), _MIRROR, _INVERSE, _MIRROR[_INVERSE])

# Halves that every variant maps onto themselves: the outer two rows of cells, and the inner two.
HALVES: Final = (_PLACES[[0, 3]].ravel(), _PLACES[[1, 2]].ravel())

_EVEN_BITS: Final = np.uint64(0x5555555555555555)
_EVEN_PAIRS: Final = np.uint64(0x3333333333333333)


def half_order(half: int, variant: int) -> NDArray[np.intp]:
    """The order of the 64 numbers of one half that makes a variant of it."""
    places = {int(place): at for at, place in enumerate(HALVES[half])}
    return np.array([places[int(place)] for place in ORDERS[variant][HALVES[half]]], dtype=np.intp)


def turned(signatures: Signatures, variants: NDArray[np.uint64]) -> Signatures:
    """The signatures that the variants of the descriptors have: bits change places within groups of four."""
    swapped = _swapped(signatures, _EVEN_BITS, np.uint64(1))
    once = np.where(variants & np.uint64(MIRRORED), swapped, signatures)
    return np.where(variants & np.uint64(NEGATIVE), _swapped(once, _EVEN_PAIRS, np.uint64(2)), once)


def _swapped(signatures: Signatures, mask: np.uint64, by: np.uint64) -> Signatures:
    return ((signatures & mask) << by) | ((signatures >> by) & mask)
