"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: hashes, roots, and proofs made from stored nodes.

A tree is never held as a whole. Every range of leaves that a root or a proof speaks of is split into complete
subtrees, and whoever stores the tree is asked for the hashes of those, O(log n) of them, in one go.
`registry.log.verifying` checks what is made here, as `contracts/src/libraries/MerkleInclusion.sol` does. A
leaf of this registry is the 32-byte EIP-712 digest of a statement; nothing below depends on its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import Protocol, Self

from registry.errors import LeafOutOfRangeError, LogShrunkError, MalformedLogDataError

HASH_BYTES = 32
MAX_SIZE = 2**64 - 1  # the contract counts leaves in a uint64
EMPTY_ROOT = sha256(b"").digest()

_LEAF = b"\x00"
_NODE = b"\x01"


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree: the leaves from `index << level` up to, not including, `(index + 1) << level`."""

    level: int
    index: int


class NodeReader(Protocol):
    """Where the hashes of complete subtrees are kept."""

    def read(self, nodes: Sequence[Node]) -> Sequence[bytes]:
        """The hash of each node, 32 bytes, in the order asked for; asked once per root or proof.

        Raises:
            MissingTileError: A node is not there.
            MalformedLogDataError: What is stored is no part of a tree.
        """


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf, apart from every node's (RFC 6962, section 2.1)."""
    return sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 6962, section 2.1)."""
    return sha256(_NODE + left + right).digest()


def row_above(row: bytes) -> bytes:
    """The hash of each pair of hashes that stand side by side, an even number of them; as `node_hash`."""
    pairs = range(0, len(row), 2 * HASH_BYTES)
    return b"".join([sha256(_NODE + row[at : at + 2 * HASH_BYTES]).digest() for at in pairs])


def root_of(nodes: NodeReader, size: int) -> bytes:
    """The root over the first `size` leaves of a stored tree.

    Raises:
        MissingTileError: The tree is not stored that far.
        MalformedLogDataError: What is stored is no part of a tree, or `size` is none of a tree.
    """
    checked_size(size)
    return _hashes_of(nodes, [(0, size)])[0] if size else EMPTY_ROOT


def prove_inclusion(nodes: NodeReader, index: int, size: int) -> tuple[bytes, ...]:
    """The siblings from a leaf up to the root over `size` leaves, lowest first (RFC 6962, section 2.1.1).

    Raises:
        LeafOutOfRangeError: The tree has no such leaf.
        MissingTileError: The tree is not stored that far.
        MalformedLogDataError: What is stored is no part of a tree, or `size` is none of a tree.
    """
    checked_size(size)
    if not 0 <= index < size:
        raise LeafOutOfRangeError(index, size)

    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return tuple(_hashes_of(nodes, ranges[::-1]))


def prove_consistency(nodes: NodeReader, old_size: int, new_size: int) -> tuple[bytes, ...]:
    """The hashes that show the first tree to be the beginning of the second (RFC 6962, section 2.1.2).

    Nothing is needed from the empty tree on, nor between equal sizes: the proof is empty then.

    Raises:
        LogShrunkError: The second tree is the smaller one.
        MissingTileError: The tree is not stored that far.
        MalformedLogDataError: What is stored is no part of a tree, or a size is none of a tree.
    """
    checked_size(new_size)
    if checked_size(old_size) > new_size:
        raise LogShrunkError(old_size, new_size)
    if old_size == 0:
        return ()

    ranges: list[tuple[int, int]] = []
    start, end = 0, new_size
    while end != old_size:
        split = _split(start, end)
        if old_size <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    # Whoever checks the proof has the old root; only a smaller subtree has to be named.
    if start:
        ranges.append((start, end))
    return tuple(_hashes_of(nodes, ranges[::-1]))


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    Attributes:
        size: Number of leaves.
        hashes: Of the complete subtrees that the tree consists of, largest first: one for each one bit of
            `size`.

    Raises:
        MalformedLogDataError: The hashes are not those of a tree of that size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != checked_size(self.size).bit_count():
            raise MalformedLogDataError("frontier", f"{len(self.hashes)} hashes for {self.size} leaves")
        checked_hashes("frontier", self.hashes)

    @classmethod
    def at(cls, nodes: NodeReader, size: int) -> Self:
        """The edge of a stored tree; what has been appended since is not looked at.

        Raises:
            MissingTileError: The tree is not stored that far.
            MalformedLogDataError: What is stored is no part of a tree, or `size` is none of a tree.
        """
        return cls(size, tuple(nodes.read(_cover(0, checked_size(size)))))

    def append(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """The edge after these leaves, given by their hashes: at most 64 node hashes a leaf, one on average.

        Raises:
            MalformedLogDataError: A hash is not 32 bytes, or the tree would outgrow 2^64 - 1 leaves.
        """
        stack, size = list(self.hashes), self.size
        for leaf in leaf_hashes:
            if len(leaf) != HASH_BYTES:
                raise MalformedLogDataError("leaf", f"its hash has {len(leaf)} bytes, not {HASH_BYTES}")
            subtree = leaf
            # Each one bit that the addition carries over is a subtree that finds its right half.
            carried = size
            while carried & 1:
                subtree = node_hash(stack.pop(), subtree)
                carried >>= 1
            stack.append(subtree)
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        """The root of the tree."""
        return _joined(self.hashes) if self.hashes else EMPTY_ROOT


def checked_size(size: int) -> int:
    """A number of leaves that the contract can count.

    Raises:
        MalformedLogDataError: Negative, or over 2^64 - 1.
    """
    if not 0 <= size <= MAX_SIZE:
        raise MalformedLogDataError("size", "a tree has from 0 to 2^64 - 1 leaves")
    return size


def checked_hashes(what: str, hashes: Sequence[bytes]) -> None:
    """Nothing, if every hash is 32 bytes long.

    Raises:
        MalformedLogDataError: One is not.
    """
    if any(len(found) != HASH_BYTES for found in hashes):
        raise MalformedLogDataError(what, f"a hash has {HASH_BYTES} bytes")


def _split(start: int, end: int) -> int:
    """Where RFC 6962 splits a range of two leaves or more: at the largest power of two below its length."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _cover(start: int, end: int) -> list[Node]:
    """The complete subtrees of a range, largest first; `start` is one where the tree itself would split."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def _joined(hashes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees that stand side by side, largest first."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def _hashes_of(nodes: NodeReader, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hash over each range of leaves."""
    covers = [_cover(start, end) for start, end in ranges]
    read = iter(nodes.read([node for cover in covers for node in cover]))
    return [_joined([next(read) for _ in cover]) for cover in covers]
