"""What a peer is: a fingerprint of a file, and how far two of them are from each other."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Distances = NDArray[np.float64]
Bytes = NDArray[np.uint8]

_ISCC_HEADER = 2  # bytes before the unit's own


@dataclass(frozen=True, slots=True)
class Peer:
    """A method of others.

    `take` makes a reference's fingerprint and `ask` a query's, if that is another; `distances` tells how far
    a query's is from each reference's, less being nearer. `customary` is the distance that its makers or
    users accept, where there is such a one, and `bytes_of` how much a reference's fingerprint takes.
    """

    name: str
    take: Callable[[Path], Any]
    distances: Callable[[Any, Sequence[Any]], Distances]
    bytes_of: Callable[[Any], int] = len
    ask: Callable[[Path], Any] | None = None
    customary: float | None = None


def hamming(query: Bytes, references: Sequence[Bytes]) -> Distances:
    """Bits that differ; of a query with several rows, by the nearest of them."""
    stored = np.stack(references)
    rows = np.atleast_2d(query)
    each = [np.bitwise_count(stored ^ row).sum(axis=1, dtype=np.int64) for row in rows]
    return np.asarray(np.min(each, axis=0), np.float64)


def iscc_bits(unit: str) -> Bytes:
    """The bits of an ISCC unit: base32 (RFC 4648) after its prefix, without the header."""
    text = unit.removeprefix("ISCC:")
    return np.frombuffer(base64.b32decode(text + "=" * (-len(text) % 8)), np.uint8)[_ISCC_HEADER:]
