"""The exclusive lock on a file that one process at a time may work on, held for as long as it lives."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from registry.errors import ChainInUseError, ChainUnavailableError, RegistryError


class FileLock:
    """Holds `<path>.lock`, in which the holder's process id stands. The kernel lets go when the process ends.

    What is locked is the embedded chain, unless the errors to raise say something else: `in_use` is given the
    holder's process id, `unusable` a sentence.

    Raises:
        ChainInUseError: Another process, or another opener in this one, holds it.
        ChainUnavailableError: The file cannot be made.
    """

    def __init__(
        self,
        path: Path,
        in_use: Callable[[int | None], RegistryError] = ChainInUseError,
        unusable: Callable[[str], RegistryError] = ChainUnavailableError,
    ) -> None:
        self._path = path.with_name(path.name + ".lock")
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unusable(f"{self._path} cannot be made: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = self._holder()
            os.close(self._descriptor)
            raise in_use(holder) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def _holder(self) -> int | None:
        text = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdecimal() else None

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files of one name."""
        os.close(self._descriptor)
