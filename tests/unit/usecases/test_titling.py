"""A title of a logged work that the registry was asked for waits, stands, or comes to nothing."""

from __future__ import annotations

from registry.model import CancelDeclaration, WorkId
from registry.ports import IntentState
from registry.usecases.titling import title_key
from registry.usecases.viewer import NOBODY
from tests.e2e.journey import wait_for
from tests.unit.usecases.conftest import House

CLIENT = "198.51.100.7"


def logged(house: House, name: str) -> WorkId:
    """A work that the log dates."""
    work_id = house.submit(name, house.file(), "log").record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    return work_id


def state_of(house: House, work_id: WorkId) -> IntentState | None:
    record = house.read(work_id)
    assert record.dated is not None
    assert record.entry is not None
    key = title_key(record.entry.digest, record.dated.anchor.root)
    with house.registry.read_work.store.read() as unit:
        return unit.outbox.states([key]).get(key)


def test_a_title_that_was_asked_for_is_pending_until_it_stands(house: House) -> None:
    work_id, other = logged(house, "ann"), logged(house, "ann")
    assert house.read(work_id).titled == "none"
    assert house.registry.make_title(work_id, CLIENT).titled == "pending"
    assert house.read(work_id).titled == "pending"
    assert house.read(other).titled == "none"
    house.registry.send_intents()
    assert state_of(house, work_id) is IntentState.SIGNED
    assert house.read(work_id).titled == "pending"
    house.settle(lambda: house.read(work_id).title is not None)
    assert house.read(work_id).titled == "confirmed"


def test_a_title_that_cannot_be_made_is_none_again(house: House) -> None:
    work_id = logged(house, "bob")
    house.fund("bob")
    assert house.registry.make_title(work_id, CLIENT).titled == "pending"
    act = CancelDeclaration(house.read(work_id).declaration)
    house.send("bob", house.registry.prepare_act(house.address("bob"), NOBODY, lambda _: act).transaction)

    def withdrawn() -> bool:
        house.registry.catch_up()  # the sender is not stepped: the claimant's transaction comes first
        return house.read(work_id).cancelled

    wait_for(withdrawn)
    assert house.read(work_id).titled == "pending"
    house.settle(lambda: state_of(house, work_id) is IntentState.FAILED)
    assert house.read(work_id).titled == "none"


def test_one_that_failed_is_tried_again_when_somebody_asks(house: House) -> None:
    work_id = logged(house, "cat")
    house.registry.make_title(work_id, CLIENT)
    record = house.read(work_id)
    assert record.entry is not None
    assert record.dated is not None
    with house.registry.read_work.store.write() as unit:
        unit.outbox.mark_failed(title_key(record.entry.digest, record.dated.anchor.root), "no gas left")
    assert house.read(work_id).titled == "none"
    assert house.registry.make_title(work_id, CLIENT).titled == "pending"
    house.settle(lambda: house.read(work_id).title is not None)
