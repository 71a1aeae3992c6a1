"""The local features of a picture as a record keeps them: `sift-64/1`.

A header of 12 bytes, then 16 bytes for each point, the most telling first; all big-endian:

    width u32, height u32          of the picture, in pixels
    width u16, height u16          of the working picture that points are measured in
    signature u64                  see `codebook`
    place u64                      x 12 bits, y 12 bits (quarter pixels of the working picture), scale 8 bits
                                   (16ths of an octave), angle 8 bits (256ths of a turn), outer word 10 bits,
                                   inner word 10 bits, 4 bits of zero

The variant of a word (its lowest two bits) turns the point into its canonical form, which is the same for
mirrored and inverted copies: so one look-up finds all four.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.symmetry import Signatures, turned

SCHEME = "sift-64/1"
MOST_POINTS = 600
ANGLES = 256
SCALES_PER_OCTAVE = 16
QUARTERS = 4  # of a pixel

Integers = NDArray[np.int64]

_HEADER: Final = struct.Struct(">IIHH")
_POINT_BYTES = 16
_FIELDS: Final = (("x", 12), ("y", 12), ("scale", 8), ("angle", 8), ("outer", 10), ("inner", 10))
_SPARE_BITS = 4
_SHAPES_BITS = 8
_VARIANT = 3
_KEY_SIGNATURE_BITS = 14


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture's size and that of its working picture, in pixels; never zero."""

    width: int
    height: int
    working_width: int
    working_height: int


@dataclass(frozen=True, slots=True, eq=False)
class LocalFeatures:
    """Points of one picture, as columns of integers of one length."""

    frame: Frame
    signatures: Signatures
    x: Integers
    y: Integers
    scale: Integers
    angle: Integers
    outer: Integers
    inner: Integers

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.signatures)

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """What `data` holds; None if it holds no point. Any bytes are some points, and no more than fit."""
        count = min(MOST_POINTS, (len(data) - _HEADER.size) // _POINT_BYTES)
        if count < 1:
            return None
        sizes = _HEADER.unpack_from(data)
        rows = np.frombuffer(data, dtype=">u8", count=2 * count, offset=_HEADER.size).astype(np.uint64)
        return cls(Frame(*(max(1, size) for size in sizes)), rows[::2].copy(), **_unpacked(rows[1::2]))

    def to_bytes(self) -> bytes:
        """As the record keeps them."""
        places = np.zeros(len(self), dtype=np.uint64)
        for name, bits in _FIELDS:
            column = np.clip(getattr(self, name), 0, (1 << bits) - 1).astype(np.uint64)
            places = (places << np.uint64(bits)) | column
        rows = np.empty(2 * len(self), dtype=">u8")
        rows[::2], rows[1::2] = self.signatures, places << np.uint64(_SPARE_BITS)
        frame = self.frame
        header = _HEADER.pack(frame.width, frame.height, frame.working_width, frame.working_height)
        return header + rows.tobytes()

    def variants(self) -> Integers:
        """The variant that turns each point into its canonical form."""
        return self.outer & _VARIANT

    def coarse_keys(self) -> Integers:
        """18 bits for each point: both shapes, and how their variants stand to each other."""
        shapes = (self.outer >> 2) << _SHAPES_BITS | (self.inner >> 2)
        return shapes << 2 | ((self.outer ^ self.inner) & _VARIANT)

    def keys(self) -> Integers:
        """32 bits for each point: the coarse key, and 14 bits of the canonical signature.

        The bits are those of variant 0 of 14 sums: bits of one sum are likely to agree.
        """
        canonical = turned(self.signatures, self.variants().astype(np.uint64))
        keys = self.coarse_keys()
        for place in range(_KEY_SIGNATURE_BITS):
            keys = keys << 1 | ((canonical >> np.uint64(4 * place)) & np.uint64(1)).astype(np.int64)
        return keys


def _unpacked(places: NDArray[np.uint64]) -> dict[str, Integers]:
    columns = {}
    shift = 64
    for name, bits in _FIELDS:
        shift -= bits
        columns[name] = ((places >> np.uint64(shift)) & np.uint64((1 << bits) - 1)).astype(np.int64)
    return columns
