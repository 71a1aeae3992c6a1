"""A catalogue put together: apart from `compose`, since it needs no chain and should be there at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from registry.fingerprint.pool import DecoderPool
from registry.ports import Extractor
from registry.ports.catalogue import Catalogue
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.schema import metadata as index_tables
from registry.store.catalogue import SqlCatalogue, require_catalogue
from registry.store.engine import open_engine
from registry.store.holding import StoreHold

INDEX_SUFFIX = ".index"  # of the folder beside the catalogue


@dataclass(frozen=True, slots=True)
class OpenCatalogue:
    """A catalogue, and the processes that take fingerprints for it."""

    catalogue: Catalogue
    extractor: Extractor


@contextmanager
def open_catalogue(path: Path, workers: int, *, alone: bool) -> Iterator[OpenCatalogue]:
    """The catalogue in a file, made if there is none; `alone` holds off others who want to fill it.

    Raises:
        InvalidValueError: The file is something else.
        StoreInUseError: It is wanted alone, and somebody has it so.
        StoreUnavailableError: It cannot be made or read.
    """
    require_catalogue(path)
    with ExitStack() as resources:
        engine = open_engine(f"sqlite:///{path.absolute()}")
        if alone:
            resources.callback(StoreHold(path.absolute(), alone=True).release)
        resources.callback(engine.dispose)
        folder = IndexFolder(path.absolute().with_name(path.name + INDEX_SUFFIX))
        catalogue = SqlCatalogue(engine, index_tables.create_all, partial(FileIndex, folder=folder))
        yield OpenCatalogue(catalogue, resources.enter_context(DecoderPool(workers)))
