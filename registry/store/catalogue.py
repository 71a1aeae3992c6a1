"""A catalogue in a SQLite file, with its index beside it: what is committed is searchable."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    distinct,
    func,
    select,
)
from sqlalchemy.dialects import sqlite

from registry.errors import InvalidValueError
from registry.fingerprint import matching
from registry.model import Extraction, Hash32, Match, WorkId
from registry.ports import SimilarityIndex
from registry.ports.catalogue import CatalogueFile, CatalogueSize, Unread
from registry.store.engine import WRITES
from registry.store.store import MakeIndex

_KIND: Final = 0x436F6C63  # SQLite's application id: "Colc"
_VERSION: Final = 1

_metadata = MetaData()
_files = Table(
    "catalogue_files",
    _metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("content_hash", LargeBinary),
    Column("code", Text),
    Column("detail", Text),
    Index("catalogue_files_content", "content_hash"),
)
_fingerprints = Table(
    "catalogue_fingerprints",
    _metadata,
    Column("content_hash", LargeBinary, primary_key=True),
    Column("record", Text, nullable=False),
)
_features = Table(
    "catalogue_features",
    _metadata,
    Column("content_hash", LargeBinary, primary_key=True),
    Column("algorithm", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
_PUT_FILE: Final = sqlite.insert(_files).prefix_with("OR REPLACE")
_PUT_FINGERPRINT: Final = sqlite.insert(_fingerprints).on_conflict_do_nothing()
_PUT_FEATURE: Final = sqlite.insert(_features).on_conflict_do_nothing()
_OF_FILE: Final = select(_files.c.content_hash).where(_files.c.path == bindparam("path"))
_OF_CONTENT: Final = (
    select(_files.c.path).where(_files.c.content_hash == bindparam("content_hash")).order_by(_files.c.path)
)


class SqlCatalogue:
    """See `registry.ports.catalogue.Catalogue`.

    `make_tables` makes those of the index, `make_index` reads and writes them in one transaction. Whose
    file it is, `require_catalogue` has found out.
    """

    def __init__(
        self,
        engine: Engine,
        make_tables: Callable[[Connection], None],
        make_index: MakeIndex,
    ) -> None:
        self._reading = engine
        self._writing = engine.execution_options(**{WRITES: True})
        self._make_index = make_index
        with self._writing.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {_KIND}")
            connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")
            _metadata.create_all(connection)
            make_tables(connection)

    def known(self) -> Mapping[Path, tuple[CatalogueFile, Unread | None]]:
        """See `Catalogue.known`."""
        with self._reading.connect() as connection:
            return {
                path: (CatalogueFile(path, row.size, row.modified_ns), _unread(row.code, row.detail))
                for row in connection.execute(select(_files))
                for path in [_path(row.path)]
            }

    def keep(self, taken: Sequence[tuple[CatalogueFile, Extraction | Unread]]) -> None:
        """See `Catalogue.keep`."""
        with self._writing.begin() as connection:
            index = self._make_index(connection)
            for file, outcome in taken:
                before = connection.execute(_OF_FILE, {"path": os.fsencode(file.path)}).scalar()
                content_hash = None if isinstance(outcome, Unread) else bytes(outcome.content_hash)
                connection.execute(_PUT_FILE, _file_row(file, content_hash, outcome))
                if before is not None and before != content_hash:
                    _forget_unless_used(connection, index, before)
                if isinstance(outcome, Extraction) and _is_new(connection, outcome):
                    index.add(WorkId(outcome.content_hash), matching.indexed(outcome))
            index.settle()

    def closest(self, extraction: Extraction) -> list[Match]:
        """See `Catalogue.closest`."""
        with self._reading.connect() as connection:
            judged = matching.search(extraction, self._make_index(connection))
        return matching.ranked(judged)

    def paths(self, work_ids: Sequence[WorkId]) -> Mapping[WorkId, list[Path]]:
        """See `Catalogue.paths`."""
        with self._reading.connect() as connection:
            return {
                work_id: [
                    _path(row)
                    for row in connection.execute(_OF_CONTENT, {"content_hash": bytes(work_id)}).scalars()
                ]
                for work_id in work_ids
            }

    def size(self) -> CatalogueSize:
        """See `Catalogue.size`."""
        counted = select(
            func.count(_files.c.content_hash), func.count(distinct(_files.c.content_hash)), func.count()
        ).select_from(_files)
        with self._reading.connect() as connection:
            files, works, everything = connection.execute(counted).one()
        return CatalogueSize(files, works, everything - files)


def require_catalogue(path: Path) -> None:
    """Look at a file without changing it: it must be a catalogue, or not be there yet.

    Raises:
        InvalidValueError: It is something else, or a catalogue of a later version.
    """
    if not path.exists() or not path.stat().st_size:
        return
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    try:
        kind = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.DatabaseError:
        kind, version, tables = None, None, None
    finally:
        connection.close()
    if (kind, version) != (_KIND, _VERSION) and tables != 0:
        raise InvalidValueError("catalogue", "the file is no catalogue of this version")


def _file_row(
    file: CatalogueFile, content_hash: bytes | None, outcome: Extraction | Unread
) -> dict[str, object]:
    unread = outcome if isinstance(outcome, Unread) else None
    return {
        "path": os.fsencode(file.path),
        "size": file.size,
        "modified_ns": file.modified_ns,
        "content_hash": content_hash,
        "code": unread.code if unread else None,
        "detail": unread.detail if unread else None,
    }


def _is_new(connection: Connection, extraction: Extraction) -> bool:
    """Keep a fingerprint; whether there was none of that content."""
    content_hash = bytes(extraction.content_hash)
    record = json.dumps(extraction.record(), sort_keys=True, separators=(",", ":"))
    put = connection.execute(_PUT_FINGERPRINT, {"content_hash": content_hash, "record": record})
    for feature in extraction.features:
        row = {"content_hash": content_hash, "algorithm": feature.algorithm, "data": feature.data}
        connection.execute(_PUT_FEATURE, row)
    return put.rowcount > 0


def _forget_unless_used(connection: Connection, index: SimilarityIndex, content_hash: bytes) -> None:
    if connection.execute(_OF_CONTENT, {"content_hash": content_hash}).first() is not None:
        return
    index.remove(WorkId(Hash32(content_hash)))
    for table in (_fingerprints, _features):
        connection.execute(delete(table).where(table.c.content_hash == content_hash))


def _unread(code: str | None, detail: str | None) -> Unread | None:
    return None if code is None else Unread(code, detail or "")


def _path(encoded: bytes) -> Path:
    return Path(os.fsdecode(encoded))
