"""The text of a DOCX: a ZIP archive of XML parts (ECMA-376). Loaded in decoder workers only."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final
from xml.parsers import expat

from registry.errors import MediaTooLargeError, UndecodableMediaError, UnsupportedMediaError
from registry.fingerprint import text_limits
from registry.fingerprint.text_limits import Collected

_MAIN = "word/document.xml"
_NOTES = ("footnotes.xml", "endnotes.xml")
_CHUNK_BYTES = 1 << 16

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_SPACES: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

# What zipfile raises for what is damaged, encrypted or packed in a way that it does not read.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, KeyError),
)


def read(path: Path) -> str:
    """The text of a document, then of its notes; a line for each paragraph.

    Raises:
        UnsupportedMediaError: Another kind of archive.
        MediaTooLargeError: More bytes, characters or levels than are read.
        UndecodableMediaError: Damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _text(archive)
    except _DAMAGED as error:
        raise UndecodableMediaError("text", "the document's archive is damaged or encrypted") from error


def _text(archive: zipfile.ZipFile) -> str:
    names = frozenset(archive.namelist())
    if _MAIN not in names:
        raise UnsupportedMediaError(f"an archive without {_MAIN}")
    collected = Collected()
    budget = _Budget(text_limits.MOST_UNPACKED_BYTES)
    folder = PurePosixPath(_MAIN).parent
    for name in (_MAIN, *(str(folder / note) for note in _NOTES)):
        if name in names:
            with archive.open(name) as part:
                _read_part(part, budget, collected)
    return collected.text()


class _Budget:
    """How many unpacked bytes may still come; what an archive says of its own sizes is not asked."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spent = 0

    def chunks(self, part: IO[bytes]) -> Iterator[bytes]:
        """The bytes of a part.

        Raises:
            MediaTooLargeError: More than the budget.
        """
        while chunk := part.read(_CHUNK_BYTES):
            self._spent += len(chunk)
            text_limits.check("unpacked bytes", self._spent, self._limit)
            yield chunk


def _read_part(part: IO[bytes], budget: _Budget, collected: Collected) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    listener = _Listener(collected)
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    try:
        for chunk in budget.chunks(part):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no names
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except expat.ExpatError as error:
        raise UndecodableMediaError("text", "the document's XML is malformed") from error


def _refuse_doctype(*_: object) -> None:
    """No document has one, and what it declares could unfold without end."""
    raise UndecodableMediaError("text", "the document's XML declares a document type")


class _Listener:
    """Collects the runs of text; deleted text and what stands for older readers are other elements."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._depth = 0
        self._skipped_from: int | None = None
        self._is_text = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > text_limits.MOST_NESTED:
            raise MediaTooLargeError("nested elements", self._depth, text_limits.MOST_NESTED)
        if name == _FALLBACK and self._skipped_from is None:
            self._skipped_from = self._depth
        local = _local(name)
        self._is_text = local == "t" and self._skipped_from is None
        if local in _SPACES and self._skipped_from is None:
            self._collected.add(_SPACES[local])

    def end(self, name: str) -> None:
        self._is_text = False
        if self._skipped_from == self._depth:
            self._skipped_from = None
        self._depth -= 1
        if _local(name) == "p" and self._skipped_from is None:
            self._collected.add("\n")

    def characters(self, data: str) -> None:
        if self._is_text:
            self._collected.add(data)


def _local(name: str) -> str:
    """The name of a WordprocessingML element; nothing for those of drawings and formulas."""
    space, _, local = name.rpartition(" ")
    return local if space in {_WORD, _STRICT_WORD} else ""
