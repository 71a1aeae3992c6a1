"""The event of a record made on chain directly, read without an ABI, against the ABI's own decoder."""

from __future__ import annotations

import dataclasses

import pytest
from eth_abi.abi import encode

from registry.chain.abi import WORK_REGISTRY, artifact
from registry.errors import EventNotFoundError
from registry.evidence import BlockReceipt, ReceiptLog, decode_receipt, work_registered_at
from registry.evidence.registered import SIGNATURE, TOPIC, WorkRegistered
from registry.model import Address, Hash32, WorkId
from registry.statements import work_id
from tests.chain.worlds import declaration, new_account
from tests.unit.evidence.bundles import RealRecords

CONTRACT = Address("0x" + "22" * 20)
PARENTS = (WorkId(b"\1" * 32), WorkId(b"\2" * 32))
TYPES = ("bytes32", "bytes32", "uint256[]", "uint256", "bool", "uint64")


def told(previous: int = 5, effective_date: int = 1_800_000_000) -> tuple[WorkRegistered, ReceiptLog]:
    """A record with parents, and the log that tells it."""
    made = declaration(
        new_account(), parents=PARENTS, previous=WorkId.from_int(previous) if previous else None
    )
    record = WorkRegistered(work_id(made), made, True, effective_date)  # noqa: FBT003  # in its order
    claimant = Hash32(bytes(12) + bytes.fromhex(made.claimant[2:]))
    values = (made.fingerprint_hash, made.metadata_hash, [one.to_int() for one in PARENTS], previous)
    data = encode(TYPES, [*values, True, effective_date])
    return record, ReceiptLog(CONTRACT, (TOPIC, Hash32(record.work_id), claimant, made.content_hash), data)


def read(log: ReceiptLog, position: int = 0) -> WorkRegistered:
    return work_registered_at(BlockReceipt(2, True, 1, bytes(256), (log,)), position, CONTRACT)  # noqa: FBT003  # succeeded


@pytest.mark.parametrize("previous", [0, 5])
def test_what_the_abi_encodes_is_read(previous: int) -> None:
    record, log = told(previous)
    assert read(log) == record
    event = artifact(WORK_REGISTRY).events[TOPIC]
    assert SIGNATURE.startswith(event.name)
    assert event.decode([bytes(one) for one in log.topics[1:]], log.data)["effectiveDate"] == 1_800_000_000


def test_the_contracts_own_event_is_read(records: RealRecords) -> None:
    parts = records.titled.parts
    receipt = decode_receipt(parts.event.proof.receipt)
    found = work_registered_at(receipt, parts.event.position, parts.address_of(WORK_REGISTRY))
    assert found.declaration == parts.statement.declaration


def test_another_log_is_not_taken_for_it() -> None:
    _, log = told()
    data = log.data
    word = [data[start : start + 32] for start in range(0, len(data), 32)]
    one, big = (1).to_bytes(32, "big"), b"\xff" * 32
    for changes in (
        {"address": Address("0x" + "33" * 20)},
        {"topics": (Hash32(big), *log.topics[1:])},
        {"topics": ()},
        {"topics": log.topics[:3]},
        {"topics": (*log.topics[:2], Hash32(big), log.topics[3])},
        {"data": b""},
        {"data": data[:-1]},
        {"data": data[:-32]},
        {"data": data + bytes(32)},
        {"data": b"".join([*word[:2], one, *word[3:]])},
        {"data": b"".join([*word[:4], (2).to_bytes(32, "big"), *word[5:]])},
        {"data": b"".join([*word[:5], big, *word[6:]])},
        {"data": b"".join([*word[:7], word[8], word[7]])},
        {"data": b"".join([*word[:7], bytes(32), word[8]])},
        {"data": b"".join([*word[:6], (9).to_bytes(32, "big"), *[one] * 9])},
    ):
        with pytest.raises(EventNotFoundError):
            read(dataclasses.replace(log, **changes))
    for position in (-1, 1):
        with pytest.raises(EventNotFoundError):
            read(log, position)
