"""Anchors of the log on a real chain: sent once, followed, healed, and never sent over a contradiction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import AlreadyRegisteredError, InvalidSignatureError, LogDivergedError
from registry.jobs.loop import Loop
from registry.log import TiledNodes, leaf_hash, prove_inclusion, verify_inclusion
from registry.model import Address, AnchorCheckpoint, CancelDeclaration, Status, Via, WorkId
from registry.ports import IntentState, LeafKind, NewLeaf
from registry.usecases.anchoring import root_at
from registry.usecases.viewer import Viewer, token_hash
from tests.chain.office import Office, open_office
from tests.chain.wallets import new_wallet
from tests.chain.worlds import World, new_account, random_hash
from tests.e2e.journey import wait_for


@pytest.fixture
def office(own_world: World, tmp_path: Path) -> Iterator[Office]:
    """A log belongs to an account and only grows, so each test has a chain of its own."""
    with open_office(own_world, tmp_path) as opened:
        yield opened


def settle(office: Office, *works: WorkId) -> None:
    office.settle(lambda: all(office.record(work) is not None for work in works))
    office.settle_outbox()


def test_one_anchor_dates_all_that_was_logged_before_it(office: Office, own_world: World) -> None:
    works = [office.log(new_account()).record.work_id for _ in range(3)]
    settle(office, *works)
    records = [office.record(work) for work in works]
    dated = [record.dated for record in records if record is not None and record.dated is not None]
    assert [one.leaf_index for one in dated] == [0, 1, 2]
    assert len({one.anchor for one in dated}) == 1
    assert len(office.items(IntentState.MINED)) == 1
    anchor = dated[0].anchor
    assert (anchor.log, anchor.size) == (own_world.gateway.operator, 3)
    with office.store.read() as unit:
        assert root_at(unit, 3) == anchor.root
        for one, record in zip(dated, records, strict=True):
            assert record is not None
            assert record.entry is not None
            proof = prove_inclusion(TiledNodes(unit.log, 3), one.leaf_index, 3)
            verify_inclusion(leaf_hash(record.entry.digest), one.leaf_index, 3, proof, anchor.root)


def test_the_log_grows_from_anchor_to_anchor_and_dates_stay(office: Office, own_world: World) -> None:
    first = office.log(new_account()).record.work_id
    settle(office, first)
    before = office.record(first)
    own_world.pass_time(60)
    second = office.log(new_account()).record.work_id
    settle(office, second)
    assert before is not None
    after, later = office.record(first), office.record(second)
    assert after is not None
    assert later is not None
    assert after.dated == before.dated
    assert later.dated is not None
    assert after.dated is not None
    assert later.dated.anchored_at > after.dated.anchored_at
    assert later.dated.anchor.size == 2
    with office.store.read() as unit:
        assert [anchor.size for anchor in unit.anchored.dating(None, 10)] == [2, 1]
        assert [anchor.size for anchor in unit.anchored.dating(2, 10)] == [1]


def test_what_is_anchored_after_its_deadline_expires_undated(office: Office, own_world: World) -> None:
    recorded = office.log(new_account(), lifetime=120)
    own_world.pass_time(300)
    settle(office)
    office.settle(lambda: bool(office.items(IntentState.MINED)))
    office.catch_up()
    record = office.record(recorded.record.work_id, Viewer.holding([recorded.receipt_token]))
    assert record is not None
    assert (record.status, record.anchored, record.dated) == (Status.EXPIRED, "none", None)
    assert office.record(recorded.record.work_id) is None


def test_a_wallet_is_asked_at_a_final_block_and_the_log_keeps_its_number(
    office: Office, own_world: World
) -> None:
    wallet = new_wallet(own_world)
    signature = wallet.accept(random_hash())
    draft_id, _ = office.draft(wallet)
    if own_world.name == "anvil":
        with pytest.raises(InvalidSignatureError):
            office.register(draft_id, signature, "log")
        own_world.ask("anvil_mine", hex(80))
    recorded = office.register(draft_id, signature, "log")
    final = own_world.gateway.final_number()
    assert recorded.record.entry is not None
    with office.store.read() as unit:
        [logged] = unit.log.places([recorded.record.entry.digest]).values()
    assert logged.logged.checked_at_block == final
    settle(office, recorded.record.work_id)


def test_a_lost_outbox_is_made_good_and_an_anchor_on_chain_is_not_sent_again(office: Office) -> None:
    first = office.log(new_account()).record.work_id
    settle(office, first)
    office.lose_outbox()
    assert office.sync.requeue_missing() == 0
    assert not office.anchor()
    second = office.log(new_account()).record.work_id
    assert office.anchor()
    office.lose_outbox()
    assert office.sync.requeue_missing() == 1
    assert office.sync.requeue_missing() == 0
    settle(office, second)
    office.lose_outbox()
    third = office.log(new_account()).record.work_id
    assert office.anchor()
    office.lose_outbox()
    assert office.anchor()
    assert not office.anchor()
    settle(office, third)
    with office.store.read() as unit:
        assert [anchor.size for anchor in unit.anchored.dating(None, 10)] == [3, 2, 1]


def test_somebody_else_who_anchors_our_root_dates_it_and_ours_comes_all_the_same(
    office: Office, own_world: World
) -> None:
    work = office.log(new_account()).record.work_id
    assert office.anchor()
    with office.store.read() as unit:
        root = root_at(unit, 1)
    stranger = own_world.person()
    assert own_world.act(stranger, AnchorCheckpoint(root, 1)).succeeded
    office.catch_up()
    record = office.record(work)
    assert record is not None
    assert record.dated is not None
    assert record.dated.anchor.log == Address(stranger.address)
    settle(office)
    with office.store.read() as unit:
        ours = unit.anchored.newest(own_world.gateway.operator)
    assert ours is not None
    assert ours.size == 1


@pytest.mark.parametrize("size", [1, 9, 2**64 - 1])
def test_an_anchor_of_ours_that_the_log_cannot_explain_stops_the_worker_loudly(
    office: Office, own_world: World, size: int
) -> None:
    office.log(new_account())
    assert own_world.act(own_world.operator, AnchorCheckpoint(random_hash(), size)).succeeded
    stranger = own_world.person()
    assert own_world.act(stranger, AnchorCheckpoint(random_hash(), 2**64 - 1)).succeeded
    office.catch_up()
    sent = len(office.items(IntentState.QUEUED))
    with pytest.raises(LogDivergedError) as caught:
        office.anchor()
    assert caught.value.facts["size"] == min(size, 2**63 - 1)
    loop = Loop("anchor", office.anchor, 0.01)
    loop.start()
    assert wait_for(lambda: loop.failure) == caught.value.message
    loop.stop()
    assert len(office.items(IntentState.QUEUED)) == sent


def test_a_bare_digest_that_is_dated_dates_its_statement_when_it_comes(office: Office) -> None:
    claimant = new_account()
    draft_id, registration = office.draft(claimant)
    entry = office.register.entry_of(draft_id, office.sign(claimant, registration), Via.LOG)
    assert entry is not None
    with office.store.write() as unit:
        unit.log.append([NewLeaf(entry.entry.digest, LeafKind.DIGEST, office.clock.now())])
    settle(office)
    office.settle(lambda: bool(office.items(IntentState.MINED)))
    office.catch_up()
    recorded = office.register(draft_id, entry.entry.signature, "log")
    assert recorded.record.dated is not None
    assert recorded.record.dated.leaf_index == 0
    assert office.record(recorded.record.work_id) is not None
    assert Address(claimant.address) == recorded.record.declaration.claimant


def test_a_dated_declaration_that_its_claimant_withdrew_can_be_declared_anew(
    office: Office, own_world: World
) -> None:
    claimant = own_world.person()
    first = office.log(claimant)
    settle(office, first.record.work_id)
    draft_id, registration = office.draft(claimant)
    again = replace(
        registration,
        declaration=replace(registration.declaration, content_hash=first.record.declaration.content_hash),
    )
    with office.store.write() as unit:
        draft = unit.drafts.get(token_hash(draft_id))
        assert draft is not None
        unit.drafts.put(replace(draft, registration=again))
    with pytest.raises(AlreadyRegisteredError):
        office.register(draft_id, office.sign(claimant, again), "log")
    act = CancelDeclaration(first.record.declaration)
    assert own_world.act(claimant, act).succeeded
    office.catch_up()
    withdrawn = office.record(first.record.work_id)
    assert withdrawn is not None
    assert withdrawn.cancelled
    assert withdrawn.dated is not None
    assert office.register(draft_id, office.sign(claimant, again), "log").record.anchored == "pending"
