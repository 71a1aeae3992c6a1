"""Growing one's own tree from the leaves that a log serves, until it is the one that was signed.

A root that is put together from a log's upper tiles says nothing of the leaves below; so every leaf is
fetched, hashed and kept, a bundle at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from registry.client.monitor.copy import LogCopy
from registry.client.monitor.source import LogSource
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import LogError, WrongRootError
from registry.log import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Checkpoint,
    EntryBundle,
    Tile,
    TiledNodes,
    TileReader,
    grown_tiles,
    leaf_hash,
    partial_tiles,
    prove_consistency,
    root_of,
    verify_consistency,
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a tree's first `size` leaves have as root, and the proof of it (RFC 6962, section 2.1.2)."""

    size: int
    root: bytes
    proof: tuple[bytes, ...]


def root_at(tiles: TileReader, stored: int, size: int) -> bytes:
    """The root over the first `size` leaves of a tree that is stored as far as `stored`.

    Raises:
        LogError: The tiles are not those of a tree.
    """
    return root_of(TiledNodes(tiles, stored), size) if size else EMPTY_ROOT


def beginning_of(tiles: TileReader, stored: int, size: int) -> Beginning:
    """The beginning of a stored tree, with its proof.

    Raises:
        LogError: The tiles are not those of a tree.
    """
    proof = prove_consistency(TiledNodes(tiles, stored), size, stored)
    return Beginning(size, root_at(tiles, stored, size), proof)


class GrowingCopy:
    """A copy while it grows: full tiles and bundles go to disk, the right edge stays in memory till the end.

    Raises:
        LogError: The copy lacks a part of its own edge.
    """

    def __init__(self, copy: LogCopy, size: int) -> None:
        self.size = size
        self._copy = copy
        edge = partial_tiles(size)
        contents = copy.read(edge)
        self._edge = {
            (tile.level, tile.index): content[: tile.size_bytes]
            for tile, content in zip(edge, contents, strict=True)
        }
        index, width = divmod(size, TILE_WIDTH)
        self._tail = (copy.entries(EntryBundle(index, width)) or []) if width else []

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """A `registry.log.TileReader` over disk and memory."""
        return [self._edge.get((tile.level, tile.index)) or self._copy.read([tile])[0] for tile in tiles]

    @property
    def tail(self) -> Sequence[bytes]:
        """The leaves of the last bundle, if it is not full."""
        return self._tail

    def append(self, leaves: Sequence[bytes]) -> None:
        """Append leaves that fill the last bundle at most.

        Raises:
            LogError, TroubleError: The copy cannot be read or written.
        """
        grown = grown_tiles(self, self.size, [leaf_hash(leaf) for leaf in leaves])
        for tile, content in grown.items():
            if tile.width == TILE_WIDTH:
                self._copy.write_tile(tile, content)
                self._edge.pop((tile.level, tile.index), None)
            else:
                self._edge[tile.level, tile.index] = content
        self._tail = [*self._tail, *leaves]
        self.size += len(leaves)
        if self.size % TILE_WIDTH == 0:
            self._copy.write_entries(self.size // TILE_WIDTH - 1, self._tail)
            self._tail = []

    def finish(self) -> None:
        """Put the right edge beside the rest."""
        for tile in partial_tiles(self.size):
            self._copy.write_tile(tile, self._edge[tile.level, tile.index])
        if self._tail:
            self._copy.write_entries(self.size // TILE_WIDTH, self._tail)


def grow(copy: LogCopy, source: LogSource, known: Checkpoint | None, signed: Checkpoint) -> None:
    """Fetch what is new and keep it; nothing is committed.

    Raises:
        WrongRootError: The leaves lead to another root than the one that was signed.
        LogError: The copy's own tiles are damaged.
        TroubleError: A leaf cannot be had, or the copy cannot be written.
    """
    left_behind = _Leftovers(copy)
    try:
        _grow(copy, source, known, signed, left_behind)
    except WrongRootError:
        if not left_behind.used:
            raise
        # What an earlier attempt left behind was vouched for by nobody: ask for all of it again.
        _grow(copy, source, known, signed, None)


class _Leftovers:
    """Full bundles that an attempt left behind which did not come to its end."""

    def __init__(self, copy: LogCopy) -> None:
        self._copy = copy
        self.used = False

    def find(self, bundle: EntryBundle) -> list[bytes] | None:
        found = self._copy.entries(bundle) if bundle.width == TILE_WIDTH else None
        self.used = self.used or found is not None
        return found


def _grow(
    copy: LogCopy,
    source: LogSource,
    known: Checkpoint | None,
    signed: Checkpoint,
    left_behind: _Leftovers | None,
) -> None:
    growing = GrowingCopy(copy, known.size if known else 0)
    while growing.size < signed.size:
        index = growing.size // TILE_WIDTH
        bundle = EntryBundle(index, min(TILE_WIDTH, signed.size - index * TILE_WIDTH))
        found = left_behind.find(bundle) if left_behind else None
        leaves = source.entries(bundle) if found is None else found
        had = len(growing.tail)
        if leaves[:had] != list(growing.tail):
            raise WrongRootError(growing.size, known.root if known else EMPTY_ROOT, EMPTY_ROOT)
        growing.append(leaves[had:])
    reached = root_at(growing, growing.size, growing.size)
    if reached != signed.root:
        raise WrongRootError(signed.size, signed.root, reached)
    if known is not None:
        proof = prove_consistency(TiledNodes(growing, growing.size), known.size, signed.size)
        verify_consistency(known.size, known.root, signed.size, signed.root, proof)
    growing.finish()


def why_not_grown(source: LogSource, known: Checkpoint | None, signed: Checkpoint) -> Beginning:
    """How a log began that does not go on from the checkpoint that is known, by its own tiles.

    Raises:
        TroubleError: WRONG_ENTRIES: its tiles do not lead to what it signed, or agree with what is known, so
            that its leaves alone are wrong.
    """
    with suppress(LogError):
        if root_at(source, signed.size, signed.size) == signed.root and known is not None:
            begun = beginning_of(source, signed.size, known.size)
            verify_consistency(known.size, begun.root, signed.size, signed.root, begun.proof)
            if begun.root != known.root:
                return begun
    raise TroubleError(
        Kind.WRONG_ENTRIES,
        f"the leaves that are served do not lead to the root that was signed over {signed.size} of them",
        size=signed.size,
        root=f"0x{signed.root.hex()}",
    )
