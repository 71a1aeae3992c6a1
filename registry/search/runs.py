"""Sorted rows of the index, in memory or mapped from a file: what every look-up in files is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from registry.model.postings import Codes, Indexed, Postings
from registry.search.answers import Read
from registry.search.arrays import (
    NO_NUMBERS,
    Bytes,
    Long,
    Small,
    Truth,
    cells,
    changes_at,
    is_in,
    laid_out,
    ranks,
    stacked,
)
from registry.search.hamming import CodeTable


@dataclass(frozen=True, slots=True, eq=False)
class PostingsTable:
    """Rows of one scheme by key, work and payload, each once.

    `keys` (u,) are distinct; the rows of the i-th are `starts[i]` to `starts[i + 1]` of `numbers` (n,) and
    `payloads` (n, width).
    """

    keys: Small
    starts: Small
    numbers: Small
    payloads: Bytes

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.numbers)

    def keys_of_rows(self) -> Small:
        """The key of each row."""
        return np.repeat(self.keys, (self.starts[1:] - self.starts[:-1]).astype(np.int64))

    def buckets(self, keys: Small) -> tuple[Long, Long]:
        """Where the rows of each key begin, and how many there are."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        begins = self.starts[places].astype(np.int64)
        lengths = self.starts[places + 1].astype(np.int64) - begins
        lengths[self.keys[places] != keys] = 0
        return begins, lengths

    def counts(self, keys: Small, cap: int, dead: Small) -> Long:
        """Rows of each key, at most `cap`, of works that are not among the dead."""
        if not len(dead):
            return np.minimum(self.buckets(keys)[1], cap)
        owners, _ = self._alive(keys, cap, dead)
        return np.bincount(owners, minlength=len(keys)).astype(np.int64)

    def rows(self, keys: Small, cap: int, dead: Small) -> Read:
        """The first `cap` rows of each key, of works that are not among the dead."""
        if len(dead):
            owners, positions = self._alive(keys, cap, dead)
        else:
            begins, lengths = self.buckets(keys)
            positions, owners = laid_out(begins, np.minimum(lengths, cap))
        return Read(owners, self.numbers[positions].astype(np.int64), self.payloads[positions])

    def has(self, keys: Small, numbers: Small, payloads: Bytes) -> Truth:
        """Which of these rows are there."""
        begins, lengths = self.buckets(keys)
        low = _bisected(self.numbers, begins, begins + lengths, numbers)
        high = _bisected(self.numbers, begins, begins + lengths, numbers.astype(np.int64) + 1)
        return _equal_rows(self.payloads, low, high, payloads)

    def _alive(self, keys: Small, cap: int, dead: Small) -> tuple[Long, Long]:
        """Whose and where the first rows are: read further only where dead ones come before enough others."""
        begins, lengths = self.buckets(keys)
        limit = cap
        while True:
            positions, owners = laid_out(begins, np.minimum(lengths, limit))
            alive = ~is_in(self.numbers[positions], dead)
            positions, owners = positions[alive], owners[alive]
            found = np.bincount(owners, minlength=len(keys))
            if not np.any((found < cap) & (lengths > limit)):
                kept = ranks(owners) < cap
                return owners[kept], positions[kept]
            limit *= 4


@dataclass(frozen=True, slots=True)
class Run:
    """Sorted rows of every scheme."""

    postings: Mapping[str, PostingsTable] = field(default_factory=dict)
    codes: Mapping[str, CodeTable] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.postings.values())) + sum(map(len, self.codes.values()))

    def span(self) -> tuple[int, int]:
        """The first and the last work that it has rows of; (0, 0) of none."""
        tables = [each.numbers for each in self.postings.values()]
        tables += [each.numbers for each in self.codes.values()]
        ends = [(int(numbers.min()), int(numbers.max())) for numbers in tables if len(numbers)]
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else (0, 0)


def run_of(works: Sequence[tuple[int, Indexed]]) -> Run:
    """What works of these numbers are indexed under."""
    postings: defaultdict[str, list[tuple[int, Postings]]] = defaultdict(list)
    codes: defaultdict[str, list[tuple[int, Codes]]] = defaultdict(list)
    for number, indexed in works:
        for each in indexed.postings:
            if len(each):
                postings[each.scheme].append((number, each))
        for one in indexed.codes:
            if len(one):
                codes[one.scheme].append((number, one))
    return Run(
        {
            scheme: postings_table(
                np.concatenate([each.keys for _, each in parts]),
                _numbers(parts),
                np.concatenate([each.payloads for _, each in parts]),
            )
            for scheme, parts in postings.items()
        },
        {
            scheme: code_table(
                _numbers(parts),
                np.concatenate([each.codes for _, each in parts]),
                np.concatenate([each.payloads for _, each in parts]),
            )
            for scheme, parts in codes.items()
        },
    )


