"""Text files: from bytes to characters, and to what is read of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from registry.errors import UndecodableMediaError
from registry.fingerprint import text_html, text_limits
from registry.fingerprint.text_sniffing import HTML, MARKDOWN, PLAIN, encoding_of

_LINK_TARGET = re.compile(r"(?<=\]\()[^()\s]{1,2000}")
_DECLARED = re.compile(
    rb"<meta[^>]{1,200}charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([a-zA-Z0-9_:-]{1,40})", re.IGNORECASE
)
_DECLARED_WITHIN = 1024  # bytes, as the HTML standard has it

# Names that pages still declare (the WHATWG's Encoding standard, 4.2), and the codec that reads each.
_CODECS: Final = {
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "us-ascii"), "cp1252"),
    **{f"windows-125{number}": f"cp125{number}" for number in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"iso-8859-{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{name: name for name in ("koi8-r", "koi8-u", "big5", "euc-jp", "iso-2022-jp")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
}


def read(path: Path, media_type: str) -> str:
    """The text of a file of one of the types of `READERS`.

    Raises:
        MediaTooLargeError: Over the limits of `text_limits`.
        UndecodableMediaError: In no encoding that is read.
    """
    with path.open("rb") as file:
        data = file.read(text_limits.MOST_BYTES + 1)
    text_limits.check("bytes", len(data), text_limits.MOST_BYTES)
    text = READERS[media_type](data)
    text_limits.check_characters(len(text))
    return text


def _plain(data: bytes) -> str:
    encoding = encoding_of(data)
    if encoding is None:
        raise UndecodableMediaError("text", "it is neither UTF-8 nor UTF-16; save it as UTF-8")
    return _decoded(data, encoding)


def _markdown(data: bytes) -> str:
    """Addresses of links become spaces: nobody reads them, and offsets stay."""
    return _LINK_TARGET.sub(lambda target: " " * len(target[0]), _plain(data))


def _html(data: bytes) -> str:
    encoding = encoding_of(data) or _declared(data)
    if encoding is None:
        raise UndecodableMediaError("text", "it is not UTF-8, and declares no other encoding that is read")
    return text_html.read(_decoded(data, encoding))


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    return _CODECS.get(found[1].decode("ascii").lower()) if found else None


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not of the encoding {encoding}"
        raise UndecodableMediaError("text", problem) from error


READERS: Final[dict[str, Callable[[bytes], str]]] = {PLAIN: _plain, MARKDOWN: _markdown, HTML: _html}
