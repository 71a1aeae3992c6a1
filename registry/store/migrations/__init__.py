"""Brings a database to the newest schema when the registry starts (Alembic's revisions, without its command).

A revision is one module in `versions/` that names its predecessor. Published revisions are never edited, and
`schema.py` always shows the result of all of them.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
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
    newest_first = [*scripts.walk_revisions()]
    if current not in {None, *(script.revision for script in newest_first)}:
        problem = f"its schema {current} is newer than this release"
        raise StoreUnavailableError(problem)
    missing = [*takewhile(lambda script: script.revision != current, newest_first)]
    if not missing:
        return
    with Operations.context(context):
        for script in reversed(missing):
            script.module.upgrade()
    context.stamp(scripts, "head")
