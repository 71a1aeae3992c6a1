"""What a database says went wrong, in the domain's words. The only place that reads its error codes."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from registry.errors import RegistryError, StorageFullError, StoreUnavailableError

FAILURE = "failure"  # under this name a connection remembers that a statement of its transaction failed


def of_error(error: BaseException) -> RegistryError:
    """The domain failure that a database error stands for.

    A full disk is `StorageFullError` and everything else `StoreUnavailableError`.
    """
    if isinstance(error, RegistryError):
        return error
    if isinstance(error, SQLAlchemyError):
        error = getattr(error, "orig", None) or error
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return StorageFullError()
    return StoreUnavailableError(str(error).strip() or type(error).__name__)


def translate(context: ExceptionContext) -> None:
    """Listener for SQLAlchemy's `handle_error`: raises the domain failure in place of the database's.

    Raises:
        StorageFullError, StoreUnavailableError: What the database said.
        RegistryError: A value refused itself before it reached the database.
    """
    if not isinstance(context.original_exception, Exception):
        return  # an interrupt is not the database's doing
    failure = of_error(context.original_exception)
    if context.connection is not None:
        context.connection.info.setdefault(FAILURE, failure)
    raise failure from context.original_exception


def refuse_after_failure(connection: Connection, *_statement: object) -> None:
    """Listener for `before_cursor_execute`: a transaction in which a statement failed takes no other.

    SQLite ends the transaction itself on a full disk (SQLite, "Response To Errors Within A Transaction"), and
    what a caller who caught the failure wrote next would be kept on its own. An adapter's call, too, may have
    failed between two statements that belong together.

    Raises:
        RegistryError: The failure, again.
    """
    failure = connection.info.get(FAILURE)
    if failure is not None:
        raise failure
