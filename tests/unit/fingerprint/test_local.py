"""Local features as a record keeps them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.fingerprint.local import MOST_POINTS, LocalFeatures
from tests.unit.fingerprint.local_features import COLUMNS, altered, made_up


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_what_was_written_is_read(seed: int, count: int) -> None:
    features = made_up(seed, count)
    again = LocalFeatures.parse(features.to_bytes())
    assert again is not None
    assert again.frame == features.frame
    assert all((getattr(again, name) == getattr(features, name)).all() for name in COLUMNS)


@given(st.binary(max_size=400))
def test_any_bytes_are_some_points_within_bounds(data: bytes) -> None:
    features = LocalFeatures.parse(data)
    if features is None:
        assert len(data) < 28
        return
    assert len(features) == (len(data) - 12) // 16
    assert min(features.frame.width, features.frame.height, features.frame.working_width) >= 1
    keys = features.keys()
    assert ((keys >= 0) & (keys < 2**32)).all()
    assert LocalFeatures.parse(features.to_bytes()) is not None


def test_a_record_has_16_bytes_a_point_and_12_before_them() -> None:
    assert len(made_up(1, count=600).to_bytes()) == 9_612


def test_more_points_than_a_record_has_room_for_are_not_read() -> None:
    features = LocalFeatures.parse(made_up(1, count=MOST_POINTS + 100).to_bytes())
    assert features is not None
    assert len(features) == MOST_POINTS


def test_what_does_not_fit_is_kept_as_the_nearest_that_does() -> None:
    features = altered(made_up(1, count=40), 4.0, 0.0, (-500, -500))
    again = LocalFeatures.parse(features.to_bytes())
    assert again is not None
    assert (again.x == np.clip(features.x, 0, 4095)).all()


@pytest.mark.parametrize("variant", range(4))
def test_keys_are_the_same_in_every_variant(variant: int) -> None:
    work = made_up(2)
    copy = altered(work, 1.0, 0.0, (0, 0), variant)
    assert (copy.keys() == work.keys()).all()
    assert (copy.coarse_keys() == work.coarse_keys()).all()
    assert ((copy.variants() ^ work.variants()) == variant).all()


def test_the_form_of_a_record_is_kept() -> None:
    features = made_up(3, count=2)
    first = features.to_bytes()[12:28]
    place = int.from_bytes(first[8:], "big")
    assert int.from_bytes(first[:8], "big") == int(features.signatures[0])
    assert (place >> 52, place >> 40 & 4095) == (int(features.x[0]), int(features.y[0]))
    assert (place >> 32 & 255, place >> 24 & 255) == (int(features.scale[0]), int(features.angle[0]))
    assert (place >> 14 & 1023, place >> 4 & 1023) == (int(features.outer[0]), int(features.inner[0]))
    assert place & 15 == 0
