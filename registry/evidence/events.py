"""The one event that evidence rests on, found in a receipt: a checkpoint was anchored.

`event CheckpointAnchored(address indexed log, bytes32 indexed root, uint64 size, uint64 count)` of the
contract CheckpointLog.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.crypto import keccak

from registry.errors import EventNotFoundError
from registry.evidence.receipts import BlockReceipt, ReceiptLog
from registry.model import Address, Hash32

NAME = "CheckpointAnchored"
TOPIC = Hash32(keccak(text="CheckpointAnchored(address,bytes32,uint64,uint64)"))

_WORD = 32  # bytes of a value in the ABI's encoding
_UINT64 = 8
_TOPICS = 3


@dataclass(frozen=True, slots=True)
class CheckpointAnchored:
    """The log of an account has a root with so many leaves; `count` is the anchor's position, from 1."""

    log: Address
    root: Hash32
    size: int
    count: int


def log_at(receipt: BlockReceipt, position: int) -> ReceiptLog:
    """The log at a position among a receipt's own logs, from 0.

    Raises:
        EventNotFoundError: There are not that many.
    """
    if not 0 <= position < len(receipt.logs):
        raise EventNotFoundError("log", f"there is none at {position}: the receipt has {len(receipt.logs)}")
    return receipt.logs[position]


def checkpoint_anchored_at(receipt: BlockReceipt, position: int, contract: Address) -> CheckpointAnchored:
    """The anchor told at a position among a receipt's own logs, from 0, by the contract CheckpointLog.

    Raises:
        EventNotFoundError: Nothing is there, or another contract's log, or another event.
    """
    told = log_at(receipt, position)
    if told.address != contract:
        raise EventNotFoundError(NAME, f"the log at {position} is of {told.address}, not of {contract}")
    if not told.topics or told.topics[0] != TOPIC:
        raise EventNotFoundError(NAME, f"the log at {position} is another event")
    return _decode(told, position)


def find_checkpoint_anchored(
    receipt: BlockReceipt, contract: Address, log: Address, root: Hash32, size: int
) -> tuple[int, CheckpointAnchored]:
    """Where a receipt tells that a log had this root with so many leaves, and what it tells.

    Raises:
        EventNotFoundError: It does not.
    """
    for position, one in enumerate(receipt.logs):
        if one.address == contract and one.topics[:1] == (TOPIC,):
            found = _decode(one, position)
            if (found.log, found.root, found.size) == (log, root, size):
                return position, found
    raise EventNotFoundError(NAME, f"{contract} tells of no anchor of {root} with {size} leaves by {log}")


def _decode(told: ReceiptLog, position: int) -> CheckpointAnchored:
    if len(told.topics) != _TOPICS or len(told.data) != 2 * _WORD:
        raise EventNotFoundError(NAME, f"the log at {position} is not laid out as this event")
    account = told.topics[1]
    words = (told.data[:_WORD], told.data[_WORD:])
    if any(account[:-20]) or any(any(word[:-_UINT64]) for word in words):
        raise EventNotFoundError(NAME, f"the log at {position} holds a value out of its range")
    size, count = (int.from_bytes(word, "big") for word in words)
    return CheckpointAnchored(Address("0x" + account[-20:].hex()), told.topics[2], size, count)
