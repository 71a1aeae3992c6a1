"""Canonical JSON (RFC 8785) and the hashes over it; floats and text that is not NFC are refused.

Floats are refused because two languages print the same number differently, and non-NFC text because two
strings that look alike would hash apart.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from registry.errors import InvalidDocumentError

SAFE_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: beyond it a JSON number loses digits in other languages


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)  # one that never ends hides no brackets either


def nesting_of(data: bytes) -> int:
    """How deep the brackets outside of strings are nested, in UTF-8 JSON that nobody has parsed yet.

    Whoever reads somebody else's JSON asks this first: where the recursion limit was raised, as a virtual
    machine in the same process does, the parser itself would overflow the stack.
    """
    deepest = depth = 0
    for byte in _STRING.sub(b"", data):
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


def canonical_bytes(document: object, name: str = "document") -> bytes:
    """The RFC 8785 bytes of a JSON value of null, booleans, integers, NFC strings, arrays and objects.

    Raises:
        InvalidDocumentError: A float, an integer beyond 2^53 - 1, non-NFC text or another type is inside.
    """
    _check(document, name, "")
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=dict)
    if plain.isascii():
        return plain.encode()
    # Keys are ordered by UTF-16, which orders some of them otherwise than Python does.
    return rfc8785.dumps(document)  # type: ignore[arg-type]  # _check has narrowed it


def canonical_hash(document: object, name: str = "document") -> bytes:
    """SHA-256 (32 bytes) of `canonical_bytes`.

    Raises:
        InvalidDocumentError: As `canonical_bytes`.
    """
    return hashlib.sha256(canonical_bytes(document, name)).digest()


def nfc(value: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    """The same JSON value with all text in Unicode normal form NFC, and without the keys that hold null."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case Mapping():
            return {nfc(key): nfc(inner) for key, inner in value.items() if inner is not None}
        case list() | tuple():
            return [nfc(inner) for inner in value]
        case _:
            return value


def _check(value: object, name: str, path: str) -> None:
    match value:
        case None | bool():
            return
        case int():
            _check_integer(value, name, path)
        case str():
            _check_text(value, name, path)
        case Mapping():
            _check_object(value, name, path)
        case Sequence() if not isinstance(value, bytes | bytearray):
            for position, inner in enumerate(value):
                _check(inner, name, f"{path}/{position}")
        case _:
            raise InvalidDocumentError(name, path, f"{type(value).__name__} is not allowed")


def _check_object(value: Mapping[object, object], name: str, path: str) -> None:
    for key, inner in value.items():
        if not isinstance(key, str):
            raise InvalidDocumentError(name, path, "a key is not a string")
        _check_text(key, name, path)
        _check(inner, name, f"{path}/{key}")


def _check_integer(value: int, name: str, path: str) -> None:
    if abs(value) > SAFE_INTEGER:
        raise InvalidDocumentError(name, path, "the integer is over 2^53 - 1; write it as a string")


def _check_text(text: str, name: str, path: str) -> None:
    if text.isascii():
        return
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidDocumentError(name, path, "the text holds a lone surrogate")
    if not unicodedata.is_normalized("NFC", text):
        raise InvalidDocumentError(name, path, "the text is not in Unicode normal form NFC")
