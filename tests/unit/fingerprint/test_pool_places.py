"""The decoder pool on a system that has no room for a new process: it loses none of its places."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.errors import BusyError, DecoderCrashedError
from registry.fingerprint.pool import DecoderPool
from tests.unit.fingerprint.hostile_media import MAGIC

HOSTILE = "tests.unit.fingerprint.hostile_media"


@contextmanager
def _one_descriptor_left() -> Iterator[None]:
    """Room to read a file, but not for the pipes of a new process, not even where a dead one had its own."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    source = os.open(os.devnull, os.O_RDONLY)
    taken = [source]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_highest_descriptor() + 2, limits[1]))
        while True:
            try:
                taken.append(os.dup(source))
            except OSError:
                break
        os.close(taken.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in taken:
            os.close(descriptor)


def _highest_descriptor() -> int:
    return max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 - names, not paths


def _told(pool: DecoderPool, folder: Path, deed: str) -> str:
    path = folder / "order"
    path.write_bytes(MAGIC + deed.encode())
    return str(pool.extract(path).facts["told"])


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names, not paths


def test_a_place_outlives_a_failure_whose_worker_cannot_be_replaced(tmp_path: Path) -> None:
    with DecoderPool(workers=1, wait_seconds=1, media=HOSTILE) as pool:
        assert _told(pool, tmp_path, "behave") == "well"
        before = _descriptors()
        with _one_descriptor_left():
            with pytest.raises(DecoderCrashedError):
                _told(pool, tmp_path, "exit")
            for _ in range(3):
                with pytest.raises(BusyError):
                    _told(pool, tmp_path, "behave")
        assert _told(pool, tmp_path, "behave") == "well"
        assert _descriptors() == before, "an attempt that failed leaves no pipe open"


def test_a_place_outlives_a_worker_that_did_its_share_and_cannot_be_replaced(tmp_path: Path) -> None:
    with DecoderPool(workers=1, recycle_after=1, wait_seconds=1, media=HOSTILE) as pool:
        with _one_descriptor_left():
            assert _told(pool, tmp_path, "behave") == "well", "the answer is not lost with the worker"
        assert _told(pool, tmp_path, "behave") == "well"


def test_a_place_outlives_a_worker_that_died_idle_and_cannot_be_replaced(tmp_path: Path) -> None:
    with DecoderPool(workers=1, wait_seconds=1, media=HOSTILE) as pool:
        pid = int(_told(pool, tmp_path, "tell its pid"))
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with _one_descriptor_left(), pytest.raises(BusyError):
            _told(pool, tmp_path, "behave")
        assert _told(pool, tmp_path, "behave") == "well"


def test_a_pool_that_begins_without_room_fills_its_places_later(tmp_path: Path) -> None:
    with _one_descriptor_left():
        pool = DecoderPool(workers=2, wait_seconds=1, media=HOSTILE)
    with pool:
        assert _told(pool, tmp_path, "behave") == "well"


def test_a_pool_with_empty_places_can_be_closed(tmp_path: Path) -> None:
    with _one_descriptor_left():
        pool = DecoderPool(workers=2, wait_seconds=1, media=HOSTILE)
    pool.close()
    with pytest.raises(BusyError):
        _told(pool, tmp_path, "behave")
