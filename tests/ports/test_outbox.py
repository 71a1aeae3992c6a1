"""The outbox: what must be sent, once, and every byte that was signed for it."""

from __future__ import annotations

import pytest

from registry.errors import InvalidValueError, NotFoundError
from registry.model import UINT64_MAX
from registry.ports import IntentState, OutboxItem, Store
from tests.ports.values import CHAIN_ID, account, attempt, hash_of, intent, work_id


def test_an_intent_comes_back_equal_and_queued(store: Store) -> None:
    kept = intent(1, work_id(1), deadline=UINT64_MAX)
    with store.write() as unit:
        unit.outbox.put(kept)
    with store.read() as unit:
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.QUEUED)
        assert unit.outbox.item(hash_of("never put")) is None


def test_the_second_put_of_a_key_is_the_first(store: Store) -> None:
    kept, again = intent(1, work_id(1)), intent(1, work_id(2), deadline=9)
    with store.write() as unit:
        unit.outbox.put(kept)
        unit.outbox.mark_failed(kept.key, "no funds")
        unit.outbox.put(again)
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.FAILED, problem="no funds")


def test_items_of_a_state_come_oldest_first_and_no_more_than_asked(store: Store) -> None:
    with store.write() as unit:
        for number in (3, 1, 2, 4):
            unit.outbox.put(intent(number))
        unit.outbox.mark_failed(intent(1).key, "refused")
        queued = [item.intent for item in unit.outbox.in_state(IntentState.QUEUED)]
        assert queued == [intent(3), intent(2), intent(4)]
        assert [item.intent for item in unit.outbox.in_state(IntentState.QUEUED, limit=2)] == queued[:2]
        assert [item.intent for item in unit.outbox.in_state(IntentState.FAILED)] == [intent(1)]


def test_items_of_a_work_come_oldest_first_with_their_attempts(store: Store) -> None:
    with store.write() as unit:
        for number in (2, 1):
            unit.outbox.put(intent(number, work_id(7)))
            unit.outbox.add_attempt(intent(number).key, attempt(intent(number), nonce=number))
        unit.outbox.put(intent(3, work_id(8)))
        unit.outbox.put(intent(4))
        found = unit.outbox.items_of(work_id(7))
    assert [item.intent for item in found] == [intent(2, work_id(7)), intent(1, work_id(7))]
    assert [item.attempts for item in found] == [(attempt(intent(2), 2),), (attempt(intent(1), 1),)]


def test_a_batch_is_found_by_each_of_its_works(store: Store) -> None:
    batch = intent(1, batch=tuple(sorted((work_id(7), work_id(8)))))
    with store.write() as unit:
        unit.outbox.put(batch)
        unit.outbox.put(intent(2, work_id(7)))
        unit.outbox.put(batch)
        assert unit.outbox.item(batch.key) == OutboxItem(batch, IntentState.QUEUED)
        found = {number: unit.outbox.items_of(work_id(number)) for number in (7, 8, 9)}
    assert {number: [item.intent for item in items] for number, items in found.items()} == {
        7: [batch, intent(2, work_id(7))],
        8: [batch],
        9: [],
    }


def test_what_is_postponed_waits_until_its_time_and_blocks_nobody(store: Store) -> None:
    with store.write() as unit:
        for number in (1, 2, 3):
            unit.outbox.put(intent(number))
        unit.outbox.postpone(intent(1).key, 100)
        unit.outbox.mark_failed(intent(3).key, "refused")
        assert [item.intent for item in unit.outbox.due(99, limit=1)] == [intent(2)]
        assert [item.intent for item in unit.outbox.due(99)] == [intent(2)]
        assert [item.intent for item in unit.outbox.due(100)] == [intent(1), intent(2)]
        assert [item.intent for item in unit.outbox.in_state(IntentState.QUEUED)] == [intent(1), intent(2)]


def test_an_attempt_is_kept_to_the_byte_and_replacements_follow_it(store: Store) -> None:
    kept = intent(1)
    first, second = attempt(kept, 0, fee=10**9), attempt(kept, 0, fee=2**200)
    with store.write() as unit:
        unit.outbox.put(kept)
        unit.outbox.add_attempt(kept.key, first)
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.SIGNED, (first,))
        unit.outbox.add_attempt(kept.key, second)
    with store.read() as unit:
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.SIGNED, (first, second))


def test_nonces_count_per_chain_and_account_from_zero(store: Store) -> None:
    with store.write() as unit:
        assert unit.outbox.next_nonce(CHAIN_ID, account(99)) == 0
        unit.outbox.put(intent(1))
        unit.outbox.add_attempt(intent(1).key, attempt(intent(1), nonce=41))
        assert unit.outbox.next_nonce(CHAIN_ID, account(99)) == 42
        assert unit.outbox.next_nonce(CHAIN_ID, account(98)) == 0
        assert unit.outbox.next_nonce(1, account(99)) == 0


