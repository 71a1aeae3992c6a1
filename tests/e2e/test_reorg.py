"""Real reorganisations of a real node: records go back to pending and come out right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.chain.deployment import deploy, public_terms
from registry.chain.providers import NodeProvider
from registry.compose import open_registry
from registry.errors import ChainUnavailableError, DeepReorgError, NotFoundError
from registry.keys.keystore import unlock_file
from registry.model import Address, ProofLevel, Status
from registry.ports import IntentState
from registry.settings import Settings
from registry.usecases.viewer import Viewer
from tests.e2e.anvil import Anvil, free_port, operator_environment, running_anvil
from tests.unit.usecases.conftest import House

ON, OFF = [True], [False]


@pytest.fixture
def node() -> Iterator[Anvil]:
    with running_anvil() as anvil:
        yield anvil


@pytest.fixture
def house(node: Anvil, tmp_path: Path) -> Iterator[House]:
    house = _house(node, tmp_path)
    yield house
    house.registry.close()


def _house(node: Anvil, folder: Path) -> House:
    environment = operator_environment(folder, node)
    operator = unlock_file(
        Path(environment["COLOPHON_OPERATOR_KEYSTORE"]),
        Path(environment["COLOPHON_OPERATOR_PASSPHRASE_FILE"]),
    )
    terms = public_terms(Address(operator.address))
    deploy(NodeProvider(node.url), operator, Path(environment["COLOPHON_DEPLOYMENT"]), terms)
    house = House(open_registry(Settings.from_environment(environment)), folder)
    house.registry.catch_up()
    return house


def test_a_record_dropped_by_a_reorg_is_pending_again_and_then_recorded_once(
    house: House, node: Anvil
) -> None:
    node.ask("anvil_mine", "0x5")
    recorded = house.submit("ann", house.file())
    work_id, owner = recorded.record.work_id, Viewer.holding([recorded.receipt_token])
    house.settle(lambda: house.find(work_id) is not None)
    confirmed = house.read(work_id)
    assert (confirmed.status, confirmed.confirmations) == (Status.CONFIRMED, 1)
    assert confirmed.registration_number is None
    assert confirmed.proof_level is ProofLevel.PUBLIC_TESTNET
    with house.registry.read_work.store.read() as unit:
        [item] = unit.outbox.items_of(work_id)
    assert item.state is IntentState.MINED or house.registry.send_intents()

    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 3, [])
    house.registry.catch_up()
    assert house.read(work_id, owner).status is Status.PENDING
    with pytest.raises(NotFoundError):
        house.read(work_id)

    node.ask("evm_setAutomine", *ON)
    house.settle(lambda: house.find(work_id) is not None)
    history = house.registry.read_history(work_id, owner)
    assert [item.what for item in history].count("WorkRegistered") == 1
    with house.registry.read_work.store.read() as unit:
        [item] = unit.outbox.items_of(work_id)
    assert len({attempt.request.nonce for attempt in item.attempts}) == 1


def test_an_anchor_dropped_by_a_reorg_is_sent_again_and_dates_its_leaves_anew(
    house: House, node: Anvil
) -> None:
    node.ask("anvil_mine", "0x5")
    recorded = [house.submit("ada", house.file(), "log") for _ in range(2)]
    owner = Viewer.holding(one.receipt_token for one in recorded)
    works = [one.record.work_id for one in recorded]
    house.settle(lambda: all(house.find(work_id) is not None for work_id in works))
    house.step()
    first = house.read(works[1])
    assert first.dated is not None
    assert (first.status, first.confirmations, first.anchored) == (Status.CONFIRMED, 1, "confirmed")
    assert first.registration_number is None

    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 3, [])
    house.registry.catch_up()
    for work_id in works:
        record = house.read(work_id, owner)
        assert (record.status, record.anchored, record.dated) == (Status.PENDING, "pending", None)
        with pytest.raises(NotFoundError):
            house.read(work_id)
    assert not house.registry.anchor_log()

    node.ask("evm_setAutomine", *ON)
    house.settle(lambda: all(house.find(work_id) is not None for work_id in works))
    house.step()
    again = house.read(works[1])
    assert again.dated is not None
    assert again.dated.leaf_index == first.dated.leaf_index
    assert again.dated.anchor.root == first.dated.anchor.root
    node.ask("anvil_mine", "0x50")
    house.registry.catch_up()
    assert house.read(works[1]).registration_number == "11155111-L2"
    with house.registry.read_work.store.read() as unit:
        assert [anchor.size for anchor in unit.anchored.dating(None, 10)] == [2]


def test_a_block_that_sync_never_saw_takes_nothing_with_it(house: House, node: Anvil) -> None:
    node.ask("anvil_mine", "0x5")
    house.registry.catch_up()
    work_id = house.submit("eve", house.file()).record.work_id
    house.registry.send_intents()
    house.registry.send_intents()  # the receipt is there, its block is not taken in
    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 1, [])
    node.ask("evm_setAutomine", *ON)
    house.settle(lambda: house.find(work_id) is not None)
    assert house.read(work_id).status is Status.CONFIRMED


def test_a_rebuild_after_a_reorg_carries_again_what_the_chain_has_dropped(house: House, node: Anvil) -> None:
    node.ask("anvil_mine", "0x5")
    work_id = house.submit("fay", house.file()).record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    house.step()
    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 3, [])
    house.registry.sync_chain.rebuild()
    assert house.registry.sync_chain.requeue_missing() == 1
    node.ask("evm_setAutomine", *ON)
    house.settle(lambda: house.find(work_id) is not None)


def test_a_record_is_confirmed_n_of_n_and_final_with_a_number(house: House, node: Anvil) -> None:
    work_id = house.submit("bob", house.file()).record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    node.ask("anvil_mine", "0x3")
    house.registry.catch_up()
    assert house.read(work_id).confirmations == 4
    node.ask("anvil_mine", "0x50")
    house.registry.catch_up()
    record = house.read(work_id)
    assert record.title is not None
    assert (record.status, record.confirmations) == (Status.FINAL, record.confirmations_needed)
    assert record.registration_number == f"11155111-T{record.title.block_number}-{record.title.log_index}"


def test_a_reorg_under_finality_stops_the_sync_and_touches_nothing(house: House, node: Anvil) -> None:
    work_id = house.submit("cy", house.file()).record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    node.ask("anvil_mine", "0x50")
    house.registry.catch_up()
    before = house.read(work_id)
    node.ask("anvil_reorg", 81, [])
    with pytest.raises(DeepReorgError):
        house.registry.catch_up()
    assert house.read(work_id) == before


def test_while_the_chain_does_not_answer_statements_are_kept_and_carried_later(tmp_path: Path) -> None:
    port, state = free_port(), tmp_path / "anvil.json"
    with running_anvil(port, state) as node:
        house = _house(node, tmp_path)
    recorded = house.submit("dee", house.file())
    with pytest.raises(ChainUnavailableError):
        house.registry.send_intents()
    with pytest.raises(ChainUnavailableError):
        house.registry.catch_up()
    assert "chain" in house.registry.health().problems
    with house.registry.read_work.store.read() as unit:
        [item] = unit.outbox.items_of(recorded.record.work_id)
    assert item.state is IntentState.QUEUED
    with running_anvil(port, state):
        house.settle(lambda: house.find(recorded.record.work_id) is not None)
    house.registry.close()
