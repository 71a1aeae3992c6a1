"""Runs → one file, portion by portion: only one band of codes takes memory that grows with the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from registry.model.postings import CODE_BYTES
from registry.search.arrays import (
    Bytes,
    Long,
    Small,
    is_in,
    laid_out,
    stacked,
)
from registry.search.hamming import FEW, CodeTable, band_of, layout_for, words_of
from registry.search.packed import RunWriter
from registry.search.runs import PostingsTable, Run, code_table, postings_table

_ROWS: Final = 1 << 19  # at a time: some tens of megabytes with all that sorting them takes

ReadCodes = Callable[[int, int], Bytes]


def write_merged(runs: Sequence[Run], dead: Small, writer: RunWriter, read_back: ReadCodes) -> int:
    """Write the rows of all, of works that are not among the dead; how many there are.

    `read_back` hands over as many bytes of what was written, from an offset on, as rows of codes.
    """
    rows = 0
    for scheme in sorted({scheme for run in runs for scheme in run.postings}):
        tables = [run.postings[scheme] for run in runs if scheme in run.postings]
        rows += _write_postings(scheme, tables, dead, writer)
    for scheme in sorted({scheme for run in runs for scheme in run.codes}):
        codes = [run.codes[scheme] for run in runs if scheme in run.codes]
        rows += _write_codes(scheme, codes, dead, writer, read_back)
    return rows


def _write_postings(scheme: str, tables: Sequence[PostingsTable], dead: Small, writer: RunWriter) -> int:
    keys = np.unique(np.concatenate([table.keys for table in tables]))
    counts = np.zeros(len(keys), dtype=np.int64)
    for first, last in _portions_of_keys(keys, tables):
        for table in tables:
            counts[first:last] += _alive_rows(table, keys[first:last], dead)
    keys, counts = keys[counts > 0], counts[counts > 0]
    total = int(counts.sum())
    if not total:
        return 0
    width = max(table.payloads.shape[1] for table in tables)
    name = f"postings/{len(writer.schemes['postings'])}"
    writer.schemes["postings"].append(scheme)
    writer.column(f"{name}/keys", "<u4", (len(keys),)).write(keys)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
    writer.column(f"{name}/starts", "<u4", (len(starts),)).write(starts)
    numbers = writer.column(f"{name}/numbers", "<u4", (total,))
    payloads = writer.column(f"{name}/payloads", "|u1", (total, width))
    for first, last in _portions_of_keys(keys, tables):
        portion = _merged_portion(keys[first:last], tables, dead)
        numbers.write(portion.numbers)
        payloads.write(portion.payloads)
    return total


def _portions_of_keys(keys: Small, tables: Sequence[PostingsTable]) -> Iterator[tuple[int, int]]:
    """Ranges of the keys that have about `_ROWS` rows; one key alone may have more."""
    ends = np.zeros(len(keys), dtype=np.int64)
    for table in tables:
        ends += table.starts[np.searchsorted(table.keys, keys, side="right")]
    first = 0
    while first < len(keys):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _ROWS, side="right")))
        yield first, last
        first = last


def _alive_rows(table: PostingsTable, keys: Small, dead: Small) -> Long:
    begins, lengths = table.buckets(keys)
    if not len(dead):
        return lengths
    positions, owners = laid_out(begins, lengths)
    return np.bincount(owners[~is_in(table.numbers[positions], dead)], minlength=len(keys)).astype(np.int64)


def _merged_portion(keys: Small, tables: Sequence[PostingsTable], dead: Small) -> PostingsTable:
    owners, numbers, payloads = [], [], []
    for table in tables:
        positions, of_key = laid_out(*table.buckets(keys))
        alive = ~is_in(table.numbers[positions], dead)
        owners.append(keys[of_key[alive]])
        numbers.append(table.numbers[positions[alive]])
        payloads.append(table.payloads[positions[alive]])
    return postings_table(np.concatenate(owners), np.concatenate(numbers), stacked(payloads))


def _write_codes(
    scheme: str, tables: Sequence[CodeTable], dead: Small, writer: RunWriter, read_back: ReadCodes
) -> int:
    total = sum(int(np.count_nonzero(~is_in(table.numbers, dead))) for table in tables)
    if not total:
        return 0
    name = f"codes/{len(writer.schemes['codes'])}"
    width = max(table.payloads.shape[1] for table in tables)
    numbers = writer.column(f"{name}/numbers", "<u4", (total,))
    codes = writer.column(f"{name}/codes", "|u1", (total, CODE_BYTES))
    payloads = writer.column(f"{name}/payloads", "|u1", (total, width))
    for low, high in _portions_of_works(tables):
        portion = _codes_between(tables, low, high, dead)
        numbers.write(portion.numbers)
        codes.write(portion.codes)
        payloads.write(portion.payloads)
    if total <= FEW:
        writer.schemes["codes"].append([scheme, 0, 0])
    else:
        layout = layout_for(total)
        writer.schemes["codes"].append([scheme, layout.bands, layout.bits])
        _write_bands(name, read_back(codes.offset, total), writer)
    return total


def _portions_of_works(tables: Sequence[CodeTable]) -> Iterator[tuple[int, int]]:
    """Ranges of works' numbers of which no table has many more than its share of `_ROWS` codes."""
    step = max(1, _ROWS // len(tables))
    marks = np.unique(np.concatenate([table.numbers[::step] for table in tables])).astype(np.int64)
    yield from zip(marks.tolist(), [*marks[1:].tolist(), 1 << 32], strict=True)


def _codes_between(tables: Sequence[CodeTable], low: int, high: int, dead: Small) -> CodeTable:
    numbers, codes, payloads = [], [], []
    for table in tables:
        first, last = np.searchsorted(table.numbers, [low, high])
        part = slice(int(first), int(last))
        alive = ~is_in(table.numbers[part], dead)
        numbers.append(table.numbers[part][alive])
        codes.append(table.codes[part][alive])
        payloads.append(table.payloads[part][alive])
    return code_table(np.concatenate(numbers), stacked(codes), stacked(payloads))


def _write_bands(name: str, codes: Bytes, writer: RunWriter) -> None:
    layout, words = layout_for(len(codes)), words_of(codes)
    rows = writer.column(f"{name}/rows", "<u4", (layout.bands * len(codes),))
    starts = writer.column(f"{name}/starts", "<u4", (layout.bands * layout.cells + 1,))
    starts.write(np.zeros(1, dtype=np.uint32))
    for band in range(layout.bands):
        of_band, ends = band_of(words, layout, band)
        rows.write(of_band)
        starts.write(ends + np.uint32(band * len(codes)))
