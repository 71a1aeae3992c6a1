"""`hashStruct` of EIP-712 over the kinds of fields that our statements have, in the order of their types.

A general encoder takes types apart again for every message; a batch of a hundred statements hashes three
hundred of them. What is computed here is held equal to it by the golden vectors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from eth_utils.crypto import keccak

Fields = Sequence[Mapping[str, str]]
Types = Mapping[str, Fields]

_WORD = 32
_UNSIGNED = re.compile(r"uint\d+")


def hash_struct(types: Types, primary: str, message: Mapping[str, Any]) -> bytes:
    """`keccak256(typeHash ‖ encodeData(message))` (EIP-712, Definition of hashStruct), 32 bytes."""
    words = [_word(types, field["type"], message[field["name"]]) for field in types[primary]]
    return bytes(keccak(_type_hash(_encoded_type(types, primary)) + b"".join(words)))


@cache
def _type_hash(encoded: str) -> bytes:
    return bytes(keccak(text=encoded))


def _encoded_type(types: Types, primary: str) -> str:
    """A type with those it refers to behind it, by name (EIP-712, Definition of encodeType)."""
    inner = sorted({field["type"] for field in types[primary]} & set(types))
    return "".join(f"{name}({_members(types[name])})" for name in (primary, *inner))


def _members(fields: Fields) -> str:
    return ",".join(f"{field['type']} {field['name']}" for field in fields)


def _word(types: Types, kind: str, value: Any) -> bytes:  # noqa: ANN401  # a field of any kind
    """One field (EIP-712, Definition of encodeData)."""
    if kind in types:
        return hash_struct(types, kind, value)
    if kind.endswith("[]"):
        return bytes(keccak(b"".join(_word(types, kind[:-2], one) for one in value)))
    if _UNSIGNED.fullmatch(kind):
        return int(value).to_bytes(_WORD, "big")
    return bytes.fromhex(value[2:]).rjust(_WORD, b"\0")  # an address or bytes32, as text
