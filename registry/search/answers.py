"""Rows that were read → `Hits` and `Near`, in the order that every index answers in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from registry.fingerprint.base import MOST_NEAR
from registry.model import WorkId
from registry.model.postings import Hits, Near, Postings
from registry.search.arrays import Bytes, Long, cells, changes_at, laid_out, ranks

Names = Callable[[Sequence[int]], dict[int, WorkId]]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Rows that were read for a question: whose (`sought` is a place among what was sought), and what."""

    sought: Long
    numbers: Long
    payloads: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class NearRows:
    """As `Read`, of codes, with the distance of each in bits."""

    sought: Long
    numbers: Long
    payloads: Bytes
    distances: Long


def chosen(counts: Long, most: int) -> Long:
    """Places of the keys that are read, of ascending keys with so many rows: the rarest, while they fit."""
    order = np.argsort(counts, kind="stable")
    fits = np.cumsum(counts[order]) <= most
    return np.sort(order[: len(fits) if fits.all() else int(np.argmin(fits))])


def in_order(read: Read, cap: int) -> Read:
    """By what was sought, work and payload, at most `cap` rows of each that was sought.

    Each row comes once, from parts that are in this order each: so payloads have to be compared only where a
    work has rows in two of them.
    """
    order = _stable_order(read.sought, read.numbers)
    again = np.flatnonzero(~changes_at(read.sought[order], read.numbers[order]))
    before, after = cells(read.payloads[order[again - 1]]), cells(read.payloads[order[again]])
    if np.any(before > after):
        order = np.lexsort((cells(read.payloads), read.numbers, read.sought))
    sought, numbers, payloads = read.sought[order], read.numbers[order], read.payloads[order]
    kept = ranks(sought) < cap
    return Read(sought[kept], numbers[kept], payloads[kept])


def hits_of(probes: Postings, keys: Long, read: Read, names: Names) -> Hits:
    """The answer from the rows of `keys` (ascending, distinct), which stand `in_order`."""
    key_of_probe = np.searchsorted(keys, probes.keys.astype(np.int64))
    first_of_work = changes_at(read.sought, read.numbers)
    commonness = np.bincount(read.sought[first_of_work], minlength=len(keys))[key_of_probe]
    rows = np.bincount(read.sought, minlength=len(keys))
    starts = np.cumsum(rows) - rows
    places, probe_of = laid_out(starts[key_of_probe], rows[key_of_probe])
    order = _stable_order(read.numbers[places], probe_of)  # payloads stay in their order
    places, probe_of = places[order], probe_of[order]
    work_ids, works = _named(read.numbers[places], names)
    return Hits(work_ids, works, probe_of, _rows(read.payloads[places]), commonness.astype(np.int64))


def near_of(rows: NearRows, names: Names) -> Near:
    """The answer from all rows within reach, each once."""
    rows = nearest(rows)
    order = np.lexsort((rows.distances, cells(rows.payloads), rows.sought, rows.numbers))
    work_ids, works = _named(rows.numbers[order], names)
    return Near(work_ids, works, rows.sought[order], rows.distances[order], _rows(rows.payloads[order]))


def nearest(rows: NearRows) -> NearRows:
    """At most `MOST_NEAR` rows of what was sought, the nearest first, then by work and payload."""
    if not len(rows.sought) or np.bincount(rows.sought).max() <= MOST_NEAR:
        return rows
    order = np.lexsort((cells(rows.payloads), rows.numbers, rows.distances, rows.sought))
    order = order[ranks(rows.sought[order]) < MOST_NEAR]
    return NearRows(rows.sought[order], rows.numbers[order], rows.payloads[order], rows.distances[order])


def _stable_order(first: Long, second: Long) -> Long:
    """The order of rows by two columns of numbers below 2^32."""
    packed = (first << 32) | second
    return np.arange(len(packed)) if np.all(packed[1:] >= packed[:-1]) else np.argsort(packed, kind="stable")


def _named(numbers: Long, names: Names) -> tuple[tuple[WorkId, ...], Long]:
    """Works of ascending numbers, and each row's place among them."""
    if not len(numbers):
        return (), np.empty(0, dtype=np.int64)
    is_first = changes_at(numbers)
    distinct = numbers[is_first].tolist()
    of_number = names(distinct)
    return tuple(of_number[number] for number in distinct), np.cumsum(is_first) - 1


def _rows(payloads: Bytes) -> Bytes:
    return payloads if len(payloads) else np.empty((0, 0), dtype=np.uint8)
