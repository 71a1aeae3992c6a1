"""Canonical JSON: RFC 8785's own vectors, and what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.canonical import SAFE_INTEGER, canonical_bytes, canonical_hash, nesting_of
from registry.errors import InvalidDocumentError

nfc_text = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FF), max_size=20)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | nfc_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(nfc_text, inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_by_utf_16_code_units_as_in_rfc_8785_section_3_2_3() -> None:
    document = {"€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, "\u0080": 6, "ö": 7}
    composed = {key: value for key, value in document.items() if key != "דּ"}  # not NFC by its exclusion
    assert canonical_bytes(composed).decode() == '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5}'


def test_strings_are_escaped_as_in_rfc_8785_section_3_2_2_2() -> None:
    assert canonical_bytes('€$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@given(documents)
def test_canonical_bytes_read_back_as_the_same_document(document: object) -> None:
    try:
        encoded = canonical_bytes(document)
    except InvalidDocumentError:
        return  # not in normal form
    assert json.loads(encoded) == document
    assert canonical_bytes(json.loads(encoded)) == encoded


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (1.0, ""),
        ({"a": [0, float("nan")]}, "/a/1"),
        ({"price": SAFE_INTEGER + 1}, "/price"),
        ({"title": "Cafe\u0301"}, "/title"),
        ({"Cafe\u0301": 1}, ""),
        (["\ud800"], "/0"),
        ({1: 2}, ""),
        ({"data": b"bytes"}, "/data"),
        ({"when": {1, 2}}, "/when"),
    ],
)
def test_what_two_languages_may_print_apart_is_refused_by_path(document: object, path: str) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        canonical_hash(document, "test")
    assert caught.value.facts["path"] == path
    assert caught.value.code == "invalid-document"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (b"1", 0),
        (b'{"a": [1, {"b": []}]}', 4),
        (b'["[[[[", "\\"[[", "]"]', 1),
        (b"[" * 100_000, 100_000),
        (b'[[ "never ends [[[[', 2),
    ],
)
def test_how_deep_json_is_nested_is_known_before_it_is_parsed(text: bytes, levels: int) -> None:
    assert nesting_of(text) == levels
