"""Distinguished Encoding Rules, strictly: one encoding for each value, bounded before it is read.

ITU-T X.690, section 10. Whoever makes a token chooses its bytes, so lengths that are indefinite, or written
longer than they need be, are refused. Nothing here recurses: a caller steps into what its format names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, GENERALIZED_TIME, SEQUENCE, SET = 0x0C, 0x18, 0x30, 0x31

MAX_ELEMENTS = 64  # in one SEQUENCE or SET; the largest of a token, its attributes, has about ten
MAX_INTEGER = 33  # bytes: a certificate's serial number and a nonce have at most 20 (RFC 5280, 4.1.2.2)

_LONG, _MULTIBYTE_TAG = 0x80, 0x1F
_MAX_LENGTH_BYTES = 3  # 16 MiB, far over any limit of a whole
_TIME = re.compile(rb"(\d{14})(?:\.(\d{0,5}[1-9]))?Z")
_ARCS_PER_ROOT = 40  # X.690, section 8.19.4: the first octet holds two arcs


@dataclass(frozen=True, slots=True)
class Element:
    """One tag, length and value: `content` is the value, `encoded` all three; `part` names it in failures."""

    tag: int
    content: bytes
    encoded: bytes
    part: str

    def children(self) -> Fields:
        """What a SEQUENCE, a SET or an explicit tag holds, in its order.

        Raises:
            MalformedEvidenceError: The content is no row of elements.
            EvidenceTooLargeError: More than `MAX_ELEMENTS`.
        """
        found: list[Element] = []
        position = 0
        while position < len(self.content):
            if len(found) == MAX_ELEMENTS:
                raise EvidenceTooLargeError(self.part, MAX_ELEMENTS + 1, MAX_ELEMENTS, "elements")
            element, position = _element(self.content, position, self.part)
            found.append(element)
        return Fields(found, self.part)

    def only(self, tag: int) -> Element:
        """The one element inside.

        Raises:
            MalformedEvidenceError: There are none, several, or one of another kind.
        """
        fields = self.children()
        element = fields.take(tag)
        fields.end()
        return element

    def integer(self) -> int:
        """An INTEGER's value, also under an implicit tag.

        Raises:
            MalformedEvidenceError: It is empty, or not written as shortly as it can be.
            EvidenceTooLargeError: More than `MAX_INTEGER` bytes.
        """
        if len(self.content) > MAX_INTEGER:
            raise EvidenceTooLargeError(self.part, len(self.content), MAX_INTEGER, "bytes of an integer")
        number = int.from_bytes(self.content, "big", signed=True)
        if not self.content or encode_integer(number, self.tag) != self.encoded:
            raise MalformedEvidenceError(self.part, "an integer is not written as shortly as it can be")
        return number

    def oid(self) -> str:
        """An OBJECT IDENTIFIER in dotted decimals.

        Raises:
            MalformedEvidenceError: It is none, or not written as shortly as it can be.
        """
        if not 0 < len(self.content) <= MAX_INTEGER:
            raise MalformedEvidenceError(self.part, "an object identifier is empty or endless")
        arcs, arc = [], 0
        for octet in self.content:
            arc = arc << 7 | octet & 0x7F
            if octet < _LONG:
                arcs.append(arc)
                arc = 0
        if arc or not arcs:
            raise MalformedEvidenceError(self.part, "an object identifier is cut off")
        first = min(arcs[0] // _ARCS_PER_ROOT, 2)
        dotted = ".".join(map(str, (first, arcs[0] - first * _ARCS_PER_ROOT, *arcs[1:])))
        if encode_oid(dotted) != self.encoded:
            raise MalformedEvidenceError(self.part, "an object identifier is not written in its one form")
        return dotted

    def time(self) -> datetime:
        """A GeneralizedTime, down to microseconds (RFC 3161, section 2.4.2).

        Raises:
            MalformedEvidenceError: It is none, not in UTC, or ends in zeros.
        """
        match = _TIME.fullmatch(self.content)
        digits, fraction = match.groups(b"0") if match else (b"", b"0")
        try:
            whole = datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise MalformedEvidenceError(self.part, "the time is no GeneralizedTime in UTC") from None
        return whole.replace(microsecond=int(fraction.ljust(6, b"0")))


class Fields:
    """Elements in a row, taken from left to right as a format names them."""

    def __init__(self, elements: list[Element], part: str) -> None:
        self._elements = elements
        self._part = part

    def __len__(self) -> int:
        return len(self._elements)

    def take(self, tag: int) -> Element:
        """The next element, which must have this tag.

        Raises:
            MalformedEvidenceError: It is missing or another.
        """
        element = self.take_if(tag)
        if element is None:
            found = f"0x{self._elements[0].tag:02x}" if self._elements else "the end"
            raise MalformedEvidenceError(self._part, f"expected tag 0x{tag:02x}, found {found}")
        return element

    def take_if(self, tag: int) -> Element | None:
        """The next element if it has this tag."""
        return self._elements.pop(0) if self._elements and self._elements[0].tag == tag else None

    def rest(self, tag: int) -> list[Element]:
        """All that is left, of one tag each.

        Raises:
            MalformedEvidenceError: One of them has another.
        """
        return [self.take(tag) for _ in range(len(self))]

    def end(self) -> None:
        """Nothing may be left.

        Raises:
            MalformedEvidenceError: Something is.
        """
        if self._elements:
            raise MalformedEvidenceError(self._part, f"an element 0x{self._elements[0].tag:02x} too many")


def decode(encoded: bytes, tag: int, part: str, limit: int) -> Element:
    """The element that these bytes, all of them, are the encoding of.

    Raises:
        EvidenceTooLargeError: More than `limit` bytes; none was looked at.
        MalformedEvidenceError: They are not the encoding of an element with this tag.
    """
    if len(encoded) > limit:
        raise EvidenceTooLargeError(part, len(encoded), limit, "bytes")
    element, end = _element(encoded, 0, part)
    if end != len(encoded):
        raise MalformedEvidenceError(part, f"{len(encoded) - end} bytes follow its end")
    if element.tag != tag:
        raise MalformedEvidenceError(part, f"expected tag 0x{tag:02x}, found 0x{element.tag:02x}")
    return element


def encode(tag: int, *contents: bytes) -> bytes:
    """An element around encoded contents."""
    content = b"".join(contents)
    if len(content) < _LONG:
        return bytes([tag, len(content)]) + content
    digits = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, _LONG + len(digits)]) + digits + content


def encode_integer(number: int, tag: int = INTEGER) -> bytes:
    """An INTEGER in as few bytes as hold it with its sign."""
    return encode(tag, number.to_bytes((number + (number < 0)).bit_length() // 8 + 1, "big", signed=True))


def encode_oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted decimals."""
    first, second, *others = map(int, dotted.split("."))
    return encode(OID, *map(_arc, (first * _ARCS_PER_ROOT + second, *others)))


