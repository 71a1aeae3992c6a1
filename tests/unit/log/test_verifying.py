"""A proof serves one leaf at one place of one tree, and every other is refused for the true reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.errors import (
    LeafOutOfRangeError,
    LogError,
    LogShrunkError,
    MalformedLogDataError,
    WrongProofLengthError,
    WrongRootError,
)
from registry.log import (
    EMPTY_ROOT,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from registry.log.tree import MAX_SIZE
from tests.unit.log.trees import leaves_of, seeds, sizes, stored

Proof = list[bytes]


def flipped(hashed: bytes, bit: int) -> bytes:
    return (int.from_bytes(hashed, "big") ^ 1 << bit).to_bytes(len(hashed), "big")


@st.composite
def proved(draw: st.DrawFn) -> tuple[list[bytes], int, Proof, bytes]:
    leaves = leaves_of(draw(sizes), draw(seeds))
    index = draw(st.integers(0, len(leaves) - 1))
    nodes = stored(leaves)
    return leaves, index, list(prove_inclusion(nodes, index, len(leaves))), root_of(nodes, len(leaves))


@st.composite
def grown(draw: st.DrawFn) -> tuple[int, bytes, int, bytes, Proof]:
    new = draw(sizes)
    old = draw(st.integers(1, new))
    nodes = stored(leaves_of(new, draw(seeds)))
    return old, root_of(nodes, old), new, root_of(nodes, new), list(prove_consistency(nodes, old, new))


@given(proved())
def test_every_leaf_is_proved(case: tuple[list[bytes], int, Proof, bytes]) -> None:
    leaves, index, proof, root = case
    verify_inclusion(leaf_hash(leaves[index]), index, len(leaves), proof, root)


@given(proved(), st.data())
def test_an_altered_bit_of_an_inclusion_proof_leads_to_another_root(
    case: tuple[list[bytes], int, Proof, bytes], data: st.DataObject
) -> None:
    leaves, index, proof, root = case
    hashes = [leaf_hash(leaves[index]), *proof, root]
    place = data.draw(st.integers(0, len(hashes) - 1))
    hashes[place] = flipped(hashes[place], data.draw(st.integers(0, 255)))
    with pytest.raises(WrongRootError):
        verify_inclusion(hashes[0], index, len(leaves), hashes[1:-1], hashes[-1])


@given(proved(), st.integers(-2, 700))
def test_an_inclusion_proof_serves_no_other_place(
    case: tuple[list[bytes], int, Proof, bytes], other: int
) -> None:
    leaves, index, proof, root = case
    assume(other != index)
    with pytest.raises((WrongRootError, WrongProofLengthError, LeafOutOfRangeError)):
        verify_inclusion(leaf_hash(leaves[index]), other, len(leaves), proof, root)


@given(proved(), sizes)
def test_an_inclusion_proof_serves_no_other_tree_of_the_log(
    case: tuple[list[bytes], int, Proof, bytes], other: int
) -> None:
    leaves, index, proof, _ = case
    assume(other < len(leaves))
    with pytest.raises(LogError):
        verify_inclusion(leaf_hash(leaves[index]), index, other, proof, root_of(stored(leaves), other))


@pytest.mark.parametrize("index", [-1, -(2**64), 5, 2**64])
def test_a_place_outside_the_tree_is_named(index: int) -> None:
    with pytest.raises(LeafOutOfRangeError) as caught:
        root_from_inclusion(bytes(32), index, 5, [])
    assert caught.value.facts == {"index": index, "size": 5}


def test_a_proof_alone_does_not_tell_the_size_of_its_tree() -> None:
    leaves = leaves_of(7)
    nodes = stored(leaves)
    proof, root = prove_inclusion(nodes, 0, 7), root_of(nodes, 7)

    # Which is why a root is only ever believed together with the size that was signed or anchored with it.
    verify_inclusion(leaf_hash(leaves[0]), 0, 8, proof, root)


RESIZED: list[Callable[[Proof, int], Proof]] = [
    lambda proof, place: [*proof[:place], bytes(32), *proof[place:]],
    lambda proof, place: [*proof[:place], *proof[place : place + 1], *proof[place:]],
    lambda proof, place: proof[:place] + proof[place + 1 :],
    lambda proof, _: proof * 1000,
    lambda _proof, _place: [],
]


@given(proved(), st.sampled_from(RESIZED), st.data())
def test_an_inclusion_proof_has_exactly_the_hashes_it_needs(
    case: tuple[list[bytes], int, Proof, bytes], resize: Callable[[Proof, int], Proof], data: st.DataObject
) -> None:
    leaves, index, proof, root = case
    other = resize(proof, data.draw(st.integers(0, max(len(proof) - 1, 0))))
    assume(len(other) != len(proof))
    with pytest.raises(WrongProofLengthError) as caught:
        verify_inclusion(leaf_hash(leaves[index]), index, len(leaves), other, root)
    assert caught.value.facts == {"expected": len(proof), "found": len(other)}


def test_a_proof_of_the_wrong_length_is_refused_before_anything_is_hashed() -> None:
    no_hashes = [b""] * 70
    with pytest.raises(WrongProofLengthError):
        root_from_inclusion(b"", 0, MAX_SIZE, no_hashes)
    with pytest.raises(WrongProofLengthError):
        verify_consistency(3, bytes(32), MAX_SIZE, bytes(32), no_hashes)


@pytest.mark.parametrize("index", [0, 1, MAX_SIZE - 2, MAX_SIZE - 1])
def test_the_largest_tree_is_verified_like_any_other(index: int) -> None:
    inner = (index ^ (MAX_SIZE - 1)).bit_length()
    proof = [bytes(32)] * (inner + (index >> inner).bit_count())

    root = root_from_inclusion(bytes(32), index, MAX_SIZE, proof)
    verify_inclusion(bytes(32), index, MAX_SIZE, proof, root)
    with pytest.raises(LeafOutOfRangeError):
        root_from_inclusion(bytes(32), MAX_SIZE, MAX_SIZE, proof)
    with pytest.raises(MalformedLogDataError):
        root_from_inclusion(bytes(32), index, MAX_SIZE + 1, proof)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_none(length: int) -> None:
    with pytest.raises(MalformedLogDataError):
        root_from_inclusion(bytes(32), 0, 2, [bytes(length)])
    with pytest.raises(MalformedLogDataError):
        root_from_inclusion(bytes(length), 0, 2, [bytes(32)])
    with pytest.raises(MalformedLogDataError):
        verify_consistency(1, bytes(32), 2, bytes(32), [bytes(length)])
    with pytest.raises(MalformedLogDataError):
        verify_consistency(2, bytes(length), 2, bytes(length), [])


def test_an_inner_node_is_no_leaf() -> None:
    leaves = leaves_of(4)
    nodes = stored(leaves)
    left, right = (root_of(stored(half), 2) for half in (leaves[:2], leaves[2:]))
    with pytest.raises(WrongProofLengthError):
        verify_inclusion(left, 0, 4, [right], root_of(nodes, 4))
    with pytest.raises(WrongRootError):
        verify_inclusion(leaf_hash(left), 0, 2, [leaf_hash(right)], root_of(nodes, 4))


@given(grown())
def test_every_growth_is_proved(case: tuple[int, bytes, int, bytes, Proof]) -> None:
    verify_consistency(*case)


@given(grown(), st.data())
def test_an_altered_bit_of_a_consistency_proof_leads_to_another_root(
    case: tuple[int, bytes, int, bytes, Proof], data: st.DataObject
) -> None:
    old, old_root, new, new_root, proof = case
    hashes = [old_root, *proof, new_root]
    place = data.draw(st.integers(0, len(hashes) - 1))
    hashes[place] = flipped(hashes[place], data.draw(st.integers(0, 255)))
    with pytest.raises(WrongRootError):
        verify_consistency(old, hashes[0], new, hashes[-1], hashes[1:-1])


@given(grown(), st.sampled_from(RESIZED), st.data())
def test_a_consistency_proof_has_exactly_the_hashes_it_needs(
    case: tuple[int, bytes, int, bytes, Proof], resize: Callable[[Proof, int], Proof], data: st.DataObject
) -> None:
    old, old_root, new, new_root, proof = case
    other = resize(proof, data.draw(st.integers(0, max(len(proof) - 1, 0))))
    assume(len(other) != len(proof))
    with pytest.raises(WrongProofLengthError) as caught:
        verify_consistency(old, old_root, new, new_root, other)
    assert caught.value.facts == {"expected": len(proof), "found": len(other)}


@given(grown(), sizes)
def test_a_consistency_proof_serves_no_other_beginning(
    case: tuple[int, bytes, int, bytes, Proof], other: int
) -> None:
    old, old_root, new, new_root, proof = case
    assume(other < new and other != old)
    with pytest.raises(LogError):
        verify_consistency(other, old_root, new, new_root, proof)


@given(sizes, sizes, seeds)
def test_a_rewritten_log_is_never_the_growth_of_the_old_one(old: int, more: int, seed: int) -> None:
    leaves = leaves_of(old + more, seed)
    rewritten = stored([leaves_of(1, seed + 1)[0], *leaves[1:]])
    proof = prove_consistency(rewritten, old, len(leaves))
    with pytest.raises(WrongRootError) as caught:
        verify_consistency(
            old, root_of(stored(leaves), old), len(leaves), root_of(rewritten, len(leaves)), proof
        )
    assert caught.value.facts["size"] in {old, len(leaves)}


def test_a_log_never_becomes_smaller() -> None:
    with pytest.raises(LogShrunkError):
        verify_consistency(5, bytes(32), 4, bytes(32), [])


def test_every_tree_grows_from_the_empty_one_and_that_has_one_root() -> None:
    root = root_of(stored(leaves_of(5)), 5)

    verify_consistency(0, EMPTY_ROOT, 5, root, [])
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    for old_root, size, new_root in [(root, 5, root), (root, 0, root), (EMPTY_ROOT, 0, root)]:
        with pytest.raises(WrongRootError):
            verify_consistency(0, old_root, size, new_root, [])
    with pytest.raises(WrongProofLengthError):
        verify_consistency(0, EMPTY_ROOT, 5, root, [root])


def test_a_tree_of_one_size_has_one_root() -> None:
    root, other = (root_of(stored(leaves_of(5, seed)), 5) for seed in (1, 2))

    verify_consistency(5, root, 5, root, [])
    with pytest.raises(WrongRootError):
        verify_consistency(5, root, 5, other, [])


@pytest.mark.parametrize("sizes_", [(-1, 5), (3, 2**64)])
def test_a_size_that_the_contract_cannot_count_is_none(sizes_: tuple[int, int]) -> None:
    old, new = sizes_
    with pytest.raises(MalformedLogDataError):
        verify_consistency(old, bytes(32), new, bytes(32), [])


def test_a_wrong_root_is_told_where_the_proof_leads() -> None:
    with pytest.raises(WrongRootError) as caught:
        verify_inclusion(bytes(32), 0, 1, [], b"\xff" * 32)
    assert caught.value.facts == {"size": 1, "expected": "0x" + "ff" * 32, "reached": "0x" + "00" * 32}
