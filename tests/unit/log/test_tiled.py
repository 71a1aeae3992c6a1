"""A tree kept as tiles grows and proves as the tree itself does, and reads no more than it must."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import LeafOutOfRangeError, MalformedLogDataError, MissingTileError
from registry.log import (
    Frontier,
    Node,
    Tile,
    TiledNodes,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
    tiles_of_growth,
    verify_consistency,
    verify_inclusion,
)
from registry.log.tiled import grown_tiles
from registry.log.tree import MAX_SIZE
from tests.unit.log.trees import MemoryTiles, defined_root, leaves_of, seeds

LARGE = 66_000  # three levels of tiles


@pytest.fixture(scope="module")
def large() -> tuple[list[bytes], MemoryTiles]:
    leaves = leaves_of(LARGE)
    tiles = MemoryTiles()
    tiles.grow(0, leaves)
    return leaves, tiles


@given(st.lists(st.integers(0, 300), max_size=6), seeds)
def test_growing_writes_exactly_the_tiles_of_the_growth(steps: list[int], seed: int) -> None:
    leaves = leaves_of(sum(steps), seed)
    tiles = MemoryTiles()
    ends = [sum(steps[:count]) for count in range(len(steps) + 1)]
    for start, end in pairwise(ends):
        grown = tiles.grow(start, leaves[start:end])

        assert sorted(grown) == list(tiles_of_growth(start, end))
        assert all(len(content) == tile.size_bytes for tile, content in grown.items())
    at_once = MemoryTiles()
    at_once.grow(0, leaves)
    assert tiles.contents == at_once.contents


@given(st.data())
def test_a_large_tree_proves_any_leaf_at_any_size(
    large: tuple[list[bytes], MemoryTiles], data: st.DataObject
) -> None:
    leaves, tiles = large
    size = data.draw(st.integers(1, LARGE))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    nodes = TiledNodes(tiles, size)
    root = root_of(nodes, size)

    assert Frontier.at(nodes, size).root() == root
    verify_inclusion(leaf_hash(leaves[index]), index, size, prove_inclusion(nodes, index, size), root)
    verify_consistency(
        old, root_of(TiledNodes(tiles, old), old), size, root, prove_consistency(nodes, old, size)
    )


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LARGE])
def test_roots_at_the_edges_of_tiles_are_what_the_rfc_defines(
    large: tuple[list[bytes], MemoryTiles], size: int
) -> None:
    leaves, tiles = large
    assert root_of(TiledNodes(tiles, size), size) == defined_root(leaves[:size])


def test_a_proof_reads_once_and_two_tiles_a_level_at_most(large: tuple[list[bytes], MemoryTiles]) -> None:
    tiles = MemoryTiles(large[1].contents)
    nodes = TiledNodes(tiles, LARGE)
    for index in (0, 255, 256, 40_000, 65_535, 65_536, LARGE - 1):
        prove_inclusion(nodes, index, LARGE)
        prove_consistency(nodes, index + 1, LARGE)
    assert len(tiles.calls) == 14
    assert max(len(call) for call in tiles.calls) <= 2 * 3
    assert all(len(call) == len(set(call)) for call in tiles.calls)


def test_appending_reads_the_right_edge_alone(large: tuple[list[bytes], MemoryTiles]) -> None:
    tiles = MemoryTiles(large[1].contents)
    grown_tiles(tiles, LARGE, [bytes(32)])

    assert tiles.calls == [[Tile(0, 257, 208), Tile(1, 1, 1), Tile(2, 0, 1)]]


def test_tiles_are_asked_for_in_the_width_that_the_size_gives_them(
    large: tuple[list[bytes], MemoryTiles],
) -> None:
    tiles = MemoryTiles(large[1].contents)
    root_of(TiledNodes(tiles, 300), 300)

    assert tiles.calls == [[Tile(0, 1, 44), Tile(1, 0, 1)]]


def test_what_a_broken_attempt_left_behind_is_not_believed() -> None:
    leaves = leaves_of(600)
    tiles = MemoryTiles()
    tiles.grow(0, leaves[:300])
    tiles.grow(300, leaves_of(200, seed=9))  # stored, but its size was never committed
    root = root_of(TiledNodes(tiles, 300), 300)
    tiles.grow(300, leaves[300:])

    assert root == defined_root(leaves[:300])
    assert root_of(TiledNodes(tiles, 600), 600) == defined_root(leaves)


def test_a_missing_tile_is_named() -> None:
    with pytest.raises(MissingTileError) as caught:
        root_of(TiledNodes(MemoryTiles(), 300), 300)
    assert caught.value.facts == {"path": "tile/0/001.p/44"}


@pytest.mark.parametrize("length", [0, 31, 32 * 5 - 1, 32 * 5 + 1, 32 * 4, 32 * 257])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    tiles = MemoryTiles({(0, 0): bytes(length)})
    with pytest.raises(MalformedLogDataError):
        root_of(TiledNodes(tiles, 5), 5)
    with pytest.raises(MalformedLogDataError):
        grown_tiles(tiles, 5, [bytes(32)])


def test_an_altered_tile_leads_to_another_root() -> None:
    leaves = leaves_of(5)
    tiles = MemoryTiles()
    tiles.grow(0, leaves)
    root = root_of(TiledNodes(tiles, 5), 5)
    tiles.contents[0, 0] = bytes(32) + tiles.contents[0, 0][32:]

    assert root_of(TiledNodes(tiles, 5), 5) != root


def test_a_node_beyond_the_tree_is_not_read() -> None:
    tiles = MemoryTiles({(0, 0): bytes(32 * 256)})
    nodes = TiledNodes(tiles, 5)
    for node in (Node(0, 5), Node(2, 1), Node(3, 0)):
        with pytest.raises(LeafOutOfRangeError):
            nodes.read([node])


def test_a_leaf_is_appended_by_its_hash_and_not_beyond_the_largest_tree() -> None:
    for leaves in ([b"a leaf"], [bytes(31), bytes(33)]):
        with pytest.raises(MalformedLogDataError):
            grown_tiles(MemoryTiles(), 0, leaves)
    with pytest.raises(MalformedLogDataError):
        grown_tiles(MemoryTiles(), MAX_SIZE, [bytes(32)])


def test_a_reader_that_answers_something_else_is_not_believed() -> None:
    class Short(MemoryTiles):
        def read(self, tiles: object) -> list[bytes]:  # noqa: ARG002  # the reader's own signature
            return []

    with pytest.raises(MalformedLogDataError):
        root_of(TiledNodes(Short(), 5), 5)


def test_the_last_leaf_of_the_largest_tree_can_be_appended() -> None:
    class Zeros:
        def read(self, tiles: list[Tile]) -> list[bytes]:
            return [bytes(tile.size_bytes) for tile in tiles]

    grown = grown_tiles(Zeros(), MAX_SIZE - 1, [sha256().digest()])  # type: ignore[arg-type]
    assert {tile.path for tile in grown} == {"tile/0/x072/x057/x594/x037/x927/935.p/255"}
