"""Reading sound: limits, channels, rates, damage."""

import struct
from pathlib import Path

import numpy as np
import pytest

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint import sound
from tests.media.media_files import encoded_sound, extract, sample

TYPES = {"WAV": "audio/wav", "FLAC": "audio/flac", "OGG": "audio/ogg", "MP3": "audio/mpeg"}


def _tone(seconds: float, rate: int, channels: int = 1) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return np.repeat(0.5 * np.sin(2 * np.pi * 440 * time)[:, None], channels, axis=1)


def _read(folder: Path, data: bytes, kind: str = "WAV") -> sound.Sound:
    path = folder / "sound"
    path.write_bytes(data)
    return sound.read(path, TYPES[kind])


@pytest.mark.parametrize("kind", TYPES)
def test_every_format_is_read(tmp_path: Path, kind: str) -> None:
    read = _read(tmp_path, encoded_sound(_tone(2, 44_100, 2), 44_100, kind), kind)
    assert (read.sample_rate, read.channels) == (44_100, 2)
    assert abs(read.milliseconds - 2000) <= 60
    assert abs(len(read.samples) / sound.RATE - 2) < 0.06


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000])
def test_pieces_of_a_long_sound_join_without_a_seam(tmp_path: Path, rate: int) -> None:
    read = _read(tmp_path, encoded_sound(_tone(62.5, rate), rate))
    expected = _tone(62.5, sound.RATE)[:, 0]
    assert len(read.samples) - len(expected) in {0, 1}
    inner = slice(sound.RATE // 10, 62 * sound.RATE)
    assert np.abs(read.samples[inner] - expected[inner]).max() < 0.01


def test_channels_are_averaged(tmp_path: Path) -> None:
    left = _tone(1, 22_050)
    both = np.concatenate([left, -left], axis=1)
    assert np.abs(_read(tmp_path, encoded_sound(both, 22_050)).samples).max() < 1e-3


def test_a_sound_over_half_an_hour_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(MediaTooLargeError) as refused:
        _read(tmp_path, encoded_sound(np.zeros(1801 * 1000), 1000, subtype="PCM_U8"))
    assert refused.value.facts == {"quantity": "seconds", "found": 1801, "limit": 1800}


def test_half_an_hour_is_accepted(tmp_path: Path) -> None:
    read = _read(tmp_path, encoded_sound(np.zeros(1800 * 1000), 1000, subtype="PCM_U8"))
    assert read.milliseconds == 1_800_000


def test_nine_channels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaTooLargeError) as refused:
        _read(tmp_path, encoded_sound(np.zeros((100, 9)), 8000))
    assert refused.value.facts == {"quantity": "channels", "found": 9, "limit": 8}


def test_a_rate_that_no_converter_has_is_refused(tmp_path: Path) -> None:
    data = bytearray(encoded_sound(np.zeros(100), 8000))
    data[24:28] = struct.pack("<I", 900_000_000)
    with pytest.raises(MediaTooLargeError) as refused:
        _read(tmp_path, bytes(data))
    assert refused.value.facts["quantity"] == "samples a second"


def test_a_sound_without_samples_is_undecodable(tmp_path: Path) -> None:
    with pytest.raises(UndecodableMediaError, match="no sound"):
        _read(tmp_path, encoded_sound(np.zeros(0), 8000))


@pytest.mark.parametrize("kind", TYPES)
def test_a_sound_cut_within_its_header_is_undecodable(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UndecodableMediaError):
        _read(tmp_path, encoded_sound(_tone(2, 44_100), 44_100, kind)[:30], kind)


def test_a_truncated_flac_is_undecodable(tmp_path: Path) -> None:
    data = encoded_sound(np.random.default_rng(1).uniform(-1, 1, 44_100), 44_100, "FLAC")
    with pytest.raises(UndecodableMediaError):
        _read(tmp_path, data[: len(data) // 2], "FLAC")


def test_a_sound_of_another_format_inside_is_undecodable(tmp_path: Path) -> None:
    with pytest.raises(UndecodableMediaError, match="WAV inside"):
        _read(tmp_path, encoded_sound(_tone(1, 8000), 8000), "FLAC")


def test_broken_numbers_in_a_float_file_are_silence(tmp_path: Path) -> None:
    broken = np.array([np.nan, np.inf, -np.inf, 0.5] * 1000)
    samples = _read(tmp_path, encoded_sound(broken, sound.RATE, subtype="FLOAT")).samples
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.5


def test_the_record_states_what_the_file_was(tmp_path: Path) -> None:
    facts = dict(extract(tmp_path, sample("prelude-in-c.wav")).facts)
    assert facts.pop("iscc_audio")
    assert facts == {"sample_rate": 22_050, "channels": 1, "milliseconds": 21_440}
