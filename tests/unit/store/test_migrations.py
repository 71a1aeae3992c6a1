"""Migrations end at the schema that the code believes in, once, whoever starts first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from registry.errors import StoreUnavailableError
from registry.search import schema as index_schema
from registry.store import migrate, migrations, open_engine, schema
from registry.store.engine import WRITES
from registry.store.migrations.versions import v0001_first_tables


def _objects(engine: Engine) -> dict[str, str]:
    """Every table, index and trigger by name, as the database itself describes it."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        ).all()
    return {name: " ".join(statement.split()) for name, statement in rows if "alembic_version" not in name}


def _shape(engine: Engine) -> dict[str, object]:
    """Every table's columns and keys, whatever their order, and all the rest to the letter."""
    shape: dict[str, object] = {}
    with engine.connect() as connection:
        for name, statement in _objects(engine).items():
            kind, _, subject = name.partition(" ")
            if kind != "table":
                shape[name] = statement
                continue
            columns, keys = (
                connection.exec_driver_sql(f"PRAGMA {pragma}({subject})").all()
                for pragma in ("table_xinfo", "foreign_key_list")
            )
            shape[name] = sorted(tuple(column)[1:] for column in columns), sorted(map(tuple, keys))
    return shape


def test_migrating_from_nothing_makes_exactly_the_tables_the_code_describes(tmp_path: Path) -> None:
    migrated, described = (
        open_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("migrated", "described")
    )
    migrate(migrated)
    with described.execution_options(**{WRITES: True}).begin() as connection:
        schema.metadata.create_all(connection)
        index_schema.metadata.create_all(connection)
    found = _shape(migrated)
    assert found == _shape(described)
    assert {"table journal", "table view_postings", "trigger journal_refuses_delete"} <= found.keys()
    migrated.dispose()
    described.dispose()


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    before = (tmp_path / "registry.db").read_bytes()
    migrate(engine)
    assert (tmp_path / "registry.db").read_bytes() == before
    engine.dispose()


def test_registries_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    engines = [open_engine(f"sqlite:///{tmp_path}/registry.db") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, engines)) == [None] * 4
    with engines[0].connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [("0007",)]
    for engine in engines:
        engine.dispose()


def test_what_the_first_release_wrote_is_there_after_the_second(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            v0001_first_tables.upgrade()
        context.stamp(ScriptDirectory(str(Path(migrations.__file__).parent)), "0001")
        connection.execute(
            text(
                "INSERT INTO journal (sequence, kind, digest, work_id, statement, signature, received_at) "
                "VALUES (1, 'offer', x'01', x'02', '{}', x'03', 4)"
            )
        )
        connection.execute(text("INSERT INTO journal_documents (sequence, terms) VALUES (1, '{}')"))
        connection.execute(
            text(
                "INSERT INTO outbox (key, state, to_address, data, value_wei) "
                "VALUES (x'05', 'queued', '0x', x'', '0')"
            )
        )
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT digest, received_at FROM journal")).all() == [(b"\1", 4)]
        assert connection.execute(text("SELECT terms, salt FROM journal_documents")).all() == [("{}", None)]
        assert connection.execute(text("SELECT key, not_before FROM outbox")).all() == [(b"\5", None)]
    with (
        pytest.raises(StoreUnavailableError, match="append-only"),
        engine.execution_options(**{WRITES: True}).begin() as connection,
    ):
        connection.execute(text("DELETE FROM journal_documents"))
    engine.dispose()


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _objects(engine)
    with pytest.raises(StoreUnavailableError, match="9999 is newer"):
        migrate(engine)
    assert _objects(engine) == before
    engine.dispose()


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text("CREATE TABLE view_clashes (in_the_way INTEGER)"))
    with pytest.raises(StoreUnavailableError, match="already exists"):
        migrate(engine)
    assert list(_objects(engine)) == ["table view_clashes"]
    engine.dispose()
