"""Registration by the log: acknowledged with a leaf, dated by an anchor, titled by nobody yet."""

from __future__ import annotations

import pytest

from registry.errors import AlreadyRegisteredError, NotFoundError, UnsupportedWayError
from registry.log import Checkpoint, SignedNote, open_checkpoint
from registry.model import Status, Via
from registry.ports import LeafKind, WorkFilter
from registry.usecases.anchoring import root_at
from registry.usecases.batch import SignedDraft
from registry.usecases.viewer import Viewer
from tests.unit.usecases.conftest import House


def test_a_logged_declaration_has_a_leaf_at_once_and_nothing_to_be_sent(house: House) -> None:
    recorded = house.submit("ann", house.file(), "log")
    record = recorded.record
    assert (record.via, record.status, record.anchored, record.titled) == (
        Via.LOG,
        Status.PENDING,
        "pending",
        "none",
    )
    assert record.entry is not None
    with house.registry.read_work.store.read() as unit:
        [logged] = unit.log.places([record.entry.digest]).values()
        assert unit.outbox.items_of(record.work_id) == []
    assert (logged.index, logged.logged.kind) == (record.leaf_index, LeafKind.STATEMENT)
    assert logged.logged.checked_at_block is None


def test_before_its_anchor_only_the_receipt_shows_it(house: House) -> None:
    recorded = house.submit("ann", house.file(), "log")
    work_id = recorded.record.work_id
    with pytest.raises(NotFoundError):
        house.read(work_id)
    mine = Viewer.holding([recorded.receipt_token])
    assert house.read(work_id, mine).leaf_index == recorded.record.leaf_index


def test_an_anchor_dates_it_confirms_it_and_gives_it_a_number_by_its_leaf(house: House) -> None:
    file = house.file()
    work_id = house.submit("ann", file, "log").record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    record = house.read(work_id)
    assert record.dated is not None
    assert (record.status, record.anchored, record.titled) == (Status.FINAL, "confirmed", "none")
    assert record.registration_number == f"31337-L{record.dated.leaf_index + 1}"
    assert record.effective_date == record.dated.anchored_at
    assert record.title is None
    with house.registry.read_work.store.read() as unit:
        assert root_at(unit, record.dated.anchor.size) == record.dated.anchor.root
        stored = unit.log.checkpoint(record.dated.anchor.size)
    assert stored is not None
    key = house.registry.anchor_log.key.verifier_key
    told = open_checkpoint(SignedNote.parse(stored.note), key)
    assert told == Checkpoint(key.name, record.dated.anchor.size, record.dated.anchor.root)
    happened = [item.what for item in house.registry.read_history(work_id, Viewer())]
    assert happened == ["DeclarationReceived", "CheckpointAnchored"]


def test_a_dated_work_is_listed_searched_and_found_again_like_a_titled_one(house: House) -> None:
    file = house.file()
    titled = house.register("bea", house.file())
    work_id = house.submit("bea", file, "log", title="Dated without a title").record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    later = house.register("bea", house.file())
    listed = house.registry.list_works(WorkFilter(claimant=house.address("bea")), None, 10)
    assert [record.work_id for record in listed.records] == [later, work_id, titled]
    first = house.registry.list_works(WorkFilter(claimant=house.address("bea")), None, 1)
    second = house.registry.list_works(WorkFilter(claimant=house.address("bea")), first.next_cursor, 2)
    assert [record.work_id for record in second.records] == [work_id, titled]
    named = house.registry.list_works(WorkFilter(text="without a title"), None, 10)
    assert [record.work_id for record in named.records] == [work_id]
    [match, *_] = house.registry.verify_file(file, Viewer()).matches
    assert match[1].work_id == work_id
    with pytest.raises(AlreadyRegisteredError):
        house.submit("bea", file, "log")


def test_two_logged_claims_of_the_same_bytes_clash_once_both_are_dated(house: House) -> None:
    seed = 4_100
    one = house.submit("cleo", house.file(seed), "log").record.work_id
    two = house.submit("dora", house.file(seed), "log").record.work_id
    house.settle(lambda: house.find(one) is not None and house.find(two) is not None)
    house.step()
    assert [claim.work_id for claim in house.read(one).adverse_claims] == [two]
    assert [claim.work_id for claim in house.read(two).adverse_claims] == [one]


def test_several_drafts_are_logged_together_and_a_faulty_one_stops_no_other(house: House) -> None:
    drafts = []
    for _ in range(3):
        draft_id, answers = house.prepare("eve", house.file())
        ready = house.registry.answer_draft(draft_id, answers)
        drafts.append(SignedDraft(draft_id, house.sign("eve", ready.registration, ready.domain)))
    drafts[1] = SignedDraft(drafts[1].draft_id, b"\x01" * 65)
    first, faulty, third = house.registry.register_works(drafts, "log")
    assert not isinstance(first, Exception)
    assert not isinstance(third, Exception)
    assert isinstance(faulty, Exception)
    places = [first.record.leaf_index, third.record.leaf_index]
    assert places[0] is not None
    assert places[1] == places[0] + 1
    assert house.registry.register_works(drafts, "log")[0] == first
    with pytest.raises(UnsupportedWayError):
        house.registry.register_works(drafts, "registerFor")


def test_a_rebuild_gives_the_same_records_of_the_log(house: House) -> None:
    house.settle(lambda: not house.registry.sync_chain())
    before = house.registry.list_works(WorkFilter(), None, 100)
    house.registry.sync_chain.rebuild()
    assert house.registry.list_works(WorkFilter(), None, 100) == before
    assert house.registry.sync_chain.requeue_missing() == 0
