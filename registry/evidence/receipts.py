"""Receipts as a block commits to them (Ethereum Yellow Paper, section 4.3.1; EIP-2718, EIP-658).

A legacy receipt is `rlp([status, cumulativeGasUsed, logsBloom, logs])`; the others have their type's byte in
front: 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844), 4 (EIP-7702). Any other type is `unsupported-receipt`: its
receipt may be laid out otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import MalformedEvidenceError, UnsupportedReceiptError
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
from registry.model import Address, Hash32

PART = "receipt"
LEGACY = 0
SUPPORTED_TYPES = frozenset({LEGACY, 1, 2, 3, 4})
LIMITS = Limits(size=1 << 20, items=1 << 14, depth=4)  # the receipt of an anchor has under a kilobyte
# Anybody may fill a block around an anchor, so what is only rebuilt has the limits of the largest blocks.
MAX_LOGS = 1 << 20  # at 375 gas each, more than any block has gas for

_MAX_TOPICS = 4  # there is no LOG5 (Yellow Paper, appendix H.2)
_BLOOM_BYTES = 256
_ADDRESS_BYTES = 20
_UINT64_MAX = 2**64 - 1
_FIRST_STRING, _FIRST_LIST = 0x80, 0xC0  # what the encoding of a string, of a list begins with at least
_BEFORE_BYZANTIUM = "a state root instead of a status (before EIP-658)"


@dataclass(frozen=True, slots=True)
class ReceiptLog:
    """What a contract told while a transaction ran.

    Raises:
        MalformedEvidenceError: It has more than four topics.
    """

    address: Address
    topics: tuple[Hash32, ...]
    data: bytes

    def __post_init__(self) -> None:
        if len(self.topics) > _MAX_TOPICS:
            raise MalformedEvidenceError(PART, f"a log has {len(self.topics)} topics")

    def item(self) -> Item:
        """The log as an item to encode."""
        return (bytes.fromhex(self.address[2:]), tuple(bytes(topic) for topic in self.topics), self.data)


@dataclass(frozen=True, slots=True)
class BlockReceipt:
    """What a block commits to of a transaction's outcome; `type` as in EIP-2718, 0 for legacy.

    Raises:
        UnsupportedReceiptError: The type is not known here.
        MalformedEvidenceError: A field is not of its size.
    """

    type: int
    succeeded: bool
    cumulative_gas_used: int
    bloom: bytes
    logs: tuple[ReceiptLog, ...]

    def __post_init__(self) -> None:
        if self.type not in SUPPORTED_TYPES:
            raise UnsupportedReceiptError(f"type {self.type:#x}")
        if not 0 <= self.cumulative_gas_used <= _UINT64_MAX:
            raise MalformedEvidenceError(PART, "cumulativeGasUsed is not below 2^64")
        if len(self.bloom) != _BLOOM_BYTES:
            raise MalformedEvidenceError(
                PART, f"logsBloom has {len(self.bloom)} bytes instead of {_BLOOM_BYTES}"
            )
        if self.logs and not self.succeeded:
            raise MalformedEvidenceError(PART, "a transaction that failed has logs")

    def encode(self) -> bytes:
        """The bytes in the trie of receipts."""
        body = encode_item(
            (
                encode_integer(int(self.succeeded)),
                encode_integer(self.cumulative_gas_used),
                self.bloom,
                tuple(log.item() for log in self.logs),
            )
        )
        return body if self.type == LEGACY else bytes([self.type]) + body


def decode_receipt(encoded: bytes) -> BlockReceipt:
    """Read the bytes in the trie of receipts; only those that `encode` makes are read.

    Raises:
        UnsupportedReceiptError: The type is not known here, or there is no status.
        MalformedEvidenceError: The bytes are not laid out as a receipt.
        EvidenceTooLargeError: There are too many of them.
    """
    kind, body = _split(encoded)
    status, gas, bloom, logs = as_list(decode_item(body, PART, LIMITS), PART, "the whole", 4)
    status = as_bytes(status, PART, "status")
    if kind == LEGACY and len(status) == Hash32.SIZE:
        raise UnsupportedReceiptError(_BEFORE_BYZANTIUM)
    if status not in (b"", b"\1"):
        raise MalformedEvidenceError(PART, "status is neither 0 nor 1")
    return BlockReceipt(
        type=kind,
        succeeded=bool(status),
        cumulative_gas_used=as_integer(gas, PART, "cumulativeGasUsed"),
        bloom=as_bytes(bloom, PART, "logsBloom"),
        logs=tuple(_decode_log(log) for log in as_list(logs, PART, "logs")),
    )


def receipt_of(fields: Mapping[str, Any]) -> BlockReceipt:
    """A receipt as JSON-RPC tells it (`eth_getTransactionReceipt`).

    Raises:
        UnsupportedReceiptError: The type is not known here, or there is no status.
        MalformedEvidenceError: A field is absent or of another form.
        EvidenceTooLargeError: It has more logs than any block has room for.
    """
    # nodes that are older than EIP-2718 tell no type
    kind = told.quantity(told.field({"type": "0x0", **_given(fields)}, "type", PART), "type", PART)
    if kind not in SUPPORTED_TYPES:
        raise UnsupportedReceiptError(f"type {kind:#x}")
    if fields.get("status") is None and fields.get("root") is not None:
        raise UnsupportedReceiptError(_BEFORE_BYZANTIUM)
    status = told.quantity(told.field(fields, "status", PART), "status", PART)
    if status not in (0, 1):
        raise MalformedEvidenceError(PART, "status is neither 0 nor 1")
    gas = told.field(fields, "cumulativeGasUsed", PART)
    return BlockReceipt(
        type=kind,
        succeeded=status == 1,
        cumulative_gas_used=told.quantity(gas, "cumulativeGasUsed", PART),
        bloom=told.data(told.field(fields, "logsBloom", PART), "logsBloom", PART),
        logs=tuple(_log_of(log) for log in told.elements(fields, "logs", PART, MAX_LOGS)),
    )


def _given(fields: object) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise MalformedEvidenceError(PART, "is no JSON object")
    return {name: value for name, value in fields.items() if value is not None}


def _split(encoded: bytes) -> tuple[int, bytes]:
    """The type, and what follows it (EIP-2718)."""
    if not encoded:
        raise MalformedEvidenceError(PART, "is empty")
    lead = encoded[0]
    if lead >= _FIRST_LIST:
        return LEGACY, encoded
    if lead >= _FIRST_STRING:
        raise MalformedEvidenceError(PART, "begins with neither a type nor a list")
    if lead == LEGACY or lead not in SUPPORTED_TYPES:
        raise UnsupportedReceiptError(f"type {lead:#x}")
    return lead, encoded[1:]


def _decode_log(item: Item) -> ReceiptLog:
    address, topics, data = as_list(item, PART, "a log", 3)
    return ReceiptLog(
        Address("0x" + as_bytes(address, PART, "a log's address", _ADDRESS_BYTES).hex()),
        tuple(
            Hash32(as_bytes(topic, PART, "a topic", Hash32.SIZE))
            for topic in as_list(topics, PART, "a log's topics")
        ),
        as_bytes(data, PART, "a log's data"),
    )


def _log_of(log: object) -> ReceiptLog:
    address = told.data(told.field(log, "address", PART), "a log's address", PART)
    topics = told.elements(log, "topics", PART, _MAX_TOPICS)
    data = told.field(log, "data", PART)
    return _decode_log(
        (
            address,
            tuple(told.data(topic, "a topic", PART) for topic in topics),
            told.data(data, "a log's data", PART),
        )
    )
