"""Registrations carried in batches and behind commitments, on both chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import (
    AlreadyRegisteredError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    RegistryError,
    UnsupportedWayError,
)
from registry.model import CancelDeclaration, RegisterBatch, Registration, Status, Via, WorkId
from registry.ports import IntentState
from registry.statements import commitment, work_id
from registry.usecases.batch import SignedDraft
from registry.usecases.records import Record, RecordReader
from registry.usecases.register import Recorded, intents_of
from registry.usecases.viewer import Viewer, token_hash
from tests.chain.office import HOUR, Office, open_office
from tests.chain.worlds import COIN, World, new_account, open_world

REVEAL_AGE = 60


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def _signed(office: Office, lifetime: int = 6 * HOUR) -> tuple[SignedDraft, Registration]:
    claimant = new_account()
    draft_id, registration = office.draft(claimant, lifetime=lifetime)
    return SignedDraft(draft_id, office.sign(claimant, registration)), registration


def _good(outcome: Recorded | RegistryError) -> Recorded:
    assert isinstance(outcome, Recorded), outcome
    return outcome


def _record(office: Office, recorded: Recorded) -> Record:
    work, viewer = recorded.record.work_id, Viewer.holding([recorded.receipt_token])
    with office.store.read() as unit:
        return RecordReader(office.world.gateway, office.clock).read(unit, [work], viewer)[work]


def _nonces(office: Office, *works: WorkId) -> set[int]:
    """The nonces of the operator's transactions about works."""
    with office.store.read() as unit:
        items = [item for work in works for item in unit.outbox.items_of(work)]
    return {attempt.request.nonce for item in items for attempt in item.attempts}


# --- batches ----------------------------------------------------------------------------------------------


def test_a_batch_is_one_transaction_and_one_faulty_item_stops_no_other(office: Office) -> None:
    good = [_signed(office)[0] for _ in range(3)]
    foreign = SignedDraft(_signed(office)[0].draft_id, good[0].signature)
    unknown = SignedDraft("never made", good[0].signature)

    first, bad, second, nowhere, third = office.register_works([good[0], foreign, good[1], unknown, good[2]])
    recorded = [_good(outcome) for outcome in (first, second, third)]
    office.settle_outbox()
    works = [one.record.work_id for one in recorded]
    records = [_record(office, one) for one in recorded]

    assert isinstance(bad, InvalidSignatureError)
    assert isinstance(nowhere, NotFoundError)
    assert {one.record.status for one in recorded} == {Status.PENDING}
    assert {record.via for record in records} == {Via.BATCH}
    assert len({record.title.transaction_hash for record in records if record.title}) == 1
    assert len(_nonces(office, *works)) == 1
    assert office.journalled() == 3


def test_a_batch_handed_in_again_is_the_same_batch(office: Office) -> None:
    items = [_signed(office)[0] for _ in range(2)]
    first = [_good(one) for one in office.register_works(items)]
    again = [_good(one) for one in office.register_works(items[::-1])]
    office.settle_outbox()
    twice = _good(office.register_works([items[0], items[0]])[1])

    assert [one.receipt_token for one in again] == [one.receipt_token for one in first[::-1]]
    assert twice.record.work_id == first[0].record.work_id
    assert len(office.intents(twice.record.work_id)) == 1
    assert office.journalled() == 2


def test_a_batch_holds_one_to_a_hundred_items_and_is_no_way_of_a_single_work(office: Office) -> None:
    with pytest.raises(InvalidValueError):
        office.register_works([])
    with pytest.raises(InvalidValueError):
        office.register_works([SignedDraft("x", b"")] * 101)
    with pytest.raises(UnsupportedWayError):
        office.register("x", b"", "batch")


