"""Recursive Length Prefix, strictly: one encoding for each item, bounded before it is read.

Ethereum Yellow Paper, appendix B. Whoever makes evidence chooses its bytes, so size, depth and number of
items are limited, and every form that a correct encoder would not have chosen is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError

Item: TypeAlias = "bytes | tuple[Item, ...]"

SHORT = 55  # the longest payload whose length fits the first byte
_STRING, _LIST = 0x80, 0xC0


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read: bytes of an encoding, items in it, and lists in one another."""

    size: int
    items: int
    depth: int


def encode_item(item: Item) -> bytes:
    """The only encoding of an item."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < _STRING:
            return item
        return _prefix(len(item), _STRING) + item
    payload = b"".join(map(encode_item, item))
    return _prefix(len(payload), _LIST) + payload


def encode_integer(number: int) -> bytes:
    """A non-negative integer as an item: big-endian without leading zeros, so zero is empty."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def decode_item(encoded: bytes, part: str, limits: Limits) -> Item:
    """The item that these bytes, all of them, are the encoding of; `part` names them in failures.

    Raises:
        MalformedEvidenceError: They are none, or not the shortest one.
        EvidenceTooLargeError: More than `limits` allow.
    """
    if len(encoded) > limits.size:
        raise EvidenceTooLargeError(part, len(encoded), limits.size, "bytes")
    decoder = _Decoder(encoded, part, limits)
    item, end = decoder.read(0, len(encoded), 0)
    if end != len(encoded):
        raise MalformedEvidenceError(part, f"{len(encoded) - end} bytes follow its end")
    return item


def as_bytes(item: Item, part: str, name: str, size: int | None = None) -> bytes:
    """An item that must be a string, of exactly `size` bytes if given.

    Raises:
        MalformedEvidenceError: It is a list or has another size.
    """
    if not isinstance(item, bytes):
        raise MalformedEvidenceError(part, f"{name} is a list")
    if size is not None and len(item) != size:
        raise MalformedEvidenceError(part, f"{name} has {len(item)} bytes instead of {size}")
    return item


def as_integer(item: Item, part: str, name: str, max_bytes: int = 8) -> int:
    """An item that must be an integer of at most `max_bytes`.

    Raises:
        MalformedEvidenceError: It is a list, longer, or begins with a zero byte.
    """
    digits = as_bytes(item, part, name)
    if len(digits) > max_bytes:
        raise MalformedEvidenceError(part, f"{name} has {len(digits)} bytes, more than {max_bytes}")
    if digits[:1] == b"\0":
        raise MalformedEvidenceError(part, f"{name} begins with a zero byte")
    return int.from_bytes(digits, "big")


def as_list(item: Item, part: str, name: str, length: int | None = None) -> tuple[Item, ...]:
    """An item that must be a list, of exactly `length` items if given.

    Raises:
        MalformedEvidenceError: It is a string or has another length.
    """
    if isinstance(item, bytes):
        raise MalformedEvidenceError(part, f"{name} is not a list")
    if length is not None and len(item) != length:
        raise MalformedEvidenceError(part, f"{name} has {len(item)} items instead of {length}")
    return item


def _prefix(length: int, offset: int) -> bytes:
    if length <= SHORT:
        return bytes([offset + length])
    digits = encode_integer(length)
    return bytes([offset + SHORT + len(digits)]) + digits


class _Decoder:
    """Reads one encoding from left to right; positions are counted from its first byte."""

    def __init__(self, encoded: bytes, part: str, limits: Limits) -> None:
        self._encoded = encoded
        self._part = part
        self._limits = limits
        self._count = 0

    def read(self, start: int, stop: int, depth: int) -> tuple[Item, int]:
        """The item that begins at `start` and must end by `stop`, and where it ends."""
        self._count += 1
        if self._count > self._limits.items:
            raise EvidenceTooLargeError(self._part, self._count, self._limits.items, "items")
        offset, first, end = self._extent(start, stop)
        if offset != _LIST:
            return self._string(start, first, end), end
        if depth >= self._limits.depth:
            raise EvidenceTooLargeError(self._part, depth + 1, self._limits.depth, "lists in one another")
        items: list[Item] = []
        while first < end:
            item, first = self.read(first, end, depth + 1)
            items.append(item)
        return tuple(items), end

    def _extent(self, start: int, stop: int) -> tuple[int, int, int]:
        """What begins at `start` (string or list), and from where to where its payload goes."""
        if start >= stop:
            raise self._malformed(start, "the item is missing")
        lead = self._encoded[start]
        if lead < _STRING:
            return _STRING, start, start + 1
        offset = _LIST if lead >= _LIST else _STRING
        length, first = lead - offset, start + 1
        if length > SHORT:
            length, first = self._long(first, first + length - SHORT, stop)
        if length > stop - first:
            raise self._malformed(start, f"{length} bytes are announced, {stop - first} are left")
        return offset, first, first + length

    def _long(self, start: int, first: int, stop: int) -> tuple[int, int]:
        """A length that stands between `start` and `first`, in front of its payload."""
        digits = self._encoded[start:first]
        if first > stop:
            raise self._malformed(start, "the length is cut off")
        length = int.from_bytes(digits, "big")
        if digits[0] == 0 or length <= SHORT:
            raise self._malformed(start, "the length is not written as shortly as it can be")
        return length, first

    def _string(self, start: int, first: int, end: int) -> bytes:
        text = self._encoded[first:end]
        if first > start and len(text) == 1 and text[0] < _STRING:
            raise self._malformed(start, "a single byte is not written as itself")
        return text

    def _malformed(self, position: int, problem: str) -> MalformedEvidenceError:
        return MalformedEvidenceError(self._part, f"byte {position}: {problem}")
