"""The event of a record made on chain directly, found in a receipt.

`event WorkRegistered(uint256 indexed workId, address indexed claimant, bytes32 indexed contentHash, bytes32
fingerprintHash, bytes32 metadataHash, uint256[] parents, uint256 previous, bool previousRelated, uint64
effectiveDate)` of the contract WorkRegistry.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.crypto import keccak

from registry.errors import EventNotFoundError, InvalidValueError
from registry.evidence.events import log_at
from registry.evidence.receipts import BlockReceipt, ReceiptLog
from registry.model import Address, Declaration, Hash32, WorkId

NAME = "WorkRegistered"
SIGNATURE = "WorkRegistered(uint256,address,bytes32,bytes32,bytes32,uint256[],uint256,bool,uint64)"
TOPIC = Hash32(keccak(text=SIGNATURE))

_WORD = 32  # bytes of a value in the ABI's encoding
_HEAD = 6  # words before the list of parents: two hashes, its offset, previous, related, date
_TOPICS = 4
_UINT64_MAX = 2**64 - 1


@dataclass(frozen=True, slots=True)
class WorkRegistered:
    """A declaration was recorded; `effective_date` in Unix seconds."""

    work_id: WorkId
    declaration: Declaration
    previous_related: bool
    effective_date: int


def work_registered_at(receipt: BlockReceipt, position: int, contract: Address) -> WorkRegistered:
    """The record told at a position among a receipt's own logs, from 0, by the contract WorkRegistry.

    Raises:
        EventNotFoundError: Nothing is there, or another contract's log, or another event.
    """
    told = log_at(receipt, position)
    if told.address != contract:
        raise EventNotFoundError(NAME, f"the log at {position} is of {told.address}, not of {contract}")
    if told.topics[:1] != (TOPIC,):
        raise EventNotFoundError(NAME, f"the log at {position} is another event")
    try:
        return _decode(told, position)
    except InvalidValueError as problem:
        raise EventNotFoundError(NAME, f"the log at {position}: {problem.message}") from problem


def _decode(told: ReceiptLog, position: int) -> WorkRegistered:
    words = [told.data[at : at + _WORD] for at in range(0, len(told.data), _WORD)]
    parents = words[_HEAD + 1 :]
    if len(told.topics) != _TOPICS or len(told.data) % _WORD or len(words) <= _HEAD:
        raise EventNotFoundError(NAME, f"the log at {position} is not laid out as this event")
    fingerprint, metadata, *numbers = words[:_HEAD]
    offset, previous, related, effective_date = (int.from_bytes(word, "big") for word in numbers)
    layout = (offset, int.from_bytes(words[_HEAD], "big")) == (_HEAD * _WORD, len(parents))
    claimant = told.topics[2]
    if not layout or related > 1 or effective_date > _UINT64_MAX or any(claimant[:-20]):
        raise EventNotFoundError(NAME, f"the log at {position} holds a value out of its range")
    return WorkRegistered(
        WorkId(told.topics[1]),
        Declaration(
            claimant=Address("0x" + claimant[-20:].hex()),
            content_hash=told.topics[3],
            fingerprint_hash=Hash32(fingerprint),
            metadata_hash=Hash32(metadata),
            parents=tuple(WorkId(parent) for parent in parents),
            previous=WorkId.from_int(previous) if previous else None,
        ),
        bool(related),
        effective_date,
    )
