"""What a node tells in JSON: numbers and bytes as the Ethereum JSON-RPC specification writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError

MAX_DATA = 1 << 24  # bytes in one field: as much data in one log costs over 500 million gas

_QUANTITY = re.compile(r"0x(?:0|[1-9a-fA-F][0-9a-fA-F]{0,63})")
_DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def field(told: object, name: str, part: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """A field that must be there.

    Raises:
        MalformedEvidenceError: It is absent or null, or `told` is no object.
    """
    if not isinstance(told, Mapping):
        raise MalformedEvidenceError(part, "is no JSON object")
    value = told.get(name)
    if value is None:
        raise MalformedEvidenceError(part, f"{name} is absent")
    return value


def elements(told: object, name: str, part: str, limit: int) -> list[Any]:
    """A field that must be an array of at most `limit` elements.

    Raises:
        MalformedEvidenceError: It is absent or something else.
        EvidenceTooLargeError: It is longer.
    """
    value = field(told, name, part)
    if not isinstance(value, list | tuple):
        raise MalformedEvidenceError(part, f"{name} is no array")
    if len(value) > limit:
        raise EvidenceTooLargeError(part, len(value), limit, name)
    return list(value)


def quantity(value: object, name: str, part: str) -> int:
    """An integer below 2^256, `0x` and hex without leading zeros.

    Raises:
        MalformedEvidenceError: Another form.
    """
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise MalformedEvidenceError(part, f"{name} is no quantity")
    return int(value, 16)


def data(value: object, name: str, part: str) -> bytes:
    """Bytes, `0x` and two hex digits each.

    Raises:
        MalformedEvidenceError: Another form.
        EvidenceTooLargeError: More than any block has gas for.
    """
    if isinstance(value, str) and len(value) > 2 * MAX_DATA + 2:
        raise EvidenceTooLargeError(part, len(value), 2 * MAX_DATA + 2, f"characters of {name}")
    if not isinstance(value, str) or not _DATA.fullmatch(value):
        raise MalformedEvidenceError(part, f"{name} is not 0x and hex digits")
    return bytes.fromhex(value[2:])
