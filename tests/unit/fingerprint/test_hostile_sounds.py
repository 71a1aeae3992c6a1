"""Sounds that lie, overflow or hold nothing: each ends in a typed error or a record, in a confined worker."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.errors import MediaTooLargeError, UndecodableMediaError, UnsupportedMediaError
from registry.fingerprint.audio import AudioMedium
from registry.fingerprint.audio_peaks import peaks
from registry.fingerprint.pool import DecoderPool
from registry.model import Extraction
from tests.media.media_files import encoded_sound
from tests.media.searching import closely_compared, compared

RATE = 8000
NOISE = np.random.default_rng(1).uniform(-1, 1, 4 * RATE)
MEDIUM = AudioMedium()


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, wait_seconds=60) as pool:
        yield pool


def _taken(pool: DecoderPool, folder: Path, data: bytes) -> Extraction:
    path = folder / "sound"
    path.write_bytes(data)
    return pool.extract(path)


def _flac_of(samples: int) -> bytes:
    """A FLAC whose header promises so many samples (STREAMINFO, RFC 9639, 8.2: 36 bits from bit 108 on)."""
    data = bytearray(encoded_sound(NOISE, RATE, "FLAC"))
    data[21] = (data[21] & 0xF0) | samples >> 32
    data[22:26] = struct.pack(">I", samples & 0xFFFFFFFF)
    return bytes(data)


def _wav_of(channels: int = 1, data_bytes: int = 8000) -> bytes:
    """A WAV whose header promises so many channels and bytes, and a second of one channel."""
    described = struct.pack("<HHIIHH", 1, channels, RATE, RATE * channels, channels, 8)
    head = b"WAVEfmt " + struct.pack("<I", len(described)) + described
    body = head + b"data" + struct.pack("<I", data_bytes) + bytes(range(250)) * 32
    return b"RIFF" + struct.pack("<I", min(0xFFFFFFFF, 36 + data_bytes)) + body


def test_a_second_of_silence_has_a_record_and_matches_nothing(pool: DecoderPool, tmp_path: Path) -> None:
    silence = _taken(pool, tmp_path, encoded_sound(np.zeros(RATE), RATE))
    assert silence.facts["milliseconds"] == 1000
    assert closely_compared(MEDIUM, silence, silence) is None


def test_half_a_minute_of_one_level_is_no_match_of_another_level(pool: DecoderPool, tmp_path: Path) -> None:
    high, low = (
        _taken(pool, tmp_path, encoded_sound(np.full(30 * RATE, level), RATE)) for level in (0.7, 0.4)
    )
    assert compared(MEDIUM, high, low) is None


def test_one_steady_note_is_no_match_of_the_same_note(pool: DecoderPool, tmp_path: Path) -> None:
    time = np.arange(30 * RATE) / RATE
    loud, quiet = (
        _taken(pool, tmp_path, encoded_sound(level * np.sin(2 * np.pi * 440 * time + level), RATE))
        for level in (0.7, 0.3)
    )
    assert compared(MEDIUM, loud, quiet) is None


def test_a_million_seconds_by_a_header_are_refused_unread(pool: DecoderPool, tmp_path: Path) -> None:
    with pytest.raises(MediaTooLargeError) as refused:
        _taken(pool, tmp_path, _flac_of(1_000_000 * RATE))
    assert refused.value.facts == {"quantity": "seconds", "found": 1_000_000, "limit": 1800}


def test_a_header_that_promises_a_little_more_than_there_is_ends_in_an_error(
    pool: DecoderPool, tmp_path: Path
) -> None:
    with pytest.raises(UndecodableMediaError):
        _taken(pool, tmp_path, _flac_of(100 * RATE))


def test_a_wav_that_promises_gigabytes_is_what_it_holds(pool: DecoderPool, tmp_path: Path) -> None:
    try:
        taken = _taken(pool, tmp_path, _wav_of(data_bytes=0xFFFFFFF0))
    except (MediaTooLargeError, UndecodableMediaError):
        return
    assert int(taken.facts["milliseconds"]) <= 1000


@pytest.mark.parametrize("channels", [9, 64, 1024])
def test_more_channels_than_speakers_are_refused(pool: DecoderPool, tmp_path: Path, channels: int) -> None:
    with pytest.raises((MediaTooLargeError, UndecodableMediaError)):
        _taken(pool, tmp_path, _wav_of(channels))


def test_no_channel_at_all_is_undecodable(pool: DecoderPool, tmp_path: Path) -> None:
    with pytest.raises(UndecodableMediaError):
        _taken(pool, tmp_path, _wav_of(channels=0))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 3e38, 1e-45])
def test_numbers_that_are_no_levels_are_no_error(pool: DecoderPool, tmp_path: Path, number: float) -> None:
    samples = np.where(np.arange(len(NOISE)) % 3, number, NOISE)
    taken = _taken(pool, tmp_path, encoded_sound(samples, RATE, subtype="FLOAT"))
    assert taken.facts["milliseconds"] == 4000


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["WAV", "FLAC", "OGG", "MP3"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
def test_damage_anywhere_ends_in_a_record_or_a_typed_error(
    pool: DecoderPool, tmp_path: Path, kind: str, damage: list[tuple[float, int]], cut: float
) -> None:
    data = bytearray(encoded_sound(NOISE, RATE, kind))
    for place, value in damage:
        data[int(place * (len(data) - 1))] = value
    try:
        taken = _taken(pool, tmp_path, bytes(data[: 1 + int(cut * len(data))]))
    except UnsupportedMediaError:
        return
    except (MediaTooLargeError, UndecodableMediaError):
        return
    assert int(taken.facts.get("milliseconds", 0)) <= 1_800_000


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(0, 30_000), st.floats(0, 1))
def test_peaks_of_any_sound_are_in_order_and_few(seed: int, length: int, loudness: float) -> None:
    sound = np.random.default_rng(seed).normal(0, loudness, length).astype(np.float32)
    found = peaks(np.clip(sound, -1, 1))
    assert len(found) <= 26 * (length // 11_008 + 1)
    assert (np.diff(found.frames) >= 0).all()
