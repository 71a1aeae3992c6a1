"""Receipts: told, encoded, read back; and what is none, or none that is known."""

from __future__ import annotations

from typing import Any, cast

import pytest
import rlp
from eth.rlp.logs import Log
from eth.rlp.receipts import Receipt
from eth.vm.forks.prague.receipts import PragueReceiptBuilder
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import (
    EvidenceError,
    EvidenceTooLargeError,
    MalformedEvidenceError,
    UnsupportedReceiptError,
)
from registry.evidence import BlockReceipt, decode_receipt, receipt_of
from registry.evidence.receipts import LIMITS, SUPPORTED_TYPES
from tests.unit.evidence.example_receipts import BLOOM, RECEIPTS, anchored, receipt, told

FAILED: dict[str, Any] = {"succeeded": False, "logs": ()}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["0x", "0x0", "0x1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["address", "topics", "data"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(RECEIPTS)
def test_a_receipt_is_encoded_as_an_independent_implementation_does(one: BlockReceipt) -> None:
    plain = Receipt(
        state_root=b"\1" if one.succeeded else b"",
        gas_used=one.cumulative_gas_used,
        bloom=int.from_bytes(one.bloom, "big"),
        logs=[
            Log(bytes.fromhex(log.address[2:]), tuple(topic.to_int() for topic in log.topics), log.data)
            for log in one.logs
        ],
    )
    theirs: Any = PragueReceiptBuilder.typed_receipt_class(one.type, plain) if one.type else plain

    assert one.encode() == theirs.encode()
    assert decode_receipt(one.encode()) == receipt_of(told(one)) == one


@given(RECEIPTS, st.data())
def test_a_changed_byte_is_another_receipt_or_none(one: BlockReceipt, data: st.DataObject) -> None:
    changed = bytearray(one.encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = decode_receipt(bytes(changed))
    except EvidenceError:
        return
    assert read != one
    assert read.encode() == bytes(changed)


@given(st.binary(max_size=400))
def test_bytes_are_a_receipt_or_a_named_failure(encoded: bytes) -> None:
    try:
        read = decode_receipt(encoded)
    except EvidenceError:
        return
    assert read.encode() == encoded


@pytest.mark.parametrize("kind", [kind for kind in range(0x80) if kind not in SUPPORTED_TYPES or kind == 0])
def test_a_type_that_is_not_known_is_named_as_that(kind: int) -> None:
    body = receipt(anchored(), type=0).encode()
    with pytest.raises(UnsupportedReceiptError, match=f"type {kind:#x}"):
        decode_receipt(bytes([kind]) + body)


@pytest.mark.parametrize("kind", ["0x5", "0x7e", "0x7f", "0x80", "0xff"])
def test_a_type_that_is_told_and_not_known_is_named_as_that(kind: str) -> None:
    with pytest.raises(UnsupportedReceiptError, match=kind):
        receipt_of({**told(receipt(anchored())), "type": kind})


def test_a_receipt_of_a_node_that_tells_no_type_is_a_legacy_one() -> None:
    one = receipt(anchored(), type=0)
    fields = told(one)
    assert receipt_of({name: value for name, value in fields.items() if name != "type"}) == one
    assert receipt_of({**fields, "type": None}) == one


def test_a_receipt_from_before_there_was_a_status_is_named_as_that() -> None:
    old = rlp.encode([b"\1" * 32, 21_000, BLOOM, []])
    with pytest.raises(UnsupportedReceiptError, match="EIP-658"):
        decode_receipt(old)
    with pytest.raises(MalformedEvidenceError, match="status"):
        decode_receipt(b"\2" + old)
    fields = {**told(receipt()), "root": "0x" + "01" * 32}
    del fields["status"]
    with pytest.raises(UnsupportedReceiptError, match="EIP-658"):
        receipt_of(fields)


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([b"\1", b"", BLOOM], "instead of 4"),
        ([b"\1", b"", BLOOM, [], b""], "instead of 4"),
        ([b"\2", b"", BLOOM, []], "status"),
        ([b"\1\1", b"", BLOOM, []], "status"),
        ([b"\0", b"", BLOOM, []], "status"),
        ([[], b"", BLOOM, []], "status is a list"),
        ([b"\1", b"\0", BLOOM, []], "begins with a zero byte"),
        ([b"\1", b"\1" * 9, BLOOM, []], "cumulativeGasUsed"),
        ([b"\1", b"", BLOOM[1:], []], "logsBloom has 255"),
        ([b"\1", b"", [], []], "logsBloom is a list"),
        ([b"\1", b"", BLOOM, b""], "logs is not a list"),
        ([b"\1", b"", BLOOM, [b""]], "a log is not a list"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, []]]], "a log has 2 items"),
        ([b"\1", b"", BLOOM, [[b"\1" * 19, [], b""]]], "address has 19"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, b"", b""]]], "topics is not a list"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, [b"\1" * 31], b""]]], "a topic has 31"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, [b"\1" * 32] * 5, b""]]], "5 topics"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, [], []]]], "data is a list"),
        ([b"\1", b"", BLOOM, [[b"\1" * 20, [[[b""]]], b""]]], "lists in one another"),
        ([b"", b"", BLOOM, [[b"\1" * 20, [], b""]]], "failed has logs"),
    ],
)
def test_what_is_laid_out_otherwise_is_refused(items: object, problem: str) -> None:
    encoded = rlp.encode(items)
    for body in (encoded, b"\2" + encoded):
        with pytest.raises(EvidenceError, match=problem):
            decode_receipt(body)


