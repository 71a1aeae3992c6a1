from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.plain import (
    format_duration,
    format_wei,
    parse_duration,
    parse_percent,
    parse_wei,
    printable,
    short,
    wei_argument,
)
from registry.errors import InvalidValueError


@pytest.mark.parametrize(
    ("text", "wei"),
    [
        ("0.01eth", 10**16),
        ("1 ETH", 10**18),
        ("2ether", 2 * 10**18),
        ("5gwei", 5 * 10**9),
        ("1000wei", 1000),
        ("0", 0),
        ("0.000000000000000001eth", 1),
    ],
)
def test_an_amount_is_read_with_its_unit(text: str, wei: int) -> None:
    assert parse_wei(text) == wei


@pytest.mark.parametrize(
    "text", ["", "1", "0.5", "-1eth", "1e18wei", "0.5wei", "1,5eth", "eth", "1 euro", "nan", "٣eth", "1.eth"]
)
def test_an_amount_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_wei(text)


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_a_printed_amount_is_read_back_to_the_wei(wei: int) -> None:
    assert parse_wei(format_wei(wei)) == wei
    assert parse_wei(wei_argument(wei)) == wei
    assert " " not in wei_argument(wei)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("365d", 31_536_000),
        ("1y", 31_536_000),
        ("12h", 43_200),
        ("90m", 5_400),
        ("30s", 30),
        ("2W", 1_209_600),
    ],
)
def test_a_duration_is_read_with_its_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "365", "0d", "-1d", "1.5d", "1month", "d", "1d 2h"])
def test_a_duration_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "bps"),
    [("5", 500), ("33.33", 3333), ("12.5", 1250), ("100", 10_000), ("0", 0), ("0.01%", 1), ("7 %", 700)],
)
def test_a_percentage_is_read_to_the_hundredth(text: str, bps: int) -> None:
    assert parse_percent(text) == bps


@pytest.mark.parametrize("text", ["", "%", "-1", "100.01", "1000", "33.333", "1,5", ".5", "5.", "٣", "1e2"])
def test_a_percentage_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_percent(text)


def test_a_duration_is_printed_in_its_largest_whole_unit() -> None:
    assert [format_duration(seconds) for seconds in (31_536_000, 86_400, 5_400, 7_200, 61)] == [
        "365 days",
        "1 day",
        "90 minutes",
        "2 hours",
        "61 seconds",
    ]


def test_what_could_steer_a_terminal_is_made_visible() -> None:
    assert printable("a\x1b[2Jb\rc\u202ed") == "a\\u001b[2Jb\\u000dc\\u202ed"


def test_letters_of_every_script_stay_as_they_are() -> None:
    assert printable("Été “日本語” здравствуйте") == "Été “日本語” здравствуйте"


def test_an_id_is_shortened_to_its_first_digits() -> None:
    assert short("0x" + "ab" * 32) == "0xabababab…"
    assert short("0xab") == "0xab"
