"""Landmarks: the same at any pitch and tempo, few enough, and found again from what is stored."""

import numpy as np
import pytest

from registry.fingerprint import landmarks
from registry.fingerprint.audio_features import Peaks, no_peaks
from tests.unit.fingerprint.sounds_made import moved, random_peaks

WORK = random_peaks(30, seed=5)


def _shared(query: Peaks, work: Peaks) -> float:
    """The share of a work's keys that a query looks up."""
    stored = set(landmarks.of_work(work).keys.tolist())
    return len(stored & set(landmarks.of_query(query).postings.keys.tolist())) / len(stored)


def test_a_sound_looks_up_most_of_what_is_stored_of_it() -> None:
    assert _shared(WORK, WORK) > 0.8


@pytest.mark.parametrize("eighths", [-60, -24, 8, 40, 63])
def test_another_pitch_has_the_same_keys(eighths: int) -> None:
    assert _shared(moved(WORK, eighths=eighths), WORK) > 0.8


@pytest.mark.parametrize("tempo", [0.77, 0.9, 1.11, 1.27])
def test_another_tempo_has_many_of_the_same_keys(tempo: float) -> None:
    assert _shared(moved(WORK, tempo), WORK) > 0.4


def test_other_music_has_few_of_them() -> None:
    assert _shared(random_peaks(30, seed=6), WORK) < 0.2


def test_payloads_tell_where_the_first_peak_lies_and_how_far_the_third() -> None:
    stored = landmarks.of_work(WORK)
    frames, spans, bins = landmarks.read_payloads(stored.payloads)
    assert stored.payloads.shape == (len(stored), 4)
    cells = set((192 * WORK.frames + WORK.bins).tolist())
    assert set((192 * frames + bins).tolist()) <= cells
    assert 14 <= spans.min() <= spans.max() <= 100


def test_a_work_takes_less_than_two_kilobytes_a_second_with_its_feature() -> None:
    densest = random_peaks(30, seed=7, a_second=26)
    assert len(landmarks.of_work(densest)) * 8 + len(densest) * 4 < 2000 * 30


def test_one_key_is_kept_only_so_often() -> None:
    frames = np.arange(0, 43 * 60, 21)
    clicks = Peaks(frames, np.full(len(frames), 800), np.full(len(frames), 3))
    _, repeats = np.unique(landmarks.of_work(clicks).keys, return_counts=True)
    assert repeats.max() == landmarks.MOST_REPEATS
    _, repeats = np.unique(landmarks.of_query(clicks).postings.keys, return_counts=True)
    assert repeats.max() == 4


def test_a_very_long_query_is_thinned_evenly() -> None:
    probes = landmarks.of_query(random_peaks(600, seed=8))
    assert landmarks.MOST_PROBES // 3 < len(probes.postings) <= landmarks.MOST_PROBES
    frames = probes.landmarks.frames[probes.sources]
    shares = np.histogram(frames, bins=10, range=(0, 600 * 43))[0] / len(frames)
    assert shares.min() > 0.08


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_peaks_have_no_landmarks(count: int) -> None:
    few = random_peaks(1, seed=9).chosen(np.arange(count))
    assert not len(landmarks.of_work(few))
    assert not len(landmarks.of_query(few).postings)
    assert not len(landmarks.of_work(no_peaks()))
