"""Brings a database to the newest schema when the registry starts (Alembic's revisions, without its command).

A revision is one module in `versions/` that names its predecessor. Published revisions are never edited, and
`schema.py` always shows the result of all of them.
"""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from registry.errors import StoreUnavailableError
from registry.store.engine import WRITES


def migrate(engine: Engine) -> None:
    """Bring a database to head, in one transaction; one that is there already is only looked at.

    Raises:
        StoreUnavailableError: The database cannot be read or written, or a newer release has migrated it.
        StorageFullError: No space is left; nothing was changed.
    """
    scripts = ScriptDirectory(str(Path(__file__).parent))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        _upgrade(scripts, connection)


def _upgrade(scripts: ScriptDirectory, connection: Connection) -> None:
    context = MigrationContext.configure(connection)
    current = context.get_current_revision()
    if current == scripts.get_current_head():
        return
    try:
        missing = [*scripts.iterate_revisions("head", current or "base")]
    except CommandError as error:
        problem = f"its schema {current} is newer than this release"
        raise StoreUnavailableError(problem) from error
    with Operations.context(context):
        for revision in reversed(missing):
            revision.module.upgrade()
    context.stamp(scripts, "head")
