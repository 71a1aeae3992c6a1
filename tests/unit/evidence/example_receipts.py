"""Receipts that tests make up."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from registry.evidence import BlockReceipt, ReceiptLog
from registry.evidence.events import TOPIC
from registry.model import Address, Hash32

CONTRACT = Address("0x" + "c0" * 20)
ACCOUNT = Address("0x" + "ac" * 20)
ROOT = Hash32(b"\x5a" * 32)
BLOOM = bytes(256)

LOGS = st.builds(
    ReceiptLog,
    st.binary(min_size=20, max_size=20).map(lambda raw: Address("0x" + raw.hex())),
    st.lists(st.binary(min_size=32, max_size=32).map(Hash32), max_size=4).map(tuple),
    st.binary(max_size=80),
)
RECEIPTS = st.booleans().flatmap(
    lambda succeeded: st.builds(
        BlockReceipt,
        type=st.integers(0, 4),
        succeeded=st.just(succeeded),
        cumulative_gas_used=st.integers(0, 2**64 - 1),
        bloom=st.binary(min_size=256, max_size=256),
        logs=st.lists(LOGS, max_size=4 * succeeded).map(tuple),
    )
)


def anchored(size: int = 7, count: int = 2, **changes: Any) -> ReceiptLog:
    """The log of an anchor; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "address": CONTRACT,
        "topics": (TOPIC, Hash32(bytes(12) + b"\xac" * 20), ROOT),
        "data": size.to_bytes(32, "big") + count.to_bytes(32, "big"),
    }
    return ReceiptLog(**(fields | changes))


def receipt(*logs: ReceiptLog, **changes: Any) -> BlockReceipt:
    """A receipt of a transaction that succeeded; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "type": 2,
        "succeeded": True,
        "cumulative_gas_used": 21_000,
        "bloom": BLOOM,
        "logs": logs,
    }
    return BlockReceipt(**(fields | changes))


def told(one: BlockReceipt) -> dict[str, Any]:
    """A receipt as JSON-RPC tells it."""
    return {
        "type": hex(one.type),
        "status": hex(one.succeeded),
        "cumulativeGasUsed": hex(one.cumulative_gas_used),
        "logsBloom": "0x" + one.bloom.hex(),
        "logs": [
            {
                "address": str(log.address),
                "topics": [str(topic) for topic in log.topics],
                "data": "0x" + log.data.hex(),
            }
            for log in one.logs
        ],
    }
