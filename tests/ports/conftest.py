"""Every adapter of a port, made anew for each test; a suite over a port runs once over each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from registry.blobs import FolderBlobs
from registry.ports import Blobs, Store
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from registry.store.store import MakeIndex

STORES: dict[str, Callable[[Path], str]] = {"sqlite": lambda folder: f"sqlite:///{folder}/registry.db"}
INDEXES: dict[str, Callable[[Path], MakeIndex]] = {
    "file": lambda folder: partial(FileIndex, folder=IndexFolder(folder / "index")),
    "sql": lambda _: SqlIndex,
}
BLOBS: dict[str, Callable[[Path], Blobs]] = {"folder": lambda folder: FolderBlobs(folder / "blobs")}


@pytest.fixture(params=STORES)
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return STORES[request.param](tmp_path)


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """The index that a store has by default; a suite that is about it as well has it over each."""
    return INDEXES["file"](tmp_path)


@pytest.fixture
def store(uri: str, make_index: MakeIndex) -> Iterator[Store]:
    engine = open_engine(uri)
    migrate(engine)
    yield SqlStore(engine, make_index)
    engine.dispose()


@pytest.fixture(params=BLOBS)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return BLOBS[request.param](tmp_path)
