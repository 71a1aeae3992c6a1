"""A JSON document that is whole at every moment while its list grows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class GrowingDocument:
    """Writes an object with a growing list of `items` as its last but some keys.

    After each item the end of the document follows, and the next item is written over it: what was written
    when a run is cut short can be read as if the run had been shorter.
    """

    def __init__(self, path: Path, items: str, head: Mapping[str, Any]) -> None:
        self._file = path.open("wb")
        self._tail = b"\n]\n}\n"
        lines = [f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
        self._write(f"{{\n{''.join(lines)} {json.dumps(items)}: [", self._tail)
        self._is_empty = True

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def add(self, item: Mapping[str, Any]) -> None:
        """Append an item to the list."""
        self._file.seek(-len(self._tail), 2)
        comma = "" if self._is_empty else ","
        self._write(f"{comma}\n  {json.dumps(item)}", self._tail)
        self._is_empty = False

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write what is known only when the list has ended."""
        self._file.seek(-len(self._tail), 2)
        lines = [f",\n {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()]
        self._tail = b"\n}\n"
        self._write(f"\n ]{''.join(lines)}", self._tail)

    def _write(self, text: str, tail: bytes) -> None:
        self._file.write(text.encode() + tail)
        self._file.truncate()
        self._file.flush()
