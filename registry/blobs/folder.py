"""Blobs as files of one folder."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from registry.errors import NotFoundError, StorageFullError, StoreUnavailableError
from registry.model import Hash32

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABANDONED_SECONDS = 3600  # no write takes an hour: an older temporary file is what a killed process left


class FolderBlobs:
    """See `registry.ports.Blobs`: `ab/cd/abcd…` below a folder of the registry's own.

    A blob appears under its name by renaming a file that is already whole on the disk, so a name never stands
    for half of it, whenever the process is killed.

    Raises:
        StoreUnavailableError: The folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        with _translated():
            _make_folder(self._incoming)
            self._sweep()

    def put(self, data: bytes) -> Hash32:
        """Keep bytes durably; the same bytes again change nothing, and damaged ones are made whole.

        Raises:
            StorageFullError, StoreUnavailableError: Nothing was stored.
        """
        key = Hash32(hashlib.sha256(data).digest())
        path = self._path(key)
        with _translated():
            _make_folder(path.parent)
            if _read(path) != data:
                self._write(path, data)
            _sync(path.parent)  # whoever renamed it may not have got as far as this
        return key

    def get(self, key: Hash32) -> bytes:
        """The bytes, checked against their hash.

        Raises:
            NotFoundError: There are none.
            StoreUnavailableError: They cannot be read, or are no longer what was stored.
        """
        with _translated():
            data = _read(self._path(key))
        if data is None:
            raise NotFoundError("blob", str(key))
        if hashlib.sha256(data).digest() != key:
            problem = f"blob {key} is damaged"
            raise StoreUnavailableError(problem)
        return data

    def delete(self, key: Hash32) -> None:
        """Forget the bytes; unknown ones are no error.

        Raises:
            StoreUnavailableError: They cannot be deleted.
        """
        path = self._path(key)
        with _translated(), suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)

    def _path(self, key: Hash32) -> Path:
        name = key.hex()
        return self._folder / name[:2] / name[2:4] / name

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        oldest = time.time() - _ABANDONED_SECONDS
        for file in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < oldest:
                    file.unlink()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError from error
        problem = f"blobs: {error.strerror}"
        raise StoreUnavailableError(problem) from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable before anything is put into it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