def test_a_nonce_is_never_reserved_twice_for_one_account(store: Store) -> None:
    with store.write() as unit:
        for number in (1, 2):
            unit.outbox.put(intent(number))
        unit.outbox.add_attempt(intent(1).key, attempt(intent(1), nonce=5))
        with pytest.raises(InvalidValueError, match="reserved before"):
            unit.outbox.add_attempt(intent(2).key, attempt(intent(2), nonce=5))
        assert unit.outbox.item(intent(2).key) == OutboxItem(intent(2), IntentState.QUEUED)
        unit.outbox.add_attempt(intent(2).key, attempt(intent(2), nonce=5, sender=account(98)))


def test_a_replacement_with_another_nonce_is_refused(store: Store) -> None:
    with store.write() as unit:
        unit.outbox.put(intent(1))
        unit.outbox.add_attempt(intent(1).key, attempt(intent(1), nonce=5))
        with pytest.raises(InvalidValueError, match="does not replace"):
            unit.outbox.add_attempt(intent(1).key, attempt(intent(1), nonce=6))


def test_queueing_again_forgets_the_attempts_and_never_gives_the_nonce_out_again(store: Store) -> None:
    kept = intent(1)
    with store.write() as unit:
        unit.outbox.put(kept)
        unit.outbox.add_attempt(kept.key, attempt(kept, nonce=5))
        unit.outbox.mark_failed(kept.key, "nonce used by another")
        unit.outbox.requeue(kept.key)
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.QUEUED)
        assert unit.outbox.next_nonce(CHAIN_ID, account(99)) == 6
        with pytest.raises(InvalidValueError, match="reserved before"):
            unit.outbox.add_attempt(kept.key, attempt(kept, nonce=5))
        unit.outbox.add_attempt(kept.key, attempt(kept, nonce=6))
        assert unit.outbox.item(kept.key) == OutboxItem(kept, IntentState.SIGNED, (attempt(kept, nonce=6),))


def test_a_reorg_reopens_what_was_mined_above_the_fork(store: Store) -> None:
    with store.write() as unit:
        for number, mined_at in enumerate((10, 11, 12)):
            unit.outbox.put(intent(number))
            unit.outbox.add_attempt(intent(number).key, attempt(intent(number), nonce=number))
            unit.outbox.mark_mined(intent(number).key, mined_at)
        assert unit.outbox.reopen_mined_above(12) == 0
        assert unit.outbox.reopen_mined_above(10) == 2
        states = [
            (item.state, item.receipt_block)
            for number in range(3)
            if (item := unit.outbox.item(intent(number).key))
        ]
    assert states == [(IntentState.MINED, 10), (IntentState.SIGNED, None), (IntentState.SIGNED, None)]


def test_what_somebody_else_had_carried_is_queued_after_a_reorg(store: Store) -> None:
    with store.write() as unit:
        unit.outbox.put(intent(1))
        unit.outbox.mark_mined(intent(1).key, 10)
        assert unit.outbox.item(intent(1).key) == OutboxItem(intent(1), IntentState.MINED, receipt_block=10)
        assert unit.outbox.reopen_mined_above(9) == 1
        assert unit.outbox.item(intent(1).key) == OutboxItem(intent(1), IntentState.QUEUED)


def test_nothing_can_happen_to_an_intent_that_was_never_put(store: Store) -> None:
    unknown = hash_of("never put")
    with store.write() as unit:
        with pytest.raises(NotFoundError):
            unit.outbox.add_attempt(unknown, attempt(intent(1), nonce=0))
        with pytest.raises(NotFoundError):
            unit.outbox.mark_mined(unknown, 1)
        with pytest.raises(NotFoundError):
            unit.outbox.mark_failed(unknown, "why")
        with pytest.raises(NotFoundError):
            unit.outbox.requeue(unknown)
        with pytest.raises(NotFoundError):
            unit.outbox.postpone(unknown, 1)
        assert unit.outbox.next_nonce(CHAIN_ID, account(99)) == 0


def test_what_is_carried_is_counted_by_account_and_day_and_forgotten_the_day_after(store: Store) -> None:
    one, two = account(1), account(2)
    with store.write() as unit:
        counted = [unit.outbox.charge(who, 7) for who in (one, one, two, one)]
    with store.write() as unit:
        assert counted == [1, 2, 1, 3]
        assert unit.outbox.charge(one, 7) == 4
        assert unit.outbox.charge(one, 8) == 1
        assert unit.outbox.charge(two, 7) == 1, "yesterday is forgotten, of every account"


def test_what_was_not_taken_in_is_not_counted(store: Store) -> None:
    def refuse() -> None:
        with store.write() as unit:
            assert unit.outbox.charge(account(1), 7) == 1
            unit.outbox.mark_failed(hash_of("never put"), "so all is undone")

    with pytest.raises(NotFoundError):
        refuse()
    with store.write() as unit:
        assert unit.outbox.charge(account(1), 7) == 1
