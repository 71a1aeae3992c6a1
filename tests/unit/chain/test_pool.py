from __future__ import annotations

import pytest

from registry.chain.pool import MAX_AHEAD, Pool, Waiting
from registry.chain.wire import RpcError

ALICE, BOB = b"a" * 20, b"b" * 20


def waiting(sender: bytes, nonce: int, fee: int = 100) -> Waiting:
    return Waiting(sender + bytes([nonce, fee % 256]), sender, nonce, fee, fee, b"", None)


def filled(*places: tuple[bytes, int]) -> Pool:
    pool = Pool()
    for sender, nonce in places:
        pool.add(waiting(sender, nonce))
    return pool


def from_zero(_: bytes) -> int:
    return 0


def test_accounts_go_in_order_of_arrival_and_nonces_in_order_of_number() -> None:
    pool = filled((ALICE, 1), (BOB, 0), (ALICE, 0), (BOB, 2))
    assert [(one.sender, one.nonce) for one in pool.executable(from_zero)] == [
        (ALICE, 0),
        (ALICE, 1),
        (BOB, 0),
    ]


def test_the_pending_nonce_stops_at_the_first_gap() -> None:
    pool = filled((ALICE, 0), (ALICE, 1), (ALICE, 3))
    assert pool.pending_nonce(ALICE, 0) == 2
    assert pool.pending_nonce(BOB, 7) == 7


def test_a_replacement_has_to_outbid_by_a_tenth() -> None:
    pool = filled((ALICE, 0))
    with pytest.raises(RpcError, match="underpriced"):
        pool.replaced_by(waiting(ALICE, 0, 109), 0)
    rival = pool.replaced_by(waiting(ALICE, 0, 110), 0)
    assert rival is not None
    pool.add(waiting(ALICE, 0, 110))
    assert len(pool) == 1
    assert rival.hash not in pool


def test_a_used_nonce_and_one_far_ahead_are_refused() -> None:
    pool = Pool()
    with pytest.raises(RpcError, match="nonce too low"):
        pool.replaced_by(waiting(ALICE, 4), 5)
    with pytest.raises(RpcError, match="nonce too high"):
        pool.replaced_by(waiting(ALICE, 5), 5 - MAX_AHEAD)
    assert pool.replaced_by(waiting(ALICE, 5), 5) is None


def test_what_is_removed_leaves_its_place_free() -> None:
    pool = filled((ALICE, 0))
    pool.remove(waiting(ALICE, 0).hash)
    assert len(pool) == 0
    assert pool.executable(from_zero) == []
    assert pool.replaced_by(waiting(ALICE, 0, 1), 0) is None
