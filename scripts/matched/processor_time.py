"""What a process and its children have used of the processor."""

from __future__ import annotations

import ctypes
import errno
import resource
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of processor time so far: of this process with its ended children, and of each living child."""

    own: float
    children: Mapping[int, float]

    @property
    def total(self) -> float:
        """Of all of them. A child that ends moves from one part to the other, so it never falls."""
        return self.own + sum(self.children.values())

    def since(self, earlier: Reading) -> float:
        """What was used after `earlier`, except by children that were started after it."""
        return self.total - earlier.total - self.started_since(earlier)

    def started_since(self, earlier: Reading) -> float:
        """What children have used that were started after `earlier` and live."""
        return sum(self.children[pid] for pid in self.children.keys() - earlier.children.keys())


def reading() -> Reading:
    """The state of this process and its children now."""
    children = {pid: seconds for pid in _children() if (seconds := _seconds_of(pid)) is not None}
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Reading(time.process_time() + ended.ru_utime + ended.ru_stime, children)


def _children() -> Iterator[int]:
    """proc(5): each thread lists the children that it has started."""
    for task in Path("/proc/self/task").iterdir():
        try:
            listed = (task / "children").read_text()
        except OSError:
            continue  # the thread has ended meanwhile
        yield from map(int, listed.split())


def _seconds_of(pid: int) -> float | None:
    """The processor clock of a process (clock_getcpuclockid(3)), to the nanosecond; None if it has ended.

    `/proc/<pid>/stat` would tell hundredths of a second, too coarse for one file.
    """
    clock = ctypes.c_int()
    if _LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)) != 0:
        return None
    try:
        return time.clock_gettime(clock.value)
    except OSError as error:
        if error.errno in (errno.ESRCH, errno.EINVAL):
            return None
        raise
