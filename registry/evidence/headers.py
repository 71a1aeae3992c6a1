"""Block headers: what the hash of a block commits to (Ethereum Yellow Paper, section 4.3).

A header grows with the forks: EIP-1559 (London), EIP-4895 (Shanghai), EIP-4844 and EIP-4788 (Cancun),
EIP-7685 (Prague). Only whole forks are taken; one that adds another field is `unsupported-header` until it
stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eth_utils.crypto import keccak

from registry.errors import EvidenceMismatchError, MalformedEvidenceError, UnsupportedHeaderError
from registry.evidence import told
from registry.evidence.items import (
    Item,
    Limits,
    as_bytes,
    as_integer,
    as_list,
    decode_item,
    encode_integer,
    encode_item,
)
from registry.model import Hash32, from_unix

PART = "block header"
MAX_EXTRA = 32  # Yellow Paper, section 4.3: extraData has 32 bytes or fewer
LIMITS = Limits(size=1024, items=32, depth=1)  # Prague's fields at their largest make 742 bytes
FORK_LENGTHS = frozenset({15, 16, 17, 20, 21})  # Frontier, London, Shanghai, Cancun, Prague

MAX_TIMESTAMP = 253_402_300_799  # the last second of the year 9999, after which no date can be written

_UINT64, _UINT256 = 8, 32


@dataclass(frozen=True, slots=True)
class _Field:
    """A field by its JSON-RPC name: an integer or bytes, of exactly or at most `size` bytes."""

    name: str
    size: int
    integer: bool = False
    exact: bool = True

    def check(self, item: Item) -> None:
        if self.integer:
            as_integer(item, PART, self.name, self.size)
            return
        text = as_bytes(item, PART, self.name, self.size if self.exact else None)
        if len(text) > self.size:
            raise MalformedEvidenceError(PART, f"{self.name} is longer than {self.size} bytes")

    def read(self, value: object) -> bytes:
        if self.integer:
            return encode_integer(told.quantity(value, self.name, PART))
        return told.data(value, self.name, PART)


_FIELDS = (
    _Field("parentHash", 32),
    _Field("sha3Uncles", 32),
    _Field("miner", 20),
    _Field("stateRoot", 32),
    _Field("transactionsRoot", 32),
    _Field("receiptsRoot", 32),
    _Field("logsBloom", 256),
    _Field("difficulty", _UINT256, integer=True),
    _Field("number", _UINT64, integer=True),
    _Field("gasLimit", _UINT64, integer=True),
    _Field("gasUsed", _UINT64, integer=True),
    _Field("timestamp", _UINT64, integer=True),
    _Field("extraData", MAX_EXTRA, exact=False),
    _Field("mixHash", 32),
    _Field("nonce", 8),
    _Field("baseFeePerGas", _UINT256, integer=True),
    _Field("withdrawalsRoot", 32),
    _Field("blobGasUsed", _UINT64, integer=True),
    _Field("excessBlobGas", _UINT64, integer=True),
    _Field("parentBeaconBlockRoot", 32),
    _Field("requestsHash", 32),
)
_PLACES = {one.name: place for place, one in enumerate(_FIELDS)}
# What a node tells of a block beside its header.
_BESIDE = frozenset({"hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"})


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """A header's encoding, and what evidence needs of it; `timestamp` in Unix seconds.

    Made by `decode_header`, so that the fields are those of the encoding.
    """

    encoded: bytes
    hash: Hash32
    parent_hash: Hash32
    transactions_root: Hash32
    receipts_root: Hash32
    number: int
    timestamp: int

    @property
    def time(self) -> datetime:
        """When the block says that it was made."""
        return from_unix(self.timestamp)


def decode_header(encoded: bytes) -> BlockHeader:
    """Read a header's RLP encoding. Its hash says only what was read: somebody has to vouch for it.

    Raises:
        MalformedEvidenceError: It is not canonical RLP, a field has a wrong size, or the time is no date.
        EvidenceTooLargeError: It is larger than any header.
        UnsupportedHeaderError: It has the number of fields of no known fork.
    """
    items = as_list(decode_item(encoded, PART, LIMITS), PART, "the whole")
    if len(items) not in FORK_LENGTHS:
        raise UnsupportedHeaderError(len(items))
    for one, item in zip(_FIELDS, items, strict=False):
        one.check(item)

    def hash_of(name: str) -> Hash32:
        return Hash32(as_bytes(items[_PLACES[name]], PART, name))

    def integer_of(name: str) -> int:
        return as_integer(items[_PLACES[name]], PART, name)

    timestamp = integer_of("timestamp")
    if timestamp > MAX_TIMESTAMP:
        raise MalformedEvidenceError(PART, "timestamp is later than any date")
    return BlockHeader(
        encoded=encoded,
        hash=Hash32(keccak(encoded)),
        parent_hash=hash_of("parentHash"),
        transactions_root=hash_of("transactionsRoot"),
        receipts_root=hash_of("receiptsRoot"),
        number=integer_of("number"),
        timestamp=timestamp,
    )


def header_of(block: Mapping[str, Any]) -> BlockHeader:
    """The header of a block as JSON-RPC tells it (`eth_getBlockByHash`), held against the hash told with it.

    Raises:
        MalformedEvidenceError: A field is absent or of another form.
        UnsupportedHeaderError: It has the fields of no known fork.
        EvidenceMismatchError: The fields known here do not make the hash; the message names those unknown.
    """
    expected = Hash32(as_bytes(told.data(told.field(block, "hash", PART), "hash", PART), PART, "hash", 32))
    present = [one for one in _FIELDS if block.get(one.name) is not None]
    for one, wanted in zip(present, _FIELDS, strict=False):
        if one is not wanted:
            raise MalformedEvidenceError(PART, f"{wanted.name} is absent")
    header = decode_header(encode_item(tuple(one.read(block[one.name]) for one in present)))
    if header.hash != expected:
        unknown = sorted(str(name) for name in block if name not in _PLACES and name not in _BESIDE)
        problem = f"fields not known here: {', '.join(unknown)[:200]}" if unknown else ""
        raise EvidenceMismatchError(PART, str(expected), str(header.hash), problem)
    return header
