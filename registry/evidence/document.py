"""Reading a JSON document that anybody may have written: bounded first, parsed after, in one spelling."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from registry.canonical import SAFE_INTEGER, canonical_bytes
from registry.errors import EvidenceTooLargeError, MalformedEvidenceError
from registry.evidence.verdicts import RefusedError, Verdict

PART = "bundle"
# The receipt of a batch of 500 registrations has 350 kB, stands in a bundle twice, and in hexadecimal.
MAX_BYTES = 8 << 20
MAX_DEPTH = 16  # a bundle has 6 levels; what a metadata document nests is its own
MAX_VALUES = 1 << 17  # 64 hashes of a proof, 129 nodes of a trie, 256 later events, and room

_DIGITS = len(str(SAFE_INTEGER))
# Strings are passed over as a whole, so that only what gives the document its shape is counted; one without
# an end goes to the end of the text, so that no byte is looked at twice.
_SHAPE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def read_document(content: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are the canonical form of (RFC 8785; no floats, text in NFC).

    Raises:
        EvidenceTooLargeError: More bytes, values or levels than any honest bundle has.
        MalformedEvidenceError: It is no object, or holds a number that is no small integer.
        InvalidDocumentError: Text has a lone surrogate or is not NFC.
        RefusedError: `not-json`, `duplicate-key` or `not-canonical`.
    """
    if len(content) > MAX_BYTES:
        raise EvidenceTooLargeError(PART, len(content), MAX_BYTES, "bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(Verdict.NOT_JSON, "the bundle is not UTF-8") from None
    _check_shape(text)
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except json.JSONDecodeError as problem:
        raise RefusedError(Verdict.NOT_JSON, f"the bundle is not JSON: {problem.msg}") from None
    if not isinstance(document, dict):
        raise MalformedEvidenceError(PART, "is no JSON object")
    if canonical_bytes(document, PART) != content:
        raise RefusedError(Verdict.NOT_CANONICAL, "the bundle is not in canonical form (RFC 8785)")
    return document


def _check_shape(text: str) -> None:
    depth = 0
    for values, found in enumerate(_SHAPE.finditer(text), start=1):
        sign = found[0]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise EvidenceTooLargeError(PART, depth, MAX_DEPTH, "levels")
        if values > MAX_VALUES:
            raise EvidenceTooLargeError(PART, values, MAX_VALUES, "values")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RefusedError(Verdict.DUPLICATE_KEY, "a key stands twice in one object")
    return found


def _integer(digits: str) -> int:
    if len(digits.removeprefix("-")) > _DIGITS:
        _refuse_number(digits)
    return int(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise MalformedEvidenceError(PART, f"holds the number {digits[:20]}, which is no integer below 2^53")
