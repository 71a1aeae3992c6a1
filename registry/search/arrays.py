"""Small things that numpy has no word for: ranges laid end to end, ranks within groups, rows of bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Small = NDArray[np.uint32]
Long = NDArray[np.int64]
Truth = NDArray[np.bool_]

NO_NUMBERS: Small = np.empty(0, dtype=np.uint32)


def laid_out(starts: Long, lengths: Long) -> tuple[Long, Long]:
    """Ranges laid end to end: each position, and the place of the range that it is of."""
    owners = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    offsets = np.cumsum(lengths) - lengths
    return np.arange(len(owners), dtype=np.int64) - (offsets - starts)[owners], owners


def ranks(groups: Long) -> Long:
    """The place of each row within its run of equal values; equal ones stand together."""
    if not len(groups):
        return np.empty(0, dtype=np.int64)
    begins = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    lengths = np.diff(np.append(begins, len(groups)))
    return np.arange(len(groups), dtype=np.int64) - np.repeat(begins, lengths)


def changes_at(*columns: NDArray[np.generic]) -> Truth:
    """Where a row differs from the one before it in any column; the first does."""
    differs = np.ones(len(columns[0]), dtype=np.bool_)
    if len(differs) > 1:
        differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return differs


def cells(rows: Bytes) -> NDArray[np.bytes_]:
    """Rows of bytes as one column that sorts as bytes do: of one width, trailing zeros do not matter."""
    width = rows.shape[1]
    if not width:
        return np.zeros(len(rows), dtype="S1")
    return np.ascontiguousarray(rows).view(f"S{width}").reshape(len(rows))


def is_in(numbers: NDArray[np.generic], sorted_ones: NDArray[np.generic]) -> Truth:
    """Which of them are among the sorted ones."""
    if not len(sorted_ones):
        return np.zeros(len(numbers), dtype=np.bool_)
    places = np.minimum(np.searchsorted(sorted_ones, numbers), len(sorted_ones) - 1)
    return np.asarray(sorted_ones[places] == numbers)


def stacked(parts: Sequence[Bytes]) -> Bytes:
    """Rows of bytes under each other; parts without rows do not decide the width."""
    filled = [part for part in parts if len(part)]
    return np.concatenate(filled) if filled else np.empty((0, 0), dtype=np.uint8)
