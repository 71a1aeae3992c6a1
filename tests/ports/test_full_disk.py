"""No room left: a typed error, an unchanged state, and work goes on once there is room again.

The limits are the database's own and the operating system's, so the errors are the real ones.
"""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from registry.blobs import FolderBlobs
from registry.errors import NotFoundError, StorageFullError, StoreUnavailableError
from registry.model import Feature
from registry.ports import Draft, Store
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from tests.ports.values import draft, extraction, hash_of, intent, registration_entry

BIG = 2_000_000


@contextmanager
def _no_file_over(limit_bytes: int) -> Iterator[None]:
    """The operating system refuses any file to grow beyond a limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _big_draft() -> Draft:
    return replace(draft(2), extraction=replace(extraction(2), features=(Feature("local-0/1", bytes(BIG)),)))


def _write_too_much(store: Store) -> None:
    with store.write() as unit:
        unit.journal.append(registration_entry(2))
        unit.outbox.put(intent(2))
        unit.drafts.put(_big_draft())


@pytest.fixture
def small_store(tmp_path: Path) -> Iterator[SqlStore]:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    engine.dispose()

    @event.listens_for(engine, "connect")
    def limit(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {BIG // 4096}")

    yield SqlStore(engine, SqlIndex)
    engine.dispose()


def test_a_full_database_keeps_nothing_of_the_unit_and_says_why(small_store: SqlStore) -> None:
    with small_store.write() as unit:
        unit.journal.append(registration_entry(1))
    with pytest.raises(StorageFullError):
        _write_too_much(small_store)
    with small_store.write() as unit:
        assert [sequence for sequence, _ in unit.journal.entries()] == [1]
        assert unit.outbox.item(intent(2).key) is None
        assert unit.drafts.get(draft(2).key) is None
        assert unit.journal.append(registration_entry(3)) == 2


def test_a_full_database_keeps_nothing_even_if_the_caller_goes_on(small_store: SqlStore) -> None:
    with pytest.raises(StorageFullError), small_store.write() as unit:  # noqa: PT012
        unit.journal.append(registration_entry(1))
        with pytest.raises(StorageFullError):
            unit.drafts.put(_big_draft())
        unit.outbox.put(intent(1))
    with small_store.read() as unit:
        assert unit.journal.entries() == []
        assert unit.outbox.item(intent(1).key) is None


def test_a_disk_that_refuses_a_write_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    store = SqlStore(engine, SqlIndex)
    with store.write() as unit:
        unit.journal.append(registration_entry(1))
    with _no_file_over(BIG // 2), pytest.raises(StoreUnavailableError):
        _write_too_much(store)
    with store.write() as unit:
        assert unit.drafts.get(draft(2).key) is None
        assert unit.journal.append(registration_entry(3)) == 2
        unit.drafts.put(_big_draft())
    with store.read() as unit:
        assert unit.drafts.get(draft(2).key) == _big_draft()
    engine.dispose()


def test_a_blob_that_finds_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    small, big = b"small", bytes(BIG)
    with _no_file_over(BIG // 2):
        key = blobs.put(small)
        with pytest.raises(StorageFullError):
            blobs.put(big)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [key.hex()]
    assert blobs.get(key) == small
    with pytest.raises(NotFoundError):
        blobs.get(hash_of("never put"))
    assert blobs.get(blobs.put(big)) == big
