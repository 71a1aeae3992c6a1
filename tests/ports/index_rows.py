"""Rows for indexes and what they answer, as tests write and read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from registry.model import WorkId
from registry.model.postings import CODE_BYTES, Codes, Hits, Indexed, Near, Postings
from registry.ports import SimilarityIndex
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder, Limits, Pace
from registry.search.linear import LinearIndex
from registry.search.sql import SqlIndex

FIRST, SECOND, THIRD = (WorkId(bytes([number]) * 32) for number in (1, 2, 3))
AT_ONCE = Pace(waiting_bytes=1, waiting_units=1, fanout=2)

Making = Callable[..., SimilarityIndex]


def making(kind: str, connection: Connection, folder: Path) -> Making:
    """Makes an empty index of a kind; keywords are passed on. Rows that are `waiting` are in no file."""

    def in_files(**options: int) -> SimilarityIndex:
        pace = Pace() if kind == "waiting" else AT_ONCE
        index = FileIndex(connection, IndexFolder(folder, pace, Limits(**options)))
        index.clear()
        return index

    def in_sql(**options: int) -> SimilarityIndex:
        index = SqlIndex(connection, None, **options)
        index.clear()
        return index

    if kind == "linear":
        return LinearIndex
    return in_sql if kind == "sqlite" else in_files


def postings_of(scheme: str, *rows: tuple[int, bytes]) -> Postings:
    """Rows of one scheme."""
    keys = np.array([key for key, _ in rows], dtype=np.uint32)
    return Postings(scheme, keys, rows_of([payload for _, payload in rows]))


def codes_of(scheme: str, *rows: tuple[bytes, bytes]) -> Codes:
    """Codes of one scheme with their payloads."""
    codes = rows_of([code for code, _ in rows]).reshape(len(rows), CODE_BYTES)
    return Codes(scheme, codes, rows_of([payload for _, payload in rows]))


def rows_of(cells: list[bytes]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Cells of one width as rows."""
    width = len(cells[0]) if cells else 0
    return np.frombuffer(b"".join(cells), dtype=np.uint8).reshape(len(cells), width)


def indexed_by(*postings: Postings) -> Indexed:
    """What a work is found by that has postings alone."""
    return Indexed(postings)


def asked_for(*keys: int, scheme: str = "a/1") -> Postings:
    """A question for keys."""
    return postings_of(scheme, *((key, b"") for key in keys))


def told(hits: Hits) -> list[tuple[WorkId, int, bytes]]:
    """Whose, of which probe, and what."""
    rows = zip(hits.works.tolist(), hits.probes.tolist(), hits.payloads, strict=True)
    return [(hits.work_ids[work], probe, payload.tobytes()) for work, probe, payload in rows]


def found(near: Near) -> list[tuple[WorkId, int, int, bytes]]:
    """Whose, of which sought code, at which distance, and what."""
    columns = zip(
        near.works.tolist(), near.probes.tolist(), near.distances.tolist(), near.payloads, strict=True
    )
    return [(near.work_ids[work], probe, bits, payload.tobytes()) for work, probe, bits, payload in columns]


def code_of(*bits: int) -> bytes:
    """The code with these bits set."""
    return sum(1 << bit for bit in bits).to_bytes(CODE_BYTES, "little")


def same(one: Hits | Near, other: Hits | Near) -> bool:
    """Equal to the row, the order and the type."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(
        np.array_equal(mine, its) and mine.dtype == its.dtype if isinstance(mine, np.ndarray) else mine == its
        for mine, its in pairs
    )
