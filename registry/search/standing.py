"""Which index the database's works are in, and of which files it is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from registry.errors import IndexDamagedError
from registry.search.schema import changes, codes, postings, removed_works, state

_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A file of the index.

    `digest` is the SHA-256 of its table of contents in hex, `first` and `last` are the lowest and the highest
    work that it has rows of, `removals` is the last removal that it knows: it has no row of a work
    forgotten by then.
    """

    name: str
    size: int
    digest: str
    first: int
    last: int
    rows: int
    removals: int


def claim(connection: Connection, kind: str) -> None:
    """This kind of index is about to be written.

    Raises:
        IndexDamagedError: The works are in an index of another kind.
    """
    found = read_state(connection, kind)
    if found is None:
        connection.execute(insert(state), {"number": _ROW, "kind": kind, "segments": "[]"})


def read_state(connection: Connection, kind: str) -> list[SegmentEntry] | None:
    """The files that the index is made of, oldest first; None before anything was indexed.

    Raises:
        IndexDamagedError: The works are in an index of another kind.
    """
    row = connection.execute(select(state.c.kind, state.c.segments)).first()
    if row is None:
        return None
    if row.kind != kind:
        raise IndexDamagedError(f"it is one of the kind {row.kind!r}, and the settings name {kind!r}")
    return [SegmentEntry(**entry) for entry in json.loads(row.segments)]


def write_segments(connection: Connection, segments: Sequence[SegmentEntry]) -> None:
    """From now on the index is made of these files."""
    connection.execute(update(state).values(segments=json.dumps([asdict(each) for each in segments])))


def forget(connection: Connection) -> None:
    """No index has anything."""
    for table in (postings, codes, changes, removed_works, state):
        connection.execute(delete(table))
