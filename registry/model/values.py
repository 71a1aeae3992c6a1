"""The smallest values: 32-byte hashes and ids, addresses, chain times."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Self

from eth_utils.address import is_checksum_formatted_address, to_checksum_address

from registry.errors import InvalidValueError

UINT40_MAX = 2**40 - 1
UINT64_MAX = 2**64 - 1
_HASH = re.compile(r"0x[0-9a-f]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


class Hash32(bytes):
    """32 bytes, printed as `0x` and 64 lower-case hex digits.

    Raises:
        InvalidValueError: Not 32 bytes.
    """

    __slots__ = ()
    SIZE = 32

    def __new__(cls, value: bytes) -> Self:
        """Check the size."""
        if len(value) != cls.SIZE:
            raise InvalidValueError(cls.__name__, f"{len(value)} bytes instead of {cls.SIZE}")
        return super().__new__(cls, value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `0x` and 64 lower-case hex digits.

        Raises:
            InvalidValueError: Another form.
        """
        if not _HASH.fullmatch(text):
            raise InvalidValueError(cls.__name__, "expected 0x and 64 lower-case hex digits")
        return cls(bytes.fromhex(text[2:]))

    @classmethod
    def from_int(cls, number: int) -> Self:
        """The big-endian bytes of an unsigned 256-bit integer."""
        if not 0 <= number < 2**256:
            raise InvalidValueError(cls.__name__, "not an unsigned 256-bit integer")
        return cls(number.to_bytes(32, "big"))

    def to_int(self) -> int:
        """The unsigned big-endian integer, as Solidity's uint256."""
        return int.from_bytes(self, "big")

    def __str__(self) -> str:
        return f"0x{self.hex()}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"


class WorkId(Hash32):
    """`hashStruct(Declaration)`: the id commits to what it names."""

    __slots__ = ()


class OfferHash(Hash32):
    """`hashStruct(Offer)`."""

    __slots__ = ()


class GrantId(Hash32):
    """`keccak256(abi.encode(offerHash, serial))`."""

    __slots__ = ()


class DisputeId(Hash32):
    """`keccak256(abi.encode(workId, evidenceHash, opener))`."""

    __slots__ = ()


class TransactionHash(Hash32):
    """The Keccak-256 hash of a signed transaction."""

    __slots__ = ()


class Address(str):
    """An account or contract, always in EIP-55 form.

    Raises:
        InvalidValueError: Not 20 bytes of hex, or mixed case with a wrong EIP-55 checksum.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the form and the checksum."""
        if not _ADDRESS.fullmatch(text):
            raise InvalidValueError("address", "expected 0x and 40 hex digits")
        checksummed = to_checksum_address(text)
        if is_checksum_formatted_address(text) and text != checksummed:
            raise InvalidValueError("address", "the EIP-55 checksum does not hold")
        return super().__new__(cls, checksummed)


ZERO_ADDRESS = Address("0x" + "00" * 20)


def from_unix(seconds: int) -> datetime:
    """Seconds on chain as an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)


def to_unix(moment: datetime) -> int:
    """An aware time as whole seconds on chain, rounded down."""
    return int(moment.timestamp())
