"""Landmarks, and what their alignments amount to."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from registry.fingerprint import audio
from registry.fingerprint.audio import AudioMedium
from registry.fingerprint.landmarks import landmarks
from registry.model import Extraction, Hash32, Verdict
from registry.samples.alter import altered_sound
from tests.media.media_files import encoded_sound, extract, sample

MEDIUM = AudioMedium()
PRELUDE = sample("prelude-in-c.wav")


def _samples() -> tuple[np.ndarray, int]:
    levels, rate = soundfile.read(io.BytesIO(PRELUDE))
    return levels, rate


def _rows(rows: list[tuple[int, int]], milliseconds: int = 10_000) -> Extraction:
    data = np.array(rows, dtype=">u4").tobytes()
    facts = {"milliseconds": milliseconds}
    return Extraction("audio", Hash32(bytes(32)), 1, "audio/wav", facts, (), (audio.feature(data),))


def test_landmarks_are_distinct_rows_in_order_of_time() -> None:
    rows = np.frombuffer(
        landmarks(np.random.default_rng(1).normal(0, 0.1, 110_250).astype(np.float32)), ">u4"
    )
    pairs = [tuple(row) for row in rows.reshape(-1, 2).tolist()]
    assert pairs == sorted(set(pairs))
    assert len(pairs) > 100


def test_landmarks_take_less_than_two_kilobytes_a_second() -> None:
    noise = np.random.default_rng(2).normal(0, 0.2, 11_025 * 20).astype(np.float32)
    assert len(landmarks(noise)) < 2000 * 20


@pytest.mark.parametrize("length", [0, 1, 2047, 2303, 2304, 5000])
def test_a_sound_too_short_for_peaks_has_no_landmarks_and_is_no_error(length: int) -> None:
    assert landmarks(np.zeros(length, dtype=np.float32)) == b""


def test_silence_matches_nothing(tmp_path: Path) -> None:
    silence = extract(tmp_path, encoded_sound(np.zeros(44_100), 22_050))
    assert list(MEDIUM.probes(silence)) == []
    assert MEDIUM.compare(silence, silence) is None


def test_an_excerpt_in_another_codec_is_a_copy(tmp_path: Path) -> None:
    work, copy = extract(tmp_path, PRELUDE), extract(tmp_path, altered_sound(PRELUDE))
    judgement = MEDIUM.compare(copy, work)
    assert judgement is not None
    assert judgement.verdict is Verdict.COPY
    assert judgement.distance <= judgement.threshold


def test_a_long_sound_with_the_work_in_its_middle_contains_it_there(tmp_path: Path) -> None:
    music, rate = _samples()
    noise = np.random.default_rng(3).normal(0, 0.05, 20 * rate)
    longer = np.concatenate([noise, music[: 10 * rate], noise])
    judgement = MEDIUM.compare(extract(tmp_path, encoded_sound(longer, rate)), extract(tmp_path, PRELUDE))
    assert judgement is not None
    assert judgement.verdict is Verdict.CONTAINS
    assert judgement.region is not None
    assert 19_500 <= judgement.region["start_ms"] <= 21_500
    assert 28_000 <= judgement.region["end_ms"] <= 30_500


def test_noise_and_a_reversed_work_are_not_near(tmp_path: Path) -> None:
    music, rate = _samples()
    work = extract(tmp_path, PRELUDE)
    for other in (music[::-1], np.random.default_rng(4).normal(0, 0.1, 20 * rate)):
        assert MEDIUM.compare(extract(tmp_path, encoded_sound(other, rate)), work) is None


@pytest.mark.parametrize("shift", [0, 1, 1000, -1000])
def test_landmarks_that_agree_on_an_offset_are_a_match_wherever_it_is(shift: int) -> None:
    work = _rows([(2000 + 10 * step, step) for step in range(100)])
    query = _rows([(2000 + shift + 10 * step, step) for step in range(100)])
    judgement = MEDIUM.compare(query, work)
    assert judgement is not None
    assert judgement.distance == 0


def test_landmarks_that_agree_on_no_offset_are_no_match() -> None:
    scattered = np.random.default_rng(5).permutation(100).tolist()
    work = _rows([(50 * step, step) for step in range(100)])
    query = _rows(sorted((50 * place, step) for place, step in enumerate(scattered)))
    assert MEDIUM.compare(query, work) is None


@given(st.integers(1, 60_000), st.integers(0, 60_000))
def test_a_match_is_exactly_a_distance_within_the_threshold(looked_up: int, aligned: int) -> None:
    permille = audio.needed_permille(looked_up)
    votes = audio.SCORE_HUNDREDTHS / 100 * max(30, looked_up) ** 0.5
    if aligned <= looked_up and 1000 * aligned // looked_up >= permille:
        assert aligned >= votes - 1
    if aligned < votes - 1:
        assert 1000 * aligned // looked_up < permille


def test_a_few_landmarks_are_never_enough() -> None:
    assert audio.needed_permille(5) > 1000
    query = _rows([(10 * step, step) for step in range(5)])
    assert MEDIUM.compare(query, query) is None


def test_one_key_is_kept_only_so_often() -> None:
    clicks = _rows([(10 * step, 7) for step in range(500)])
    assert len(list(MEDIUM.postings(clicks))) == audio.MOST_REPEATS


def test_a_very_long_query_is_thinned() -> None:
    long = _rows([(step, step) for step in range(2 * audio.MOST_PROBES + 1)])
    assert audio.MOST_PROBES // 2 < len(list(MEDIUM.probes(long))) <= audio.MOST_PROBES
    assert len(list(MEDIUM.postings(long))) == 2 * audio.MOST_PROBES + 1


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
        (b"fLaC", "audio/flac"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", None),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xfb\xf0\x64", None),
        (b"\xff\xfb\x9c\x64", None),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xfe<\0h\0t\0m\0l\0", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_sounds_are_known_by_their_first_bytes(head: bytes, media_type: str | None) -> None:
    assert MEDIUM.sniff(head) == media_type
