"""Bitcoin block headers, as far as a proof needs them (https://developer.bitcoin.org/reference/block_chain.html)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from registry.errors import EvidenceMismatchError, MalformedEvidenceError
from registry.model import from_unix

PART = "Bitcoin block header"
HEADER_BYTES = 80

_ROOT, _TIME, _BITS = slice(36, 68), slice(68, 72), slice(72, 76)
_MANTISSA_BYTES = 3
_SIGN = 0x800000


@dataclass(frozen=True, slots=True)
class BitcoinHeader:
    """A header's 80 bytes, whose hash meets the difficulty that it names itself.

    That is work done, not proof that the block is one of the chain that everybody follows: somebody has to
    vouch for that.

    Raises:
        MalformedEvidenceError: Not 80 bytes, or it names no difficulty.
        EvidenceMismatchError: The hash does not meet it.
    """

    encoded: bytes

    def __post_init__(self) -> None:
        if len(self.encoded) != HEADER_BYTES:
            raise MalformedEvidenceError(PART, f"{len(self.encoded)} bytes instead of {HEADER_BYTES}")
        target = self._target()
        if int(self.hash, 16) > target:
            raise EvidenceMismatchError(PART, f"a hash up to {target:064x}", self.hash)

    @property
    def hash(self) -> str:
        """The block's hash in 64 hex digits, its bytes turned round, as everybody writes it."""
        return sha256(sha256(self.encoded).digest()).digest()[::-1].hex()

    @property
    def merkle_root(self) -> bytes:
        """The root of the block's transactions, in the order that it is hashed in."""
        return self.encoded[_ROOT]

    @property
    def time(self) -> datetime:
        """When its miner says that it was made: at most two hours ahead of the clocks of who took it."""
        return from_unix(int.from_bytes(self.encoded[_TIME], "little"))

    def _target(self) -> int:
        """The largest hash allowed, from its compact form: one byte of exponent, three of mantissa."""
        bits = int.from_bytes(self.encoded[_BITS], "little")
        exponent, mantissa = bits >> 8 * _MANTISSA_BYTES, bits & 0xFFFFFF
        target = mantissa << 8 * exponent >> 8 * _MANTISSA_BYTES
        if mantissa & _SIGN or not 0 < target < 1 << 256:
            raise MalformedEvidenceError(PART, "it names no difficulty")
        return target
