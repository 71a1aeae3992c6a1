"""Roots, proofs and the frontier: the published trees, the RFC's own words, and another implementation."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import merkle as peer

from registry.errors import LeafOutOfRangeError, LogShrunkError, MalformedLogDataError
from registry.log import (
    EMPTY_ROOT,
    Frontier,
    TiledNodes,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from registry.log.tree import MAX_SIZE
from tests.unit.log.trees import (
    MemoryTiles,
    defined_consistency,
    defined_path,
    defined_root,
    leaves_of,
    seeds,
    sizes,
    stored,
)

# Published with the first Certificate Transparency implementation (merkle_tree_test.cc), as in
# contracts/test/CheckpointLog.t.sol.
PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PUBLISHED_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def hexes(hashes: tuple[bytes, ...]) -> list[str]:
    return [found.hex() for found in hashes]


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    published = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert root_of(stored([]), 0) == Frontier().root() == EMPTY_ROOT == bytes.fromhex(published)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_trees_have_their_published_roots(size: int) -> None:
    assert root_of(stored(PUBLISHED_LEAVES), size).hex() == PUBLISHED_ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), PUBLISHED_PATHS)
def test_the_published_paths_are_made_and_verify(index: int, size: int) -> None:
    proof = prove_inclusion(stored(PUBLISHED_LEAVES), index, size)

    assert hexes(proof) == PUBLISHED_PATHS[index, size]
    root = bytes.fromhex(PUBLISHED_ROOTS[size - 1])
    verify_inclusion(leaf_hash(PUBLISHED_LEAVES[index]), index, size, proof, root)


@pytest.mark.parametrize(("old", "new"), PUBLISHED_CONSISTENCY)
def test_the_published_consistency_proofs_are_made_and_verify(old: int, new: int) -> None:
    proof = prove_consistency(stored(PUBLISHED_LEAVES), old, new)

    assert hexes(proof) == PUBLISHED_CONSISTENCY[old, new]
    roots = [bytes.fromhex(PUBLISHED_ROOTS[size - 1]) for size in (old, new)]
    verify_consistency(old, roots[0], new, roots[1], proof)


def test_every_proof_of_every_small_tree_is_what_the_rfc_defines() -> None:
    leaves = leaves_of(33)
    nodes = stored(leaves)
    for size in range(1, len(leaves) + 1):
        assert root_of(nodes, size) == defined_root(leaves[:size])
        for index in range(size):
            assert list(prove_inclusion(nodes, index, size)) == defined_path(index, leaves[:size])
        for old in range(1, size + 1):
            assert list(prove_consistency(nodes, old, size)) == defined_consistency(old, leaves[:size])


@given(sizes, seeds, st.data())
def test_another_implementation_makes_the_same_proofs_and_takes_ours(
    size: int, seed: int, data: st.DataObject
) -> None:
    leaves = leaves_of(size, seed)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    nodes = stored(leaves)
    root, old_root = root_of(nodes, size), root_of(nodes, old)
    inclusion, consistency = prove_inclusion(nodes, index, size), prove_consistency(nodes, old, size)

    assert root == peer.merkle_tree_hash(leaves)
    assert list(inclusion) == peer.inclusion_proof(leaves, index)
    assert list(consistency) == peer.consistency_proof(leaves, old)
    assert peer.verify_inclusion(leaves[index], index, size, list(inclusion), root)
    assert peer.verify_consistency(old, size, list(consistency), old_root, root)


@given(st.lists(st.integers(0, 70), max_size=12), seeds)
def test_a_frontier_has_the_root_of_every_size_it_grows_through(steps: list[int], seed: int) -> None:
    leaves = leaves_of(sum(steps), seed)
    nodes = stored(leaves)
    frontier = Frontier()
    ends = [sum(steps[:count]) for count in range(len(steps) + 1)]
    for start, end in pairwise(ends):
        frontier = frontier.append(leaf_hash(leaf) for leaf in leaves[start:end])

        assert frontier == Frontier.at(nodes, end)
        assert frontier.root() == root_of(nodes, end)


def test_a_frontier_reaches_the_largest_tree_and_no_further() -> None:
    full = Frontier(MAX_SIZE - 1, (bytes(32),) * 63)

    assert full.append([bytes(32)]).size == MAX_SIZE
    with pytest.raises(MalformedLogDataError):
        full.append([bytes(32), bytes(32)])


@pytest.mark.parametrize(
    ("size", "hashes"),
    [(1, ()), (0, (bytes(32),)), (2, (bytes(31),)), (-1, (bytes(32),)), (2**64, (bytes(32),))],
)
def test_a_frontier_of_no_tree_is_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(MalformedLogDataError):
        Frontier(size, hashes)


def test_a_leaf_that_is_not_hashed_is_not_appended() -> None:
    for leaves in ([b"a leaf"], [b"a leaf", b"its neighbour"]):
        with pytest.raises(MalformedLogDataError):
            Frontier().append(leaves)


@pytest.mark.parametrize("index", [-1, 5, 2**70])
def test_nothing_is_proved_of_a_leaf_beyond_the_tree(index: int) -> None:
    with pytest.raises(LeafOutOfRangeError) as caught:
        prove_inclusion(stored(leaves_of(5)), index, 5)
    assert caught.value.facts == {"index": index, "size": 5}


def test_a_tree_is_not_the_beginning_of_a_smaller_one() -> None:
    with pytest.raises(LogShrunkError) as caught:
        prove_consistency(stored(leaves_of(5)), 5, 4)
    assert caught.value.facts == {"old_size": 5, "new_size": 4}


@pytest.mark.parametrize("size", [-1, 2**64])
def test_a_size_that_the_contract_cannot_count_is_none(size: int) -> None:
    nodes = stored(leaves_of(5))
    for attempt in (
        lambda: root_of(nodes, size),
        lambda: prove_inclusion(nodes, 0, size),
        lambda: prove_consistency(nodes, 1, size),
        lambda: Frontier.at(nodes, size),
        lambda: TiledNodes(MemoryTiles(), size),
    ):
        with pytest.raises(MalformedLogDataError):
            attempt()


def test_no_proof_is_needed_from_the_empty_tree_or_between_equal_ones() -> None:
    nodes = stored(leaves_of(5))

    assert prove_consistency(nodes, 0, 5) == prove_consistency(nodes, 5, 5) == ()