def test_an_item_that_is_skipped_is_told_on_its_record_and_not_carried_again(
    office: Office, world: World
) -> None:
    claimant = world.person(COIN // 10)
    draft_id, registration = office.draft(claimant)
    other = _signed(office)[0]
    cancelled = SignedDraft(draft_id, office.sign(claimant, registration))
    first, second = (_good(one) for one in office.register_works([cancelled, other]))
    assert world.act(claimant, CancelDeclaration(registration.declaration)).succeeded
    office.settle_outbox()
    skipped, carried = _record(office, first), _record(office, second)

    assert (skipped.status, skipped.title) == (Status.PENDING, None)
    assert skipped.problem == "the batch left the declaration out: the claimant had withdrawn it"
    assert carried.title is not None
    assert office.sync.requeue_missing() == 0


def test_somebody_elses_bad_batch_says_nothing_about_ours(office: Office, world: World) -> None:
    item, registration = _signed(office)
    [recorded] = office.register_works([item])
    bad = RegisterBatch((registration,), (bytes(65),))
    assert world.act(world.person(), bad).succeeded
    office.catch_up()
    assert office.events(_good(recorded).record.work_id, "RegistrationSkipped") == 1
    assert _record(office, _good(recorded)).problem is None
    office.lose_outbox()
    assert office.sync.requeue_missing() == 1
    office.settle_outbox()
    assert _record(office, _good(recorded)).title is not None


def test_a_batch_whose_every_work_is_recorded_by_others_is_never_sent(office: Office) -> None:
    claimants = [new_account() for _ in range(2)]
    made = [office.draft(claimant) for claimant in claimants]
    items = [
        SignedDraft(draft_id, office.sign(claimant, registration))
        for claimant, (draft_id, registration) in zip(claimants, made, strict=True)
    ]
    office.register_works(items)
    for claimant, (_, registration) in zip(claimants, made, strict=True):
        office.carry_elsewhere(claimant, registration)
    office.step()

    works = [work_id(registration.declaration) for _, registration in made]
    assert _nonces(office, *works) == set()
    assert len(office.items(IntentState.MINED)) == 1
    assert not office.items(IntentState.QUEUED)


def test_a_batch_item_front_run_by_somebody_else_stops_no_other(office: Office) -> None:
    claimant = new_account()
    draft_id, registration = office.draft(claimant)
    other = _signed(office)[0]
    outcomes = office.register_works([SignedDraft(draft_id, office.sign(claimant, registration)), other])
    office.carry_elsewhere(claimant, registration)
    office.settle_outbox()
    records = [_record(office, _good(outcome)) for outcome in outcomes]
    assert all(record.title is not None for record in records)


def test_a_batch_with_a_lost_outbox_is_carried_all_the_same(
    office: Office, world: World, tmp_path: Path
) -> None:
    outcomes = [_good(one) for one in office.register_works([_signed(office)[0] for _ in range(2)])]
    with open_office(world, tmp_path) as restarted:
        assert restarted.sync.requeue_missing() == 0
        restarted.lose_outbox()
        assert restarted.sync.requeue_missing() == 2
        restarted.settle_outbox()
        assert all(_record(restarted, one).title is not None for one in outcomes)
        before = [_record(restarted, one) for one in outcomes]
        restarted.sync.rebuild()
        assert [_record(restarted, one) for one in outcomes] == before


def test_the_same_bytes_twice_in_one_batch_are_declared_once(office: Office) -> None:
    claimant = new_account()
    draft_id, registration = office.draft(claimant)
    with office.store.write() as unit:
        draft = unit.drafts.get(token_hash(draft_id))
        assert draft is not None
        other_id = "a second draft of the same bytes"
        unit.drafts.put(replace(draft, key=token_hash(other_id)))
    signature = office.sign(claimant, registration)
    first, second = office.register_works(
        [SignedDraft(draft_id, signature), SignedDraft(other_id, signature)]
    )
    assert _good(first).record.status is Status.PENDING
    assert isinstance(second, AlreadyRegisteredError)


# --- commitments ------------------------------------------------------------------------------------------


def test_a_revealed_work_has_the_date_of_its_commitment(office: Office, world: World) -> None:
    item, _ = _signed(office)
    recorded = office.register(item.draft_id, item.signature, "reveal")
    again = office.register(item.draft_id, item.signature, "reveal")
    work = recorded.record.work_id
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    committed_at = world.now()
    for _ in range(3):
        office.step()
    hidden = _record(office, recorded)
    queued = office.items(IntentState.QUEUED)
    world.pass_time(REVEAL_AGE)
    office.catch_up()
    office.settle_outbox()
    record = _record(office, recorded)

    assert again.receipt_token == recorded.receipt_token
    assert (hidden.status, hidden.title) == (Status.PENDING, None)
    assert len(queued) == 1, "the reveal waits, and has not failed"
    assert record.via is Via.REVEAL
    assert record.title is not None
    assert record.title.effective_date.timestamp() <= committed_at
    assert record.title.recorded_at.timestamp() >= committed_at + REVEAL_AGE
    assert len(office.intents(work)) == 2
    assert office.journalled() == 1


def test_before_it_is_revealed_only_a_hash_is_on_chain(office: Office) -> None:
    item, registration = _signed(office)
    recorded = office.register(item.draft_id, item.signature, "reveal")
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    entry = recorded.record.entry
    assert entry is not None
    assert entry.salt is not None
    [sent] = office.items(IntentState.MINED)
    raw = sent.attempts[0].signed.raw.hex()
    declared = registration.declaration
    secret = (entry.salt, recorded.record.work_id, declared.content_hash, declared.metadata_hash)
    assert commitment(recorded.record.work_id, entry.salt).hex() in raw
    assert not any(hidden.hex() in raw for hidden in secret)
    with office.store.read() as unit:
        assert not unit.views.work_events([recorded.record.work_id])


def test_what_waits_to_be_revealed_keeps_nobody_waiting(office: Office) -> None:
    item, _ = _signed(office)
    office.register(item.draft_id, item.signature, "reveal")
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    office.step()
    with office.store.read() as unit:
        assert unit.outbox.due(office.world.now()) == []
    later, _ = _signed(office)
    recorded = office.register(later.draft_id, later.signature, "registerFor")
    office.settle(lambda: _record(office, recorded).title is not None)


def test_a_commitment_survives_restarts_a_lost_outbox_and_a_rebuild(
    office: Office, world: World, tmp_path: Path
) -> None:
    item, _ = _signed(office)
    recorded = office.register(item.draft_id, item.signature, "reveal")
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    committed_at = world.now()
    with open_office(world, tmp_path) as restarted:
        restarted.lose_outbox()
        restarted.sync.rebuild()
        assert restarted.sync.requeue_missing() == 2
        world.pass_time(REVEAL_AGE)
        restarted.catch_up()
        restarted.settle_outbox()
        title = _record(restarted, recorded).title
        assert title is not None
        assert title.effective_date.timestamp() <= committed_at, "the first commitment of a hash stands"


def test_a_reveal_waits_for_a_commitment_that_is_not_mined_yet(office: Office, world: World) -> None:
    item, _ = _signed(office)
    recorded = office.register(item.draft_id, item.signature, "reveal")
    assert recorded.record.entry is not None
    office.lose_outbox()
    with office.store.write() as unit:
        for intent in reversed(intents_of(world.gateway, recorded.record.entry)):
            unit.outbox.put(intent)
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    assert not office.items(IntentState.FAILED)
    world.pass_time(REVEAL_AGE)
    office.catch_up()
    office.settle_outbox()
    assert _record(office, recorded).title is not None


def test_a_reveal_whose_deadline_passes_is_expired(office: Office) -> None:
    item, _ = _signed(office, lifetime=REVEAL_AGE // 2)
    recorded = office.register(item.draft_id, item.signature, "reveal")
    office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
    office.world.pass_time(2 * REVEAL_AGE)
    office.catch_up()
    office.settle_outbox()
    record = _record(office, recorded)
    assert record.status is Status.EXPIRED
    assert record.problem == "the deadline passed before it could be sent"


def test_a_commitment_dropped_by_a_reorg_is_made_again_before_the_reveal(tmp_path: Path) -> None:
    with open_world("anvil", tmp_path) as world, open_office(world, tmp_path) as office:
        world.ask("anvil_mine", "0x5")
        office.catch_up()
        item, _ = _signed(office)
        recorded = office.register(item.draft_id, item.signature, "reveal")
        office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
        world.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no names
        world.ask("anvil_reorg", 2, [])
        office.catch_up()
        assert not office.items(IntentState.MINED)
        world.ask("evm_setAutomine", True)  # noqa: FBT003
        world.pass_time(2)
        office.settle(lambda: len(office.items(IntentState.MINED)) == 1)
        world.pass_time(REVEAL_AGE)
        office.catch_up()
        office.settle_outbox()
        assert _record(office, recorded).title is not None
