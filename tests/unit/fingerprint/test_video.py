"""Films found by made-up frames, points and peaks: which agreement counts, and what is told of it."""

from dataclasses import replace

import numpy as np
import pytest

from registry.fingerprint import film, matching
from registry.fingerprint.film import KeyFrame, Stretch
from registry.fingerprint.local import LocalFeatures
from registry.model import Extraction, Feature, Hash32, Judgement, Verdict, WorkId
from registry.search.linear import LinearIndex
from registry.usecases.similarity import closest
from tests.unit.fingerprint.local_features import altered, chosen, made_up

WORK = WorkId(b"\x01" * 32)


def _codes(seed: int, count: int) -> np.ndarray:
    """Eight codes of each of so many frames: the eight of a frame have nothing in common."""
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 32), dtype=np.uint8)


def _noisy(codes: np.ndarray, bits: int) -> np.ndarray:
    """The codes with so many bits flipped in each."""
    flags = np.zeros((*codes.shape[:2], 256), dtype=np.uint8)
    flags[:, :, :bits] = 1
    return codes ^ np.packbits(flags, axis=2)


def _extraction(
    codes: np.ndarray | None = None,
    *,
    start: int = 0,
    key_frames: list[KeyFrame] | None = None,
    quality: int = 90,
    seed: int = 0,
) -> Extraction:
    """A film whose frames change twice a second, from `start` milliseconds on."""
    frames = [] if codes is None else list(codes)
    stretches = [
        Stretch(start + 500 * place, start + 500 * (place + 1), film.WHOLE, quality, code.tobytes())
        for place, code in enumerate(frames)
    ]
    features = [
        Feature(film.FRAMES_SCHEME, film.stretches_to_bytes(stretches)),
        Feature(film.LOCAL_SCHEME, film.key_frames_to_bytes(key_frames or [])),
    ]
    ends = [each.milliseconds for each in key_frames or []] + [start + 500 * len(frames)]
    return Extraction(
        "video",
        Hash32(bytes([seed]) * 32),
        1,
        "video/mp4",
        {"milliseconds": max(ends)},
        (),
        tuple(each for each in features if each.data),
    )


def _judged(query: Extraction, work: Extraction) -> Judgement | None:
    index = LinearIndex()
    index.add(WORK, matching.indexed(work))
    found = closest(index, replace(query, content_hash=Hash32(bytes([99]) * 32)))
    return found[0].judgement if found else None


def test_frames_that_follow_each_other_as_in_the_work_are_a_copy() -> None:
    codes = _codes(1, 40)
    found = _judged(_extraction(_noisy(codes, 20)), _extraction(codes))
    assert found is not None
    assert (found.verdict, found.compared) == (Verdict.COPY, "video-frames/1:upright")
    assert found.region == {
        "start_ms": 0,
        "end_ms": 20_000,
        "work_start_ms": 0,
        "work_end_ms": 20_000,
        "frames": 40,
    }


def test_an_excerpt_is_told_with_where_it_stands_in_the_work() -> None:
    codes = _codes(1, 80)
    found = _judged(_extraction(_noisy(codes[30:50], 10)), _extraction(codes))
    assert found is not None
    assert found.verdict is Verdict.COPY
    assert found.region is not None
    assert (found.region["work_start_ms"], found.region["work_end_ms"]) == (15_000, 25_000)


def test_an_excerpt_in_another_film_is_contained() -> None:
    codes = _codes(1, 80)
    within = np.concatenate([_codes(2, 30), codes[30:50], _codes(3, 30)])
    found = _judged(_extraction(within), _extraction(codes))
    assert found is not None
    assert found.verdict is Verdict.CONTAINS
    assert found.region is not None
    assert (found.region["start_ms"], found.region["end_ms"]) == (15_000, 25_000)


@pytest.mark.parametrize(("variant", "name"), [(1, "mirrored"), (2, "rotated 90"), (3, "rotated 180")])
def test_a_turned_film_is_found_by_what_undoes_it(variant: int, name: str) -> None:
    codes = _codes(1, 40)
    query = _codes(2, 40)
    query[:, variant] = codes[:, 0]
    found = _judged(_extraction(query), _extraction(codes))
    assert found is not None
    assert found.compared == f"video-frames/1:{name}"


