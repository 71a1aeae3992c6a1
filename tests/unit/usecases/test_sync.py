"""Views follow the chain, are made again alike, and heal what a restored store has lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import statements
from registry.compose import open_registry
from registry.errors import AlreadyRegisteredError, DeploymentChangedError, NotFoundError
from registry.licensing.terms import STANDARD
from registry.model import Declaration, Hash32, Register, Status, TransactionRequest, Verdict, WorkId
from registry.ports import RegistrationEntry, WorkFilter
from registry.settings import Settings
from registry.usecases.offer import OfferTerms
from registry.usecases.viewer import NOBODY, Viewer
from tests.unit.usecases.conftest import House

TERMS = OfferTerms(STANDARD["commercial"], price=10**15)


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A registry that a test may stop, damage and open again."""
    house = House(open_registry(Settings.for_folder(tmp_path / "var")), tmp_path)
    house.registry.catch_up()
    yield house
    house.registry.close()


def _answers(house: House, viewer: Viewer) -> dict[str, object]:
    """All that the registry answers about what it holds."""
    registry = house.registry
    page = registry.list_works(WorkFilter(), None, 100)
    ids = [record.work_id for record in page.records]
    with registry.read_work.store.read() as unit:
        entries = [entry for _, entry in unit.journal.entries()]
    own = [entry.work_id for entry in entries if isinstance(entry, RegistrationEntry) and viewer.owns(entry)]
    return {
        "list": page,
        "records": [registry.read_work(work_id, viewer) for work_id in sorted({*ids, *own})],
        "history": [registry.read_history(work_id, viewer) for work_id in ids],
        "offers": [registry.read_offers.of_work(work_id) for work_id in ids],
        "search": registry.list_works(WorkFilter(text="picture"), None, 100),
    }


def test_a_rebuild_gives_the_same_answers_offers_pending_and_adverse_claims_included(house: House) -> None:
    file = house.file()
    first = house.register("ann", file)
    second = house.register("bob", file)
    house.register("cy", house.file())
    house.publish("ann", first, TERMS)
    house.fund("dee")
    house.buy("dee", house.publish("bob", second, TERMS).entry.offer)
    direct = house.submit("eve", house.file(), via="register")
    viewer = Viewer.holding([direct.receipt_token])
    before = _answers(house, viewer)
    house.registry.sync_chain.rebuild()
    after = _answers(house, viewer)
    assert after == before
    assert house.read(first).adverse_claims
    [(match, _)] = [
        found for found in house.registry.verify_file(file, NOBODY).matches if found[0].work_id == first
    ]
    assert match.judgement.verdict is Verdict.IDENTICAL


def test_a_claimant_registers_with_its_own_transaction(house: House) -> None:
    recorded = house.submit("fay", house.file(), via="register")
    assert recorded.call is not None
    house.fund("fay")
    work_id = recorded.record.work_id
    _send_registration(
        house, "fay", house.read(work_id, Viewer.holding([recorded.receipt_token])).declaration
    )
    house.settle(lambda: house.is_final(work_id))
    assert house.read(work_id).declaration.claimant == house.address("fay")


def _send_registration(house: House, name: str, declaration: Declaration) -> None:
    chain, sender = house.registry.chain, house.address(name)
    call = chain.call(Register(declaration))
    gas = chain.estimate_gas(sender, call)
    nonce = chain.next_nonce(sender)
    house.send(name, TransactionRequest(chain.contracts.chain_id, sender, nonce, call, gas, chain.fees()))


def test_a_work_that_came_to_the_chain_without_the_registry_is_shown_by_its_hashes(house: House) -> None:
    file = house.file()
    content_hash = house.registry.prepare_draft.extractor.extract(file).content_hash
    other = Hash32(b"\x05" * 32)
    declaration = Declaration(house.address("gus"), content_hash, other, other)
    house.fund("gus")
    _send_registration(house, "gus", declaration)
    work_id = statements.work_id(declaration)
    house.settle(lambda: house.find(work_id) is not None)
    record = house.read(work_id)
    assert (record.entry, record.status) == (None, Status.FINAL)
    [(match, found)] = house.registry.verify_file(file, NOBODY).matches
    assert (match.judgement.verdict, found.work_id) == (Verdict.IDENTICAL, work_id)
    rival = house.register("hal", file)
    assert [claim.work_id for claim in house.read(work_id).adverse_claims] == [rival]
    before = _answers(house, NOBODY)
    house.registry.sync_chain.rebuild()
    assert _answers(house, NOBODY) == before


def test_a_restored_journal_with_an_older_outbox_is_carried_after_all(own_house: House) -> None:
    house = own_house
    file = house.file()
    recorded = house.submit("ida", file)
    house.registry.close()
    with sqlite3.connect(house.folder / "var" / "store.db") as connection:
        for table in ("outbox_attempts", "outbox_nonces", "outbox"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names from the line above
    connection.close()
    house.registry = open_registry(Settings.for_folder(house.folder / "var"))
    house.registry.catch_up()
    assert house.registry.sync_chain.requeue_missing() == 1
    assert house.registry.sync_chain.requeue_missing() == 0
    work_id = recorded.record.work_id
    house.settle(lambda: house.is_final(work_id))
    with pytest.raises(AlreadyRegisteredError):
        house.submit("ida", file)


def test_a_store_of_another_chain_is_refused_and_left_alone(own_house: House) -> None:
    house = own_house
    work_id = house.register("jo", house.file())
    house.registry.close()
    var = house.folder / "var"
    for name in ("chain.db", "deployment.json"):
        (var / name).rename(house.folder / name)
    for leftover in var.glob("chain.db-*"):
        leftover.rename(house.folder / leftover.name)
    with pytest.raises(DeploymentChangedError):
        open_registry(Settings.for_folder(var))
    for name in ("chain.db", "deployment.json"):
        (house.folder / name).replace(var / name)
    for leftover in house.folder.glob("chain.db-*"):
        leftover.replace(var / leftover.name)
    house.registry = open_registry(Settings.for_folder(var))
    assert house.read(work_id).status is Status.FINAL


def test_an_unknown_work_is_not_found(house: House) -> None:
    with pytest.raises(NotFoundError):
        house.read(WorkId(bytes(32)))
