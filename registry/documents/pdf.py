"""The objects of a PDF file and how they are written (ISO 32000-1, sections 7.3 and 7.5).

Only what an archived page of text, pictures and attachments needs. It is written here because a certificate
must come out byte for byte the same, hold glyphs that were shaped before (not characters), and carry what
PDF/A asks for; the general libraries do one or two of these.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_IRREGULAR = re.compile(rb"[^A-Za-z0-9_.+-]")
# The second line tells whoever moves the file that it is not text: four bytes over 127 (section 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ID_BYTES = 16


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of an object that stands elsewhere in the file."""

    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes with a dictionary; deflated unless `plain` or already encoded (its dictionary names a filter)."""

    data: bytes
    dictionary: Mapping[str, Any] = field(default_factory=dict)
    plain: bool = False


def encode(value: object) -> bytes:
    """The bytes of None, a boolean, a number, text, bytes, a name, a reference, a list or a mapping.

    Text becomes UTF-16 with a byte order mark (section 7.9.2.2), bytes a hexadecimal string; floats are
    rounded to a thousandth of a unit, far below what any printer shows.

    Raises:
        TypeError: Another type.
    """
    match value:
        case str() | bytes():
            return _string(value)
        case Mapping():
            inner = b" ".join(encode(Name(key)) + b" " + encode(item) for key, item in value.items())
            return b"<< " + inner + b" >>"
        case Sequence():
            return b"[" + b" ".join(encode(item) for item in value) + b"]"
        case _:
            return _scalar(value)


class PdfFile:
    """Objects in the order they are added, and the file they make."""

    def __init__(self) -> None:
        self._objects: list[bytes | None] = []

    def reserve(self) -> Reference:
        """A number for an object that others must name before it is known."""
        self._objects.append(None)
        return Reference(len(self._objects))

    def put(self, reference: Reference, value: object) -> Reference:
        """Write an object under a reserved number."""
        self._objects[reference.number - 1] = _indirect(value)
        return reference

    def add(self, value: object) -> Reference:
        """Write an object under the next number."""
        return self.put(self.reserve(), value)

    def write(self, root: Reference) -> bytes:
        """The whole file; its identifier is taken from its own bytes, so the same objects give the same file.

        Raises:
            ValueError: A number was reserved and never written.
        """
        body = bytearray(_HEADER)
        offsets = []
        for number, content in enumerate(self._objects, 1):
            if content is None:
                raise ValueError(f"object {number} was reserved and never written")
            offsets.append(len(body))
            body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        start = len(body)
        body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        identifier = hashlib.sha256(body).digest()[:_ID_BYTES]
        trailer = {"Size": len(offsets) + 1, "Root": root, "ID": [identifier, identifier]}
        return bytes(body + b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (encode(trailer), start))


def number(value: float) -> bytes:
    """A number as PDF writes it: no exponent, at most three decimals."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return b"0" if text in {"-0", ""} else text.encode()


def _string(value: str | bytes) -> bytes:
    if isinstance(value, Name):
        return b"/" + _IRREGULAR.sub(lambda found: b"#%02X" % found[0][0], value.encode())
    if isinstance(value, str):
        value = b"\xfe\xff" + value.encode("utf-16-be")
    return b"<" + value.hex().upper().encode() + b">"


def _scalar(value: object) -> bytes:
    match value:
        case None:
            return b"null"
        case bool():
            return b"true" if value else b"false"
        case int():
            return b"%d" % value
        case float():
            return number(value)
        case Reference():
            return b"%d 0 R" % value.number
        case _:
            raise TypeError(f"{type(value).__name__} is nothing a PDF can hold")


def _indirect(value: object) -> bytes:
    if not isinstance(value, Stream):
        return encode(value)
    data, dictionary = value.data, dict(value.dictionary)
    if not value.plain and "Filter" not in dictionary:
        data, dictionary["Filter"] = zlib.compress(data, 9), Name("FlateDecode")
    dictionary["Length"] = len(data)
    return encode(dictionary) + b"\nstream\n" + data + b"\nendstream"
