"""The index that is measured: the registry's own, in a folder, written by one process and read by many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine

from registry.blobs.folder import FolderBlobs
from registry.fingerprint import matching
from registry.model import Extraction, Match, WorkId
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.schema import metadata
from registry.store.store import MakeIndex
from registry.usecases.similarity import closest

STORE, FILES, BLOBS = "store.db", "files", "blobs"  # within the folder
NEAR_MISSES = 10
# Works below acceptance that are told of a query: enough to study a threshold by.
MATCHES = 100
# As many as the registry tells of a file.
_AT_ONCE = 32  # works to a transaction


@contextmanager
def adding(folder: Path) -> Iterator[Callable[[int, Extraction], None]]:
    """A new index in `folder`; the function adds a work by its place and its fingerprint."""
    blobs = _blobs(folder)
    with _opened(folder) as (engine, index_of):
        metadata.create_all(engine)
        connection = engine.connect()
        index, waiting = index_of(connection), 0

        def commit() -> None:
            index.settle()
            connection.commit()

        def add(place: int, extraction: Extraction) -> None:
            nonlocal index, waiting
            for feature in extraction.features:
                blobs.put(feature.data)
            index.add(work_id(place), matching.indexed(extraction))
            waiting += 1
            if waiting == _AT_ONCE:
                commit()
                index, waiting = index_of(connection), 0

        yield add
        commit()
        connection.close()


@contextmanager
def searching(folder: Path) -> Iterator[Callable[[Extraction], list[Match]]]:
    """Best first, and after the matches at most `NEAR_MISSES` works that are not near enough.

    Each search is a transaction of its own, as it is in the registry.
    """
    with _opened(folder) as (engine, index_of):

        def search(extraction: Extraction) -> list[Match]:
            with engine.connect() as connection:
                return _told(closest(index_of(connection), extraction))

        yield search


def stored_bytes(folder: Path) -> int:
    """The size of the index as it lies in its files; features are blobs of their own, and no part of it."""
    parts = (folder / STORE, *(folder / FILES).rglob("*"))
    return sum(path.stat().st_size for path in parts if path.is_file())


def work_id(place: int) -> WorkId:
    """The id that a work has in the index."""
    return WorkId(place.to_bytes(32, "big"))


def place_of(work: WorkId) -> int:
    """The place of the work of this id."""
    return int.from_bytes(work, "big")


def _told(ranked: Sequence[Match]) -> list[Match]:
    """The matches, and the nearest of the others, which follow them."""
    matches = [match for match in ranked if match.judgement.is_match]
    return matches[:MATCHES] + list(ranked[len(matches) : len(matches) + NEAR_MISSES])


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Engine, MakeIndex]]:
    """The database, and what makes an index of a connection to it."""
    engine = create_engine(f"sqlite:///{folder / STORE}")
    yield engine, partial(FileIndex, folder=IndexFolder(folder / FILES), read=_blobs(folder).get)
    engine.dispose()


def _blobs(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder / BLOBS)
