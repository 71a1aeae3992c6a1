"""Uploads: one private file for as long as a decoder reads it, deleted before the answer."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import UploadFile

from registry.errors import FileTooLargeError, StorageFullError
from registry.settings import Settings

LEFT_OVER_SECONDS = 3600  # no upload is read that long, whatever its decoder does


def upload_folder(settings: Settings) -> Path:
    """Where uploads lie while they are read; readable by the registry's own user alone."""
    folder = settings.data / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove_left_over(settings: Settings) -> None:
    """Delete uploads of a process that was killed while it read them."""
    now = time.time()
    for path in upload_folder(settings).iterdir():
        if now - path.stat().st_mtime > LEFT_OVER_SECONDS:
            path.unlink(missing_ok=True)


@contextmanager
def received(upload: UploadFile, settings: Settings) -> Iterator[Path]:
    """The upload as a file of a name that the client did not choose; gone when the block is left.

    Raises:
        FileTooLargeError: It passes the limit.
        StorageFullError: The disk is full.
    """
    with tempfile.NamedTemporaryFile(dir=upload_folder(settings), prefix="upload-") as file:
        if upload.size is None or upload.size > settings.max_upload_bytes:
            raise FileTooLargeError(settings.max_upload_bytes)
        try:
            with upload.file as spooled:  # closing it frees what the form parser spooled to disk
                shutil.copyfileobj(spooled, file)
            file.flush()
        except OSError as problem:
            raise _told(problem) from problem
        yield Path(file.name)


def is_full(problem: BaseException | None) -> bool:
    """Whether an operation failed for want of space."""
    return isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _told(problem: OSError) -> Exception:
    return StorageFullError() if is_full(problem) else problem
