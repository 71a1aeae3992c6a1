"""The folder of the index's files: written once, mapped, merged as they grow many, and removed when replaced.

A file is named by nothing but the row in the database that lists the files of the index (`standing`), and
that row changes in the transaction of those who index: what was written for a transaction that did not commit
is an orphan, and is removed later.
"""

from __future__ import annotations

import mmap
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np

from registry.errors import IndexDamagedError, StorageFullError, StoreUnavailableError
from registry.fingerprint.base import BUCKET_CAP, MOST_HITS
from registry.model.postings import CODE_BYTES
from registry.search.arrays import Bytes, Small
from registry.search.merging import write_merged
from registry.search.packed import Contents, RunWriter, contents_of
from registry.search.runs import Run, merged
from registry.search.standing import SegmentEntry

SUFFIX: Final = ".segment"
_GRACE_SECONDS: Final = 120  # a reader of an earlier state may still come for a file; units of work are short
_BLOCKS: Final = 64  # of rows that are in no file yet: some eight are in use, and those of earlier readers
_FULL: Final = 28  # ENOSPC

Blobs = Callable[[], Mapping[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Pace:
    """When rows go to a file, and when files are merged.

    Rows wait in the database until there are `waiting_bytes` of them or `waiting_units` units of work;
    `fanout` files of about one size are merged into one; a merge of more than `merge_bytes` is not made while
    others wait to write, and none makes a file of more than `most_rows` rows.
    """

    waiting_bytes: int = 8 << 20
    waiting_units: int = 256
    fanout: int = 4
    merge_bytes: int = 64 << 20  # half a second
    most_rows: int = 1 << 25  # a band of so many codes is sorted in 512 MiB


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the rows a question reads."""

    bucket_cap: int = BUCKET_CAP
    most_hits: int = MOST_HITS


class IndexFolder:
    """Shared by all units of work of a process; others may use the same folder.

    Raises:
        StoreUnavailableError: The folder cannot be made.
    """

    def __init__(self, path: Path, pace: Pace | None = None, limits: Limits | None = None) -> None:
        self.path, self.pace, self.limits = path, pace or Pace(), limits or Limits()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailableError(f"{path}: {error.strerror}") from error
        self._lock = Lock()
        self._open: dict[str, Run] = {}
        self._blocks: OrderedDict[tuple[bytes, bytes], Run] = OrderedDict()

    def run(self, entry: SegmentEntry) -> Run:
        """The rows of a file.

        Raises:
            IndexDamagedError: The file is missing, cut, or not the one that was written.
        """
        with self._lock:
            known = self._open.get(entry.name)
        if known is None:
            known = self.contents(entry).run()
            with self._lock:
                self._open[entry.name] = known
        return known

    def contents(self, entry: SegmentEntry) -> Contents:
        """A file's table of contents.

        Raises:
            IndexDamagedError: The file is missing, cut, or not the one that was written.
        """
        path = self.path / entry.name
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != entry.size:
                    raise IndexDamagedError(f"{path} has {size} bytes, not {entry.size}")
                mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise IndexDamagedError(f"{path}: {error.strerror}") from error
        return contents_of(memoryview(mapping), entry.digest)

    def waiting(self, tokens: Sequence[bytes], read: Callable[[], Mapping[bytes, bytes]]) -> list[Run]:
        """The rows that are in no file, as few runs: the units of work in blocks of powers of two.

        So one more unit merges no more than it must, as the carry in counting does.
        """
        return [self._block(tokens[start:end], read) for start, end in _blocks(len(tokens))]

    def keep_waiting(self, token: bytes, run: Run) -> None:
        """Spare others from unpacking what was just packed."""
        self._remember((token, token), run)

    def write(self, runs: Sequence[Run], dead: Small, removals: int) -> SegmentEntry | None:
        """Merge runs into a new file, which is on the disk when this returns; None if no row is left.

        Raises:
            StorageFullError, StoreUnavailableError: Nothing was written.
            IndexDamagedError: What was read contradicts itself.
        """
        path = self.path / f"{secrets.token_hex(16)}{SUFFIX}"
        try:
            entry = self._write(path, runs, dead, removals)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _failure(path, error) from error
            raise
        if entry is None:
            path.unlink()
        return entry

    def mergeable(self, entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
        """The smallest files of about one size, if they are so many that they should be one."""
        tiers: dict[int, list[SegmentEntry]] = {}
        for entry in entries:
            if entry.rows * self.pace.fanout <= self.pace.most_rows:
                tiers.setdefault(self._tier(entry.size), []).append(entry)
        for tier in sorted(tiers):
            if len(tiers[tier]) >= self.pace.fanout:
                return tiers[tier]
        return []

    def checked(self, entries: Iterable[SegmentEntry]) -> list[Run]:
        """The rows of files whose every byte is as it was written: damage is not merged into a new file.

        Raises:
            IndexDamagedError: A file is not.
        """
        runs = []
        for entry in entries:
            self.contents(entry).check()
            runs.append(self.run(entry))
        return runs

    def retire(self, entries: Iterable[SegmentEntry]) -> None:
        """Let the time begin in which readers of an earlier state may still come for these files."""
        for entry in entries:
            with suppress(FileNotFoundError):
                os.utime(self.path / entry.name)

    def sweep(self, live: Iterable[SegmentEntry], grace_seconds: float = _GRACE_SECONDS) -> None:
        """Remove the files that no row names, once nobody can be about to name or to read them."""
        names = {entry.name for entry in live}
        with self._lock:
            self._open = {name: run for name, run in self._open.items() if name in names}
        oldest = time.time() - grace_seconds
        for path in self.path.glob(f"*{SUFFIX}"):
            try:
                if path.name not in names and path.stat().st_mtime <= oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process was first

    def _tier(self, size: int) -> int:
        tier, bound = 0, self.pace.waiting_bytes * 2
        while size > bound:
            tier, bound = tier + 1, bound * self.pace.fanout
        return tier

    def _write(self, path: Path, runs: Sequence[Run], dead: Small, removals: int) -> SegmentEntry | None:
        with path.open("x+b", buffering=0) as file:
            path.chmod(0o600)
            sink = _FileSink(file.fileno())
            writer = RunWriter(sink)
            rows = write_merged(runs, dead, writer, sink.codes)
            if not rows:
                return None
            size, digest = writer.finish()
            os.fsync(file.fileno())
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        first, last = self.contents(SegmentEntry(path.name, size, digest, 0, 0, rows, removals)).run().span()
        return SegmentEntry(path.name, size, digest, first, last, rows, removals)

    def _block(self, tokens: Sequence[bytes], read: Blobs) -> Run:
        key = tokens[0], tokens[-1]
        with self._lock:
            known = self._blocks.get(key)
            if known is not None:
                self._blocks.move_to_end(key)
                return known
        if len(tokens) == 1:
            run = contents_of(memoryview(read()[tokens[0]])).run()
        else:
            half = len(tokens) // 2
            run = merged([self._block(tokens[:half], read), self._block(tokens[half:], read)])
        self._remember(key, run)
        return run

    def _remember(self, key: tuple[bytes, bytes], run: Run) -> None:
        with self._lock:
            self._blocks[key] = run
            while len(self._blocks) > _BLOCKS:
                self._blocks.popitem(last=False)


class _FileSink:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write_at(self, offset: int, data: memoryview | bytes) -> None:
        """Put bytes at an offset."""
        data = memoryview(data)
        while data:
            written = os.pwrite(self._descriptor, data, offset)
            data, offset = data[written:], offset + written

    def codes(self, offset: int, count: int) -> Bytes:
        """Codes that were written, mapped."""
        mapping = mmap.mmap(self._descriptor, offset + count * CODE_BYTES, access=mmap.ACCESS_READ)
        flat = np.frombuffer(mapping, dtype=np.uint8, count=count * CODE_BYTES, offset=offset)
        return flat.reshape(count, CODE_BYTES)


def _blocks(count: int) -> list[tuple[int, int]]:
    """So many things as ranges of powers of two, the largest first."""
    ranges, start = [], 0
    for power in reversed(range(count.bit_length())):
        if count >> power & 1:
            ranges.append((start, start + (1 << power)))
            start += 1 << power
    return ranges


def _failure(path: Path, error: OSError) -> StorageFullError | StoreUnavailableError:
    return StorageFullError() if error.errno == _FULL else StoreUnavailableError(f"{path}: {error.strerror}")
