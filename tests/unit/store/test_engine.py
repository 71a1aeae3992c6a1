"""Which stores can be named, and how every connection to one is set up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from registry.errors import SettingsError, StoreUnavailableError
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine


@pytest.mark.parametrize(
    "uri",
    ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///file.db"],
)
def test_a_store_that_cannot_keep_anything_is_refused(uri: str) -> None:
    with pytest.raises(SettingsError) as raised:
        open_engine(uri)
    assert raised.value.facts["name"] == "COLOPHON_STORE"


def test_a_store_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/var/registry.db")
    migrate(engine)
    with engine.connect():
        files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
    assert files == dict.fromkeys(("registry.db", "registry.db-shm", "registry.db-wal"), 0o600)
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    engine.dispose()


def test_a_file_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailableError):
        open_engine(f"sqlite:///{tmp_path}/file/registry.db")


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_bytes(b"this is not a database, it is a note" * 100)
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    with pytest.raises(StoreUnavailableError, match="not a database"):
        migrate(engine)
    engine.dispose()


def test_a_database_without_tables_is_said_so_and_not_read_as_empty(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    with (
        pytest.raises(StoreUnavailableError, match="no such table"),
        SqlStore(engine, SqlIndex).read() as unit,
    ):
        unit.journal.entries()
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_every_connection_is_durable_and_strict(tmp_path: Path, pragma: str, value: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    engine.dispose()
