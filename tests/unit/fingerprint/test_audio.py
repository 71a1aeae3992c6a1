"""What a sound is found to be of a work, by its fingerprint alone."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.fingerprint.audio import LEAST_EVIDENCE, AudioMedium
from registry.fingerprint.audio_features import SCHEME, no_peaks
from registry.fingerprint.one_work import OneWork
from registry.model import Extraction, Feature, Hash32, Verdict
from tests.media.media_files import encoded_sound, extract, sample
from tests.media.searching import closely_compared, compared, work_id_of
from tests.media.sounds_altered import paced, sped
from tests.unit.fingerprint.sounds_made import extraction_of, joined, kept, moved, random_peaks

MEDIUM = AudioMedium()
PRELUDE = sample("prelude-in-c.wav")
WORK = random_peaks(30, seed=1)


def _music() -> tuple[np.ndarray, int]:
    levels, rate = soundfile.read(io.BytesIO(PRELUDE))
    return levels, rate


def test_silence_matches_nothing(tmp_path: Path) -> None:
    silence = extract(tmp_path, encoded_sound(np.zeros(44_100), 22_050))
    assert not MEDIUM.indexed(silence).postings
    assert not MEDIUM.compared(silence)
    assert closely_compared(MEDIUM, silence, silence) is None


def test_a_fingerprint_without_the_feature_matches_nothing() -> None:
    old = Extraction("audio", Hash32(bytes(32)), 1, "audio/wav", {}, (), (Feature("landmarks/1", bytes(80)),))
    assert closely_compared(MEDIUM, old, extraction_of(WORK)) is None
    assert closely_compared(MEDIUM, extraction_of(WORK), old) is None


def test_a_long_sound_with_the_work_in_its_middle_contains_it_there(tmp_path: Path) -> None:
    music, rate = _music()
    noise = np.random.default_rng(3).normal(0, 0.05, 20 * rate)
    longer = np.concatenate([noise, music[3 * rate : 13 * rate], noise])
    found = compared(MEDIUM, extract(tmp_path, encoded_sound(longer, rate)), extract(tmp_path, PRELUDE))
    assert found is not None
    assert found.verdict is Verdict.CONTAINS
    assert found.region is not None
    assert found.region["start_ms"] == pytest.approx(20_000, abs=700)
    assert found.region["end_ms"] == pytest.approx(30_000, abs=700)
    assert found.region["work_start_ms"] - found.region["start_ms"] == pytest.approx(-17_000, abs=30)
    assert found.region["work_end_ms"] - found.region["end_ms"] == pytest.approx(-17_000, abs=30)


@pytest.mark.parametrize("ratio", [0.757, 0.931, 1.019, 1.173, 1.243])
def test_the_tempo_of_a_copy_is_measured_to_a_permille(tmp_path: Path, ratio: float) -> None:
    music, rate = _music()
    faster = extract(tmp_path, encoded_sound(paced(music, ratio), rate))
    found = compared(MEDIUM, faster, extract(tmp_path, PRELUDE))
    assert found is not None
    assert found.region is not None
    assert found.region["tempo_permille"] == pytest.approx(1000 * ratio, abs=1)
    assert abs(found.region["pitch_cents"]) <= 8
    assert found.compared == "landmarks/2:other tempo"


@pytest.mark.parametrize("ratio", [0.887, 0.953, 1.047, 1.113])
def test_the_speed_of_a_copy_is_measured_in_tempo_and_pitch(tmp_path: Path, ratio: float) -> None:
    music, rate = _music()
    faster = extract(tmp_path, encoded_sound(sped(music, ratio), rate))
    found = compared(MEDIUM, faster, extract(tmp_path, PRELUDE))
    assert found is not None
    assert found.region is not None
    assert found.region["tempo_permille"] == pytest.approx(1000 * ratio, abs=1)
    assert found.region["pitch_cents"] == pytest.approx(1200 * np.log2(ratio), abs=8)
    assert found.compared == "landmarks/2:other tempo and pitch"


def test_noise_and_a_reversed_work_are_not_near(tmp_path: Path) -> None:
    music, rate = _music()
    work = extract(tmp_path, PRELUDE)
    for other in (music[::-1], np.random.default_rng(4).normal(0, 0.1, 20 * rate)):
        assert compared(MEDIUM, extract(tmp_path, encoded_sound(other, rate)), work) is None


@settings(deadline=None, max_examples=25)
@given(
    st.floats(0.75, 1.3),
    st.integers(-7 * 8, 7 * 8),
    st.integers(0, 40_000),
    st.integers(0, 2**32 - 1),
)
def test_music_is_found_at_any_tempo_pitch_and_offset(
    tempo: float, eighths: int, frames: int, seed: int
) -> None:
    work = random_peaks(30, seed)
    query = joined(moved(work, tempo, eighths, frames), random_peaks(5, seed + 1))
    found = compared(MEDIUM, extraction_of(query), extraction_of(work))
    assert found is not None
    assert found.region is not None
    assert found.region["tempo_permille"] == pytest.approx(1000 * tempo, abs=2)
    assert found.region["pitch_cents"] == pytest.approx(eighths * 1200 / 36 / 8, abs=5)
    offset = found.region["work_start_ms"] - found.region["start_ms"] * tempo
    assert offset == pytest.approx(-frames * tempo * 256_000 / 11_025, abs=100)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 2), st.integers(1, 60), st.integers(1, 60))
def test_unrelated_music_is_never_near(seed: int, seconds: int, others: int) -> None:
    query, work = random_peaks(seconds, seed), random_peaks(others, seed + 1)
    assert compared(MEDIUM, extraction_of(query), extraction_of(work)) is None


@pytest.mark.parametrize("share", [0.05, 0.1, 0.15, 0.2, 0.3, 0.5])
def test_a_judgement_is_a_match_exactly_within_its_threshold_and_from_its_score_on(share: float) -> None:
    query = extraction_of(kept(WORK, share, seed=2))
    judgement = closely_compared(MEDIUM, query, extraction_of(WORK))
    assert judgement is not None or share <= 0.1
    if judgement is not None:
        assert judgement.is_match == (judgement.distance <= judgement.threshold)
        assert judgement.is_match == (judgement.score >= 1000)
        assert judgement.is_match == (share > 0.18) or share == 0.15


def test_a_moment_of_a_work_is_too_little_to_be_a_match() -> None:
    moment = WORK.chosen(WORK.frames < 20)
    judgement = closely_compared(MEDIUM, extraction_of(moment), extraction_of(WORK))
    assert judgement is None or not judgement.is_match
    assert len(moment) * 4 < LEAST_EVIDENCE * 2


def test_a_work_is_found_among_works_that_have_nothing_of_it() -> None:
    query = extraction_of(kept(moved(WORK, 1.07, 12), 0.5, seed=4))
    judged = MEDIUM.search(query, OneWork(work_id_of(7), MEDIUM.indexed(extraction_of(WORK))))
    assert list(judged) == [work_id_of(7)]
    assert not MEDIUM.search(query, OneWork(work_id_of(8), MEDIUM.indexed(extraction_of(no_peaks()))))


def test_a_work_whose_feature_is_gone_is_no_match_and_no_error() -> None:
    indexed = MEDIUM.indexed(extraction_of(WORK))
    without = OneWork(work_id_of(1), type(indexed)(indexed.postings))
    assert not MEDIUM.search(extraction_of(WORK), without)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_are_a_fingerprint_and_none_is_an_error(query: bytes, work: bytes) -> None:
    asked, stored = (
        Extraction("audio", Hash32(bytes(32)), 1, "audio/wav", {}, (), (Feature(SCHEME, data),))
        for data in (query, work)
    )
    judgement = closely_compared(MEDIUM, asked, stored)
    assert judgement is None or judgement.distance >= 0
