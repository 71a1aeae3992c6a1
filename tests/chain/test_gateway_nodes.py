"""Nodes that misbehave: silent, absent, of another chain, or changing their mind about blocks."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account
from web3 import Web3

from registry.chain.gateway import Gateway
from registry.chain.providers import NodeProvider, chain_id_of, request
from registry.errors import ChainMismatchError, ChainUnavailableError, InvalidValueError, NotFoundError
from registry.model import Address, Call, Contracts, Hash32, ProofLevel
from tests.chain.acts import title
from tests.chain.odd_nodes import answering
from tests.chain.worlds import COIN, World, anvil, world_over

LOG, REGISTRY, LEDGER, VAULT, DESK = (
    Address("0x" + digits * 20) for digits in ("11", "22", "33", "44", "55")
)
NOWHERE = Contracts(1, LOG, REGISTRY, LEDGER, VAULT, DESK, 0, Hash32(bytes(32)))


def gateway(provider: NodeProvider, contracts: Contracts = NOWHERE, confirmations: int = 1) -> Gateway:
    return Gateway(provider, contracts, Account.create(), confirmations, ProofLevel.LOCAL)


def test_a_closed_port_is_an_unavailable_chain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ChainUnavailableError, match="no connection"):
            gateway(NodeProvider(f"http://127.0.0.1:{taken.getsockname()[1]}"))


def test_a_node_that_never_answers_is_an_unavailable_chain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        node = NodeProvider(f"http://127.0.0.1:{silent.getsockname()[1]}", read_timeout_seconds=0.2)
        with pytest.raises(ChainUnavailableError, match="no answer in time"):
            gateway(node)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>sign in</html>", 200),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"jsonrpc": "2.0", "id": 0, "result": "one"}', 200),
        (b'{"jsonrpc": "2.0", "id": 0, "error": {"code": -32005, "message": "too many"}}', 200),
        (b'{"jsonrpc": "2.0", "id": 0, "error": null}', 200),
        (b'{"jsonrpc": "2.0", "id": 0, "error": {"code": null, "message": "no"}}', 200),
        (b'{"jsonrpc": "2.0", "id": 0, "result": ' + b"9" * 5_000 + b"}", 200),
        (b"", 503),
    ],
)
def test_a_node_that_talks_nonsense_is_an_unavailable_chain(body: bytes, status: int) -> None:
    with answering(body, status) as url, pytest.raises(ChainUnavailableError):
        gateway(NodeProvider(url))


def test_what_is_told_of_a_failing_node_does_not_hold_its_address() -> None:
    with answering(b"", 401) as url:
        with pytest.raises(ChainUnavailableError) as caught:
            chain_id_of(NodeProvider(f"{url}/v3/a-secret-key"))
        assert "secret" not in caught.value.message


def test_another_chain_than_the_contracts_are_on_is_refused(world: World) -> None:
    with pytest.raises(ChainMismatchError) as caught:
        Gateway(world.provider, NOWHERE, world.operator, 1, ProofLevel.LOCAL)
    assert caught.value.facts["expected"] == 1


def test_contracts_that_are_not_there_are_an_unavailable_chain(world: World) -> None:
    ours = world.gateway.contracts
    empty = replace(NOWHERE, chain_id=ours.chain_id, manifest_id=ours.manifest_id)
    with pytest.raises(ChainUnavailableError, match="no such contract"):
        Gateway(world.provider, empty, world.operator, 1, ProofLevel.LOCAL).desk_terms()


def test_at_least_one_confirmation_is_needed(world: World) -> None:
    with pytest.raises(InvalidValueError):
        Gateway(world.provider, world.gateway.contracts, world.operator, 0, ProofLevel.LOCAL)


def test_a_web3_object_is_as_good_as_its_provider(world: World) -> None:
    same = Gateway(Web3(world.provider), world.gateway.contracts, world.operator, 1, ProofLevel.LOCAL)
    assert same.block(0) == world.gateway.block(0)


def test_a_block_that_was_reorganised_away_has_no_events_and_its_transaction_no_receipt(
    tmp_path: Path,
) -> None:
    operator = Account.create()
    with anvil(tmp_path, "--chain-id", "1337") as node:
        request(node, "anvil_setBalance", operator.address, hex(10 * COIN))
        world = world_over(node, operator, tmp_path)
        snapshot = request(node, "evm_snapshot")
        claimant = Account.create()
        work, receipt = world.register_for(claimant)
        old = world.gateway.block(receipt.block_number)
        assert old is not None
        assert len(world.gateway.events(old)) == 2
        assert request(node, "evm_revert", snapshot)
        world.send(operator, Call(Address(operator.address), b"", 1))
        assert world.gateway.receipt(receipt.transaction_hash) is None
        assert title(world, work) is None
        replaced = world.gateway.block(receipt.block_number)
        assert replaced is not None
        assert replaced.hash != old.hash
        with pytest.raises(NotFoundError):
            world.gateway.events(old)