def merged(runs: Sequence[Run]) -> Run:
    """The rows of all, in memory."""
    postings: defaultdict[str, list[PostingsTable]] = defaultdict(list)
    codes: defaultdict[str, list[CodeTable]] = defaultdict(list)
    for run in runs:
        for scheme, table in run.postings.items():
            postings[scheme].append(table)
        for scheme, one in run.codes.items():
            codes[scheme].append(one)
    return Run(
        {
            scheme: postings_table(
                np.concatenate([each.keys_of_rows() for each in tables]),
                np.concatenate([each.numbers for each in tables]),
                stacked([each.payloads for each in tables]),
            )
            for scheme, tables in postings.items()
        },
        {
            scheme: code_table(
                np.concatenate([each.numbers for each in tables]),
                stacked([each.codes for each in tables]),
                stacked([each.payloads for each in tables]),
            )
            for scheme, tables in codes.items()
        },
    )


def without(run: Run, numbers: Small, others: Iterable[Run]) -> Run:
    """A run without those rows of the works of these numbers that another has already."""
    postings, codes = dict(run.postings), dict(run.codes)
    for other in others:
        for scheme in postings.keys() & other.postings.keys():
            postings[scheme] = _postings_without(postings[scheme], other.postings[scheme], numbers)
        for scheme in codes.keys() & other.codes.keys():
            codes[scheme] = _codes_without(codes[scheme], other.codes[scheme], numbers)
    return Run(
        {scheme: table for scheme, table in postings.items() if len(table)},
        {scheme: table for scheme, table in codes.items() if len(table)},
    )


def postings_table(keys: Small, numbers: Small, payloads: Bytes) -> PostingsTable:
    """Rows in any order, in theirs and each once."""
    payload_cells = cells(payloads)
    order = np.lexsort((payload_cells, numbers, keys))
    kept = order[changes_at(keys[order], numbers[order], payload_cells[order])]
    sorted_keys = keys[kept]
    begins = np.flatnonzero(changes_at(sorted_keys)) if len(kept) else np.empty(0, dtype=np.int64)
    starts = np.append(begins, len(kept)).astype(np.uint32)
    return PostingsTable(sorted_keys[begins], starts, numbers[kept], payloads[kept])


def code_table(numbers: Small, codes: Bytes, payloads: Bytes) -> CodeTable:
    """Codes in any order, in theirs and each once."""
    payload_cells, code_cells = cells(payloads), cells(codes)
    order = np.lexsort((code_cells, payload_cells, numbers))
    kept = order[changes_at(numbers[order], payload_cells[order], code_cells[order])]
    return CodeTable(numbers[kept], codes[kept], payloads[kept])


def _numbers(parts: Sequence[tuple[int, Postings]] | Sequence[tuple[int, Codes]]) -> Small:
    numbers = np.fromiter((number for number, _ in parts), dtype=np.uint32, count=len(parts))
    return np.repeat(numbers, [len(each) for _, each in parts])


def _postings_without(table: PostingsTable, other: PostingsTable, numbers: Small) -> PostingsTable:
    keys = table.keys_of_rows()
    asked = np.flatnonzero(is_in(table.numbers, numbers))
    there = other.has(keys[asked], table.numbers[asked], table.payloads[asked])
    if not there.any():
        return table
    kept = np.ones(len(table), dtype=np.bool_)
    kept[asked[there]] = False
    return postings_table(keys[kept], table.numbers[kept], table.payloads[kept])


def _codes_without(table: CodeTable, other: CodeTable, numbers: Small) -> CodeTable:
    asked = np.flatnonzero(is_in(table.numbers, numbers))
    low = np.searchsorted(other.numbers, table.numbers[asked]).astype(np.int64)
    high = np.searchsorted(other.numbers, table.numbers[asked], side="right").astype(np.int64)
    mine = np.concatenate([table.codes[asked], table.payloads[asked]], axis=1)
    theirs = np.concatenate([other.codes[_rows(low, high)], other.payloads[_rows(low, high)]], axis=1)
    lengths = high - low
    begins = np.cumsum(lengths) - lengths
    there = _equal_rows(theirs, begins, begins + lengths, mine)
    if not there.any():
        return table
    kept = np.ones(len(table), dtype=np.bool_)
    kept[asked[there]] = False
    return CodeTable(table.numbers[kept], table.codes[kept], table.payloads[kept])


def _rows(low: Long, high: Long) -> Long:
    return laid_out(low, high - low)[0]


def _bisected(values: Small, low: Long, high: Long, sought: Small | Long) -> Long:
    """For each ascending range of the values, where the sought value would stand: all ranges at once."""
    low, high = low.copy(), high.copy()
    while np.any(open_ := low < high):
        middle = (low + high) // 2
        is_less = np.zeros(len(low), dtype=np.bool_)
        is_less[open_] = values[middle[open_]] < sought[open_]
        low = np.where(open_ & is_less, middle + 1, low)
        high = np.where(open_ & ~is_less, middle, high)
    return low


def _equal_rows(rows: Bytes, low: Long, high: Long, sought: Bytes) -> Truth:
    """Which sought rows are among the rows of their range."""
    positions, owners = laid_out(low, high - low)
    if len(positions) and rows.shape[1] != sought.shape[1]:
        return np.zeros(len(sought), dtype=np.bool_)
    equal = (rows[positions] == sought[owners]).all(axis=1)
    return np.bincount(owners[equal], minlength=len(sought)) > 0


def dead_in(dead: Small, first: int, last: int) -> Small:
    """Those of the dead that may have rows between the first and the last work of a run."""
    return dead[(dead >= first) & (dead <= last)] if len(dead) else NO_NUMBERS
