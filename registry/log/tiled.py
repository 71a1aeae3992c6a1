"""A tree that is stored as tiles: reading its nodes, and the tiles it has after it grew.

Whoever keeps the tiles, in a folder, a table or behind a URL, is a `TileReader`; `TiledNodes` makes it what
roots and proofs are made from. Of what is read only the length is checked: a proof made from wrong tiles
leads to a wrong root, and a root made from the upper tiles says nothing of those below them. Who follows
somebody else's log therefore grows tiles of their own from its leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from registry.errors import LeafOutOfRangeError, MalformedLogDataError
from registry.log.tiles import TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile, partial_tiles
from registry.log.tree import HASH_BYTES, Node, checked_hashes, checked_size, row_above


class TileReader(Protocol):
    """Where tiles are kept."""

    def read(self, tiles: Sequence[Tile]) -> Sequence[bytes]:
        """The content of each tile in the order asked for, each 32 bytes a hash.

        A tile may be fuller than asked for: what a partial one holds is the beginning of what it holds later.

        Raises:
            MissingTileError: A tile is not there, nor any fuller one.
        """


class TiledNodes:
    """The nodes of a tree of `size` leaves that is stored as tiles; a `registry.log.tree.NodeReader`.

    Each tile that is needed is read once a call: for a proof, one or two a level.

    Raises:
        MalformedLogDataError: `size` is none of a tree.
    """

    def __init__(self, tiles: TileReader, size: int) -> None:
        self._tiles = tiles
        self._size = checked_size(size)

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hash of each node.

        Raises:
            LeafOutOfRangeError: A node lies beyond the tree.
            MissingTileError: A tile is not there.
            MalformedLogDataError: A tile is too short, too long, or ends within a hash.
        """
        places = [_place_of(node, self._size) for node in nodes]
        contents = read_tiles(self._tiles, sorted({tile for tile, _ in places}))
        return [
            _subtree(contents[tile], offset, 1 << node.level % TILE_HEIGHT)
            for node, (tile, offset) in zip(nodes, places, strict=True)
        ]


def grown_tiles(tiles: TileReader, size: int, leaf_hashes: Sequence[bytes]) -> dict[Tile, bytes]:
    """The content of every tile that changes when these leaves are appended to a tree of `size`.

    Only the partial tiles of the tree are read, eight at most, and only as far as `size` goes: what an
    attempt that broke off has left behind them is not believed. Those that become wider are in the answer
    under their new width; the narrower ones can go once no checkpoint of an earlier size is served.

    Raises:
        MissingTileError: A partial tile is not there.
        MalformedLogDataError: A stored tile or a leaf's hash has another length, or the tree would have over
            2^64 - 1 leaves.
    """
    checked_size(size + len(leaf_hashes))
    checked_hashes("leaf", leaf_hashes)
    edge = {tile.level: content for tile, content in read_tiles(tiles, partial_tiles(size)).items()}

    grown: dict[Tile, bytes] = {}
    level, added = 0, list(leaf_hashes)
    while added:
        row = edge.get(level, b"") + b"".join(added)
        first = (size >> TILE_HEIGHT * level) // TILE_WIDTH
        added = []
        for index, start in enumerate(range(0, len(row), TILE_BYTES), first):
            content = row[start : start + TILE_BYTES]
            grown[Tile(level, index, len(content) // HASH_BYTES)] = content
            if len(content) == TILE_BYTES:
                added.append(_subtree(content, 0, TILE_WIDTH))
        level += 1
    return grown


def read_tiles(tiles: TileReader, wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
    """Each tile's content, cut to the width that was asked for.

    Raises:
        MissingTileError: A tile is not there.
        MalformedLogDataError: A tile is too short, too long, or ends within a hash.
    """
    contents = tiles.read(wanted)
    if len(contents) != len(wanted):
        raise MalformedLogDataError("tiles", f"{len(contents)} were read instead of {len(wanted)}")
    return {tile: _checked(tile, content) for tile, content in zip(wanted, contents, strict=True)}


def _checked(tile: Tile, content: bytes) -> bytes:
    if not tile.size_bytes <= len(content) <= TILE_BYTES or len(content) % HASH_BYTES:
        raise MalformedLogDataError(tile.path, f"{len(content)} bytes instead of {tile.size_bytes}")
    return content[: tile.size_bytes]


def _place_of(node: Node, size: int) -> tuple[Tile, int]:
    """The tile that holds a node, or what it is hashed from, and the position of its first hash in it."""
    if (node.index + 1) << node.level > size:
        raise LeafOutOfRangeError(((node.index + 1) << node.level) - 1, size)
    level, height = divmod(node.level, TILE_HEIGHT)
    index, offset = divmod(node.index << height, TILE_WIDTH)
    stored = (size >> TILE_HEIGHT * level) - index * TILE_WIDTH
    return Tile(level, index, min(TILE_WIDTH, stored)), offset


def _subtree(content: bytes, offset: int, width: int) -> bytes:
    """The root over `width` hashes of a tile, a power of two."""
    row = content[offset * HASH_BYTES : (offset + width) * HASH_BYTES]
    while len(row) > HASH_BYTES:
        row = row_above(row)
    return row
