"""Small secret files, written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from registry.errors import SettingsError, StoreUnavailableError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def own_file(path: Path, setting: str, make: Callable[[], bytes]) -> bytes:
    """What a file holds that only its owner can read; made first if there is none.

    Raises:
        SettingsError: The file is open to others. It is left as it is; `setting` is what it is named by.
        StoreUnavailableError: The file cannot be read or written.
    """
    try:
        if not path.exists():
            write_new(path, make())
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror}") from error
    if mode & _OTHERS:
        raise SettingsError(setting, f"others can read {path}: chmod 600 it")
    return content


def write_new(path: Path, content: bytes) -> bool:
    """Write a file that was not there (mode 0600), durably; False, changing nothing, if there is one.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, never replaces a key that somebody made meanwhile
        except FileExistsError:
            return False
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
