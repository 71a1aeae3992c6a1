"""Trees to test with: the definitions of RFC 6962 word for word, and tiles that know what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from hypothesis import strategies as st

from registry.errors import MissingTileError
from registry.log import Tile, TiledNodes, grown_tiles, leaf_hash

# Past 256 leaves a tree has two levels of tiles; test_tiled.py has larger ones.
sizes = st.integers(1, 300)
seeds = st.integers(0, 2**32)


def leaves_of(size: int, seed: int = 0) -> list[bytes]:
    """As many leaves of 32 bytes, no two alike."""
    return [sha256(f"{seed} {index}".encode()).digest() for index in range(size)]


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = largest_power_below(len(leaves))
    return sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


def defined_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = largest_power_below(len(leaves))
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def defined_consistency(old: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:  # noqa: FBT001, FBT002  # SUBPROOF's own b
    """PROOF and SUBPROOF of RFC 6962, section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    split = largest_power_below(len(leaves))
    if old <= split:
        return [*defined_consistency(old, leaves[:split], whole), defined_root(leaves[split:])]
    return [*defined_consistency(old - split, leaves[split:], False), defined_root(leaves[:split])]  # noqa: FBT003  # as above


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


class MemoryTiles:
    """Tiles by level and index, each as wide as it has become."""

    def __init__(self, contents: Mapping[tuple[int, int], bytes] | None = None) -> None:
        self.contents = dict(contents or {})
        self.calls: list[list[Tile]] = []

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        self.calls.append(list(tiles))
        try:
            return [self.contents[tile.level, tile.index] for tile in tiles]
        except KeyError:
            raise MissingTileError(tiles[0].path) from None

    def grow(self, size: int, leaves: Sequence[bytes]) -> dict[Tile, bytes]:
        grown = grown_tiles(self, size, [leaf_hash(leaf) for leaf in leaves])
        self.contents.update({(tile.level, tile.index): content for tile, content in grown.items()})
        return grown


def stored(leaves: Sequence[bytes]) -> TiledNodes:
    """The tree over these leaves, as tiles."""
    tiles = MemoryTiles()
    tiles.grow(0, leaves)
    return TiledNodes(tiles, len(leaves))
