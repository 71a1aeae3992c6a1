"""Units of work over one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from registry.errors import StoreUnavailableError
from registry.ports import Anchored, Drafts, Journal, LogStore, Outbox, SimilarityIndex, UnitOfWork, Views
from registry.store import failures
from registry.store.anchored import SqlAnchored
from registry.store.drafts import SqlDrafts
from registry.store.engine import BUSY_SECONDS, WRITES, empty_log
from registry.store.journal import SqlJournal
from registry.store.log import SqlLog
from registry.store.outbox import SqlOutbox
from registry.store.views import SqlViews


class SettlingIndex(SimilarityIndex, Protocol):
    """An index in a unit of work."""

    def settle(self) -> None:
        """Write what was added and waits to be written; the last call before the unit commits."""


MakeIndex = Callable[[Connection], SettlingIndex]


class SqlUnitOfWork:
    """The adapters over one connection; see `registry.ports.UnitOfWork`."""

    def __init__(self, connection: Connection, make_index: MakeIndex) -> None:
        self._connection = connection
        self._make_index = make_index

    @cached_property
    def journal(self) -> Journal:
        """What was signed."""
        return SqlJournal(self._connection)

    @cached_property
    def log(self) -> LogStore:
        """What was logged."""
        return SqlLog(self._connection)

    @cached_property
    def drafts(self) -> Drafts:
        """What is being prepared."""
        return SqlDrafts(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        """What must be sent."""
        return SqlOutbox(self._connection)

    @cached_property
    def views(self) -> Views:
        """What is derived."""
        return SqlViews(self._connection)

    @cached_property
    def anchored(self) -> Anchored:
        """What of the log the chain shows."""
        return SqlAnchored(self._connection)

    @cached_property
    def index(self) -> SettlingIndex:
        """What is near what."""
        return self._make_index(self._connection)

    def settle(self) -> None:
        """Write what waits to be written; the unit is about to commit."""
        if "index" in self.__dict__:  # asked for, and so perhaps written to
            self.index.settle()


class SqlStore:
    """See `registry.ports.Store`. The database must have been brought to head by `migrate`."""

    def __init__(self, engine: Engine, make_index: MakeIndex) -> None:
        self._reader = engine.execution_options(**{WRITES: False})
        self._writer = engine.execution_options(**{WRITES: True})
        self._make_index = make_index
        # SQLite lets writers poll for its lock: eight threads then keep each other waiting for over a second,
        # where taking turns they wait for milliseconds. Between processes its own lock still decides.
        self._turn = Lock()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that commits durably on leaving, or keeps nothing if the block raises.

        A unit in which a statement failed keeps nothing, even if the caller caught the failure.

        Raises:
            StoreUnavailableError, StorageFullError: Nothing was stored; safe to retry.
        """
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            problem = "another unit of work is taking too long"
            raise StoreUnavailableError(problem)
        try:
            with self._unit(self._writer) as unit:
                yield unit
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A consistent snapshot; writing in it is refused with StoreUnavailableError.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """
        with self._unit(self._reader) as unit:
            yield unit

    def scrub(self) -> None:
        """Overwrite what was deleted, wherever the store's own files may still hold it.

        Pages are overwritten as their content is deleted (`secure_delete`); the write-ahead log keeps earlier
        ones until it is emptied.

        Raises:
            StoreUnavailableError: Somebody reads an earlier state; try again later.
        """
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            problem = "another unit of work is taking too long"
            raise StoreUnavailableError(problem)
        try:
            empty_log(self._writer)
        finally:
            self._turn.release()

    @contextmanager
    def _unit(self, engine: Engine) -> Iterator[UnitOfWork]:
        try:
            with engine.begin() as connection:
                unit = SqlUnitOfWork(connection, self._make_index)
                yield unit
                if connection.info.get(failures.FAILURE) is None:
                    unit.settle()
                failure = connection.info.get(failures.FAILURE)
                if failure is not None:
                    raise failure
        except SQLAlchemyError as error:  # no free connection: the only fault that is not a statement's
            raise failures.of_error(error) from error
