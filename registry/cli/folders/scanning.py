"""Which files a folder holds, in an order that does not change, and which are left out and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.cli.failures import CommandError


@dataclass(frozen=True, slots=True)
class Found:
    """A file by its name within the folder (`/` between the parts), as it was when it was looked at."""

    name: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in the folder that is not handed in."""

    name: str
    code: str
    detail: str


def scan(folder: Path, apart: Path | None = None) -> tuple[list[Found], list[LeftOut]]:
    """All plain files under `folder` by name, folder by folder; the rest is left out, each with a code.

    `apart` is a file that speaks of the others and is no work.

    Raises:
        CommandError: The folder itself cannot be read.
    """
    found: list[Found] = []
    left: list[LeftOut] = []
    skipped = None if apart is None else apart.resolve()
    for one in _entries(folder):
        if isinstance(one, LeftOut):
            left.append(one)
        elif skipped is None or folder.joinpath(one.name).resolve() != skipped:
            found.append(one)
    return found, left


def look(path: Path, name: str) -> Found:
    """The file as it is now.

    Raises:
        OSError: It is not there any more.
    """
    now = path.stat(follow_symlinks=False)
    return Found(name, now.st_size, now.st_mtime_ns)


def _entries(folder: Path) -> Iterator[Found | LeftOut]:
    """A stack, not recursion: folders nest deeper than calls may."""
    try:
        waiting = _listed(str(folder))
    except OSError as problem:
        raise CommandError("unreadable", f"{folder}: {problem.strerror}") from problem
    cut = len(os.path.join(str(folder), ""))  # noqa: PTH118  # `/` ends in its separator already
    while waiting:
        entry = waiting.pop()
        name = entry.path[cut:]
        try:
            kind = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                waiting += _listed(entry.path)
                continue
        except OSError as problem:
            yield LeftOut(_shown(name), "unreadable", problem.strerror or "it cannot be read")
            continue
        yield _judged(entry, name, kind)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as listing:
        return sorted(listing, key=lambda entry: entry.name, reverse=True)


def _judged(entry: os.DirEntry[str], name: str, kind: os.stat_result) -> Found | LeftOut:
    shown = _shown(name)
    if stat.S_ISLNK(kind.st_mode):
        return LeftOut(shown, "symbolic-link", "links are not followed")
    if entry.name.startswith("."):
        what = "folder" if stat.S_ISDIR(kind.st_mode) else "file"
        return LeftOut(shown, f"hidden-{what}", "its name begins with a dot")
    if not stat.S_ISREG(kind.st_mode):
        return LeftOut(shown, "not-a-file", "a device, pipe or socket")
    if shown != name:
        return LeftOut(shown, "unusable-name", "its name is not UTF-8")
    if not os.access(entry.path, os.R_OK):
        return LeftOut(shown, "unreadable", "permission denied")
    return Found(name, kind.st_size, kind.st_mtime_ns)


def _shown(name: str) -> str:
    """The name as text that can be written down, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
