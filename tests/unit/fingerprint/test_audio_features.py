"""Peaks: taken from sound, stored in four bytes each, read again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.fingerprint import audio_features
from registry.fingerprint.audio_features import BINS, EIGHTHS, Peaks, feature, peaks_of
from registry.fingerprint.audio_peaks import peaks
from registry.fingerprint.sound import RATE
from tests.unit.fingerprint.sounds_made import random_peaks


def _rows(found: Peaks) -> list[tuple[int, ...]]:
    return list(zip(found.frames.tolist(), found.eighths.tolist(), found.strengths.tolist(), strict=True))


def _noise(seconds: int) -> np.ndarray:
    return np.random.default_rng(2).normal(0, 0.2, RATE * seconds).astype(np.float32)


def test_a_feature_is_read_as_it_was_written() -> None:
    found = random_peaks(60, seed=1)
    assert _rows(peaks_of(feature(found).data)) == _rows(found)


def test_the_last_frame_of_half_an_hour_can_be_written() -> None:
    last = Peaks(np.array([1800 * RATE // 256]), np.array([EIGHTHS * BINS - 1]), np.array([15]))
    assert _rows(peaks_of(feature(last).data)) == _rows(last)


@given(st.binary(max_size=64))
def test_any_bytes_are_read_as_peaks_in_order_and_in_range(data: bytes) -> None:
    found = peaks_of(data)
    assert len(found) <= len(data) // 4
    assert (np.diff(found.frames) >= 0).all()
    assert (found.eighths < EIGHTHS * BINS).all()
    assert (found.bins >= 0).all()
    assert (found.bins < BINS).all()


def test_noise_takes_a_hundred_bytes_a_second() -> None:
    assert 50 * 20 < len(feature(peaks(_noise(20))).data) <= 26 * 4 * 21


@pytest.mark.parametrize("length", [0, 1, 2047, 2303, 2304, 5000])
def test_a_silence_of_any_length_has_no_peaks_and_is_no_error(length: int) -> None:
    assert not len(peaks(np.zeros(length, dtype=np.float32)))


@pytest.mark.parametrize("hertz", [262.0, 445.3, 1234.5, 3000.0])
def test_the_pitch_of_a_note_is_known_to_a_quarter_of_a_bin(hertz: float) -> None:
    time = np.arange(RATE // 2) / RATE
    note = np.sin(2 * np.pi * hertz * time) * np.hanning(len(time))
    found = peaks(np.concatenate([note * 0, note, note * 0]).astype(np.float32))
    expected = 36 * np.log2(hertz / 130)
    assert len(found)
    assert abs(found.eighths[np.argmax(found.strengths)] / EIGHTHS - expected) < 0.25


def test_a_loud_second_does_not_crowd_out_a_quiet_one() -> None:
    sound = _noise(2)
    sound[RATE:] *= 0.01
    seconds = peaks(sound).frames // audio_features.FRAMES_PER_SECOND
    assert np.count_nonzero(seconds == 1) > 10


def test_the_strongest_of_each_second_are_kept() -> None:
    found = audio_features.strongest(random_peaks(10, seed=3), 5)
    _, number = np.unique(found.frames // 43, return_counts=True)
    assert number.tolist() == [5] * 10
    everything = random_peaks(10, seed=3)
    for second in range(10):
        inside = everything.strengths[everything.frames // 43 == second]
        assert sorted(found.strengths[found.frames // 43 == second]) == sorted(inside)[-5:]
