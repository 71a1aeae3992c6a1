"""The encodings at the edge (DESIGN.md section 5, Encodings) as pydantic types of the domain's values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from registry.errors import InvalidValueError
from registry.model import (
    UINT64_MAX,
    Address,
    DisputeId,
    GrantId,
    Hash32,
    OfferHash,
    TransactionHash,
    WorkId,
    from_unix,
)

_HASH_PATTERN = "^0x[0-9a-f]{64}$"
_ADDRESS_PATTERN = "^0x[0-9a-fA-F]{40}$"
_DECIMAL_PATTERN = "^(0|[1-9][0-9]{0,77})$"  # 78 digits write every unsigned 256-bit integer
_DECIMAL = re.compile(_DECIMAL_PATTERN[1:-1])
_UINT256_MAX = 2**256 - 1  # some numbers of 78 digits are over it
_SIGNATURE_BYTES_MAX = 8192  # ERC-1271 wallets sign longer than the 65 bytes of a key
_SIGNATURE_PATTERN = f"^0x([0-9a-fA-F]{{2}}){{1,{_SIGNATURE_BYTES_MAX}}}$"
_LAST_PRINTABLE = 253_402_300_799  # year 9999, the last of RFC 3339


class Model(BaseModel):
    """Unknown members are refused, in requests and in our own answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _reader(kind: type, parse: Callable[[str], Any]) -> PlainValidator:
    def read(value: object) -> Any:  # noqa: ANN401  # the type is the annotation's
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError("expected text")  # noqa: TRY004  # pydantic takes only ValueError for a fault
        try:
            return parse(value)
        except InvalidValueError as error:
            raise ValueError(error.facts["problem"]) from error

    return PlainValidator(read)


def _hash_schema(description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": _HASH_PATTERN, "description": description})


_TEXT = PlainSerializer(str, return_type=str)

HashValue = Annotated[
    Hash32, _reader(Hash32, Hash32.parse), _TEXT, _hash_schema("SHA-256, 0x and lower-case hex")
]
WorkIdValue = Annotated[WorkId, _reader(WorkId, WorkId.parse), _TEXT, _hash_schema("A work's id")]
OfferHashValue = Annotated[
    OfferHash, _reader(OfferHash, OfferHash.parse), _TEXT, _hash_schema("An offer's hash")
]
GrantIdValue = Annotated[GrantId, _reader(GrantId, GrantId.parse), _TEXT, _hash_schema("A grant's id")]
DisputeIdValue = Annotated[
    DisputeId, _reader(DisputeId, DisputeId.parse), _TEXT, _hash_schema("A dispute's id")
]
TransactionHashValue = Annotated[
    TransactionHash,
    _reader(TransactionHash, TransactionHash.parse),
    _TEXT,
    _hash_schema("A transaction's hash"),
]


def _address(text: str) -> Address:
    return Address(text)


AddressValue = Annotated[
    Address,
    _reader(Address, _address),
    _TEXT,
    WithJsonSchema(
        {"type": "string", "pattern": _ADDRESS_PATTERN, "description": "An account; EIP-55 if of mixed case"}
    ),
]


def _signature(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("expected 0x and hex digits")  # as above
    if not 1 <= (len(value) - 2) / 2 <= _SIGNATURE_BYTES_MAX or not value.isascii() or not value.isalnum():
        raise ValueError(f"expected 1 to {_SIGNATURE_BYTES_MAX} bytes of hex")
    return bytes.fromhex(value[2:])


def to_hex(data: bytes) -> str:
    """0x and lower-case hex."""
    return f"0x{data.hex()}"


BytesValue = Annotated[
    bytes,
    PlainValidator(_signature),
    PlainSerializer(to_hex, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _SIGNATURE_PATTERN}),
]


def _decimal(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else ""
    if not _DECIMAL.fullmatch(text):
        raise ValueError("expected a whole number in decimal digits, as text")
    number = int(text)
    if number > _UINT256_MAX:
        raise ValueError("expected an unsigned 256-bit integer")
    return number


def _decimal_text(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("expected a whole number in decimal digits, as text")  # noqa: TRY004  # as above
    return _decimal(value)


_DECIMAL_SCHEMA = WithJsonSchema({"type": "string", "pattern": _DECIMAL_PATTERN})
BigInteger = Annotated[int, PlainValidator(_decimal), _TEXT, _DECIMAL_SCHEMA]
"""In answers: an integer that may pass 2^53, as decimal text."""
BigIntegerIn = Annotated[int, PlainValidator(_decimal_text), _TEXT, _DECIMAL_SCHEMA]
"""In requests: the same, and nothing but text is taken."""

SmallInteger = Annotated[int, Field(strict=True)]
UnixTime = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


def rfc3339(moment: datetime) -> str:
    """A time as RFC 3339 in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"}),
]


def moment_of(seconds: int) -> datetime | None:
    """A Unix time as a moment; None for what never comes (past the year 9999, or 2^64 - 1)."""
    return None if seconds >= min(UINT64_MAX, _LAST_PRINTABLE) else from_unix(seconds)


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the text holds a NUL character")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
"""Text that every store can keep."""
