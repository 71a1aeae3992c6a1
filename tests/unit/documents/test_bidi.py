"""Which way a line runs: the rules of UAX #9 that a title can meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.documents import bidi

# Hebrew letters stand for anything from right to left; shown is what a reader sees from left to right, before
# brackets are mirrored; each line is what an independent implementation (the crate unicode-bidi) shows.
LINES = [
    ("abc", "abc"),
    ("\u05d0\u05d1\u05d2", "\u05d2\u05d1\u05d0"),
    ("ab \u05d0\u05d1 cd", "ab \u05d1\u05d0 cd"),
    ("\u05d0\u05d1 cd \u05d2\u05d3", "\u05d3\u05d2 cd \u05d1\u05d0"),
    ("\u05d0\u05d1 123", "123 \u05d1\u05d0"),
    ("\u05d0 1.5$", "1.5$ \u05d0"),
    ("\u0645 1-2", "2-1 \u0645"),  # after Arabic letters digits are Arabic numbers, and the sign parts them
    ("\u05d0 1-2", "1-2 \u05d0"),
    ("\u05d0 (bc)", ")bc( \u05d0"),
    ("a (\u05d0) b", "a (\u05d0) b"),
    ("a (\u05d0\u05d1", "a (\u05d1\u05d0"),
    ("\u05d0(b)c", "c)b(\u05d0"),
    ("12 \u05d0\u05d1", "\u05d1\u05d0 12"),
]


def shown(text: str) -> str:
    resolved = bidi.levels(text, bidi.paragraph_level(text))
    return "".join(text[index] for index in bidi.visual_order(resolved))


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_a_line_is_ordered_as_the_standard_says(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text(alphabet="ab \u05d0\u0645\u064b12+-.,$()[]", max_size=30))
def test_no_character_is_lost_or_doubled(text: str) -> None:
    assert sorted(shown(text)) == sorted(text)


def test_the_first_strong_character_decides_the_paragraph() -> None:
    assert bidi.paragraph_level("12 (a \u05d0") == 0
    assert bidi.paragraph_level("12 (\u05d0 a") == 1
    assert bidi.paragraph_level("12 ?") == 0
