"""Tiles: how a log stores and serves its tree (C2SP `tlog-tiles`, https://c2sp.org/tlog-tiles).

A tile holds up to 256 hashes side by side, each the root over 256^level leaves; a tile of the next level has
one hash for each full tile. The rightmost tile of a level is usually partial: it is served under its width,
and is the beginning of every wider one. Entry bundles hold the leaves themselves, 256 at most.

Paths are read as strictly as they are written: one tile, one path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from registry.errors import LogShrunkError, MalformedLogDataError
from registry.log.tree import HASH_BYTES, MAX_SIZE, checked_size

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES
MAX_LEVEL = 7  # a tile of level 8 would hold roots over 2^64 leaves
MAX_ENTRY_BYTES = 2**16 - 1  # the length before an entry is a uint16

_LENGTH_BYTES = 2
_PATH = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile of hashes, in the state where it holds `width` of them; 256 is a full one.

    Raises:
        MalformedLogDataError: No tree has such a tile.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _check_tile("tile", self.level, self.index, self.width)

    @property
    def needs(self) -> int:
        """The smallest number of leaves with which a tree has this tile; a smaller log must not show it."""
        return _needs(self.level, self.index, self.width)

    @property
    def path(self) -> str:
        """Where the tile is served, below the log's prefix."""
        return f"tile/{self.level}/{_index_path(self.index)}{_width_path(self.width)}"

    @property
    def size_bytes(self) -> int:
        """Length of its content."""
        return self.width * HASH_BYTES

    @classmethod
    def parse(cls, path: str) -> Self:
        """The tile that a path names.

        Raises:
            MalformedLogDataError: The path names no tile, or not as this module would write it.
        """
        kind, index, width = _parse_path(path)
        if kind == "entries":
            raise MalformedLogDataError("tile path", "names an entry bundle")
        tile = cls(int(kind), index, width)
        _check_path(path, tile.path)
        return tile


@dataclass(frozen=True, slots=True, order=True)
class EntryBundle:
    """A bundle of leaves, in the state where it holds `width` of them; it stands beside the tile of level 0.

    Raises:
        MalformedLogDataError: No tree has such a bundle.
    """

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _check_tile("entry bundle", 0, self.index, self.width)

    @property
    def needs(self) -> int:
        """The smallest number of leaves with which a log has this bundle; a smaller one must not show it."""
        return _needs(0, self.index, self.width)

    @property
    def path(self) -> str:
        """Where the bundle is served, below the log's prefix."""
        return f"tile/entries/{_index_path(self.index)}{_width_path(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The bundle that a path names.

        Raises:
            MalformedLogDataError: The path names no bundle, or not as this module would write it.
        """
        kind, index, width = _parse_path(path)
        if kind != "entries":
            raise MalformedLogDataError("entry bundle path", "names a tile of hashes")
        bundle = cls(index, width)
        _check_path(path, bundle.path)
        return bundle


def tiles_of_growth(old_size: int, new_size: int) -> Iterator[Tile]:
    """The tiles that are new or wider once a log has grown, by level and index; from 0 on, all of them.

    Each one's width is what the larger tree asks for. A bundle of entries changes with each tile of level 0.

    Raises:
        LogShrunkError: The new size is the smaller one.
        MalformedLogDataError: A size is none of a tree.
    """
    checked_size(new_size)
    if checked_size(old_size) > new_size:
        raise LogShrunkError(old_size, new_size)
    return _changed(old_size, new_size)


def partial_tiles(size: int) -> list[Tile]:
    """The tiles of a tree that are not full, lowest first: at most one a level.

    Raises:
        MalformedLogDataError: `size` is none of a tree.
    """
    counts = [checked_size(size) >> TILE_HEIGHT * level for level in range(MAX_LEVEL + 1)]
    return [
        Tile(level, *divmod(count, TILE_WIDTH)) for level, count in enumerate(counts) if count % TILE_WIDTH
    ]


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle of leaves: each behind its length, two bytes, big-endian.

    Raises:
        MalformedLogDataError: More than 256 entries, none, or one over 65,535 bytes.
    """
    if not 0 < len(entries) <= TILE_WIDTH:
        raise MalformedLogDataError("entry bundle", f"{len(entries)} entries instead of 1 to {TILE_WIDTH}")
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise MalformedLogDataError("entry bundle", f"an entry has over {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_entries(content: bytes, width: int) -> list[bytes]:
    """The first `width` leaves of a bundle, which may be fuller than asked for.

    Raises:
        MalformedLogDataError: It holds fewer, more than 256, or ends within an entry.
    """
    entries: list[bytes] = []
    position = 0
    while position < len(content) and len(entries) < TILE_WIDTH:
        start = position + _LENGTH_BYTES
        end = start + int.from_bytes(content[position:start], "big")
        if end > len(content):
            raise MalformedLogDataError("entry bundle", "ends within an entry")
        entries.append(content[start:end])
        position = end
    if position < len(content):
        raise MalformedLogDataError("entry bundle", f"holds over {TILE_WIDTH} entries")
    if len(entries) < width:
        raise MalformedLogDataError("entry bundle", f"{len(entries)} entries instead of {width}")
    return entries[:width]


def _changed(old_size: int, new_size: int) -> Iterator[Tile]:
    for level in range(MAX_LEVEL + 1):
        old, new = old_size >> TILE_HEIGHT * level, new_size >> TILE_HEIGHT * level
        # Where a level has no new hash, none above it has one.
        if old == new:
            return
        for index in range(old // TILE_WIDTH, (new - 1) // TILE_WIDTH + 1):
            yield Tile(level, index, min(TILE_WIDTH, new - index * TILE_WIDTH))


def _check_tile(what: str, level: int, index: int, width: int) -> None:
    if not (0 <= level <= MAX_LEVEL and index >= 0 and 1 <= width <= TILE_WIDTH):
        raise MalformedLogDataError(what, f"no tree has level {level}, index {index}, width {width}")
    if _needs(level, index, width) > MAX_SIZE:
        raise MalformedLogDataError(what, "it would lie beyond 2^64 - 1 leaves")


def _needs(level: int, index: int, width: int) -> int:
    return (index * TILE_WIDTH + width) << TILE_HEIGHT * level


def _index_path(index: int) -> str:
    digits = str(index)
    groups = digits.zfill(-(-len(digits) // 3) * 3)
    *before, last = (groups[start : start + 3] for start in range(0, len(groups), 3))
    return "".join(f"x{group}/" for group in before) + last


def _width_path(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"


def _parse_path(path: str) -> tuple[str, int, int]:
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedLogDataError("tile path", "expected tile/<level>/<index>[.p/<width>]")
    kind, index, width = match.groups()
    return kind, int(index.replace("x", "").replace("/", "")), int(width or TILE_WIDTH)


def _check_path(path: str, written: str) -> None:
    if path != written:
        raise MalformedLogDataError("tile path", f"is written {written}")
