"""The worker's filter: what a decoder that a file has taken over cannot do to other processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.errors import DecoderCrashedError
from registry.fingerprint.pool import DecoderPool
from tests.unit.fingerprint import hostile_calls
from tests.unit.fingerprint.hostile_media import MAGIC


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, wait_seconds=60, media="tests.unit.fingerprint.hostile_media") as pool:
        yield pool


def _told(pool: DecoderPool, folder: Path, deed: str) -> str:
    path = folder / "order"
    path.write_bytes(MAGIC + deed.encode())
    return str(pool.extract(path).facts["told"])


@pytest.mark.parametrize("deed", hostile_calls.ATTEMPTS)
def test_a_decoder_cannot_reach_the_server_by_a_bare_system_call(
    pool: DecoderPool, tmp_path: Path, deed: str
) -> None:
    assert _told(pool, tmp_path, deed) == "EPERM"


def test_a_decoder_can_signal_itself(pool: DecoderPool, tmp_path: Path) -> None:
    assert _told(pool, tmp_path, "signal itself") == "SIGUSR1"


def test_a_decoder_can_limit_itself(pool: DecoderPool, tmp_path: Path) -> None:
    assert _told(pool, tmp_path, "limit itself") == "{(0, 0)}"


def test_a_decoder_that_aborts_is_reported_by_its_own_signal(pool: DecoderPool, tmp_path: Path) -> None:
    with pytest.raises(DecoderCrashedError) as failed:
        _told(pool, tmp_path, "abort")
    assert failed.value.facts == {"signal_or_exit": -6}
