"""The two alphabets of the C2SP formats, each value in one spelling only: decimal numbers and base64."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode

from registry.errors import MalformedLogDataError

UINT64_MAX = 2**64 - 1
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")  # 2^64 - 1 has 20 digits


def parse_uint64(what: str, text: str) -> int:
    """An unsigned 64-bit integer in ASCII decimals without leading zeros.

    Raises:
        MalformedLogDataError: Another spelling, or too large.
    """
    if not _DECIMAL.fullmatch(text) or (number := int(text)) > UINT64_MAX:
        raise MalformedLogDataError(what, "expected a decimal number below 2^64 without leading zeros")
    return number


def to_base64(content: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return b64encode(content).decode("ascii")


def parse_base64(what: str, text: str) -> bytes:
    """What standard base64 with padding spells, if the text is how it is written (RFC 4648, section 3.5).

    Raises:
        MalformedLogDataError: Another alphabet, missing padding, or bits set that encode nothing.
    """
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedLogDataError(what, "is not base64") from None
    if to_base64(content) != text:
        raise MalformedLogDataError(what, "is base64 of another spelling than the canonical one")
    return content


def decode_utf8(what: str, document: bytes | str, limit: int) -> str:
    """A document of at most `limit` bytes as text: newlines its only control characters, and its end.

    Raises:
        MalformedLogDataError: Too long, no UTF-8, a control character below U+0020, or no final newline.
    """
    # Text may hold what has no UTF-8 form; it is refused with everything else that is none.
    content = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(content) > limit:
        raise MalformedLogDataError(what, f"{len(content)} bytes of at most {limit}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedLogDataError(what, "is not UTF-8") from None
    if _CONTROL.search(text):
        raise MalformedLogDataError(what, "holds a control character")
    if not text.endswith("\n"):
        raise MalformedLogDataError(what, "does not end with a newline")
    return text
