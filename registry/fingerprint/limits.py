"""What a decoder may use: set by the worker on itself, before it sees a file."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import Final

from registry.errors import InvalidValueError

MEMORY_BYTES = 2 << 30
# A 100-megapixel picture is 400 MB in Pillow, and turning or flattening it takes two more of it for a moment.
SECONDS = 30
# Thirty minutes of sound take about 5 s to decode and analyse on a slow core; more is an attack or a stall.
SLOWER: Final = {"video": 4}
# How many times as long a medium's files may take: thirty minutes of film take 40 s to decode and analyse.
FILES_PER_WORKER = 200
# Decoders leak; a fresh worker costs a second of one core, so one in 200 files is under one percent.
OPEN_FILES = 64
# The file, the pipes, and what an import may open.
WAIT_SECONDS = 10
# For a free worker: longer, and a person has given up; they are told that the registry is busy.


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one worker: address space, seconds per file (see `SLOWER`), files until it is replaced.

    Raises:
        InvalidValueError: One of them is not positive.
    """

    memory_bytes: int = MEMORY_BYTES
    seconds: int = SECONDS
    files: int = FILES_PER_WORKER

    def __post_init__(self) -> None:
        for name in ("memory_bytes", "seconds", "files"):
            if getattr(self, name) < 1:
                raise InvalidValueError(name, "must be 1 or more")


def limit_process(memory_bytes: int) -> None:
    """Bound this process's memory and files; it may write to no file and leaves no core behind."""
    for what, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (bounded, bounded))


def limit_next_file(seconds: int) -> None:
    """Bound the next file's processor time. The parent kills by the clock; this holds if it is gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = int(usage.ru_utime + usage.ru_stime) + seconds + 1
    bounded = allowed if hard == resource.RLIM_INFINITY else min(allowed, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (bounded, hard))
