"""What a record keeps of a film: `video-frames/1` and `video-local/1`. All numbers are big-endian.

`video-frames/1` has a row of 266 bytes for each stretch of time in which hardly anything changes, in order of
time:

    first u32, last u32            milliseconds: from its first look to the next stretch's first
    cut u8                         0: the whole frame, 1: what is within its borders
    quality u8                     see `pdq.quality`
    codes                          the eight codes of `pdq.VARIANTS`, of its first look

`video-local/1` has, for each key frame in order of time, its time in milliseconds (u32), a length (u32) and
so many bytes of local features in the form of `local`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from registry.fingerprint.local import Integers, LocalFeatures
from registry.fingerprint.pdq import CODE_BYTES, VARIANTS
from registry.model.postings import Rows

FRAMES_SCHEME = "video-frames/1"
LOCAL_SCHEME = "video-local/1"
MOST_STRETCHES = 8_000
# Half an hour of change twice a second, with and without borders, and room.
MOST_KEY_FRAMES = 500
WHOLE, TRIMMED = 0, 1

_ROW: Final = np.dtype(
    [("first", ">u4"), ("last", ">u4"), ("cut", "u1"), ("quality", "u1"), ("codes", "u1", (8, CODE_BYTES))]
)
_KEY_FRAME: Final = struct.Struct(">II")
_MOST_BYTES = 12 + 600 * 16


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which hardly anything changes, `first` to `last` in milliseconds, and its eight codes."""

    first: int
    last: int
    cut: int
    quality: int
    codes: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches as columns; `codes` has the shape (stretches, 8, 32)."""

    first: Integers
    last: Integers
    cut: Integers
    quality: Integers
    codes: Rows

    def __len__(self) -> int:
        """How many there are."""
        return len(self.first)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """What `data` holds. Any bytes are some stretches, and no more than `MOST_STRETCHES`."""
        count = min(MOST_STRETCHES, len(data) // _ROW.itemsize)
        rows = np.frombuffer(data, dtype=_ROW, count=count)
        columns = {name: rows[name].astype(np.int64) for name in ("first", "last", "cut", "quality")}
        return cls(**columns, codes=np.ascontiguousarray(rows["codes"]))

    def chosen(self, which: Integers) -> Stretches:
        """Those at these places."""
        return Stretches(
            self.first[which], self.last[which], self.cut[which], self.quality[which], self.codes[which]
        )


@dataclass(frozen=True, slots=True, eq=False)
class KeyFrame:
    """A frame whose parts can be recognised, and its time."""

    milliseconds: int
    features: LocalFeatures


def stretches_to_bytes(stretches: Iterable[Stretch]) -> bytes:
    """As the record keeps them."""
    rows = [
        (
            each.first,
            each.last,
            each.cut,
            each.quality,
            np.frombuffer(each.codes, np.uint8).reshape(len(VARIANTS), CODE_BYTES),
        )
        for each in stretches
    ]
    return np.array(rows, dtype=_ROW).tobytes()


def key_frames_to_bytes(key_frames: Iterable[KeyFrame]) -> bytes:
    """As the record keeps them."""
    parts = ((each.milliseconds, each.features.to_bytes()) for each in key_frames)
    return b"".join(_KEY_FRAME.pack(at, len(data)) + data for at, data in parts)


def parsed_key_frames(data: bytes) -> list[KeyFrame]:
    """What `data` holds. Any bytes are some key frames, and no more than `MOST_KEY_FRAMES`."""
    found = [KeyFrame(at, features) for at, part in _parts(data) if (features := LocalFeatures.parse(part))]
    return found[:MOST_KEY_FRAMES]


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + _KEY_FRAME.size <= len(data):
        at, length = _KEY_FRAME.unpack_from(data, place)
        place += _KEY_FRAME.size
        yield at, data[place : place + min(length, _MOST_BYTES)]
        place += length
