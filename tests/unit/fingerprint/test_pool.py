"""The decoder pool with decoders that misbehave, in real processes."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.errors import (
    BusyError,
    DecoderCrashedError,
    DecoderMemoryError,
    DecoderTimeoutError,
    EmptyFileError,
    InvalidValueError,
    MediaTooLargeError,
    RegistryError,
    UndecodableMediaError,
    UnsupportedMediaError,
)
from registry.fingerprint.pool import DecoderPool
from registry.model import Hash32
from tests.media.media_files import encoded, giant_png, photograph
from tests.unit.fingerprint.hostile_media import MAGIC

MEMORY_BYTES = 1 << 30
HOSTILE = "tests.unit.fingerprint.hostile_media"


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=2, memory_bytes=MEMORY_BYTES, seconds=2, wait_seconds=60, media=HOSTILE) as pool:
        yield pool


def _order(folder: Path, deed: str) -> Path:
    path = folder / deed.replace(" ", "-")
    path.write_bytes(MAGIC + deed.encode())
    return path


def _told(pool: DecoderPool, folder: Path, deed: str) -> str:
    return str(pool.extract(_order(folder, deed)).facts["told"])


@pytest.mark.parametrize(
    ("deed", "failure", "facts"),
    [
        ("allocate", DecoderMemoryError, {"limit_bytes": MEMORY_BYTES}),
        ("sleep", DecoderTimeoutError, {"limit_seconds": 2}),
        ("spin", DecoderTimeoutError, {"limit_seconds": 2}),
        ("crash", DecoderCrashedError, {"signal_or_exit": -11}),
        ("exit", DecoderCrashedError, {"signal_or_exit": 7}),
        ("raise", DecoderCrashedError, {"signal_or_exit": 1}),
        ("garble", DecoderCrashedError, {"signal_or_exit": -9}),
    ],
)
def test_a_misbehaving_decoder_is_a_typed_error_while_another_request_succeeds(
    pool: DecoderPool, tmp_path: Path, deed: str, failure: type[RegistryError], facts: dict[str, int]
) -> None:
    with ThreadPoolExecutor(2) as threads:
        bad = threads.submit(pool.extract, _order(tmp_path, deed))
        good = threads.submit(_told, pool, tmp_path, "behave")
        assert good.result() == "well"
        with pytest.raises(failure) as failed:
            bad.result()
    assert failed.value.facts == facts
    assert _told(pool, tmp_path, "behave") == "well"


@pytest.mark.parametrize(
    "deed",
    [
        "open a socket",
        "open a local socket",
        "start a program",
        "fork",
        "write a file",
        "delete a file",
        "signal the server",
    ],
)
def test_a_decoder_can_only_compute_and_read(pool: DecoderPool, tmp_path: Path, deed: str) -> None:
    assert _told(pool, tmp_path, deed) == "EPERM"


def test_a_decoder_sees_no_secret_of_the_servers_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOPHON_PASSPHRASE_FILE", "/secret")
    with DecoderPool(workers=1, wait_seconds=60, media=HOSTILE) as pool:
        names = set(_told(pool, tmp_path, "tell its environment").split())
    assert names <= {"PYTHONPATH", "LC_ALL", "LC_CTYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}


def test_what_a_decoder_prints_does_not_reach_the_answers(pool: DecoderPool, tmp_path: Path) -> None:
    assert _told(pool, tmp_path, "print") == "printed"


def test_a_worker_is_replaced_after_its_share_of_files(tmp_path: Path) -> None:
    with DecoderPool(workers=1, recycle_after=2, wait_seconds=60, media=HOSTILE) as pool:
        pids = [_told(pool, tmp_path, "tell its pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_caller_that_waits_too_long_for_a_worker_is_told_so(tmp_path: Path) -> None:
    with DecoderPool(workers=1, seconds=2, wait_seconds=0, media=HOSTILE) as pool:
        sleeper = threading.Thread(target=_oversleep, args=(pool, _order(tmp_path, "sleep")))
        sleeper.start()
        with pytest.raises(BusyError):
            _behave_for_ever(pool, _order(tmp_path, "behave"))
        sleeper.join()


def _behave_for_ever(pool: DecoderPool, path: Path) -> None:
    while True:
        pool.extract(path)


def _oversleep(pool: DecoderPool, path: Path) -> None:
    """Sleep in a worker to the time limit, waiting for one if the other thread has it."""
    while True:
        try:
            pool.extract(path)
        except BusyError:
            continue
        except DecoderTimeoutError:
            return


def test_a_worker_that_died_idle_is_replaced_before_a_file_meets_it(tmp_path: Path) -> None:
    with DecoderPool(workers=1, wait_seconds=60, media=HOSTILE) as pool:
        pid = int(_told(pool, tmp_path, "tell its pid"))
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert int(_told(pool, tmp_path, "tell its pid")) != pid


def test_closing_ends_every_process(tmp_path: Path) -> None:
    pool = DecoderPool(workers=1, wait_seconds=60, media=HOSTILE)
    pid = int(_told(pool, tmp_path, "tell its pid"))
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(BusyError):
        pool.extract(_order(tmp_path, "behave"))


def test_limits_must_be_positive() -> None:
    with pytest.raises(InvalidValueError):
        DecoderPool(seconds=0)


@pytest.fixture(scope="module")
def real_pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, wait_seconds=60) as pool:
        yield pool


def test_a_picture_is_fingerprinted_in_a_worker(real_pool: DecoderPool, tmp_path: Path) -> None:
    data = encoded(photograph())
    path = tmp_path / "picture"
    path.write_bytes(data)
    extraction = real_pool.extract(path)
    assert (extraction.medium, extraction.media_type, extraction.byte_size) == (
        "image",
        "image/png",
        len(data),
    )
    assert extraction.content_hash != Hash32(bytes(32))
    assert extraction.code("pdq-256/1")
    assert extraction.preview


def test_a_glance_takes_what_codes_of_the_whole_need_and_nothing_else(
    real_pool: DecoderPool, tmp_path: Path
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(photograph()))
    whole, glanced = real_pool.extract(path), real_pool.glance(path)
    assert glanced is not None
    assert glanced.content_hash == whole.content_hash
    assert glanced.code("pdq-256/1") == whole.code("pdq-256/1")
    assert set(glanced.features) < set(whole.features)
    assert glanced.preview is None


def test_a_kind_that_is_not_glanced_at_is_not_decoded(real_pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("Nothing but words.")
    assert real_pool.glance(path) is None


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"", EmptyFileError),
        (b"\x7fELF is not read", UnsupportedMediaError),
        (b"%PDF-1.7 and then nothing", UndecodableMediaError),
        (b"\x89PNG\r\n\x1a\n and then nothing", UndecodableMediaError),
        (b"fLaC and then nothing", UndecodableMediaError),
    ],
)
def test_a_bad_file_is_its_own_fault(
    real_pool: DecoderPool, tmp_path: Path, data: bytes, failure: type[RegistryError]
) -> None:
    path = tmp_path / "bad"
    path.write_bytes(data)
    with pytest.raises(failure) as failed:
        real_pool.extract(path)
    assert str(tmp_path) not in str(failed.value), "where the server keeps a file is nobody's business"


def test_a_failure_keeps_its_facts_on_the_way_out_of_the_worker(
    real_pool: DecoderPool, tmp_path: Path
) -> None:
    path = tmp_path / "giant"
    path.write_bytes(giant_png(40_000, 40_000))
    with pytest.raises(MediaTooLargeError) as refused:
        real_pool.extract(path)
    assert refused.value.facts == {"quantity": "pixels", "found": 1_600_000_000, "limit": 100_000_000}


def test_a_header_that_claims_more_pixels_than_numbers_can_tell_is_refused_as_any(
    real_pool: DecoderPool, tmp_path: Path
) -> None:
    path = tmp_path / "giant"
    path.write_bytes(giant_png(2**31 - 1, 2**31 - 1))
    with pytest.raises(MediaTooLargeError) as refused:
        real_pool.extract(path)
    assert refused.value.facts["found"] == 2**53 - 1
