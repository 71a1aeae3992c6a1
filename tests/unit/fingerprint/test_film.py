"""What a record keeps of a film, and what it makes of any bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from registry.fingerprint import film
from registry.fingerprint.film import KeyFrame, Stretch, Stretches
from tests.unit.fingerprint.local_features import made_up


def _stretch(first: int) -> Stretch:
    return Stretch(first, first + 500, film.TRIMMED, 77, bytes(range(256)))


def test_stretches_are_read_as_they_were_written() -> None:
    read = Stretches.parse(film.stretches_to_bytes([_stretch(0), _stretch(500)]))
    assert read.first.tolist() == [0, 500]
    assert read.last.tolist() == [500, 1000]
    assert read.cut.tolist() == [film.TRIMMED] * 2
    assert read.quality.tolist() == [77, 77]
    assert read.codes.shape == (2, 8, 32)
    assert read.codes[1].tobytes() == bytes(range(256))


def test_the_first_of_chosen_stretches_is_the_first_chosen() -> None:
    read = Stretches.parse(film.stretches_to_bytes([_stretch(0), _stretch(500), _stretch(900)]))
    assert read.chosen(np.array([2, 0])).first.tolist() == [900, 0]


def test_key_frames_are_read_as_they_were_written() -> None:
    features = made_up(1, 20)
    read = film.parsed_key_frames(film.key_frames_to_bytes([KeyFrame(4000, features)]))
    assert [(each.milliseconds, len(each.features)) for each in read] == [(4000, 20)]
    assert (read[0].features.signatures == features.signatures).all()


@given(st.binary(max_size=2000))
def test_any_bytes_are_some_film(data: bytes) -> None:
    assert len(Stretches.parse(data)) == len(data) // 266
    assert len(film.parsed_key_frames(data)) <= len(data) // 8


def test_no_more_is_read_than_a_film_may_have() -> None:
    data = film.key_frames_to_bytes([KeyFrame(0, made_up(1, 1))] * (film.MOST_KEY_FRAMES + 5))
    assert len(film.parsed_key_frames(data)) == film.MOST_KEY_FRAMES
    assert len(Stretches.parse(bytes(266 * (film.MOST_STRETCHES + 5)))) == film.MOST_STRETCHES
