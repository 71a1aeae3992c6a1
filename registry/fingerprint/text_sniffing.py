"""Which kind of text a file is, by its first bytes; what has the bytes of no text is none."""

from __future__ import annotations

import codecs
import re
from typing import Final

PLAIN, MARKDOWN, HTML = "text/plain", "text/markdown", "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ZIP = b"PK\x03\x04"
_OFFICE_NAMES = (b"[Content_Types].xml", b"word/", b"_rels/.rels")
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}%PDF-\d")
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b") | {127}
_PLAIN_BYTES: Final = frozenset(range(32, 127)) | frozenset(b"\t\n\r\f\x1b")
_LEAST_UNITS = 2  # of UTF-16 without a mark: fewer bytes could be anything

_TELLING_BYTES = 256
# So many bytes without a control character are no chance: one in ten trillion of random ones.

# The WHATWG's MIME sniffing standard, section 7.1: the tags that tell HTML, behind spaces and comments.
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|title|body|script|iframe|"
    r"h1|div|font|table|a|style|b|br|p|meta|article|main|section|ul|ol)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN = re.compile(
    r"^#{2,6} \S|^(?:```|~~~)|\S\]\([^()\s]+\)|^[^\s#].*\n(?:={3,}|-{3,})\s*$", re.MULTILINE
)


def media_type(head: bytes) -> str | None:
    """The media type of a file that begins with `head`, None if it is no text.

    A text in an encoding of one country has the type too, or its owner would be told no more than that the
    file is not supported; it is refused when it is decoded.
    """
    if head.startswith(_ZIP):
        return DOCX if any(name in head for name in _OFFICE_NAMES) else None
    if _PDF.match(head):
        return PDF
    encoding = encoding_of(head)
    if encoding is None:
        return _of_an_older_encoding(head)
    characters = head.decode(encoding, "ignore").removeprefix("\ufeff")
    if not characters or any(ord(each) in _CONTROLS for each in characters):
        return None
    if _HTML.match(characters):
        return HTML
    return MARKDOWN if _MARKDOWN.search(characters) else PLAIN


def encoding_of(data: bytes) -> str | None:
    """UTF-8, 16 or 32, by the mark at the beginning or else by the bytes; None if it is none of them.

    `data` may end within a character.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name if _is_decodable(data, name) else None
    if b"\0" not in data:
        return "utf-8" if _is_decodable(data, "utf-8") else None
    return next((name for name in ("utf-16-le", "utf-16-be") if _is_wide(data, name)), None)


def _is_wide(data: bytes, encoding: str) -> bool:
    """Whether bytes without a mark are UTF-16: no zero character, and spaces or ASCII among them."""
    if len(data) < 2 * _LEAST_UNITS or not _is_decodable(data, encoding):
        return False
    characters = data.decode(encoding, "ignore")
    known = sum((each.isascii() and each.isprintable()) or each.isspace() for each in characters)
    return "\0" not in characters and 2 * known >= len(characters)


def _is_decodable(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _of_an_older_encoding(head: bytes) -> str | None:
    """The type of a text of which only the ASCII can be told; its encoding may be declared in it."""
    if any(byte in _CONTROLS for byte in head):
        return None
    if _HTML.match(head.decode("latin-1")):
        return HTML
    plain = sum(byte in _PLAIN_BYTES for byte in head)
    return PLAIN if 2 * plain >= len(head) or len(head) >= _TELLING_BYTES else None
