"""Answers to disputes, signed by the holder of the title and carried by the registry, on both chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    NotFoundError,
    NotPossibleError,
    RegistryError,
    TooEarlyError,
    TooLateError,
)
from registry.model import DisputeId, DisputeStatus, Hash32, RuleDispute
from registry.statements import plain
from registry.usecases.carried import CarriedState
from tests.chain.office import Office, open_office
from tests.chain.worlds import World, new_account, random_hash


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def test_a_holder_without_coin_answers_a_dispute(office: Office, world: World) -> None:
    holder, said = new_account(), random_hash()
    work, dispute = office.disputed(holder)
    ready = office.prepare_answer(dispute, said)
    signature = office.sign(holder, ready.answer)

    pending = office.give_answer(ready.answer, signature)
    again = office.give_answer(ready.answer, signature)
    office.settle_outbox()
    recorded = office.give_answer(ready.answer, signature)

    assert str(said) in plain(ready.answer)
    assert pending.carried.state is CarriedState.PENDING
    assert again == pending
    assert recorded.carried.state is CarriedState.RECORDED
    assert office.events(work, "DisputeAnswered") == office.journalled() == 1
    assert ready.answer.deadline < world.now() + world.terms.answer
    with pytest.raises(NotPossibleError, match="has answered"):
        office.prepare_answer(dispute, random_hash())


def test_only_one_answer_at_a_time_is_carried(office: Office) -> None:
    holder = new_account()
    _, dispute = office.disputed(holder)
    first, second = (office.prepare_answer(dispute, random_hash()).answer for _ in range(2))
    office.give_answer(first, office.sign(holder, first))
    with pytest.raises(TooEarlyError):
        office.give_answer(second, office.sign(holder, second))
    assert office.journalled() == 1
    office.settle_outbox()
    with pytest.raises(NotPossibleError):
        office.give_answer(second, office.sign(holder, second))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"evidence_hash": Hash32(b"\7" * 32)}, InvalidSignatureError),
        ({"deadline": 2**40}, InvalidSignatureError),
        ({"dispute_id": DisputeId(b"\7" * 32)}, NotFoundError),
    ],
)
def test_an_answer_altered_in_any_field_is_refused(
    office: Office, changes: dict[str, Any], error: type[RegistryError]
) -> None:
    holder = new_account()
    answer = office.prepare_answer(office.disputed(holder)[1], random_hash()).answer
    with pytest.raises(error):
        office.give_answer(replace(answer, **changes), office.sign(holder, answer))
    assert office.journalled() == 0


def test_a_foreign_signature_a_passed_deadline_and_a_late_answer_are_refused(
    office: Office, world: World
) -> None:
    holder = new_account()
    _, dispute = office.disputed(holder)
    answer = office.prepare_answer(dispute, random_hash()).answer
    with pytest.raises(InvalidSignatureError):
        office.give_answer(answer, office.sign(new_account(), answer))
    hasty = replace(answer, deadline=world.now() - 1)
    with pytest.raises(DeadlineExpiredError):
        office.give_answer(hasty, office.sign(holder, hasty))
    office.clock.ahead = world.terms.answer
    with pytest.raises(TooLateError):
        office.prepare_answer(dispute, random_hash())
    with pytest.raises(TooLateError):
        office.give_answer(answer, office.sign(holder, answer))
    assert office.journalled() == 0


def test_a_dispute_that_has_ended_takes_no_answer(office: Office, world: World) -> None:
    holder = new_account()
    _, dispute = office.disputed(holder)
    world.pass_time(world.terms.answer)
    act = RuleDispute(dispute, DisputeStatus.DISMISSED, ())
    assert world.act(world.arbiter, act).succeeded
    office.catch_up()
    with pytest.raises(NotPossibleError, match="has ended"):
        office.prepare_answer(dispute, random_hash())


def test_an_answer_survives_restarts_a_lost_outbox_and_a_rebuild(
    office: Office, world: World, tmp_path: Path
) -> None:
    holder = new_account()
    work, dispute = office.disputed(holder)
    answer = office.prepare_answer(dispute, random_hash()).answer
    signature = office.sign(holder, answer)
    office.give_answer(answer, signature)
    with open_office(world, tmp_path) as restarted:
        restarted.lose_outbox()
        restarted.sync.rebuild()
        assert restarted.sync.requeue_missing() == 1
        restarted.settle_outbox()
        assert restarted.give_answer(answer, signature).carried.state is CarriedState.RECORDED
        assert restarted.sync.requeue_missing() == 0
        assert restarted.events(work, "DisputeAnswered") == 1
