"""Exact Hamming search by multi-index hashing.

Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing" (2014), section 3:
of codes cut into m bands, two that differ in at most r = m s + a bits (a < m) differ in at most s bits in one
of the first a + 1 bands, or in at most s - 1 in one of the others. So it is enough to look at the codes that
are so near in one band. A band's window may leave out bits of it: what is near in the band is near in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Final

import numpy as np

from registry.errors import IndexDamagedError
from registry.model.postings import CODE_BYTES
from registry.search.answers import NearRows, nearest
from registry.search.arrays import Bytes, Long, Small, Truth, Words, is_in, stacked

CODE_BITS: Final = 8 * CODE_BYTES
WORDS: Final = CODE_BYTES // 8
FEW: Final = 1_024  # codes that are compared sooner than their bands are looked at
_MANY: Final = 3_000_000  # from here on wider bands with more probes meet fewer codes by chance
_MOST_PAIRS: Final = 1 << 16  # compared at a time: two megabytes of codes, whatever is near
_MOST_FOUND: Final = 1 << 16  # kept before they are cut to the nearest: copies of one picture may be millions


@dataclass(frozen=True, slots=True)
class Layout:
    """How codes are cut: so many bands, and of each a window of so many bits."""

    bands: int
    bits: int

    @property
    def cells(self) -> int:
        """Values that a window can have."""
        return 1 << self.bits

    def radii(self, radius: int) -> list[int]:
        """How far each band has to be probed so that no code within `radius` is missed; -1 for not at all."""
        whole, rest = divmod(radius, self.bands)
        return [whole if band <= rest else whole - 1 for band in range(self.bands)]

    def windows(self, words: Words) -> Small:
        """The value of each code's windows: uint32 of shape (codes, bands)."""
        values = [self.window(words, band) for band in range(self.bands)]
        return np.stack(values, axis=1) if values else np.empty((len(words), 0), dtype=np.uint32)

    def window(self, words: Words, band: int) -> Small:
        """The value of each code's window of one band."""
        word, shift = divmod(band * CODE_BITS // self.bands, 64)
        value = words[:, word] >> np.uint64(shift)
        if shift + self.bits > 64:  # noqa: PLR2004 - bits of a word
            value = value | (words[:, word + 1] << np.uint64(64 - shift))
        return (value & np.uint64(self.cells - 1)).astype(np.uint32)


def layout_for(count: int) -> Layout:
    """The layout that makes a search among so many codes quick, measured with `scripts/benchmarks/index.py`.

    With about as many cells as codes, a cell of uniform codes holds one.
    """
    if count >= _MANY:
        return Layout(12, 21)
    return Layout(16, min(16, max(8, count.bit_length() - 1)))


@lru_cache(maxsize=64)
def _masks(bits: int, radius: int) -> Small:
    """What to flip of a value, to come to each that differs from it in at most `radius` bits."""
    flips = [
        sum(1 << place for place in places)
        for size in range(radius + 1)
        for places in combinations(range(bits), size)
    ]
    return np.array(flips, dtype=np.uint32)


@lru_cache(maxsize=64)
def probes_of(layout: Layout, radius: int) -> tuple[Small, Small]:
    """For each probe of a search the band, and what to flip of its value."""
    masks = [_masks(layout.bits, band_radius) for band_radius in layout.radii(radius)]
    bands = [np.full(len(each), band, dtype=np.uint32) for band, each in enumerate(masks)]
    return np.concatenate(bands), np.concatenate(masks)


def words_of(codes: Bytes) -> Words:
    """Codes as four words each."""
    return np.ascontiguousarray(codes).view("<u8").reshape(len(codes), WORDS)


def bits_of(words: Words) -> Small:
    """Bits that are set in each row of `WORDS` words; adding bytes in pairs is quicker than a sum."""
    counts = np.bitwise_count(words).view(np.uint32).reshape(-1)
    pairs = (counts & np.uint32(0x00FF00FF)) + ((counts >> np.uint32(8)) & np.uint32(0x00FF00FF))
    return (pairs & np.uint32(0xFFFF)) + (pairs >> np.uint32(16))


def met_first(layout: Layout, radius: int, differences: Words, bands: Long) -> Truth:
    """Whether each pair, met in a band, is met in no band before it: so each pair counts once."""
    radii = np.array(layout.radii(radius))
    bits = np.bitwise_count(layout.windows(differences))
    return np.asarray(np.argmax(bits <= radii, axis=1) == bands)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """For each band, which codes have each value: cell c of band b is `rows[starts[b * cells + c]: next]`."""

    layout: Layout
    starts: Small
    rows: Small


def make_bands(words: Words, layout: Layout) -> Bands:
    """Sort the codes by each of their windows; takes memory for one band beside the result."""
    count = len(words)
    starts = np.zeros(layout.bands * layout.cells + 1, dtype=np.uint32)
    rows = np.empty(layout.bands * count, dtype=np.uint32)
    for band in range(layout.bands):
        rows[band * count : (band + 1) * count], ends = band_of(words, layout, band)
        cells = slice(band * layout.cells + 1, (band + 1) * layout.cells + 1)
        starts[cells] = ends + np.uint32(band * count)
    return Bands(layout, starts, rows)


def band_of(words: Words, layout: Layout, band: int) -> tuple[Small, Small]:
    """The rows of the codes by their value in one band, and where each value's rows end."""
    values = layout.window(words, band)
    ends = np.cumsum(np.bincount(values, minlength=layout.cells)).astype(np.uint32)
    keys = values.astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(words), dtype=np.uint64)
    keys.sort()
    return keys.astype(np.uint32), ends


