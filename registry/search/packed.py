"""How a run is written down: columns one after the other, then their table of contents.

`colophon-index/1`, at offsets that are multiples of 64 the columns (little-endian), the table of contents as
JSON, its length (8 bytes, little-endian), and the same first line again.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from registry.errors import IndexDamagedError
from registry.search.hamming import Bands, CodeTable, Layout
from registry.search.runs import PostingsTable, Run

MAGIC: Final = b"colophon-index/1\n"
_ALIGNMENT: Final = 64  # a processor's cache line; more than any number's own
_TRAILER: Final = 8 + len(MAGIC)
_KINDS: Final = ("|u1", "<u4")

Column = NDArray[Any]


class Sink(Protocol):
    """Where bytes go."""

    def write_at(self, offset: int, data: memoryview | bytes) -> None:
        """Put bytes at an offset."""


class MemorySink:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write_at(self, offset: int, data: memoryview | bytes) -> None:
        """Put bytes at an offset, zeros before it."""
        end = offset + len(data)
        if end > len(self.data):
            self.data.extend(bytes(end - len(self.data)))
        self.data[offset:end] = data


class ColumnWriter:
    """A column that is written piece by piece; its place was reserved."""

    def __init__(self, sink: Sink, offset: int, kind: str, shape: tuple[int, ...]) -> None:
        self._sink, self.offset, self._kind, self._shape = sink, offset, kind, shape
        self._written, self._crc = 0, 0
        self.size = math.prod(shape) * np.dtype(kind).itemsize

    def write(self, piece: Column) -> None:
        """Append rows."""
        data = np.ascontiguousarray(piece, dtype=self._kind).data.cast("B") if piece.size else b""
        self._sink.write_at(self.offset + self._written, data)
        self._written += len(data)
        self._crc = zlib.crc32(data, self._crc)

    def entry(self) -> list[Any]:
        """Its line in the table of contents.

        Raises:
            IndexDamagedError: Not as much was written as was reserved: what was merged contradicts itself.
        """
        if self._written != self.size:
            raise IndexDamagedError("a file's rows are not as many as it says")
        return [self.offset, self._kind, list(self._shape), self._crc]


class RunWriter:
    """Reserves columns one after the other, and ends with their table of contents."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._columns: dict[str, ColumnWriter] = {}
        self._end = len(MAGIC)
        self.schemes: dict[str, Any] = {"postings": [], "codes": []}
        sink.write_at(0, MAGIC)

    def column(self, name: str, kind: str, shape: tuple[int, ...]) -> ColumnWriter:
        """Reserve the place of a column."""
        offset = -(-self._end // _ALIGNMENT) * _ALIGNMENT
        writer = ColumnWriter(self._sink, offset, kind, shape)
        self._columns[name] = writer
        self._end = offset + writer.size
        return writer

    def finish(self) -> tuple[int, str]:
        """Write the table of contents; the size of it all, and the table's SHA-256 in hex."""
        columns = {name: writer.entry() for name, writer in self._columns.items()}
        contents = json.dumps({**self.schemes, "columns": columns}).encode()
        trailer = len(contents).to_bytes(8, "little") + MAGIC
        self._sink.write_at(self._end, contents + trailer)
        return self._end + len(contents) + len(trailer), hashlib.sha256(contents).hexdigest()


def packed(run: Run) -> bytes:
    """A run as bytes, without tables of bands."""
    sink = MemorySink()
    writer = RunWriter(sink)
    for place, (scheme, table) in enumerate(run.postings.items()):
        writer.schemes["postings"].append(scheme)
        for name in ("keys", "starts", "numbers", "payloads"):
            _write_whole(writer, f"postings/{place}/{name}", getattr(table, name))
    for place, (scheme, codes) in enumerate(run.codes.items()):
        writer.schemes["codes"].append([scheme, 0, 0])
        for name in ("numbers", "codes", "payloads"):
            _write_whole(writer, f"codes/{place}/{name}", getattr(codes, name))
    writer.finish()
    return bytes(sink.data)


def _write_whole(writer: RunWriter, name: str, column: Column) -> None:
    writer.column(name, "|u1" if column.dtype == np.uint8 else "<u4", column.shape).write(column)


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents of a packed run, over its bytes."""

    data: memoryview
    columns: Mapping[str, Any]
    schemes: Mapping[str, Any]

    def run(self) -> Run:
        """The run, mapped: no row is read."""
        postings = {
            scheme: PostingsTable(*(self._of(f"postings/{place}", name) for name in _POSTINGS))
            for place, scheme in enumerate(self.schemes["postings"])
        }
        codes = {
            scheme: CodeTable(
                self._of(f"codes/{place}", "numbers"),
                self._of(f"codes/{place}", "codes"),
                self._of(f"codes/{place}", "payloads"),
                self._bands(f"codes/{place}", Layout(bands, bits)) if bands else None,
            )
            for place, (scheme, bands, bits) in enumerate(self.schemes["codes"])
        }
        return Run(postings, codes)

    def check(self) -> None:
        """Read it all and compare its checksums.

        Raises:
            IndexDamagedError: A column is not as it was written.
        """
        for name, (offset, kind, shape, crc) in self.columns.items():
            size = math.prod(shape) * np.dtype(kind).itemsize
            if zlib.crc32(self.data[offset : offset + size]) != crc:
                raise IndexDamagedError(f"column {name} of a file is not as it was written")

    def _bands(self, name: str, layout: Layout) -> Bands:
        return Bands(layout, self._of(name, "starts"), self._of(name, "rows"))

    def _of(self, table: str, name: str) -> Column:
        offset, kind, shape, _ = self.columns[f"{table}/{name}"]
        if not math.prod(shape):
            return np.empty(shape, dtype=kind)
        flat = np.frombuffer(self.data, dtype=np.dtype(kind), count=math.prod(shape), offset=offset)
        return flat.reshape(shape)


_POSTINGS: Final = ("keys", "starts", "numbers", "payloads")


def contents_of(data: memoryview, digest: str | None = None) -> Contents:
    """Read the table of contents of a packed run.

    Raises:
        IndexDamagedError: It is cut, not of this format, or its table is not the one of this SHA-256.
    """
    end = len(data) - _TRAILER
    if end < len(MAGIC) or bytes(data[: len(MAGIC)]) != MAGIC or bytes(data[end + 8 :]) != MAGIC:
        raise IndexDamagedError("a file is cut short or of another format")
    start = end - int.from_bytes(data[end : end + 8], "little")
    if start < len(MAGIC):
        raise IndexDamagedError("a file's table of contents is cut short")
    table = bytes(data[start:end])
    if digest is not None and hashlib.sha256(table).hexdigest() != digest:
        raise IndexDamagedError("a file's table of contents is not the one that was written")
    try:
        document = json.loads(table)
        columns = document.pop("columns")
        _check_columns(columns, start)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError("a file's table of contents cannot be read") from error
    return Contents(data, columns, document)


def _check_columns(columns: Mapping[str, Any], end: int) -> None:
    for offset, kind, shape, _ in columns.values():
        if kind not in _KINDS or offset + math.prod(shape) * np.dtype(kind).itemsize > end:
            raise ValueError(kind)
