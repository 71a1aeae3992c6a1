"""What works are indexed under and found by, as columns of numbers.

Apart from `registry.model`'s other values, for those who check a record need no numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.errors import InvalidValueError
from registry.model.media import Feature
from registry.model.values import WorkId

CODE_BYTES = 32

Rows = NDArray[np.uint8]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Rows of the inverted index under one scheme, and what a query looks up in it.

    `keys` is uint32 of shape (rows,), `payloads` uint8 of shape (rows, width); a scheme has one width.
    """

    scheme: str
    keys: NDArray[np.uint32]
    payloads: Rows

    def __post_init__(self) -> None:
        """Columns of one length, of the types that an index keeps.

        Raises:
            InvalidValueError: They are not.
        """
        _check_columns(self.scheme, self.payloads, len(self.keys))
        if self.keys.dtype != np.uint32 or self.keys.ndim != 1:
            raise InvalidValueError(self.scheme, "keys are not unsigned 32-bit integers")

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.keys)


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Binary codes of one scheme, compared by Hamming distance.

    `codes` is uint8 of shape (rows, `CODE_BYTES`), `payloads` uint8 of shape (rows, width); what is looked up
    has payloads of no width.
    """

    scheme: str
    codes: Rows
    payloads: Rows

    def __post_init__(self) -> None:
        """Columns of one length, of the types that an index keeps.

        Raises:
            InvalidValueError: They are not.
        """
        _check_columns(self.scheme, self.codes, len(self.payloads))
        _check_columns(self.scheme, self.payloads, len(self.codes))
        if self.codes.shape[1] != CODE_BYTES:
            raise InvalidValueError(self.scheme, f"a code has not {CODE_BYTES} bytes")

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.codes)


def _check_columns(scheme: str, rows: Rows, length: int) -> None:
    if rows.dtype != np.uint8 or rows.ndim != 2 or len(rows) != length:  # noqa: PLR2004 - rows of bytes
        raise InvalidValueError(scheme, "columns are not rows of bytes, as many in each")


@dataclass(frozen=True, slots=True)
class Indexed:
    """All that one work is found by: at most one of each scheme.

    `features` are handed back whole by work: what a match found by postings or codes is verified with.
    """

    postings: tuple[Postings, ...] = ()
    codes: tuple[Codes, ...] = ()
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Stored rows whose key a query asked for, as columns of one length.

    Ordered by work (those indexed first come first), then by probe, then by payload. `works` are places in
    `work_ids`, which names the works met, in the same order; `probes` are rows of the query. `commonness`, of
    the query's length, is how many works have each of its keys among the rows read: what many have tells
    little.
    """

    work_ids: tuple[WorkId, ...]
    works: Numbers
    probes: Numbers
    payloads: Rows
    commonness: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Stored codes near those asked for, as columns of one length, ordered as `Hits` are.

    `works` are places in `work_ids`, `probes` rows of the query, `distances` in bits.
    """

    work_ids: tuple[WorkId, ...]
    works: Numbers
    probes: Numbers
    distances: Numbers
    payloads: Rows
