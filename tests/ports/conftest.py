"""Every adapter of a port, made anew for each test; a suite over a port runs once over each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.blobs import FolderBlobs
from registry.ports import Blobs, Store
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine

STORES: dict[str, Callable[[Path], str]] = {"sqlite": lambda folder: f"sqlite:///{folder}/registry.db"}
BLOBS: dict[str, Callable[[Path], Blobs]] = {"folder": lambda folder: FolderBlobs(folder / "blobs")}


@pytest.fixture(params=STORES)
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return STORES[request.param](tmp_path)


@pytest.fixture
def store(uri: str) -> Iterator[Store]:
    engine = open_engine(uri)
    migrate(engine)
    yield SqlStore(engine, SqlIndex)
    engine.dispose()


@pytest.fixture(params=BLOBS)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return BLOBS[request.param](tmp_path)
