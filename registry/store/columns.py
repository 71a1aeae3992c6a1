"""Column types: the domain's values on one side, what every SQL database can keep on the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from registry.canonical import canonical_bytes
from registry.model import Address, Hash32, from_unix, to_unix

# SQLite takes only an INTEGER primary key for the table's own key; a BIGINT one would be an index beside it.
ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class HashType(TypeDecorator[Hash32]):
    """32 bytes, read back as one kind of `Hash32`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: type[Hash32] = Hash32) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Hash32 | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """To plain bytes."""
        return None if value is None else bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Hash32 | None:  # noqa: ARG002
        """From plain bytes."""
        return None if value is None else self.kind(value)


class AddressType(TypeDecorator[Address]):
    """An account in EIP-55 form, which `Address` alone makes: equal accounts are equal text."""

    impl = String(42)
    cache_ok = True

    def process_bind_param(self, value: Address | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To plain text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Address | None:  # noqa: ARG002
        """From plain text."""
        return None if value is None else Address(value)


class TimeType(TypeDecorator[datetime]):
    """An aware time as Unix seconds, rounded down."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To seconds."""
        return None if value is None else to_unix(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To an aware time in UTC."""
        return None if value is None else from_unix(value)


class NumberType(TypeDecorator[int]):
    """An unsigned integer up to 2^256 - 1 as decimal text: SQL integers end at 2^63 - 1. Not for ordering."""

    impl = String(78)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To decimal digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """From decimal digits."""
        return None if value is None else int(value)


class DocumentType(TypeDecorator[Mapping[str, Any]]):
    """A document as canonical JSON text, so that what is read hashes to what was written.

    Raises:
        InvalidDocumentError: The document has no canonical form.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To canonical JSON."""
        return None if value is None else canonical_bytes(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any] | None:  # noqa: ARG002
        """From JSON."""
        if value is None:
            return None
        document: dict[str, Any] = json.loads(value)
        return document
