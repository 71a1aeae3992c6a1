"""How a text's grams are kept: packed into two features of a record, and as payloads of the index.

The first feature holds what never changes with spaces, case or hidden characters: keys and places among the
folded letters. The second holds where in the text as it was decoded each gram begins.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.model import Extraction, Feature

GRAMS = "text-grams/1"
OFFSETS = "text-offsets/1"
PAYLOAD_BYTES = 7  # place, size class of the text, offset: 3, 1 and 3 bytes
CLASSES_AN_OCTAVE = 8  # sizes are told within a twelfth

_COUNT: Final = struct.Struct(">I")
_KEY_BYTES = 4
_MOST_VARINT_BYTES = 4
_LOW_BITS, _CONTINUED = 0x7F, 0x80

Rows = NDArray[np.int64]
"""Shape (grams, 3): as in `text_grams.Grams`; ascending by place."""


def features(rows: Rows) -> tuple[Feature, Feature]:
    """Number of grams, keys of 32 bits and steps between places; then steps between offsets.

    Numbers are big-endian; steps are unsigned LEB128, nearly all of one byte.
    """
    keys = rows[:, 2].astype(">u4").tobytes()
    places, offsets = (_packed(np.diff(rows[:, column], prepend=0)) for column in (0, 1))
    return Feature(GRAMS, _COUNT.pack(len(rows)) + keys + places), Feature(OFFSETS, offsets)


def number_of_grams(extraction: Extraction) -> int:
    """How many grams a record's features hold, at most as many as there is room for."""
    data = extraction.feature(GRAMS) or b""
    if len(data) < _COUNT.size:
        return 0
    return min(int(_COUNT.unpack_from(data)[0]), (len(data) - _COUNT.size) // (_KEY_BYTES + 1))


def rows_of(extraction: Extraction) -> Rows:
    """The grams of a record; none where its features are not of the form that `features` gives them."""
    return _rows(extraction.feature(GRAMS) or b"", extraction.feature(OFFSETS) or b"")


@lru_cache(maxsize=8)
def _rows(data: bytes, offset_data: bytes) -> Rows:
    nothing = np.zeros((0, 3), np.int64)
    if len(data) < _COUNT.size:
        return nothing
    (count,) = _COUNT.unpack_from(data)
    end_of_keys = _COUNT.size + count * _KEY_BYTES
    keys = np.frombuffer(data[_COUNT.size : end_of_keys], dtype=np.uint8)
    steps, offset_steps = _unpacked(data[end_of_keys:]), _unpacked(offset_data)
    if len(keys) != count * _KEY_BYTES or len(steps) != count or len(offset_steps) != count:
        return nothing
    whole_keys = keys.view(">u4").astype(np.int64)
    return np.stack([np.cumsum(steps), np.cumsum(offset_steps), whole_keys], axis=1)


def payloads(rows: Rows, weight: int) -> NDArray[np.uint8]:
    """The payloads of all rows for a text of that weight, shape (rows, `PAYLOAD_BYTES`)."""
    joined = np.empty((len(rows), PAYLOAD_BYTES), np.uint8)
    for byte, (column, shift) in enumerate(((0, 16), (0, 8), (0, 0), (None, 0), (1, 16), (1, 8), (1, 0))):
        joined[:, byte] = size_class(weight) if column is None else rows[:, column] >> shift & 0xFF
    return joined


def read_payloads(joined: NDArray[np.uint8]) -> Rows:
    """Of payloads as `payloads` gives them, shape (payloads, 3): place, offset, size class."""
    data = joined.reshape(-1, PAYLOAD_BYTES).astype(np.int64)
    places = data[:, 0] << 16 | data[:, 1] << 8 | data[:, 2]
    offsets = data[:, 4] << 16 | data[:, 5] << 8 | data[:, 6]
    return np.stack([places, offsets, data[:, 3]], axis=1)


def size_class(weight: int) -> int:
    """The size of a text in one byte: its logarithm."""
    return min(255, round(CLASSES_AN_OCTAVE * float(np.log2(max(1, weight)))))


def size_of(size_class_: int) -> int:
    """About the weight of a text of that class."""
    return round(2 ** (size_class_ / CLASSES_AN_OCTAVE))


def _packed(values: NDArray[np.int64]) -> bytes:
    """Unsigned LEB128 (DWARF 5, 7.6)."""
    groups = np.stack([values >> 7 * place for place in range(_MOST_VARINT_BYTES)], axis=1)
    used = groups > 0
    used[:, 0] = True
    continued = np.zeros_like(groups)
    continued[:, :-1] = np.where(used[:, 1:], _CONTINUED, 0)
    return (groups & _LOW_BITS | continued)[used].astype(np.uint8).tobytes()


def _unpacked(data: bytes) -> NDArray[np.int64]:
    """The numbers of `_packed`; none if one is longer than it makes them."""
    each = np.frombuffer(data, np.uint8).astype(np.int64)
    ends = np.flatnonzero(each < _CONTINUED)
    if not len(ends) or ends[-1] != len(each) - 1:
        return np.zeros(0, np.int64)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > _MOST_VARINT_BYTES:
        return np.zeros(0, np.int64)
    shifts = 7 * (np.arange(len(each)) - np.repeat(starts, lengths))
    return np.asarray(np.add.reduceat((each & _LOW_BITS) << shifts, starts), dtype=np.int64)
