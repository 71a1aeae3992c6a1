"""Evidence: peaks that are found again under one map, against those that chance finds."""

import numpy as np
import pytest

from registry.fingerprint.audio_evidence import evidence
from registry.fingerprint.audio_features import Peaks, no_peaks
from registry.fingerprint.audio_votes import Alignment
from tests.unit.fingerprint.sounds_made import joined, kept, moved, random_peaks

WORK = random_peaks(30, seed=20)
SAME = Alignment(1.0, 0.0, 0.0)


def test_all_peaks_of_the_same_sound_are_all_the_evidence_there_can_be() -> None:
    judged = evidence(WORK, WORK, [SAME])
    assert judged.nats == pytest.approx(judged.possible)
    assert (judged.first, judged.last) == (0, len(WORK) - 1)


def test_evidence_grows_with_the_share_of_peaks_that_are_found() -> None:
    nats = [evidence(kept(WORK, share, seed=3), WORK, [SAME]).nats for share in (0.02, 0.1, 0.2, 0.4, 0.8)]
    assert nats == sorted(nats)
    assert nats[0] < 20 < nats[1]


def test_another_sound_is_little_evidence() -> None:
    others = [evidence(random_peaks(30, seed), WORK, [SAME]).nats for seed in range(21, 61)]
    assert max(others) < 15


def test_a_sound_that_repeats_itself_at_every_step_is_no_evidence() -> None:
    frames = np.arange(0, 43 * 30)
    note = Peaks(frames, np.full(len(frames), 800), np.full(len(frames), 5))
    assert evidence(note, note, [SAME]).nats < evidence(WORK, WORK, [SAME]).nats / 2


def test_the_stretch_is_where_the_work_is_in_the_query() -> None:
    query = joined(random_peaks(20, seed=70), moved(WORK, frames=20 * 43), moved(WORK, 1, 90, 50 * 43))
    judged = evidence(query, WORK, [Alignment(1.0, -20.0 * 43, 0.0)])
    assert query.frames[judged.first] == pytest.approx(20 * 43, abs=45)
    assert query.frames[judged.last] == pytest.approx(50 * 43, abs=45)


def test_the_pitch_is_that_of_the_peaks_found() -> None:
    judged = evidence(moved(WORK, eighths=-21), WORK, [Alignment(1.0, 0.0, 18.0)])
    assert judged.alignment.shift == 21


def test_a_work_or_a_query_without_peaks_is_no_evidence() -> None:
    assert evidence(WORK, no_peaks(), [SAME]).nats == 0
    assert evidence(no_peaks(), WORK, [SAME]).nats == 0


def test_an_alignment_outside_the_work_is_no_evidence() -> None:
    assert evidence(WORK, WORK, [Alignment(1.0, 1e6, 0.0)]).nats == 0
    assert evidence(WORK, WORK, [Alignment(1.0, 0.0, 1e5)]).nats == 0