@pytest.mark.parametrize("encoded", [b"", b"\x80", b"\x83abc", b"\xbf" * 40, b"\2", b"\2\2"])
def test_what_begins_otherwise_is_refused(encoded: bytes) -> None:
    with pytest.raises(MalformedEvidenceError):
        decode_receipt(encoded)


def test_an_oversized_receipt_is_refused_before_it_is_read() -> None:
    with pytest.raises(EvidenceTooLargeError, match="bytes"):
        decode_receipt(b"\xc0" * (LIMITS.size + 1))
    with pytest.raises(EvidenceTooLargeError, match="items"):
        decode_receipt(rlp.encode([b"\1", b"", BLOOM, [b""] * (LIMITS.items + 1)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "0x2"),
        ("status", "0x01"),
        ("status", None),
        ("status", 1),
        ("type", 2),
        ("type", "two"),
        ("cumulativeGasUsed", "0x" + "f" * 17),
        ("cumulativeGasUsed", 21_000),
        ("logsBloom", "0x00"),
        ("logsBloom", "0x0"),
        ("logs", None),
        ("logs", {}),
        ("logs", "0x"),
        ("logs", [None]),
        ("logs", [{}]),
        ("logs", [[]]),
    ],
)
def test_a_field_of_another_form_is_refused(name: str, value: object) -> None:
    with pytest.raises(MalformedEvidenceError):
        receipt_of({**told(receipt()), name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", "0x" + "11" * 19),
        ("address", "11" * 20),
        ("address", None),
        ("topics", ["0x11"]),
        ("topics", ["0x" + "11" * 32] * 5),
        ("topics", None),
        ("topics", "0x"),
        ("data", "0x1"),
        ("data", "zz"),
        ("data", None),
        ("data", "0x" + "00" * ((1 << 24) + 1)),
    ],
)
def test_a_field_of_a_log_of_another_form_is_refused(name: str, value: object) -> None:
    fields = told(receipt(anchored()))
    fields["logs"][0][name] = value
    with pytest.raises((MalformedEvidenceError, EvidenceTooLargeError)):
        receipt_of(fields)


@given(st.sampled_from(["type", "status", "cumulativeGasUsed", "logsBloom", "logs"]), JSON)
def test_whatever_a_node_tells_there_is_a_receipt_or_a_named_failure(name: str, value: object) -> None:
    try:
        found = receipt_of({**told(receipt(anchored())), name: value})
    except EvidenceError:
        return
    assert decode_receipt(found.encode()) == found


@pytest.mark.parametrize("fields", [None, [], "0x", 7])
def test_what_is_no_object_is_no_receipt(fields: object) -> None:
    with pytest.raises(MalformedEvidenceError, match="no JSON object"):
        receipt_of(cast("dict[str, Any]", fields))


@pytest.mark.parametrize(
    "changes",
    [{"type": 5}, {"type": -1}, {"bloom": b""}, {"cumulative_gas_used": 2**64}, {"succeeded": False}],
)
def test_a_receipt_checks_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError):
        receipt(anchored(), **changes)


def test_a_failed_transaction_has_a_receipt_without_logs() -> None:
    one = receipt(**FAILED)
    assert decode_receipt(one.encode()) == receipt_of(told(one)) == one