def _arc(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(_LONG | number & 0x7F)
    return bytes(reversed(digits))


def _element(encoded: bytes, start: int, part: str) -> tuple[Element, int]:
    """The element that begins at `start`, and where it ends."""
    header = encoded[start : start + 2]
    if len(header) < 2:  # noqa: PLR2004  # tag and length
        raise MalformedEvidenceError(part, "it is cut off")
    tag, length = header
    if tag & _MULTIBYTE_TAG == _MULTIBYTE_TAG:
        raise MalformedEvidenceError(part, f"tag 0x{tag:02x} belongs to no timestamp")
    first = start + 2
    if length >= _LONG:
        length, first = _long_length(encoded, first, length - _LONG, part)
    end = first + length
    if end > len(encoded):
        raise MalformedEvidenceError(part, f"{length} bytes are announced, {len(encoded) - first} are left")
    return Element(tag, encoded[first:end], encoded[start:end], part), end


def _long_length(encoded: bytes, start: int, size: int, part: str) -> tuple[int, int]:
    """A length of `size` bytes, and where its content begins."""
    digits = encoded[start : start + size]
    if not 0 < size <= _MAX_LENGTH_BYTES or len(digits) < size:
        raise MalformedEvidenceError(part, "a length is indefinite, too large or cut off")
    length = int.from_bytes(digits, "big")
    if digits[0] == 0 or length < _LONG:
        raise MalformedEvidenceError(part, "a length is not written as shortly as it can be")
    return length, start + size
