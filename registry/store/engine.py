"""A store's URI → an engine that begins, waits and syncs as units of work need it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from registry.errors import SettingsError, StoreUnavailableError
from registry.store import failures

SETTING = "COLOPHON_STORE"
WRITES = "colophon_writes"  # execution option: the unit of work about to begin may write

BUSY_SECONDS = 30  # a writer waits this long for another's unit; one takes milliseconds
SCRUB_MILLISECONDS = 1_000  # readers are gone within milliseconds; a longer one is tried again later
CONNECTIONS = 48  # more than the 40 threads that serve requests, so that none waits for a connection


def open_engine(uri: str) -> Engine:
    """The engine for `sqlite:////absolute/path` (four slashes) or `sqlite:///relative/path`.

    Makes the file and its folder if there are none, for their owner alone.

    Raises:
        SettingsError: Another scheme, or no file.
        StoreUnavailableError: The file cannot be made.
    """
    url = _parse(uri)
    _make_file(Path(url.database or ""))
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # an error message must not carry what is private in a document
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", failures.refuse_after_failure)
    event.listen(engine, "handle_error", failures.translate)
    return engine


def empty_log(engine: Engine) -> None:
    """Write the write-ahead log into the database and cut it to nothing.

    Raises:
        StoreUnavailableError: A reader still needs it, or it cannot be written.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = OFF")
        cursor.execute(f"PRAGMA busy_timeout = {SCRUB_MILLISECONDS}")
        [busy, *_] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() or [1]
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    except sqlite3.Error as error:
        connection.invalidate()
        problem = f"the write-ahead log cannot be emptied: {error}"
        raise StoreUnavailableError(problem) from error
    finally:
        connection.close()
    if busy:
        problem = "the write-ahead log is being read"
        raise StoreUnavailableError(problem)


def _parse(uri: str) -> URL:
    try:
        url = make_url(uri)
    except ArgumentError as error:
        raise SettingsError(SETTING, "is not a URI") from error
    if url.drivername != "sqlite":
        raise SettingsError(SETTING, f"the scheme {url.drivername!r} is not supported; use sqlite:///path")
    if url.database in (None, "", ":memory:"):
        raise SettingsError(SETTING, "names no file: a registry in memory would forget what it acknowledged")
    return url


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite gives the files it makes beside it the same permissions
    except OSError as error:
        problem = f"{path}: {error.strerror}"
        raise StoreUnavailableError(problem) from error


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says, not where the driver guesses
    for pragma in (
        "journal_mode = WAL",  # readers see a snapshot and never wait for the writer
        "synchronous = FULL",  # a commit is on the disk before it is acknowledged
        "foreign_keys = ON",
        "secure_delete = ON",  # what is erased is overwritten, not only unlinked
        "recursive_triggers = ON",  # INSERT OR REPLACE deletes too: the journal's triggers must see it
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.info.pop(failures.FAILURE, None)
    writes: Any = connection.get_execution_options().get(WRITES, False)
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    # IMMEDIATE takes the write lock at once: two units that read before they write cannot deadlock.
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
