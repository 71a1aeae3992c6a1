"""The queries of a benchmark, as a CSV file names them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from matched.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Question:
    """A file to look up. `file`, `expected`, `alteration` and `source` are as the CSV file has them.

    `right` are the places of the references that may answer it: none if the work is not registered, or if no
    reference is of the name expected.
    """

    file: str
    path: Path
    expected: str
    right: frozenset[int]
    alteration: str = ""
    source: str = ""


def questions(table: Path, references: Catalogue) -> list[Question]:
    """The rows of a CSV file with the columns `file` and `expected`, and perhaps `alteration` and `source`.

    Other columns are passed over, empty rows too. A file's path is absolute, or from the folder of the CSV
    file, or from the working folder, whichever is there first.

    Raises:
        ValueError: A column is missing, or it is no CSV file in UTF-8.
    """
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        if not {"file", "expected"} <= columns.keys():
            raise ValueError(f"{table} has not the columns file and expected in its first line")
        told = [
            {name: (row.get(column) or "").strip() for name, column in columns.items() if name}
            for row in rows
        ]
    return [_question(row, table, references) for row in told if row["file"]]


def _question(row: dict[str, str], table: Path, references: Catalogue) -> Question:
    expected = row["expected"]
    return Question(
        file=row["file"],
        path=_found(row["file"], table),
        expected=expected,
        right=references.resolve(expected) if expected else frozenset(),
        alteration=row.get("alteration", ""),
        source=row.get("source", ""),
    )


def _found(file: str, table: Path) -> Path:
    """Where the file is; where it should be, beside the CSV file, if it is nowhere."""
    beside = table.parent / file
    return beside if beside.exists() or not Path(file).exists() else Path(file)
