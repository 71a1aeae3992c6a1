"""What is said of each file of a folder: by its name, or by a row of a CSV file that is read strictly."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from registry import schemas
from registry.cli.failures import CommandError
from registry.cli.plain import printable
from registry.errors import InvalidDocumentError

_USES = ("search", "train-ai", "train-genai", "ai-input")
COLUMNS = ("file", "title", "creators", "year", "language", "how_made", *_USES)
_MOST_ERRORS = 20  # who has more made one mistake many times
_MOST_BYTES = 256 * 2**20  # a million rows
# What the registry adds to the facts, of the right form, so that facts are checked by the schema they end in.
_ADDED = {
    "format": "colophon.metadata/1",
    "media_type": "image/png",
    "bytes": 1,
    "similarity_report": "0x" + "00" * 32,
    "answers": {},
    "salt": "0x" + "00" * 32,
}


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Facts of each file: what is said of all, and over it what its row says, if there are rows."""

    shared: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]] | None = None

    def covers(self, name: str) -> bool:
        """Whether the file is meant."""
        return self.rows is None or name in self.rows

    def of(self, name: str) -> dict[str, Any]:
        """Its facts; without a title of its own it is called by its name."""
        row = {} if self.rows is None else self.rows[name]
        said = {"title": PurePosixPath(name).stem, **self.shared, **row}
        preferences = {**self.shared.get("usage_preferences", {}), **row.get("usage_preferences", {})}
        return {**said, "usage_preferences": preferences}


@dataclass(slots=True)
class _Faults:
    """What is wrong, by row as a spreadsheet numbers them: 1 is the heading."""

    path: Path
    told: list[str] = field(default_factory=list)

    def add(self, row: int, problem: str) -> None:
        self.told.append(f"row {row}: {printable(problem)}")

    def stop_if_any(self) -> None:
        if self.told:
            more = len(self.told) - _MOST_ERRORS
            lines = self.told[:_MOST_ERRORS] + ([f"… and {more} more"] if more > 0 else [])
            raise CommandError("invalid-manifest", f"{self.path}: {'; '.join(lines)}")


def read_manifest(path: Path, shared: Mapping[str, Any], files: Collection[str]) -> Descriptions:
    """Read `file,title,creators,year,language,how_made,search,train-ai,train-genai,ai-input`.

    Only `file` must be there: a path within the folder. Several creators are parted by `;`. An empty cell
    says nothing, and what is said of all files stands. `files` are those that can be handed in.

    Raises:
        CommandError: It is no such table; every faulty row is named.
        OSError: It cannot be read.
    """
    faults = _Faults(path)
    rows: dict[str, dict[str, Any]] = {}
    table = _table(path)
    heading = _heading(table, faults)
    named = {unicodedata.normalize("NFC", one): one for one in files}
    faults.stop_if_any()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            name, facts = _row(heading, cells)
            name = _on_disk(name, named)
            if name in rows:
                raise ValueError(f"{name} is named twice")  # noqa: TRY301  # told with its row, below
            _require_facts(Descriptions(shared, {name: facts}).of(name))
        except ValueError as fault:
            faults.add(number, str(fault))
        else:
            rows[name] = facts
    faults.stop_if_any()
    if not rows:
        raise CommandError("invalid-manifest", f"{path} names no file")
    return Descriptions(shared, rows)


def _table(path: Path) -> list[list[str]]:
    if path.stat().st_size > _MOST_BYTES:
        raise CommandError("invalid-manifest", f"{path} is larger than {_MOST_BYTES >> 20} MiB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CommandError("invalid-manifest", f"{path} is not UTF-8 at byte {problem.start}") from problem
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)  # noqa: PERF402  # so that the rows before a fault are counted
    except csv.Error as problem:
        raise CommandError("invalid-manifest", f"{path}: row {len(rows) + 1}: {problem}") from problem
    return rows


def _heading(table: Sequence[Sequence[str]], faults: _Faults) -> list[str]:
    heading = [cell.strip() for cell in table[0]] if table else []
    faults.told += [
        f"row 1: {printable(repr(name))} is none of {', '.join(COLUMNS)}"
        for name in heading
        if name not in COLUMNS
    ]
    if "file" not in heading:
        faults.add(1, "there is no column file")
    if len(set(heading)) != len(heading):
        faults.add(1, "a column is there twice")
    return heading


def _row(heading: Sequence[str], cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
    if len(cells) != len(heading):
        raise ValueError(f"{len(cells)} cells under {len(heading)} columns")
    said = {name: cell.strip() for name, cell in zip(heading, cells, strict=True) if cell.strip()}
    name = said.pop("file", "")
    if not name:
        raise ValueError("no file is named")
    facts: dict[str, Any] = {}
    preferences = {use: said.pop(use) for use in _USES if use in said}
    for column, cell in said.items():
        facts[column] = _READERS.get(column, str)(cell)
    return name, facts | ({"usage_preferences": preferences} if preferences else {})


def _on_disk(name: str, files: Mapping[str, str]) -> str:
    """The name as the folder has it: some systems take names apart that a table has composed."""
    found = files.get(unicodedata.normalize("NFC", str(PurePosixPath(name))))
    if found is None:
        raise ValueError(f"{name} is no file of the folder that can be handed in")
    return found


def _require_facts(facts: Mapping[str, Any]) -> None:
    if "creators" not in facts:
        raise ValueError("nobody is named in creators, and --creator names nobody either")
    try:
        schemas.check("metadata", {"how_made": "unspecified", **facts, **_ADDED})
    except InvalidDocumentError as problem:
        raise ValueError(f"{problem.facts['path']}: {problem.facts['problem']}") from problem


def _creators(cell: str) -> list[dict[str, str]]:
    return [{"name": name.strip()} for name in cell.split(";") if name.strip()]


def _year(cell: str) -> int:
    digits = cell.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len("9999"):
        raise ValueError(f"{cell!r} is no year")
    return int(cell)


_READERS: Mapping[str, Callable[[str], Any]] = {"creators": _creators, "year": _year}
