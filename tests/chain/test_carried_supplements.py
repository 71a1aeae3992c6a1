"""Supplements signed by whoever holds the title, carried by the registry, on both chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry import statements
from registry.canonical import canonical_hash
from registry.errors import (
    DeadlineExpiredError,
    InvalidDocumentError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    NotPossibleError,
    RegistryError,
    TooEarlyError,
)
from registry.model import Address, AppendSupplement, Call, Hash32, Supplement, WorkId
from registry.ports import IntentState, SupplementEntry
from registry.usecases.carried import CarriedState
from registry.usecases.supplement import carrying
from tests.chain.acts import transfer
from tests.chain.office import HOUR, Office, metadata, open_office
from tests.chain.worlds import COIN, World, new_account, random_hash


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def test_a_holder_without_coin_adds_metadata_to_the_history(office: Office) -> None:
    holder = new_account()
    work, document = office.titled(holder), metadata()
    ready = office.prepare_supplement.of_document(work, document)
    signature = office.sign(holder, ready.supplement)

    pending = office.add_supplement(ready.supplement, document, signature)
    again = office.add_supplement(ready.supplement, document, signature)
    office.settle_outbox()
    [recorded] = office.supplements(work)
    once_more = office.add_supplement(ready.supplement, document, signature)

    assert (pending.carried.state, pending.event) == (CarriedState.PENDING, None)
    assert again == pending
    assert recorded.carried.state is CarriedState.RECORDED
    assert recorded.event is not None
    assert (recorded.event.sequence, recorded.event.holder) == (1, Address(holder.address))
    assert recorded.entry == pending.entry
    assert once_more == recorded
    assert office.events(work, "SupplementRecorded") == office.journalled() == 1


def test_supplements_follow_each_other_and_the_next_waits_for_the_one_before(office: Office) -> None:
    holder = new_account()
    work = office.titled(holder)
    first, second = (office.prepare_supplement.of_document(work, metadata(title)) for title in "ab")
    office.add_supplement(first.supplement, first.metadata, office.sign(holder, first.supplement))

    with pytest.raises(TooEarlyError):
        office.add_supplement(second.supplement, second.metadata, office.sign(holder, second.supplement))
    with pytest.raises(TooEarlyError):
        office.prepare_supplement.of_document(work, metadata())
    office.settle_outbox()
    with pytest.raises(InvalidValueError, match="the next is 2"):
        office.add_supplement(second.supplement, second.metadata, office.sign(holder, second.supplement))
    third = office.prepare_supplement.of_document(work, second.metadata)
    office.add_supplement(third.supplement, third.metadata, office.sign(holder, third.supplement))
    office.settle_outbox()

    assert [one.sequence for one in office.supplements(work)] == [1, 2]
    assert office.events(work, "SupplementRecorded") == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"metadata_hash": Hash32(b"\7" * 32)}, InvalidValueError),
        ({"sequence": 2}, InvalidSignatureError),
        ({"deadline": 2**40}, InvalidSignatureError),
        ({"work_id": WorkId(b"\7" * 32)}, NotFoundError),
    ],
)
def test_a_supplement_altered_in_any_field_is_refused(
    office: Office, changes: dict[str, Any], error: type[RegistryError]
) -> None:
    holder = new_account()
    ready = office.prepare_supplement.of_document(office.titled(holder), metadata())
    signature = office.sign(holder, ready.supplement)
    with pytest.raises(error):
        office.add_supplement(replace(ready.supplement, **changes), ready.metadata, signature)
    assert office.journalled() == 0


def test_other_metadata_a_foreign_signature_and_a_passed_deadline_are_refused(office: Office) -> None:
    holder = new_account()
    work = office.titled(holder)
    ready = office.prepare_supplement.of_document(work, metadata())
    signature = office.sign(holder, ready.supplement)
    with pytest.raises(InvalidValueError):
        office.add_supplement(ready.supplement, metadata("Another"), signature)
    with pytest.raises(InvalidDocumentError):
        office.add_supplement(ready.supplement, {"title": "No more"}, signature)
    with pytest.raises(InvalidSignatureError):
        office.add_supplement(ready.supplement, ready.metadata, office.sign(new_account(), ready.supplement))
    office.clock.ahead = 7 * HOUR
    with pytest.raises(DeadlineExpiredError):
        office.add_supplement(ready.supplement, ready.metadata, signature)
    assert office.journalled() == 0


def test_a_deadline_that_passes_on_the_way_is_told_and_the_sequence_is_free_again(office: Office) -> None:
    holder = new_account()
    work = office.titled(holder)
    late = office.prepare_supplement.of_document(work, metadata())
    office.add_supplement(late.supplement, late.metadata, office.sign(holder, late.supplement))
    office.clock.ahead = 7 * HOUR
    office.step()
    [expired] = office.supplements(work)
    office.clock.ahead = 0
    [failed] = office.supplements(work)
    again = office.prepare_supplement.of_document(work, late.metadata)
    again = replace(again, supplement=replace(again.supplement, deadline=late.supplement.deadline + 1))
    office.add_supplement(again.supplement, again.metadata, office.sign(holder, again.supplement))
    office.settle_outbox()

    assert expired.carried.state is CarriedState.EXPIRED
    assert failed.carried.state is CarriedState.FAILED
    assert failed.carried.problem == "the deadline passed before it could be sent"
    assert office.events(work, "SupplementRecorded") == 1


def test_a_supplement_survives_restarts_a_lost_outbox_and_a_rebuild(
    office: Office, world: World, tmp_path: Path
) -> None:
    holder = new_account()
    work = office.titled(holder)
    ready = office.prepare_supplement.of_document(work, metadata())
    office.add_supplement(ready.supplement, ready.metadata, office.sign(holder, ready.supplement))
    with open_office(world, tmp_path) as restarted:
        restarted.lose_outbox()
        assert restarted.sync.requeue_missing() == 1
        assert restarted.sync.requeue_missing() == 0
        restarted.settle_outbox()
        before = restarted.supplements(work)
        restarted.sync.rebuild()
        assert restarted.sync.requeue_missing() == 0
        assert restarted.supplements(work) == before
        assert before[0].carried.state is CarriedState.RECORDED
        assert restarted.events(work, "SupplementRecorded") == 1


def test_a_title_that_moves_on_the_way_fails_the_supplement_with_the_contracts_own_word(
    office: Office, world: World
) -> None:
    holder, buyer = new_account(), new_account()
    work = office.titled(holder)
    ready = office.prepare_supplement.of_document(work, metadata())
    office.add_supplement(ready.supplement, ready.metadata, office.sign(holder, ready.supplement))
    transfer(world, holder, work, buyer.address)
    office.settle_outbox()
    [failed] = office.supplements(work)
    [item] = office.items(IntentState.FAILED)

    assert failed.carried.state is CarriedState.FAILED
    assert failed.carried.problem == item.problem
    assert item.problem is not None
    assert buyer.address in item.problem
    with pytest.raises(NotPossibleError):
        office.add_supplement(ready.supplement, ready.metadata, office.sign(buyer, ready.supplement))


def test_a_supplement_from_the_holders_own_account_is_told_beside_the_carried_ones(
    office: Office, world: World
) -> None:
    holder = new_account()
    work, noted = office.titled(holder), random_hash()
    world.send(world.operator, Call(Address(holder.address), b"", COIN // 10))
    assert world.act(holder, AppendSupplement(work, noted)).succeeded
    office.catch_up()
    ready = office.prepare_supplement.of_document(work, metadata())
    office.add_supplement(ready.supplement, ready.metadata, office.sign(holder, ready.supplement))
    office.settle_outbox()

    assert [(one.sequence, one.metadata_hash, one.entry is None) for one in office.supplements(work)] == [
        (1, noted, True),
        (2, ready.supplement.metadata_hash, False),
    ]


def test_a_work_that_nobody_registered_has_no_supplements(office: Office) -> None:
    unknown = WorkId(random_hash())
    with pytest.raises(NotFoundError):
        office.supplements(unknown)
    with pytest.raises(NotFoundError):
        office.prepare_supplement.of_document(unknown, metadata())
    known = office.titled(new_account())
    with pytest.raises(NotFoundError, match="metadata"):
        office.prepare_supplement(known, {"title": "It came without documents", "creators": [{"name": "A"}]})


def test_a_supplement_waits_for_a_title_that_is_on_its_way_as_after_a_deep_reorg(office: Office) -> None:
    holder, document = new_account(), metadata()
    draft_id, registration = office.draft(holder)
    work = statements.work_id(registration.declaration)
    statement = Supplement(work, Hash32(canonical_hash(document)), 1, registration.deadline)
    digest = statements.digest(statement, office.world.domain("WorkRegistry"))
    entry = SupplementEntry(
        work, digest, statement, office.sign(holder, statement), office.clock.now(), document
    )
    with office.store.write() as unit:
        unit.journal.append(entry)
        unit.outbox.put(carrying(office.world.gateway, entry))
    office.register(draft_id, office.sign(holder, registration), "registerFor")
    office.settle(lambda: bool(office.items(IntentState.MINED)))
    assert not office.items(IntentState.FAILED)
    office.world.pass_time(2)
    office.catch_up()
    office.settle_outbox()
    assert [one.carried.state for one in office.supplements(work)] == [CarriedState.RECORDED]
