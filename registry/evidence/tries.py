"""Making a Merkle-Patricia trie and the proofs from it (Ethereum Yellow Paper, appendix D)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eth_utils.crypto import keccak

from registry.errors import InvalidTrieProofError
from registry.evidence.items import Item, encode_item
from registry.evidence.patricia import Nibbles, follow, nibbles_of
from registry.model import Hash32

_Entries = Sequence[tuple[Nibbles, bytes]]


class Trie:
    """A trie of given values, none of them empty, by their keys; it is never changed."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._nodes: dict[bytes, bytes] = {}
        entries = sorted((nibbles_of(key), value) for key, value in values.items())
        top = encode_item(self._node(entries) if entries else b"")
        self.root = Hash32(keccak(top))
        self._nodes[self.root] = top

    def prove(self, key: bytes) -> tuple[bytes, ...]:
        """The nodes from the root to the value under `key`, as `patricia.prove_value` takes them.

        Raises:
            InvalidTrieProofError: Nothing is under that key.
        """
        nodes: list[bytes] = []

        def fetch(reference: Hash32) -> bytes:
            if reference not in self._nodes:
                raise InvalidTrieProofError("a node is missing")
            nodes.append(self._nodes[reference])
            return nodes[-1]

        follow(self.root, key, fetch)
        return tuple(nodes)

    def _node(self, entries: _Entries) -> Item:
        """The node above entries that are sorted by what is left of their keys."""
        (first, value), (last, _) = entries[0], entries[-1]
        if len(entries) == 1:
            return (_packed(first, leaf=True), value)
        # of sorted keys, the outermost two have in common what all have
        common = next(
            (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None
        )
        common = min(len(first), len(last)) if common is None else common
        if common:
            rest = [(path[common:], value) for path, value in entries]
            return (_packed(first[:common], leaf=False), self._reference(rest))
        return self._branch(entries)

    def _branch(self, entries: _Entries) -> Item:
        below: list[list[tuple[Nibbles, bytes]]] = [[] for _ in range(16)]
        own = b""
        for path, value in entries:
            if path:
                below[path[0]].append((path[1:], value))
            else:
                own = value
        return (*(self._reference(rest) if rest else b"" for rest in below), own)

    def _reference(self, entries: _Entries) -> Item:
        node = self._node(entries)
        encoded = encode_item(node)
        if len(encoded) < Hash32.SIZE:
            return node
        name = keccak(encoded)
        self._nodes[name] = encoded
        return name


def _packed(path: Nibbles, *, leaf: bool) -> bytes:
    """A path in the hex-prefix encoding (appendix C)."""
    flag = 2 * leaf + len(path) % 2
    halves = (flag, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes(high << 4 | low for high, low in zip(halves[::2], halves[1::2], strict=True))
