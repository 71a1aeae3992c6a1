"""What the tree alone takes: appending, proving from tiles in memory and on disk, verifying; and its peer.

The peer, `proofbundle`, has no append and stores no nodes: its figure for appending is that of one root over
everything, and each of its proofs hashes all leaves again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from proofbundle import merkle

from logged.timing import NANOSECONDS, Figures, quickest, spread, timed
from registry.errors import MissingTileError
from registry.log import (
    Frontier,
    Tile,
    TiledNodes,
    TileReader,
    grown_tiles,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_inclusion,
)
from registry.log.tree import HASH_BYTES

BATCH = 100  # as the bulk endpoint takes them
SINGLE_APPENDS = 2_000


class MemoryTiles:
    """Tiles in a dictionary, each as wide as it has become."""

    def __init__(self) -> None:
        self._contents: dict[tuple[int, int], bytes] = {}

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile."""
        return [self._contents[tile.level, tile.index] for tile in tiles]

    def keep(self, grown: dict[Tile, bytes]) -> None:
        """Store what has grown."""
        self._contents.update({(tile.level, tile.index): content for tile, content in grown.items()})

    def write(self, folder: Path) -> None:
        """Every tile as the file that a web server would hand out."""
        for (level, index), content in self._contents.items():
            path = folder / Tile(level, index, len(content) // HASH_BYTES).path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


class FolderTiles:
    """Tiles as files under their paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile, every time from its file."""
        try:
            return [(self._folder / tile.path).read_bytes() for tile in tiles]
        except FileNotFoundError as error:
            raise MissingTileError(str(error.filename)) from error


def measure_tree(leaves: Sequence[bytes], chosen: Sequence[int]) -> Figures:
    """The figures of this project's tree."""
    size = len(leaves)
    tiles = MemoryTiles()
    figures: Figures = {"name": "registry.log", "leaves": size, "proofs": len(chosen)}
    figures["append_us"] = timed(lambda: grow(tiles, 0, leaves, BATCH)) / size / NANOSECONDS["us"]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    figures["frontier_append_us"] = timed(lambda: Frontier().append(hashes)) / size / NANOSECONDS["us"]
    single = leaves[:SINGLE_APPENDS]
    figures["append_single_us"] = (
        timed(lambda: grow(MemoryTiles(), 0, single, 1)) / len(single) / NANOSECONDS["us"]
    )

    root = root_of(TiledNodes(tiles, size), size)
    if root != Frontier().append(hashes).root():
        message = "tiles and frontier have different roots"
        raise RuntimeError(message)
    with tempfile.TemporaryDirectory() as folder:
        tiles.write(Path(folder))
        for place, reader in (("memory", tiles), ("files", FolderTiles(Path(folder)))):
            figures |= measure_proofs(place, reader, size, chosen)
    nodes = TiledNodes(tiles, size)
    proofs = {index: prove_inclusion(nodes, index, size) for index in chosen}
    verified = [
        quickest(partial(verify_inclusion, hashes[index], index, size, proof, root))
        for index, proof in proofs.items()
    ]
    return figures | spread("verify_us", verified)


def measure_proofs(place: str, tiles: TileReader, size: int, chosen: Sequence[int]) -> Figures:
    """Times of proofs from tiles that are kept in one place."""
    nodes = TiledNodes(tiles, size)
    inclusion = [quickest(partial(prove_inclusion, nodes, index, size)) for index in chosen]
    growth = [quickest(partial(prove_consistency, nodes, index + 1, size)) for index in chosen]
    return spread(f"proof_{place}_ms", inclusion) | spread(f"consistency_{place}_ms", growth)


def measure_peer(leaves: list[bytes], chosen: Sequence[int]) -> Figures:
    """The figures of the other library, in the same words."""
    size = len(leaves)
    figures: Figures = {
        "name": f"proofbundle {version('proofbundle')}",
        "leaves": size,
        "proofs": len(chosen),
        "append_us": timed(lambda: merkle.merkle_tree_hash(leaves)) / size / NANOSECONDS["us"],
    }
    proofs = [timed(partial(merkle.inclusion_proof, leaves, index)) for index in chosen]
    return figures | spread("proof_memory_ms", proofs)


def grow(tiles: MemoryTiles, size: int, leaves: Sequence[bytes], batch: int) -> None:
    """Append leaves, so many at a time."""
    for start in range(0, len(leaves), batch):
        hashes = [leaf_hash(leaf) for leaf in leaves[start : start + batch]]
        tiles.keep(grown_tiles(tiles, size + start, hashes))