@dataclass(frozen=True)
class CodeTable:
    """Codes of one scheme by work, payload and code: numbers (n,), codes (n, 32), payloads (n, width).

    Without `mapped` bands they are made when they are first needed.
    """

    numbers: Small
    codes: Bytes
    payloads: Bytes
    mapped: Bands | None = None

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self.numbers)

    @cached_property
    def words(self) -> Words:
        """The codes as words."""
        return words_of(self.codes)

    @cached_property
    def bands(self) -> Bands:
        """Where each value of each band is."""
        return self.mapped or make_bands(self.words, layout_for(len(self)))

    def near(self, sought: Words, radius: int, dead: Small) -> NearRows:
        """Rows within `radius` of each sought code, of works that are not among the dead.

        Raises:
            IndexDamagedError: The bands point beyond the codes.
        """
        found = _Found(self, radius, dead)
        if len(self) <= FEW:
            for place, code in enumerate(sought):
                found.compare(place, code, np.arange(len(self)), None)
            return found.rows()
        layout = self.bands.layout
        bands, masks = probes_of(layout, radius)
        cells = (layout.windows(sought)[:, bands] ^ masks) + bands * np.uint32(layout.cells)
        for place, code in enumerate(sought):
            self._probe(found, place, code, cells[place], bands)
        return found.rows()

    def _probe(self, found: _Found, place: int, sought: Words, cells: Small, bands: Small) -> None:
        """Compare with the rows of these cells, each of a band."""
        rows = self.bands.rows
        begins = np.take(self.bands.starts, cells).astype(np.int64)
        lengths = np.take(self.bands.starts, cells + np.uint32(1)) - begins
        filled = np.flatnonzero(lengths)
        begins, lengths = begins[filled], lengths[filled]
        if len(filled) and (lengths.min() < 0 or (begins + lengths).max() > len(rows)):
            raise IndexDamagedError("a table of bands contradicts itself")
        for part, begin, length in _portions(begins, lengths):
            offsets = np.cumsum(length)
            positions = np.repeat(begin - offsets + length, length) + np.arange(int(offsets[-1]))
            met = Met(bands[filled[part]], offsets)
            found.compare(place, sought, np.take(rows, positions), met)


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """In which bands candidates were met: those before `ends[i]`, and before no lower one, in `bands[i]`."""

    bands: Small
    ends: Long

    def of(self, places: Long) -> Small:
        """The bands of some of the candidates."""
        return self.bands[np.searchsorted(self.ends, places, side="right")]


def _portions(begins: Long, lengths: Long) -> Iterator[tuple[slice, Long, Long]]:
    """Ranges, none empty, in portions of `_MOST_PAIRS` rows: which of them, where each begins, how long."""
    ends = np.cumsum(lengths)
    for low in range(0, int(ends[-1]) if len(ends) else 0, _MOST_PAIRS):
        high = min(low + _MOST_PAIRS, int(ends[-1]))
        first, last = (int(np.searchsorted(ends, row, side="right")) for row in (low, high - 1))
        part = slice(first, last + 1)
        begin, length = begins[part].copy(), lengths[part].copy()
        length[-1] -= ends[last] - high
        skipped = low - (ends[first] - lengths[first])
        begin[0] += skipped
        length[0] -= skipped
        yield part, begin, length


class _Found:
    """What was found so far, never much more than the answer may hold."""

    def __init__(self, table: CodeTable, radius: int, dead: Small) -> None:
        self._table, self.radius, self._dead = table, radius, dead
        self._parts: list[NearRows] = []
        self._count = 0

    def compare(self, place: int, sought: Words, rows: Small | Long, met: Met | None) -> None:
        """Add those of the rows that are near what is sought, met in bands or all that there are."""
        differences = np.take(self._table.words, rows, axis=0)
        differences ^= sought
        bits = bits_of(differences)
        near = np.flatnonzero(bits <= self.radius)
        if len(near) and met is not None:
            layout = self._table.bands.layout
            near = near[met_first(layout, self.radius, differences[near], met.of(near).astype(np.int64))]
        if len(near) and len(self._dead):
            near = near[~is_in(self._table.numbers[rows[near]], self._dead)]
        if len(near):
            self._add(place, rows[near], bits[near].astype(np.int64))

    def rows(self) -> NearRows:
        """All of it."""
        return joined(self._parts) if self._parts else nothing_near()

    def _add(self, place: int, rows: Small | Long, bits: Long) -> None:
        numbers = self._table.numbers[rows].astype(np.int64)
        self._parts.append(NearRows(np.full(len(rows), place), numbers, self._table.payloads[rows], bits))
        self._count += len(rows)
        if self._count > _MOST_FOUND:
            self._parts = [nearest(joined(self._parts))]
            self._count = len(self._parts[0].sought)


def nothing_near() -> NearRows:
    """No rows."""
    none = np.empty(0, dtype=np.int64)
    return NearRows(none, none, np.empty((0, 0), dtype=np.uint8), none)


def joined(parts: list[NearRows]) -> NearRows:
    """Rows under each other."""
    if len(parts) == 1:
        return parts[0]
    return NearRows(
        np.concatenate([part.sought for part in parts]),
        np.concatenate([part.numbers for part in parts]),
        stacked([part.payloads for part in parts]),
        np.concatenate([part.distances for part in parts]),
    )
