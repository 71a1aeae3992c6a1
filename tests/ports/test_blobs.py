"""Blobs: bytes by their hash, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.blobs import FolderBlobs
from registry.errors import NotFoundError, StoreUnavailableError
from registry.model import Hash32
from registry.ports import Blobs
from tests.ports.values import hash_of


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=5000))
def test_bytes_come_back_under_their_hash(blobs: Blobs, data: bytes) -> None:
    key = blobs.put(data)
    assert key == hashlib.sha256(data).digest()
    assert blobs.get(key) == data
    assert blobs.put(data) == key


def test_unknown_bytes_are_not_found(blobs: Blobs) -> None:
    with pytest.raises(NotFoundError):
        blobs.get(hash_of("never put"))


def test_deleted_bytes_are_gone_and_can_be_put_again(blobs: Blobs) -> None:
    key, other = blobs.put(b"some"), blobs.put(b"other")
    blobs.delete(key)
    blobs.delete(key)
    blobs.delete(hash_of("never put"))
    with pytest.raises(NotFoundError):
        blobs.get(key)
    assert blobs.get(other) == b"other"
    assert blobs.put(b"some") == key
    assert blobs.get(key) == b"some"


def test_threads_that_put_the_same_bytes_at_once_all_succeed(blobs: Blobs) -> None:
    gate = threading.Barrier(8)
    data = bytes(range(256)) * 400

    def put(_writer: int) -> Hash32:
        gate.wait()
        return blobs.put(data)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(put, range(8)))
    assert len(keys) == 1
    assert blobs.get(keys.pop()) == data


def test_damaged_bytes_are_never_handed_out_and_can_be_made_whole(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    key = blobs.put(b"as it was signed")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(b"as it was singed")
    with pytest.raises(StoreUnavailableError, match="damaged"):
        blobs.get(key)
    blobs.put(b"as it was signed")
    assert blobs.get(key) == b"as it was signed"


def test_nobody_else_on_the_machine_can_read_a_blob(tmp_path: Path) -> None:
    FolderBlobs(tmp_path / "blobs").put(b"private")
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "blobs").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailableError):
        FolderBlobs(tmp_path / "file" / "blobs")


def test_a_folder_that_went_away_is_no_missing_blob(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    (tmp_path / "blobs" / "incoming").rmdir()
    with pytest.raises(StoreUnavailableError):
        blobs.put(b"some")


def test_a_killed_writer_leaves_whole_blobs_only_and_its_remains_are_swept_later(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from registry.blobs import FolderBlobs\n"
        "blobs = FolderBlobs(Path(sys.argv[1]))\n"
        "for number in range(10**6): print(blobs.put(number.to_bytes(4) * 250_000).hex(), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(5)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.readlines()
    blobs = FolderBlobs(tmp_path)
    for line in acknowledged:
        assert len(blobs.get(Hash32(bytes.fromhex(line.strip())))) == 1_000_000

    remains = tmp_path / "incoming" / "remains"
    fresh = tmp_path / "incoming" / "fresh"
    for file in (remains, fresh):
        file.write_bytes(b"half a bl")
    yesterday = time.time() - 86_400
    os.utime(remains, (yesterday, yesterday))
    FolderBlobs(tmp_path)
    assert fresh.exists()
    assert not remains.exists()
