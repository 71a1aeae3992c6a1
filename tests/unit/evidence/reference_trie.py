"""py-trie, an independent implementation of Merkle-Patricia tries, for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rlp
from trie.hexary import HexaryTrie


def reference(values: Mapping[bytes, bytes]) -> HexaryTrie:
    """A trie of values by their keys."""
    trie = HexaryTrie({})
    for key, value in values.items():
        trie[key] = value
    return trie


def decoded_proof(trie: HexaryTrie, key: bytes) -> tuple[Any, ...]:
    """All nodes on the way to a key, those inside their parents too, decoded."""
    nodes: tuple[Any, ...] = trie.get_proof(key)  # type: ignore[no-untyped-call]  # py-trie types half of itself
    return nodes


def hashed_proof(trie: HexaryTrie, key: bytes) -> list[bytes]:
    """The nodes that are referred to by hash: the root, and those that are not inside their parents."""
    nodes = [rlp.encode(node) for node in decoded_proof(trie, key)]
    return [node for number, node in enumerate(nodes) if number == 0 or len(node) >= 32]


def proven(root: bytes, key: bytes, nodes: tuple[Any, ...]) -> bytes:
    """What the reference finds proven under a key; nothing is empty.

    Raises:
        BadTrieProof: A node is missing.
    """
    value: bytes = HexaryTrie.get_from_proof(root, key, nodes)  # type: ignore[no-untyped-call]  # as above
    return value
