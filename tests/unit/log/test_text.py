"""A number and a run of bytes have one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import MalformedLogDataError
from registry.log.text import decode_utf8, parse_base64, parse_uint64, to_base64


@given(st.integers(0, 2**64 - 1))
def test_a_number_is_read_from_its_only_spelling(number: int) -> None:
    assert parse_uint64("number", str(number)) == number
    for spelling in (f"0{number}", f"+{number}", f" {number}", f"{number} ", f"{number}\n", f"-{number}"):
        with pytest.raises(MalformedLogDataError):
            parse_uint64("number", spelling)


@pytest.mark.parametrize("text", ["", str(2**64), "9" * 20, "9" * 5000, "1e3", "1_0", "\u0661", "0x1"])
def test_what_is_no_unsigned_64_bit_number_is_refused(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        parse_uint64("number", text)


@given(st.binary(max_size=50), st.text(max_size=8))
def test_bytes_are_read_from_their_only_spelling(content: bytes, text: str) -> None:
    assert parse_base64("bytes", to_base64(content)) == content
    try:
        other = parse_base64("bytes", text)
    except MalformedLogDataError:
        return
    assert to_base64(other) == text


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "AB==", "AA==\n", "A A=", "AA==AA==", "-_8=", "=", "AAAA="]
)
def test_base64_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        parse_base64("bytes", text)


def test_a_document_may_be_as_long_as_its_limit_in_bytes() -> None:
    assert decode_utf8("text", "é\n", 3) == "é\n"
    with pytest.raises(MalformedLogDataError):
        decode_utf8("text", "é\n", 2)