def test_frames_in_another_order_agree_on_no_offset() -> None:
    codes = _codes(1, 60)
    shuffled = codes[np.random.default_rng(5).permutation(60)]
    found = _judged(_extraction(shuffled), _extraction(codes))
    whole = _judged(_extraction(codes), _extraction(codes))
    assert found is not None
    assert whole is not None
    assert 5 * found.score < whole.score


def test_one_frame_that_is_near_is_no_match() -> None:
    codes = _codes(1, 40)
    query = _codes(2, 40)
    query[7] = codes[9]
    found = _judged(_extraction(query), _extraction(codes))
    assert found is not None
    assert found.verdict is Verdict.NONE
    assert 0 < found.score < 1000
    assert found.distance > found.threshold


def test_a_still_that_stays_counts_once() -> None:
    still = np.repeat(_codes(1, 1), 40, axis=0)
    found = _judged(_extraction(_noisy(still, 4)), _extraction(still))
    assert found is not None
    assert found.verdict is Verdict.NONE


def test_frames_that_show_next_to_nothing_are_not_looked_up() -> None:
    codes = _codes(1, 40)
    assert _judged(_extraction(codes, quality=40), _extraction(codes)) is None
    assert _judged(_extraction(codes), _extraction(codes, quality=40)) is None


def _key_frames(*frames: LocalFeatures, start: int = 0) -> list[KeyFrame]:
    return [KeyFrame(start + 4_000 * place, features) for place, features in enumerate(frames)]


def test_parts_of_key_frames_that_agree_are_found() -> None:
    frames = [made_up(seed) for seed in range(5)]
    parts = [altered(chosen(each, slice(0, 80)), 1.3, 0, (40, 60)) for each in frames[1:4]]
    found = _judged(_extraction(key_frames=_key_frames(*parts)), _extraction(key_frames=_key_frames(*frames)))
    assert found is not None
    assert found.is_match
    assert found.compared == "video-local/1:upright"
    assert found.region is not None
    assert (found.region["work_start_ms"], found.region["work_end_ms"]) == (4_000, 12_000)


def test_mirrored_parts_are_told_as_such() -> None:
    frames = [made_up(seed) for seed in range(3)]
    parts = [altered(each, 1.0, 0, (0, 0), 1) for each in frames]
    found = _judged(_extraction(key_frames=_key_frames(*parts)), _extraction(key_frames=_key_frames(*frames)))
    assert found is not None
    assert found.compared == "video-local/1:mirrored"


def test_few_points_in_each_of_three_key_frames_are_no_match() -> None:
    frames, others = [made_up(seed) for seed in range(3)], [made_up(seed) for seed in range(10, 13)]
    parts = [_joined(chosen(each, slice(0, 7)), other) for each, other in zip(frames, others, strict=True)]
    found = _judged(_extraction(key_frames=_key_frames(*parts)), _extraction(key_frames=_key_frames(*frames)))
    assert found is not None
    assert (found.verdict, found.score) == (Verdict.NONE, 999)


def _joined(first: LocalFeatures, second: LocalFeatures) -> LocalFeatures:
    columns = ("signatures", "x", "y", "scale", "angle", "outer", "inner")
    return LocalFeatures(
        first.frame, *(np.concatenate([getattr(first, name), getattr(second, name)]) for name in columns)
    )


def test_a_film_of_nothing_is_compared_with_nothing() -> None:
    empty = _extraction()
    assert _judged(empty, _extraction(_codes(1, 5))) is None
    assert matching.compared(empty) == ["sha-256/1"]
    assert len(matching.indexed(empty).codes) == 0


def test_any_features_are_some_film() -> None:
    broken = replace(
        _extraction(),
        facts={},
        features=(Feature(film.FRAMES_SCHEME, b"\xff" * 1000), Feature(film.LOCAL_SCHEME, b"\0\0\0\0" * 99)),
    )
    found = _judged(broken, broken)
    assert found is None or found.verdict is Verdict.NONE
