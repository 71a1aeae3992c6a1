"""A file that gets new content all at once or keeps what it has, and whose place is made ready beforehand."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.cli.failures import CommandError

Put = Callable[[bytes], None]


@contextmanager
def replacing(path: Path, before: bytes) -> Iterator[Put]:
    """Make ready to give a file new content; what is yielded does it, durably.

    Whoever cannot write it learns that here, before anything else is begun. `before` is what the file was
    read as: if it holds something else by then, it is left alone.

    Raises:
        CommandError: The file was written to meanwhile.
        OSError: It cannot be written.
    """
    target = path.resolve()  # of a link, the file that it leads to
    with target.open("r+b"):  # a rename would pass over a file that its owner made read-only
        pass
    with _beside(target) as (newer, write):
        shutil.copymode(target, newer)

        def put(content: bytes) -> None:
            write(content)
            if target.read_bytes() != before:
                raise CommandError(
                    "file-changed", f"{path} was written to meanwhile: it is left as it is", "type it again"
                )
            newer.replace(target)
            sync_folder(target.parent)

        yield put


@contextmanager
def making(path: Path) -> Iterator[Put]:
    """The same for a file that must not be there yet.

    Raises:
        CommandError: It is there.
        OSError: It cannot be written.
    """
    there = CommandError("file-exists", f"{path} is there already", "--out names another file")
    if os.path.lexists(path):
        raise there
    with _beside(path) as (newer, write):

        def put(content: bytes) -> None:
            write(content)
            newer.chmod(0o666 & ~_mask())
            try:
                os.link(newer, path)  # unlike a rename, never over another file
            except FileExistsError:
                raise there from None
            sync_folder(path.parent)

        yield put


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, Put]]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    newer = Path(name)
    with os.fdopen(descriptor, "wb") as file:

        def write(content: bytes) -> None:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

        try:
            yield newer, write
        finally:
            newer.unlink(missing_ok=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Make durable which files a folder has.

    Raises:
        OSError: The folder cannot be opened or synced.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
