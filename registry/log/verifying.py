"""Checking proofs of the tree of RFC 6962 by the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2.

They are written as `contracts/src/libraries/MerkleInclusion.sol` writes them: the number of hashes follows
from the sizes alone and is compared before anything is hashed. Up to where the way from the leaf meets the
way from the last leaf (`inner`), a level has a sibling on either side; above, the way goes up the right edge
of the tree, where only left siblings remain, one for each one bit in what is left of the index.

A proof does not say how large its tree is: one that holds for a size often holds for its neighbours too. Size
and root belong together and must come from one place, a signed checkpoint or an anchor.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry.errors import LeafOutOfRangeError, LogShrunkError, WrongProofLengthError, WrongRootError
from registry.log.tree import EMPTY_ROOT, checked_hashes, checked_size, node_hash


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to from the hash of a leaf.

    Raises:
        LeafOutOfRangeError: A tree of that size has no such leaf.
        WrongProofLengthError: The proof is not as long as this leaf of this tree asks for.
        MalformedLogDataError: A hash is not 32 bytes, or `size` is none of a tree.
    """
    checked_size(size)
    if not 0 <= index < size:
        raise LeafOutOfRangeError(index, size)
    inner = (index ^ (size - 1)).bit_length()
    _require_length(inner + (index >> inner).bit_count(), proof)
    checked_hashes("proof", (leaf, *proof))

    reached = leaf
    for level, sibling in enumerate(proof):
        on_the_left = level >= inner or (index >> level) & 1
        reached = node_hash(sibling, reached) if on_the_left else node_hash(reached, sibling)
    return reached


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Nothing, if the leaf of this hash is in the tree of this size and root, at this index.

    Raises:
        WrongRootError: The proof leads to another root.
        LeafOutOfRangeError: A tree of that size has no such leaf.
        WrongProofLengthError: The proof is not as long as this leaf of this tree asks for.
        MalformedLogDataError: A hash is not 32 bytes, or `size` is none of a tree.
    """
    _require_root(size, root, root_from_inclusion(leaf, index, size, proof))


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Nothing, if the first tree is the beginning of the second; every tree grows from the empty one.

    Raises:
        LogShrunkError: The second tree is the smaller one.
        WrongRootError: The proof leads to another root for one of the sizes; the error names which.
        WrongProofLengthError: The proof is not as long as these sizes ask for.
        MalformedLogDataError: A hash is not 32 bytes, or a size is none of a tree.
    """
    checked_size(new_size)
    if checked_size(old_size) > new_size:
        raise LogShrunkError(old_size, new_size)
    checked_hashes("root", (old_root, new_root))
    if old_size in {0, new_size}:
        _require_length(0, proof)
        _require_unproved(old_size, old_root, new_size, new_root)
        return

    # The old tree ends with a complete subtree of 2^height leaves, from which both ways up begin. If that is
    # the whole old tree, its hash is known, and the proof leaves it out.
    height = (old_size & -old_size).bit_length() - 1
    whole = old_size.bit_count() == 1
    last = (old_size - 1) >> height
    inner = (last ^ ((new_size - 1) >> height)).bit_length()
    _require_length(inner + (last >> inner).bit_count() + (not whole), proof)
    checked_hashes("proof", proof)

    begin, *way = (old_root, *proof) if whole else proof
    old, new = begin, begin
    for level, sibling in enumerate(way):
        if level >= inner or (last >> level) & 1:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    _require_root(old_size, old_root, old)
    _require_root(new_size, new_root, new)


def _require_unproved(old_size: int, old_root: bytes, new_size: int, new_root: bytes) -> None:
    """What needs no proof: a tree is its own beginning, and the empty tree, of one root, is every tree's."""
    if old_size == 0:
        _require_root(old_size, old_root, EMPTY_ROOT)
    if old_size == new_size:
        _require_root(new_size, new_root, old_root)


def _require_length(expected: int, proof: Sequence[bytes]) -> None:
    if len(proof) != expected:
        raise WrongProofLengthError(expected, len(proof))


def _require_root(size: int, expected: bytes, reached: bytes) -> None:
    if reached != expected:
        raise WrongRootError(size, expected, reached)
