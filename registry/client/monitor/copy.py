"""The monitor's own copy of a log: static files in the C2SP `tlog-tiles` layout, for any web server.

The checkpoint is written last, so a copy is whole whenever the process is killed: what lies beyond the size
that the checkpoint names is not believed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from registry.client.monitor.source import LEAF_BYTES, MAX_BUNDLE_BYTES
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import LogError, MissingTileError
from registry.log import (
    MAX_NOTE_BYTES,
    TILE_BYTES,
    TILE_WIDTH,
    EntryBundle,
    Tile,
    decode_entries,
    encode_entries,
    partial_tiles,
)

CHECKPOINT = "checkpoint"
_FILES_AT_ONCE = 512


@contextmanager
def copying() -> Iterator[None]:
    """Tell what the disk refuses as COPY_FAILED."""
    try:
        yield
    except OSError as problem:
        told = problem.strerror or str(problem)
        raise TroubleError(Kind.COPY_FAILED, f"the monitor's folder: {told}", problem=told) from problem


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for half of it; its folder is not synced."""
    newer = path.with_name(f"{path.name}.new")
    with newer.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    newer.replace(path)


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LogCopy:
    """A folder with `checkpoint` and `tile/…`. Every method may raise TroubleError: COPY_FAILED."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsynced: list[Path] = []
        self._touched: set[Path] = set()
        with copying():
            folder.mkdir(parents=True, exist_ok=True)

    def note(self) -> bytes | None:
        """The newest checkpoint that was verified; None before the first."""
        return self._read(CHECKPOINT, MAX_NOTE_BYTES)

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile, of its own width or full; a `registry.log.TileReader`.

        Raises:
            MissingTileError: A tile is not there.
        """
        return [self._tile(tile) for tile in tiles]

    def entries(self, bundle: EntryBundle) -> list[bytes] | None:
        """The leaves of a bundle; None if it is not there, or is no such bundle."""
        content = self._read(bundle.path, MAX_BUNDLE_BYTES)
        if content is None and bundle.width < TILE_WIDTH:
            content = self._read(EntryBundle(bundle.index).path, MAX_BUNDLE_BYTES)
        try:
            leaves = decode_entries(content or b"", bundle.width)
        except LogError:
            return None
        return leaves if all(len(leaf) == LEAF_BYTES for leaf in leaves) else None

    def write_tile(self, tile: Tile, content: bytes) -> None:
        """Keep a tile."""
        self._write(tile.path, content)

    def write_entries(self, index: int, leaves: Sequence[bytes]) -> None:
        """Keep the leaves of a bundle."""
        self._write(EntryBundle(index, len(leaves)).path, encode_entries(leaves))

    def commit(self, note: bytes) -> None:
        """Make all that was written durable, and the checkpoint after it."""
        with copying():
            self._sync()
            for folder in sorted(self._touched, reverse=True):
                sync(folder)
            self._touched.clear()
            write_whole(self._folder / CHECKPOINT, note)
            sync(self._folder)

    def drop_partial(self, size: int, grown: int) -> None:
        """Let go of what a log of `size` needed and one of `grown` does not."""
        needed = {tile.path for tile in partial_tiles(grown)} | set(_partial_entries(grown))
        for path in {tile.path for tile in partial_tiles(size)} | set(_partial_entries(size)):
            if path not in needed:
                self._unlink(path)

    def _tile(self, tile: Tile) -> bytes:
        content = self._read(tile.path, TILE_BYTES)
        if content is None:
            content = self._read(Tile(tile.level, tile.index).path, TILE_BYTES)
        if content is None:
            raise MissingTileError(tile.path)
        return content

    def _read(self, path: str, limit: int) -> bytes | None:
        with copying(), suppress(FileNotFoundError), (self._folder / path).open("rb") as file:
            return file.read(limit + 1)
        return None

    def _write(self, path: str, content: bytes) -> None:
        place = self._folder / path
        with copying():
            place.parent.mkdir(parents=True, exist_ok=True)
            newer = place.with_name(f"{place.name}.new")
            newer.write_bytes(content)
            newer.replace(place)
            self._unsynced.append(place)
            if len(self._unsynced) >= _FILES_AT_ONCE:
                self._sync()
        while place != self._folder:
            place = place.parent
            self._touched.add(place)

    def _sync(self) -> None:
        """Many files at once, for one turn of the disk is enough for all; the checkpoint waits for it."""
        for path in self._unsynced:
            sync(path)
        self._unsynced.clear()

    def _unlink(self, path: str) -> None:
        with copying():
            (self._folder / path).unlink(missing_ok=True)


def _partial_entries(size: int) -> Iterator[str]:
    index, width = divmod(size, TILE_WIDTH)
    if width:
        yield EntryBundle(index, width).path
