"""The operations of OpenTimestamps: each makes one message of another.

Their numbers are those of the reference, which is the format's only specification:
https://github.com/opentimestamps/python-opentimestamps (`core/op.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from eth_utils.crypto import keccak

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError, UnsupportedTimestampError

PART = "OpenTimestamps proof"
MAX_MESSAGE = 4096  # bytes before and after any operation, as the reference has it

SHA1, RIPEMD160, SHA256, KECCAK256 = 0x02, 0x03, 0x08, 0x67
APPEND, PREPEND = 0xF0, 0xF1


def _ripemd160(message: bytes) -> bytes:
    try:
        return hashlib.new("ripemd160", message, usedforsecurity=False).digest()
    except ValueError:
        # OpenSSL may be built or configured without it.
        raise UnsupportedTimestampError(PART, "RIPEMD-160, which this Python lacks,") from None


# A collision does not hurt in the middle of a proof: both messages existed, and what a proof begins with is
# held to SHA-256 by whoever verifies it.
_HASHES: dict[int, Callable[[bytes], bytes]] = {
    SHA1: lambda message: hashlib.sha1(message, usedforsecurity=False).digest(),
    RIPEMD160: _ripemd160,
    SHA256: lambda message: hashlib.sha256(message).digest(),
    KECCAK256: keccak,
}
NAMES = {
    SHA1: "SHA-1",
    RIPEMD160: "RIPEMD-160",
    SHA256: "SHA-256",
    KECCAK256: "Keccak-256",
    APPEND: "append",
    PREPEND: "prepend",
}


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One step of a proof: its number, and what it appends or prepends.

    Raises:
        UnsupportedTimestampError: No operation known here has that number.
        MalformedEvidenceError: It has an argument and takes none, or the other way round.
        EvidenceTooLargeError: The argument is longer than any message.
    """

    tag: int
    argument: bytes = b""

    def __post_init__(self) -> None:
        if self.tag not in NAMES:
            raise UnsupportedTimestampError(PART, f"operation 0x{self.tag:02x}")
        if self.takes_argument != bool(self.argument):
            wanted = "one" if self.takes_argument else "none"
            raise MalformedEvidenceError(PART, f"the argument of {NAMES[self.tag]} must be {wanted}")
        if len(self.argument) > MAX_MESSAGE:
            raise EvidenceTooLargeError(PART, len(self.argument), MAX_MESSAGE, "bytes of an argument")

    @property
    def takes_argument(self) -> bool:
        """Whether bytes are put before or behind the message."""
        return self.tag in (APPEND, PREPEND)

    def apply(self, message: bytes) -> bytes:
        """What becomes of a message.

        Raises:
            EvidenceTooLargeError: It becomes longer than any message may be.
            UnsupportedTimestampError: This machine lacks the hash function.
        """
        if self.tag in _HASHES:
            return _HASHES[self.tag](message)
        length = len(message) + len(self.argument)
        if length > MAX_MESSAGE:
            raise EvidenceTooLargeError(PART, length, MAX_MESSAGE, "bytes of a message")
        return message + self.argument if self.tag == APPEND else self.argument + message
