"""Where a registry keeps what it keeps: blobs, the index of what is similar, and the store."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from registry.blobs.folder import FolderBlobs
from registry.errors import DeploymentChangedError, RebuildUnfinishedError, SettingsError
from registry.model import Hash32
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.sql import SqlIndex
from registry.search.tidying import TidyIndex
from registry.search.works import ReadFeature
from registry.settings import Settings
from registry.store.engine import open_engine
from registry.store.holding import StoreHold
from registry.store.migrations import migrate
from registry.store.store import MakeIndex, SqlStore


def index_maker(settings: Settings, read: ReadFeature) -> MakeIndex:
    """What makes the index of a connection, by `COLOPHON_INDEX`; `read` gives features by their hash.

    Raises:
        SettingsError: Another scheme.
    """
    if settings.index == "sql:":
        return partial(SqlIndex, read=read)
    folder = IndexFolder(_folder("COLOPHON_INDEX", settings.index))
    return partial(FileIndex, folder=folder, read=read)


def open_blobs(settings: Settings) -> FolderBlobs:
    """The folder of `COLOPHON_BLOBS`; raises as `index_maker` does."""
    return FolderBlobs(_folder("COLOPHON_BLOBS", settings.blobs))


def open_store(
    settings: Settings, make_index: MakeIndex, resources: ExitStack, identity: Hash32, *, alone: bool
) -> SqlStore:
    """The store of `COLOPHON_STORE`, at the newest schema and bound to a deployment.

    Raises:
        DeploymentChangedError: It belongs to another.
        StoreInUseError, StoreUnavailableError, IndexDamagedError, RebuildUnfinishedError: As they say.
    """
    engine = open_engine(settings.store)
    resources.callback(StoreHold(Path(engine.url.database or ""), alone=alone).release)
    resources.callback(engine.dispose)
    migrate(engine)
    store = SqlStore(engine, make_index)
    with store.write() as unit:
        bound = unit.journal.bind(identity)
    if bound != identity:
        raise DeploymentChangedError(str(bound), str(identity), str(settings.data))
    if not alone:  # who has it alone is about to make it again
        TidyIndex(store).check()
        with store.read() as unit:
            if unit.views.rebuild_mark() is not None:
                raise RebuildUnfinishedError
    return store


def _folder(name: str, uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise SettingsError(name, f"{uri!r} is not file:///absolute/path")
    return Path(unquote(parts.path))
