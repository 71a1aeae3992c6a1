"""Merkle-Patricia proofs, against an independent implementation and against whoever forges them."""

from __future__ import annotations

import pytest
import rlp
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from trie.exceptions import BadTrieProof
from trie.hexary import HexaryTrie

from registry.errors import (
    EvidenceError,
    EvidenceTooLargeError,
    InvalidTrieProofError,
    MalformedEvidenceError,
)
from registry.evidence import Trie, index_key, prove_value
from registry.evidence.items import Item, encode_item
from registry.evidence.patricia import EMPTY_ROOT, MAX_KEY, MAX_PROOF
from registry.model import Hash32
from tests.unit.evidence.reference_trie import decoded_proof, hashed_proof, proven, reference

KEYS = st.binary(max_size=4) | st.binary(min_size=32, max_size=32) | st.integers(0, 2000).map(index_key)
VALUES = st.binary(min_size=1, max_size=3) | st.binary(min_size=1, max_size=90)
TRIES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=40)


@given(TRIES)
def test_a_trie_is_the_one_that_the_reference_makes(values: dict[bytes, bytes]) -> None:
    theirs = reference(values)
    ours = Trie(values)

    assert ours.root == theirs.root_hash
    for key, value in values.items():
        nodes = ours.prove(key)
        assert list(nodes) == hashed_proof(theirs, key)
        assert prove_value(ours.root, key, nodes) == value
        assert proven(ours.root, key, decoded_proof(theirs, key)) == value


@given(TRIES, KEYS)
def test_what_the_reference_does_not_find_is_not_found(values: dict[bytes, bytes], key: bytes) -> None:
    theirs = reference(values)
    if key in values:
        return
    nodes = hashed_proof(theirs, key)
    assert proven(theirs.root_hash, key, decoded_proof(theirs, key)) == b""
    for given_nodes in (nodes, nodes[:-1]):
        with pytest.raises(InvalidTrieProofError):
            prove_value(Hash32(theirs.root_hash), key, given_nodes[: 2 * len(key) + 1])
    with pytest.raises(InvalidTrieProofError):
        Trie(values).prove(key)


@given(TRIES, st.data())
def test_no_changed_proof_verifies(values: dict[bytes, bytes], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(values)))
    trie = Trie(values)
    nodes = list(trie.prove(key))
    number = data.draw(st.integers(0, len(nodes) - 1))
    node = bytearray(nodes[number])
    node[data.draw(st.integers(0, len(node) - 1))] ^= data.draw(st.integers(1, 255))
    for forged in (
        [*nodes[:number], bytes(node), *nodes[number + 1 :]],
        [*nodes[:number], *nodes[number + 1 :]],
        [*nodes[:number], nodes[number], *nodes[number:]],
        [*nodes, nodes[-1]],
        [*nodes[:number], nodes[number][:-1], *nodes[number + 1 :]],
        [*nodes[:number], nodes[number] + b"\0", *nodes[number + 1 :]],
    ):
        with pytest.raises((InvalidTrieProofError, EvidenceTooLargeError)):
            prove_value(trie.root, key, forged)


@given(st.lists(st.binary(max_size=80), max_size=4), KEYS)
def test_random_nodes_end_in_a_named_failure(nodes: list[bytes], key: bytes) -> None:
    root = Hash32(keccak(nodes[0] if nodes else b""))
    with pytest.raises(EvidenceError):
        prove_value(root, key, nodes)


ITEMS: st.SearchStrategy[Item] = st.recursive(
    st.sampled_from([b"", b"\x20", b"\x16", b"\x00\x01", b"\x35", b"\x11" * 32]) | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=2).map(tuple)
        | st.lists(inner, min_size=17, max_size=17).map(tuple)
    ),
    max_leaves=24,
)


@given(ITEMS, st.binary(max_size=2))
def test_a_root_that_commits_to_nonsense_proves_nothing_that_the_reference_denies(
    item: Item, key: bytes
) -> None:
    node = encode_item(item)
    try:
        value = prove_value(Hash32(keccak(node)), key, [node])
    except EvidenceError:
        return
    trie = HexaryTrie({keccak(node): node}, keccak(node))
    assert trie[key] == value


def test_no_receipts_at_all_have_the_empty_root() -> None:
    trie = Trie({})
    assert trie.root == EMPTY_ROOT == HexaryTrie({}).root_hash
    with pytest.raises(InvalidTrieProofError, match="empty"):
        trie.prove(b"")
    with pytest.raises(InvalidTrieProofError, match="empty"):
        prove_value(trie.root, b"\x80", [b"\x80"])


@pytest.mark.parametrize("count", [1, 2, 16, 127, 128, 129, 300])
def test_every_receipt_of_a_block_of_any_size_is_proven(count: int) -> None:
    values = {index_key(index): bytes([index % 251 + 1]) * (index % 70 + 1) for index in range(count)}
    trie = Trie(values)
    assert trie.root == reference(values).root_hash
    for key, value in values.items():
        assert prove_value(trie.root, key, trie.prove(key)) == value


