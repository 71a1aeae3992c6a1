"""Evidence of records that came in every way, on a chain of either kind; each bundle is verified as made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from registry.errors import EvidenceNotReadyError, NotFoundError
from registry.evidence import Given, Level, Report, verify_bundle
from registry.model import (
    Address,
    AnchorCheckpoint,
    Commit,
    Hash32,
    Inclusion,
    Register,
    RegisterFromLog,
    Reveal,
    WorkId,
)
from registry.statements import commitment, work_id
from registry.usecases.anchoring import root_at
from registry.usecases.viewer import NOBODY, Viewer
from tests.chain.office import HOUR, Office, open_office
from tests.chain.wallets import new_wallet
from tests.chain.worlds import COIN, World, declaration, random_hash


@pytest.fixture
def office(own_world: World, tmp_path: Path) -> Iterator[Office]:
    """A log belongs to an account and only grows, so each test has a chain of its own."""
    with open_office(own_world, tmp_path) as opened:
        yield opened


@dataclass(frozen=True)
class Node:
    """A witness that asks the world's own node."""

    world: World
    name: str = "the node"

    def chain_id(self) -> int:
        return self.world.gateway.contracts.chain_id

    def block_hash(self, number: int) -> Hash32 | None:
        block = self.world.gateway.block(number)
        return block.hash if block else None


def bundle_of(office: Office, work: WorkId) -> tuple[dict[str, Any], Report]:
    """The bundle, and what a verifier says who trusts the node."""
    bundle = office.evidence(work, NOBODY).bundle
    return json.loads(bundle), verify_bundle(bundle, Given(witness=Node(office.world)))


def beside(office: Office, *levels: Level) -> tuple[Level, ...]:
    """These limits, and what the embedded chain adds to them."""
    local = (Level.LOCAL_CHAIN,) if office.world.name == "embedded" else ()
    return (*local, *levels)


def settle(office: Office, *works: WorkId) -> None:
    office.settle(lambda: all(office.record(work) is not None for work in works))
    office.settle_outbox()


def test_each_leaf_under_one_anchor_has_its_own_bundle(office: Office) -> None:
    works = [office.log(office.world.person(0)).record.work_id for _ in range(5)]
    settle(office, *works)
    for place, work in enumerate(works):
        document, report = bundle_of(office, work)
        assert report.limits == beside(office)
        assert (document["kind"], document["log"]["leaf_index"]) == ("log", str(place))
        with office.store.read() as unit:
            stored = unit.log.checkpoint(int(document["log"]["size"]))
        assert stored is not None
        assert document["log"]["checkpoint"].encode() == stored.note


def test_a_strangers_anchor_of_a_size_that_was_never_signed_dates_a_bundle_too(office: Office) -> None:
    recorded = [office.log(office.world.person(0)) for _ in range(3)]
    with office.store.read() as unit:
        root = root_at(unit, 2)
    stranger = office.world.person(COIN)
    assert office.world.act(stranger, AnchorCheckpoint(root, 2)).succeeded
    office.catch_up()
    document, report = bundle_of(office, recorded[0].record.work_id)
    assert report.limits == beside(office)
    assert (document["log"]["account"], document["log"]["size"]) == (stranger.address, "2")
    settle(office, recorded[2].record.work_id)


def test_a_title_made_from_the_log_is_a_later_event(office: Office) -> None:
    work = office.log(office.world.person(0)).record.work_id
    settle(office, work)
    before, _ = bundle_of(office, work)
    told = before["log"]
    record = office.record(work)
    assert record is not None
    assert record.entry is not None
    siblings = tuple(map(Hash32.parse, told["inclusion"]))
    place = (int(told["size"]), int(told["leaf_index"]))
    inclusion = Inclusion(Address(told["account"]), Hash32.parse(told["root"]), *place, siblings)
    act = RegisterFromLog(record.entry.registration, record.entry.signature, inclusion)
    assert office.world.act(office.world.person(COIN), act).succeeded
    office.catch_up()
    after, report = bundle_of(office, work)
    assert report.limits == beside(office)
    assert {name: after[name] for name in after if name not in ("later", "checksum")} == {
        name: before[name] for name in before if name not in ("later", "checksum")
    }
    signatures = [event["signature"].partition("(")[0] for event in after["later"]["proven"]]
    assert sorted(signatures) == ["Transfer", "WorkRegistered"]


def test_a_wallets_signature_is_said_to_be_checked_when_it_was_logged(office: Office) -> None:
    world = office.world
    wallet = new_wallet(world)
    signature = wallet.accept(random_hash())
    if world.name == "anvil":
        world.ask("anvil_mine", hex(80))
    draft_id, _ = office.draft(wallet)
    work = office.register(draft_id, signature, "log").record.work_id
    settle(office, work)
    wallet.accept(random_hash())  # it would not accept it any more
    document, report = bundle_of(office, work)
    assert report.limits == beside(office, Level.UP_TO_THE_SIGNATURE)
    signer = document["statement"]["signer"]
    assert signer["check"] == "contract-checked-at-block"
    block = world.gateway.block(signer["block_number"])
    assert block is not None
    assert signer["block_hash"] == str(block.hash)


def test_a_wallets_title_is_said_to_be_checked_in_its_block(office: Office) -> None:
    wallet = new_wallet(office.world)
    signature = wallet.accept(random_hash())
    draft_id, _ = office.draft(wallet)
    work = office.register(draft_id, signature, "registerFor").record.work_id
    settle(office, work)
    document, report = bundle_of(office, work)
    assert report.limits == beside(office, Level.UP_TO_THE_SIGNATURE)
    assert document["statement"]["signer"]["block_hash"] == document["event"]["block_hash"]


def test_a_date_from_a_commitment_is_the_contracts_word(office: Office) -> None:
    world, claimant, salt = office.world, office.world.person(COIN), random_hash()
    registration = world.registration(claimant)
    work = work_id(registration.declaration)
    assert world.act(claimant, Commit(commitment(work, salt))).succeeded
    world.pass_time(HOUR)
    assert world.act(claimant, Reveal(registration, salt, world.sign(claimant, registration))).succeeded
    office.catch_up()
    _, report = bundle_of(office, work)
    assert report.limits == beside(office, Level.UP_TO_THE_SIGNATURE, Level.UP_TO_THE_EARLIER_DATE)


def test_what_a_claimant_sent_alone_has_neither_signature_nor_documents(office: Office) -> None:
    claimant = office.world.person(COIN)
    declared = declaration(claimant)
    assert office.world.act(claimant, Register(declared)).succeeded
    office.catch_up()
    document, report = bundle_of(office, work_id(declared))
    assert report.limits == beside(office, Level.UP_TO_THE_SIGNATURE)
    assert document["kind"] == "title"
    assert document["statement"]["signer"]["check"] == "transaction"
    assert (document["metadata"], document["fingerprint"]) == (None, None)


def test_a_pending_record_is_not_proven_to_its_owner_and_unknown_to_others(office: Office) -> None:
    recorded = office.log(office.world.person(0))
    work = recorded.record.work_id
    with pytest.raises(EvidenceNotReadyError) as refused:
        office.evidence(work, Viewer.holding([recorded.receipt_token]))
    assert refused.value.facts["state"] == "pending"
    with pytest.raises(NotFoundError):
        office.evidence(work, NOBODY)
