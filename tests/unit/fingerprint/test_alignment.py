"""Points that agree on one affine map, and points that do not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.fingerprint import alignment
from registry.fingerprint.alignment import Map, align
from registry.fingerprint.local import LocalFeatures
from tests.unit.fingerprint.local_features import altered, chosen, made_up, mixed


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from([0.3, 0.5, 0.8, 1.0, 1.7, 3.0]),
    st.floats(0, 360),
    st.integers(0, 3),
)
def test_a_part_is_found_at_any_scale_and_angle_in_any_variant(
    seed: int, factor: float, degrees: float, variant: int
) -> None:
    work = made_up(seed)
    query = mixed(
        altered(chosen(work, slice(0, 40)), factor, degrees, (300, 200), variant), made_up(seed + 1)
    )
    found = align(query, work)
    assert found is not None
    assert found.variant == variant
    assert found.distinct >= 20
    assert (found.query_points == found.work_points).all()


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_strangers_share_nothing(seed: int) -> None:
    assert align(made_up(seed), made_up(seed + 1)) is None


def test_the_same_signatures_in_other_places_share_nothing() -> None:
    work = made_up(5)
    shuffled = replace(work, x=np.roll(work.x, 1), y=np.roll(work.y, 7))
    found = align(shuffled, work)
    assert found is None or found.distinct < 8


def test_points_in_a_line_are_no_map() -> None:
    work = made_up(6, count=60)
    line = replace(work, y=work.x // 2)
    assert align(line, line) is None


def test_a_point_that_is_there_many_times_counts_once() -> None:
    work = chosen(made_up(7, count=12), np.repeat(np.arange(12), 10))
    found = align(work, work)
    assert found is None or found.distinct <= 12


def test_the_answer_is_the_same_twice() -> None:
    work = made_up(8)
    query = mixed(altered(chosen(work, slice(0, 60)), 0.7, 33.0, (200, 100)), made_up(9))
    first, second = align(query, work), align(query, work)
    assert first is not None
    assert second is not None
    assert first.distinct == second.distinct
    assert (first.query_points == second.query_points).all()


def test_a_stretched_copy_is_found_by_its_affine_map() -> None:
    work = made_up(10)
    query = replace(work, x=work.x * 5 // 4)
    found = align(query, work)
    assert found is not None
    assert found.distinct > 150


@given(st.binary(min_size=200, max_size=700), st.binary(min_size=200, max_size=700))
@settings(max_examples=60, deadline=None)
def test_any_bytes_can_be_compared(first: bytes, second: bytes) -> None:
    query, work = LocalFeatures.parse(first), LocalFeatures.parse(second)
    assert query is not None
    assert work is not None
    align(query, work)
    align(query, query)


@pytest.mark.parametrize(
    ("a", "b", "d", "e"), [(-1, 0, 0, 1), (3, 0, 0, 1), (9, 0, 0, 9), (0, 0, 0, 0), (1, 1, 1, 1)]
)
def test_a_map_that_mirrors_stretches_or_grows_too_much_is_none(a: int, b: int, d: int, e: int) -> None:
    one = alignment._ONE
    assert not Map(a * one, b * one, 0, d * one, e * one, 0).is_plausible()


@pytest.mark.parametrize(("a", "b", "d", "e"), [(1, 0, 0, 1), (0, -1, 1, 0), (2, 0, 0, 1), (7, 0, 0, 7)])
def test_a_map_that_turns_grows_and_stretches_a_little_is_one(a: int, b: int, d: int, e: int) -> None:
    one = alignment._ONE
    assert Map(a * one, b * one, 0, d * one, e * one, 0).is_plausible()


def test_a_variant_with_more_votes_but_no_map_does_not_hide_the_one_that_has_a_map() -> None:
    work = made_up(11)
    scattered = chosen(work, slice(0, 16))
    scattered = replace(scattered, x=np.roll(scattered.x, 3), y=np.roll(scattered.y, 5))
    query = mixed(scattered, altered(chosen(work, slice(50, 62)), 1.0, 0.0, (0, 0), 1))
    assert alignment._likely_variants(query, work) == [0, 1]
    found = align(query, work)
    assert found is not None
    assert (found.variant, found.distinct) == (1, 12)
