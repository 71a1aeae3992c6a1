"""Merkle-Patricia tries: the way from a root to the value under a key (Ethereum Yellow Paper, appendix D).

A proof is the nodes that are referred to by hash, root first. Nodes of under 32 bytes stand inside their
parent. Only what a correct trie holds is taken, so that one value has one proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from eth_utils.crypto import keccak

from registry.errors import EvidenceTooLargeError, InvalidTrieProofError, MalformedEvidenceError
from registry.evidence.items import Item, Limits, decode_item, encode_integer, encode_item
from registry.model import Hash32

MAX_KEY = 32  # bytes: the longest key of any of Ethereum's tries is a hash
MAX_PROOF = 1 << 20  # bytes of all nodes: a receipt of that size costs over 8 million gas
# A branch whose children all stand inside it has 17 items and 16 times under 32 bytes.
NODE_LIMITS = Limits(size=MAX_PROOF, items=600, depth=16)
EMPTY_ROOT = Hash32(keccak(encode_item(b"")))

BRANCH, PAIR = 17, 2
_EMBEDDED = 32  # an encoding of fewer bytes stands inside its parent
_LEAF, _ODD = 2, 1  # flags of the hex-prefix encoding (appendix C)

Nibbles: TypeAlias = tuple[int, ...]
Fetch: TypeAlias = Callable[[Hash32], bytes]


def index_key(index: int) -> bytes:
    """The key of a block's transaction or receipt: the RLP encoding of its index (section 4.3.2)."""
    return encode_item(encode_integer(index))


def nibbles_of(key: bytes) -> Nibbles:
    """The half bytes of a key, high ones first."""
    return tuple(half for byte in key for half in (byte >> 4, byte & 15))


def prove_value(root: Hash32, key: bytes, nodes: Sequence[bytes]) -> bytes:
    """The value under `key` in the trie with this root, if the nodes prove it.

    Raises:
        MalformedEvidenceError: A node is none of a trie.
        EvidenceTooLargeError: There are more nodes or bytes than a proof of this key can have.
        InvalidTrieProofError: A node is missing, too many or another one; or another key is there.
    """
    most = 2 * len(key) + 1
    if len(key) > MAX_KEY:
        raise EvidenceTooLargeError("trie key", len(key), MAX_KEY, "bytes")
    if len(nodes) > most:
        raise EvidenceTooLargeError("trie proof", len(nodes), most, "nodes")
    if (size := sum(map(len, nodes))) > MAX_PROOF:
        raise EvidenceTooLargeError("trie proof", size, MAX_PROOF, "bytes")
    left = list(reversed(nodes))

    def fetch(reference: Hash32) -> bytes:
        if not left:
            raise InvalidTrieProofError("a node is missing")
        node = left.pop()
        if keccak(node) != reference:
            raise InvalidTrieProofError(f"node {len(nodes) - len(left) - 1} is not the one referred to")
        return node

    value = follow(root, key, fetch)
    if left:
        raise InvalidTrieProofError(f"{len(left)} nodes too many")
    return value


def follow(root: Hash32, key: bytes, fetch: Fetch) -> bytes:
    """Go from the root to the value under `key`; `fetch` gives the encoding of the node with a hash.

    Raises:
        MalformedEvidenceError: A node is none of a trie.
        InvalidTrieProofError: Nothing is under that key; and what `fetch` raises.
    """
    path = nibbles_of(key)
    node = _read(fetch(root))
    while True:
        if len(node) == BRANCH:
            if not path:
                return _value(node[-1])
            child, path, needs_branch = node[path[0]], path[1:], False
        else:
            is_leaf, skipped = _unpack(node[0])
            if path[: len(skipped)] != skipped or (is_leaf and len(path) != len(skipped)):
                raise InvalidTrieProofError("another key is there")
            if is_leaf:
                return _value(node[1])
            child, path, needs_branch = node[1], path[len(skipped) :], True
        node = _enter(child, fetch)
        if needs_branch and len(node) != BRANCH:
            raise _malformed("an extension leads to no branch")


def _enter(child: Item, fetch: Fetch) -> tuple[Item, ...]:
    if isinstance(child, tuple):
        return _check(child)
    if not child:
        raise InvalidTrieProofError("nothing is under that key")
    encoded = fetch(Hash32(child))
    if len(encoded) < _EMBEDDED:
        raise _malformed("a node that belongs inside its parent stands alone")
    return _read(encoded)


def _read(encoded: bytes) -> tuple[Item, ...]:
    item = decode_item(encoded, "trie node", NODE_LIMITS)
    if item == b"":
        raise InvalidTrieProofError("the trie is empty")
    if isinstance(item, bytes):
        raise _malformed("it is a string")
    return _check(item)


def _check(node: tuple[Item, ...]) -> tuple[Item, ...]:
    """A node whose parts are of their form; children inside of it are looked at when they are entered."""
    if len(node) == BRANCH:
        _check_branch(node)
    elif len(node) == PAIR:
        is_leaf, skipped = _unpack(node[0])
        if is_leaf and node[1] == b"":
            raise _malformed("a leaf has no value")
        if is_leaf:
            return node
        if not skipped or not _is_reference(node[1]):
            raise _malformed("an extension leads nowhere")
    else:
        raise _malformed(f"it has {len(node)} items")
    return node


def _check_branch(node: tuple[Item, ...]) -> None:
    if not isinstance(node[-1], bytes):
        raise _malformed("a branch's value is a list")
    if not all(child == b"" or _is_reference(child) for child in node[:-1]):
        raise _malformed("a branch's child is neither a hash nor a small node")
    if sum(1 for item in node if item) < 2:  # noqa: PLR2004  # with one, it would be a leaf or an extension
        raise _malformed("a branch parts no ways")


def _is_reference(child: Item) -> bool:
    if isinstance(child, bytes):
        return len(child) == Hash32.SIZE
    return len(encode_item(child)) < _EMBEDDED


def _unpack(item: Item) -> tuple[bool, Nibbles]:
    """Whether a pair is a leaf, and the nibbles it skips (hex-prefix encoding, appendix C)."""
    if not isinstance(item, bytes) or not item:
        raise _malformed("a path is missing")
    if len(item) > MAX_KEY + 1:
        raise _malformed("a path is longer than any key")
    flag, *rest = nibbles_of(item)
    if flag > _LEAF + _ODD:
        raise _malformed("a path has unknown flags")
    if flag & _ODD:
        return bool(flag & _LEAF), tuple(rest)
    if rest[0] != 0:
        raise _malformed("a path is padded with something")
    return bool(flag & _LEAF), tuple(rest[1:])


def _value(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise _malformed("a value is a list")
    if not item:
        raise InvalidTrieProofError("nothing is under that key")
    return item


def _malformed(problem: str) -> MalformedEvidenceError:
    return MalformedEvidenceError("trie node", problem)
