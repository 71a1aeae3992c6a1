"""Who has the store open: everybody together, or one alone who makes its views again."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from registry.errors import StoreInUseError, StoreUnavailableError

_LAST_BYTES = 1 << 16  # thousands of process ids; whoever is not among the last has ended long ago


class StoreHold:
    """Holds `<store>.lock`, shared with others or alone; the kernel lets go when the process ends.

    The file tells the process ids of whoever opened the store, latest last. They are for people to read: the
    lock alone decides.

    Raises:
        StoreInUseError: It is wanted alone and others have it open, or somebody has it alone.
        StoreUnavailableError: The file cannot be made.
    """

    def __init__(self, store: Path, *, alone: bool) -> None:
        path = store.resolve()  # one store, whatever it is called
        path = path.with_name(path.name + ".lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_APPEND, 0o600)
        except OSError as error:
            problem = f"{path} cannot be made: {error.strerror}"
            raise StoreUnavailableError(problem) from error
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            holder = self._holder()
            os.close(self._descriptor)
            raise StoreInUseError(holder) from error
        if alone:
            os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files of one name."""
        os.close(self._descriptor)

    def _holder(self) -> int | None:
        """One of those who have it open: who came last and is still there."""
        size = os.fstat(self._descriptor).st_size
        told = os.pread(self._descriptor, _LAST_BYTES, max(0, size - _LAST_BYTES)).split()
        return next((int(pid) for pid in reversed(told) if pid.isdigit() and _is_there(int(pid))), None)


def _is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() or not Path("/proc/self").exists()
