"""The event of an anchor, and everything that resembles it."""

from __future__ import annotations

from typing import Any

import pytest

from registry.chain.abi import CHECKPOINT_LOG, artifact
from registry.errors import EventNotFoundError
from registry.evidence import CheckpointAnchored, checkpoint_anchored_at, find_checkpoint_anchored, log_at
from registry.evidence.events import NAME, TOPIC
from registry.model import Address, Hash32
from tests.unit.evidence.example_receipts import ACCOUNT, CONTRACT, ROOT, anchored, receipt

OTHER = Address("0x" + "0b" * 20)
WORD = (7).to_bytes(32, "big")


def test_the_event_is_the_one_of_the_contract() -> None:
    event = artifact(CHECKPOINT_LOG).events[TOPIC]
    assert event.name == NAME
    assert [(one.name, one.type, one.indexed) for one in event.parameters] == [
        ("log", "address", True),
        ("root", "bytes32", True),
        ("size", "uint64", False),
        ("count", "uint64", False),
    ]


def test_an_anchor_is_read_where_it_stands() -> None:
    noise = anchored(address=OTHER)
    one = receipt(noise, noise, anchored(9, 3))

    found = checkpoint_anchored_at(one, 2, CONTRACT)

    assert found == CheckpointAnchored(log=ACCOUNT, root=ROOT, size=9, count=3)
    assert find_checkpoint_anchored(one, CONTRACT, ACCOUNT, ROOT, 9) == (2, found)
    assert log_at(one, 2) == anchored(9, 3)


@pytest.mark.parametrize("position", [-1, 1, 2, 2**70])
def test_there_is_no_log_where_there_is_none(position: int) -> None:
    with pytest.raises(EventNotFoundError):
        log_at(receipt(anchored()), position)
    with pytest.raises(EventNotFoundError):
        checkpoint_anchored_at(receipt(anchored()), position, CONTRACT)


@pytest.mark.parametrize(
    "changes",
    [
        {"address": OTHER},
        {"topics": ()},
        {"topics": (ROOT, Hash32(bytes(12) + b"\xac" * 20), ROOT)},
        {"topics": (TOPIC,)},
        {"topics": (TOPIC, Hash32(bytes(12) + b"\xac" * 20))},
        {"topics": (TOPIC, Hash32(bytes(12) + b"\xac" * 20), ROOT, ROOT)},
        {"topics": (TOPIC, Hash32(b"\1" + bytes(11) + b"\xac" * 20), ROOT)},
        {"data": b""},
        {"data": WORD},
        {"data": WORD + WORD[:-1]},
        {"data": WORD * 3},
        {"data": b"\1" + WORD[1:] + WORD},
        {"data": WORD + bytes(23) + b"\1" + WORD[24:]},
    ],
)
def test_what_resembles_an_anchor_is_none(changes: dict[str, Any]) -> None:
    one = receipt(anchored(**changes))
    with pytest.raises(EventNotFoundError):
        checkpoint_anchored_at(one, 0, CONTRACT)
    with pytest.raises(EventNotFoundError):
        find_checkpoint_anchored(one, CONTRACT, ACCOUNT, ROOT, 7)


@pytest.mark.parametrize(
    ("log", "root", "size"), [(OTHER, ROOT, 7), (ACCOUNT, Hash32(bytes(32)), 7), (ACCOUNT, ROOT, 8)]
)
def test_an_anchor_of_something_else_is_not_found(log: Address, root: Hash32, size: int) -> None:
    with pytest.raises(EventNotFoundError):
        find_checkpoint_anchored(receipt(anchored()), CONTRACT, log, root, size)


def test_of_several_anchors_in_one_receipt_the_right_one_is_found() -> None:
    one = receipt(anchored(5, 1), anchored(6, 2), anchored(7, 3))
    position, found = find_checkpoint_anchored(one, CONTRACT, ACCOUNT, ROOT, 6)
    assert (position, found.count) == (1, 2)
