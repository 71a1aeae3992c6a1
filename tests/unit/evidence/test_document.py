"""Documents that anybody may have written: bounded before they are parsed, and in one spelling."""

from __future__ import annotations

import json

import pytest

from registry.errors import RegistryError
from registry.evidence.document import MAX_BYTES, MAX_DEPTH, MAX_VALUES, read_document
from registry.evidence.verdicts import RefusedError, failed_with


def code_of(content: bytes) -> str:
    with pytest.raises((RefusedError, RegistryError)) as caught:
        read_document(content)
    assert isinstance(caught.value, RefusedError | RegistryError)
    code, said = failed_with(caught.value)
    assert said
    return code


def test_a_canonical_document_is_read() -> None:
    content = '{"a":[1,-2,null,true,"潮 \\" [{"],"b":{"c":9007199254740991}}'.encode()
    assert read_document(content) == {"a": [1, -2, None, True, '潮 " [{'], "b": {"c": 2**53 - 1}}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b'{"a":1}}', "not-json"),
        (b'{"a":"\n"}', "not-json"),
        (b'{"a":"', "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'{"a":"\xff"}', "not-json"),
        (b'{"a":"\xed\xa0\x80"}', "not-json"),
        ("{}".encode("utf-16"), "not-json"),
        (b"\0" * 64, "not-json"),
        (b'{"a":1,"a":1}', "duplicate-key"),
        (b'{"a":{"b":1,"b":2}}', "duplicate-key"),
        (b'{"a":NaN}', "malformed-evidence"),
        (b'{"a":-Infinity}', "malformed-evidence"),
        (b'{"a":1.0}', "malformed-evidence"),
        (b'{"a":1e3}', "malformed-evidence"),
        (b'{"a":1e400}', "malformed-evidence"),
        (b'{"a":' + b"9" * 5000 + b"}", "malformed-evidence"),
        (b'{"a":9007199254740992}', "invalid-document"),
        (b"[]", "malformed-evidence"),
        (b'"text"', "malformed-evidence"),
        (b"null", "malformed-evidence"),
        (b'{"a":"\\ud800"}', "invalid-document"),
        (b'{"\\udfff":1}', "invalid-document"),
        ('{"a":"e\u0301"}'.encode(), "invalid-document"),
        (b'{"a":1}\n', "not-canonical"),
        (b' {"a":1}', "not-canonical"),
        (b'{"a": 1}', "not-canonical"),
        (b'{"b":1,"a":1}', "not-canonical"),
        (b'{"a":"\\u0041"}', "not-canonical"),
        (b'{"a":-0}', "not-canonical"),
        (b'{"a":"\\/"}', "not-canonical"),
    ],
)
def test_everything_else_is_refused_with_its_verdict(content: bytes, code: str) -> None:
    assert code_of(content) == code


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
        b"[" + b"[]," * MAX_VALUES + b"[]]",
        b"[" + b"0," * MAX_VALUES + b"0]",
        b"{" + b'"":0,' * MAX_VALUES + b'"":0}',
        b"\\" * MAX_BYTES + b'"',
        b" " * (100 << 20),
    ],
    ids=["deep", "deep-objects", "one-too-deep", "wide", "numbers", "keys", "long-by-one", "100-megabytes"],
)
def test_a_bomb_is_refused_before_it_is_parsed(content: bytes) -> None:
    assert code_of(content) == "evidence-too-large"


@pytest.mark.parametrize("content", [b'"\\' * 200_000, b'"' + b'\\"' * 1_000_000, b'"a' * 60_000 + b'"'])
def test_strings_without_an_end_are_looked_at_once(content: bytes) -> None:
    assert code_of(content) in {"not-json", "evidence-too-large"}


def test_what_is_written_as_many_levels_inside_a_text_is_a_text() -> None:
    content = json.dumps({"a": "[{" * 1000 + '"'}, separators=(",", ":")).encode()
    assert read_document(content) == {"a": "[{" * 1000 + '"'}
