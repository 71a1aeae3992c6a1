"""What pictures share, from keys to verdicts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from registry.fingerprint import image_local
from registry.fingerprint.image import ImageMedium
from registry.fingerprint.image_local import MOST_VERIFIED, VERIFIED_AT_ONCE, nominate
from registry.fingerprint.local import SCHEME, LocalFeatures
from registry.fingerprint.one_work import OneWork
from registry.model import ACCEPTED_SCORE, Extraction, Feature, Hash32, Verdict
from registry.model.postings import Indexed
from registry.search.linear import LinearIndex
from tests.media.media_files import encoded, extract, photograph
from tests.media.searching import closely_compared, compared, found_by, index_of, work_id_of
from tests.unit.fingerprint.local_features import altered, chosen, made_up, mixed

MEDIUM = ImageMedium()


def _of(features: LocalFeatures | None) -> Extraction:
    """A picture of which only the local features are known."""
    kept = () if features is None else (Feature(SCHEME, features.to_bytes()),)
    return Extraction("image", Hash32(bytes(32)), 1, "image/png", {}, (), kept)


def test_the_work_that_a_part_is_of_is_nominated_first() -> None:
    works = [made_up(seed) for seed in range(5)]
    query = mixed(altered(chosen(works[3], slice(0, 60)), 0.6, 20, (300, 100), 1), made_up(77))
    assert nominate(query, index_of(MEDIUM, [_of(work) for work in works]))[0] == work_id_of(3)


def test_nobody_is_nominated_where_no_key_is_shared() -> None:
    assert nominate(made_up(1), LinearIndex()) == []


def test_of_works_with_equal_votes_those_indexed_first_are_nominated_first() -> None:
    work, index = made_up(1), LinearIndex()
    for number in (2, 0, 1):
        index.add(work_id_of(number), MEDIUM.indexed(_of(work)))
    assert nominate(work, index) == [work_id_of(number) for number in (2, 0, 1)]


def test_what_the_index_finds_is_what_brute_force_finds() -> None:
    works = [_of(made_up(seed)) for seed in range(8)]
    part = mixed(chosen(made_up(2), slice(0, 50)), chosen(made_up(6), slice(0, 80)))
    query = _of(mixed(part, made_up(50, count=60)))
    expected = {
        work_id_of(number): judgement
        for number, work in enumerate(works)
        if (judgement := compared(MEDIUM, query, work)) is not None
    }
    found = found_by(MEDIUM, query, index_of(MEDIUM, works))
    assert found == expected
    assert set(found) == {work_id_of(2), work_id_of(6)}


def test_copies_of_one_work_do_not_crowd_out_another() -> None:
    crowd = altered(made_up(1), 1.0, 1.0, (0, 0))
    works = [*[_of(crowd)] * (VERIFIED_AT_ONCE + 3), _of(made_up(2))]
    query = _of(mixed(made_up(1), chosen(made_up(2), slice(0, 30))))
    found = found_by(MEDIUM, query, index_of(MEDIUM, works))
    assert set(found) == {work_id_of(number) for number in range(VERIFIED_AT_ONCE + 4)}


def test_no_more_works_are_verified_than_the_limit() -> None:
    works = [_of(made_up(1, count=40))] * (MOST_VERIFIED + 9)
    assert len(found_by(MEDIUM, works[0], index_of(MEDIUM, works))) == MOST_VERIFIED


@given(st.binary(max_size=600), st.binary(max_size=600))
@settings(max_examples=40, deadline=None)
def test_any_features_can_be_indexed_looked_up_and_judged(first: bytes, second: bytes) -> None:
    query, work = (replace(_of(None), features=(Feature(SCHEME, data),)) for data in (first, second))
    found = MEDIUM.search(query, index_of(MEDIUM, [work])).get(work_id_of(0))
    assert found == closely_compared(MEDIUM, query, work)


def test_a_record_without_local_features_shares_no_part() -> None:
    with_them, without = _of(made_up(1)), _of(None)
    assert MEDIUM.indexed(without) == Indexed()
    assert compared(MEDIUM, with_them, without) is None
    assert compared(MEDIUM, without, with_them) is None


def test_the_region_is_where_the_part_is_in_both_pictures(tmp_path: Path) -> None:
    work = extract(tmp_path, encoded(photograph()))
    page = Image.new("RGB", (1000, 700), "white")
    page.paste(ImageOps.mirror(photograph().crop((200, 100, 500, 400))), (600, 300))
    judgement = compared(MEDIUM, extract(tmp_path, encoded(page)), work)
    assert judgement is not None
    assert judgement.region is not None
    found = judgement.region
    inside = 10  # pixels by which a point may miss
    assert 600 - inside <= found["x"] < found["x"] + found["width"] <= 900 + inside
    assert 300 - inside <= found["y"] < found["y"] + found["height"] <= 600 + inside
    assert 200 - inside <= found["work_x"] < found["work_x"] + found["work_width"] <= 500 + inside
    assert 100 - inside <= found["work_y"] < found["work_y"] + found["work_height"] <= 400 + inside
    assert found["width"] > 150


def test_a_region_is_told_in_the_pixels_of_the_picture_not_of_its_working_copy(tmp_path: Path) -> None:
    work = extract(tmp_path, encoded(photograph()))
    large = photograph().resize((2560, 1708)).crop((0, 0, 1400, 1200))
    judgement = compared(MEDIUM, extract(tmp_path, encoded(large, "JPEG")), work)
    assert judgement is not None
    assert judgement.region is not None
    assert judgement.region["x"] + judgement.region["width"] > 1000


def test_few_agreeing_points_are_no_copy(tmp_path: Path) -> None:
    triangle = Image.new("RGB", (500, 400), "white")
    ImageDraw.Draw(triangle).polygon([(80, 60), (420, 60), (250, 360)], outline="black", width=8)
    upside_down = ImageOps.flip(triangle).resize((450, 400))
    one, other = (extract(tmp_path, encoded(each)) for each in (triangle, upside_down))
    found = image_local.search(one, OneWork(work_id_of(1), MEDIUM.indexed(other))).values()
    assert Verdict.COPY not in {judgement.verdict for judgement in found}


@pytest.mark.parametrize("seed", range(3))
def test_pictures_of_nothing_in_particular_share_nothing(seed: int) -> None:
    assert compared(MEDIUM, _of(made_up(seed, count=600)), _of(made_up(seed + 10, count=600))) is None


@pytest.mark.parametrize(("count", "is_match"), [(9, False), (10, True)])
def test_ten_points_must_agree(count: int, is_match: bool) -> None:  # noqa: FBT001 - a column of the table
    work = made_up(1)
    judgement = closely_compared(MEDIUM, _of(chosen(work, np.arange(count))), _of(work))
    assert judgement is not None
    assert judgement.is_match == (judgement.score >= ACCEPTED_SCORE) == is_match
    assert (judgement.distance <= judgement.threshold) == is_match


def test_distance_falls_as_more_points_agree() -> None:
    work = made_up(1)
    distances = []
    for count in (12, 30, 200):
        judgement = compared(MEDIUM, _of(chosen(work, np.arange(count))), _of(work))
        assert judgement is not None
        distances.append(judgement.distance)
    assert distances == sorted(distances, reverse=True)
    assert distances[0] <= 56
    assert distances[-1] == 0
