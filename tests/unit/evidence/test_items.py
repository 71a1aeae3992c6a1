"""RLP: the one encoding of each item, and nothing else."""

from __future__ import annotations

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import EvidenceError, EvidenceTooLargeError, MalformedEvidenceError
from registry.evidence.items import (
    Item,
    Limits,
    as_bytes,
    as_integer,
    as_list,
    decode_item,
    encode_integer,
    encode_item,
)

ROOMY = Limits(size=1 << 16, items=1 << 12, depth=32)
ITEMS: st.SearchStrategy[Item] = st.recursive(
    st.binary(max_size=70), lambda inner: st.lists(inner, max_size=5).map(tuple), max_leaves=20
)


def decode(encoded: bytes, limits: Limits = ROOMY) -> Item:
    return decode_item(encoded, "it", limits)


@given(ITEMS)
def test_an_item_is_encoded_as_the_reference_does_and_read_back(item: Item) -> None:
    encoded = encode_item(item)
    assert encoded == rlp.encode(item)
    assert decode(encoded) == item


@given(st.integers(min_value=0, max_value=2**256 - 1))
def test_an_integer_has_no_leading_zeros(number: int) -> None:
    assert encode_item(encode_integer(number)) == rlp.encode(number)
    assert as_integer(encode_integer(number), "it", "number", 32) == number


@given(st.binary(max_size=80))
def test_bytes_are_read_only_if_they_are_what_the_item_is_encoded_as(encoded: bytes) -> None:
    try:
        item = decode(encoded)
    except EvidenceError:
        return
    assert encode_item(item) == encoded


@given(ITEMS, st.data())
def test_bytes_are_refused_if_and_only_if_the_reference_would_not_have_made_them(
    item: Item, data: st.DataObject
) -> None:
    changed = bytearray(encode_item(item))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    encoded = bytes(changed)
    try:
        refused = rlp.encode(rlp.decode(encoded)) != encoded
    except rlp.DecodingError:
        refused = True
    if refused:
        with pytest.raises(EvidenceError):
            decode(encoded)
    else:
        assert rlp.encode(decode(encoded)) == encoded


@pytest.mark.parametrize(
    ("encoded", "problem"),
    [
        ("", "is missing"),
        ("8100", "written as itself"),
        ("817f", "written as itself"),
        ("b800", "as shortly"),
        ("b837" + "00" * 55, "as shortly"),
        ("b90038" + "00" * 56, "as shortly"),
        ("f800", "as shortly"),
        ("f837" + "00" * 55, "as shortly"),
        ("f90038" + "00" * 56, "as shortly"),
        ("b8", "cut off"),
        ("bfffffff", "cut off"),
        ("f9ff", "cut off"),
        ("82aa", "are announced"),
        ("c2aa", "are announced"),
        ("c180c0", "follow"),
        ("8080", "follow"),
        ("c281", "are announced"),
        ("c481aac0", "are announced"),
        ("c382aabb", None),
        ("c282aabb", "are announced"),
        ("bfffffffffffffffff", "are announced"),
        ("ffffffffffffffffff", "are announced"),
    ],
)
def test_malformed_bytes_are_told_apart(encoded: str, problem: str | None) -> None:
    if problem is None:
        assert decode(bytes.fromhex(encoded)) == (bytes.fromhex("aabb"),)
        return
    with pytest.raises(MalformedEvidenceError, match=problem):
        decode(bytes.fromhex(encoded))


def test_a_length_inside_a_list_ends_with_the_list() -> None:
    # the inner string's bytes are there, but they belong to what follows the list
    with pytest.raises(MalformedEvidenceError, match="are announced"):
        decode(bytes.fromhex("c6c283aabbccdd"))


@pytest.mark.parametrize(
    "bomb",
    [
        b"\xc0" * (1 << 24),
        b"\xff" * (1 << 24),
        b"\xf9\xff\xfd" + b"\xc0" * 0xFFFD,
        b"\xf9\x20\x00" + b"\x00" * 0x2000,
    ],
)
def test_too_many_bytes_or_items_are_refused_before_they_are_read(bomb: bytes) -> None:
    with pytest.raises(EvidenceTooLargeError):
        decode(bomb)


def test_lists_in_lists_are_counted() -> None:
    deep: Item = b""
    for _ in range(32):
        deep = (deep,)
    assert decode(encode_item(deep)) == deep
    with pytest.raises(EvidenceTooLargeError, match="lists in one another"):
        decode(encode_item((deep,)))


def test_thousands_of_lists_in_one_another_do_not_end_the_process() -> None:
    encoded = b""
    while len(encoded) < 60_000:
        encoded = bytes([0xC0 + len(encoded)]) + encoded if len(encoded) < 56 else _long_list(encoded)
    with pytest.raises(EvidenceTooLargeError, match="lists in one another"):
        decode(encoded)


def _long_list(payload: bytes) -> bytes:
    digits = encode_integer(len(payload))
    return bytes([0xF7 + len(digits)]) + digits + payload


def test_an_item_of_another_kind_is_refused() -> None:
    with pytest.raises(MalformedEvidenceError, match="is a list"):
        as_bytes((), "it", "name")
    with pytest.raises(MalformedEvidenceError, match="instead of 3"):
        as_bytes(b"aa", "it", "name", 3)
    with pytest.raises(MalformedEvidenceError, match="is not a list"):
        as_list(b"", "it", "name")
    with pytest.raises(MalformedEvidenceError, match="instead of 2"):
        as_list((b"",), "it", "name", 2)
    with pytest.raises(MalformedEvidenceError, match="zero byte"):
        as_integer(b"\0", "it", "name")
    with pytest.raises(MalformedEvidenceError, match="more than 8"):
        as_integer(b"\1" * 9, "it", "name")