LEAF_OF_1 = [b"\x31", b"v"]  # for the last nibble of a key, 1
HASH = b"\x11" * 32


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        ([], "it has 0 items"),
        ([b"\x20"], "it has 1 items"),
        ([b"\x20", b"v", b""], "it has 3 items"),
        ([b""] * 16, "it has 16 items"),
        ([b""] * 18, "it has 18 items"),
        (b"\x11" * 32, "a string"),
        ([b"", b"v"], "a path is missing"),
        ([[], b"v"], "a path is missing"),
        ([b"\x40\x11", b"v"], "unknown flags"),
        ([b"\xf1", b"v"], "unknown flags"),
        ([b"\x21\x11", b"v"], "padded with something"),
        ([b"\x20" * 34, b"v"], "longer than any key"),
        ([b"\x01\x11", HASH], "padded with something"),
        ([b"\x20\x11", [b"v"]], "value is a list"),
        ([b"\x20\x11", b""], "a leaf has no value"),
        ([b"\x00", HASH], "leads nowhere"),
        ([b"\x00\x11", b""], "leads nowhere"),
        ([b"\x00\x11", HASH[:-1]], "leads nowhere"),
        ([b"\x00\x11", [b"\x31", b"v" * 30]], "leads nowhere"),
        ([b"\x11", LEAF_OF_1], "leads to no branch"),
        ([b""] * 17, "parts no ways"),
        ([b"", LEAF_OF_1, *[b""] * 15], "parts no ways"),
        ([b""] * 16 + [b"v"], "parts no ways"),
        ([HASH, LEAF_OF_1, *[b""] * 14, [b"v"]], "branch's value is a list"),
        ([HASH[:31], LEAF_OF_1, *[b""] * 15], "neither a hash nor a small node"),
        ([HASH + b"\1", LEAF_OF_1, *[b""] * 15], "neither a hash nor a small node"),
        ([[b"\x31", b"v" * 40], LEAF_OF_1, *[b""] * 15], "neither a hash nor a small node"),
    ],
)
def test_a_node_that_no_trie_holds_is_refused_although_the_root_commits_to_it(
    node: object, problem: str
) -> None:
    encoded = rlp.encode(node)
    with pytest.raises(MalformedEvidenceError, match=problem):
        prove_value(Hash32(keccak(encoded)), b"\x11", [encoded])


def test_a_small_node_may_not_stand_alone_unless_it_is_the_root() -> None:
    small = rlp.encode(LEAF_OF_1)
    root = rlp.encode([HASH, keccak(small), *[b""] * 15])
    with pytest.raises(MalformedEvidenceError, match="stands alone"):
        prove_value(Hash32(keccak(root)), b"\x11", [root, small])
    alone = rlp.encode([b"\x20\x11", b"v"])
    assert prove_value(Hash32(keccak(alone)), b"\x11", [alone]) == b"v"


def test_an_extension_leads_to_a_branch_and_to_nothing_else() -> None:
    second = rlp.encode([b"\x11", HASH])
    first = rlp.encode([b"\x11", keccak(second)])
    with pytest.raises(MalformedEvidenceError, match="leads to no branch"):
        prove_value(Hash32(keccak(first)), b"\x11", [first, second])


@pytest.mark.parametrize(
    ("node", "key"),
    [
        ([b"\x20\x11", b"v"], b"\x12"),
        ([b"\x20\x11", b"v"], b"\x11\x11"),
        ([b"\x20\x11", b"v"], b""),
        ([b"\x00\x11", HASH], b"\x12"),
        ([b"\x00\x11", HASH], b""),
        ([HASH, LEAF_OF_1, *[b""] * 15], b""),
        ([HASH, LEAF_OF_1, *[b""] * 15], b"\x21"),
        ([HASH, LEAF_OF_1, *[b""] * 15], b"\x12"),
        ([HASH, LEAF_OF_1, *[b""] * 15], b"\x01"),
    ],
)
def test_a_key_that_is_not_there_is_not_proven(node: object, key: bytes) -> None:
    encoded = rlp.encode(node)
    with pytest.raises(InvalidTrieProofError):
        prove_value(Hash32(keccak(encoded)), key, [encoded])


def test_a_proof_of_another_index_is_refused() -> None:
    values = {index_key(index): bytes([index + 1]) * 40 for index in range(200)}
    trie = Trie(values)
    for index in range(200):
        other = (index + 1) % 200
        with pytest.raises((InvalidTrieProofError, EvidenceTooLargeError)):
            prove_value(trie.root, index_key(index), trie.prove(index_key(other)))


def test_an_oversized_proof_is_refused_before_it_is_hashed() -> None:
    root = Hash32(bytes(32))
    with pytest.raises(EvidenceTooLargeError, match="nodes"):
        prove_value(root, b"\x80", [b"\xc0"] * 4)
    with pytest.raises(EvidenceTooLargeError, match="nodes"):
        prove_value(root, b"\x80", [b""] * 1_000_000)
    with pytest.raises(EvidenceTooLargeError, match="bytes"):
        prove_value(root, b"\x80", [bytes(MAX_PROOF), b"\0"])
    with pytest.raises(EvidenceTooLargeError, match="trie key"):
        prove_value(root, bytes(MAX_KEY + 1), [])
    with pytest.raises(InvalidTrieProofError, match="a node is missing"):
        prove_value(root, b"\x80", [])


@pytest.mark.parametrize(
    "bomb", [b"\xc0" * MAX_PROOF, b"\xfa\x0f\xff\xfc" + b"\xc0" * 0x0FFFFC, b"\xfb" + b"\xff" * 1000]
)
def test_a_bomb_that_the_root_commits_to_is_refused(bomb: bytes) -> None:
    with pytest.raises(EvidenceError):
        prove_value(Hash32(keccak(bomb)), b"\x80", [bomb])


def test_the_reference_itself_refuses_a_node_that_is_missing() -> None:
    values = {index_key(index): bytes([index + 1]) * 40 for index in range(200)}
    nodes = decoded_proof(reference(values), index_key(7))
    with pytest.raises(BadTrieProof):
        proven(Trie(values).root, index_key(7), nodes[1:])
