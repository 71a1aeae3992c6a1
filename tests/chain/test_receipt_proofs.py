"""Receipts proven from what a chain of either kind tells."""

from __future__ import annotations

from typing import Any

import pytest
from web3.providers.base import BaseProvider

from registry.chain.gateway import Gateway
from registry.errors import ChainUnavailableError, NotFoundError
from registry.evidence import verify_receipt, work_registered_at
from registry.model import ChainEvent, RegisterFor, TransactionHash
from tests.chain.worlds import World, random_hash

ON, OFF = [True], [False]


class Between(BaseProvider):
    """A node that lacks a method, or tells something else of every receipt."""

    def __init__(self, node: BaseProvider, *, lacks: str = "", told: dict[str, Any] | None = None) -> None:
        super().__init__()
        self._node, self._lacks, self._told = node, lacks, told

    def make_request(self, method: Any, params: Any) -> Any:  # noqa: ANN401  # web3's signature
        if method == self._lacks:
            return {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no such method"}}
        answer: Any = self._node.make_request(method, params)
        if self._told and method == "eth_getTransactionReceipt":
            return {**answer, "result": {**answer["result"], **self._told}}
        return answer


def through(world: World, node: BaseProvider) -> Gateway:
    gateway = world.gateway
    return Gateway(node, gateway.contracts, world.operator, 3, gateway.proof_level)


def several(world: World) -> list[TransactionHash]:
    """Registrations sent together, so that a chain may put them into one block."""
    claimant = world.person()
    statements = [world.registration(claimant) for _ in range(3)]
    calls = [world.gateway.call(RegisterFor(one, world.sign(claimant, one))) for one in statements]
    nonce = world.gateway.next_nonce(world.gateway.operator)
    if world.clock is None:
        world.ask("evm_setAutomine", *OFF)
    sent = [
        world.gateway.broadcast(world.signed(world.operator, call, nonce=nonce + place))
        for place, call in enumerate(calls)
    ]
    if world.clock is None:
        world.ask("evm_mine")
        world.ask("evm_setAutomine", *ON)
    for one in sent:
        world.receipt(one)
    return sent


def registered(world: World, transaction_hash: TransactionHash) -> ChainEvent:
    receipt = world.receipt(transaction_hash)
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    [event] = [
        one
        for one in world.gateway.events(block)
        if (one.transaction_hash, one.name) == (transaction_hash, "WorkRegistered")
    ]
    return event


def test_each_receipt_of_a_block_is_proven_with_the_place_of_its_event(world: World) -> None:
    for transaction_hash in several(world):
        event = registered(world, transaction_hash)
        found = world.gateway.receipt_proof(transaction_hash)
        proven = verify_receipt(found.proof, world.receipt(transaction_hash).block_hash)
        told = work_registered_at(
            proven.receipt,
            event.log_index - found.first_log_index,
            world.gateway.contracts.work_registry,
        )
        assert told.work_id == event.work_id


def test_a_node_that_tells_receipts_one_by_one_gives_the_same_proof(world: World) -> None:
    transaction_hash = several(world)[-1]
    without = through(world, Between(world.provider, lacks="eth_getBlockReceipts"))
    assert without.receipt_proof(transaction_hash) == world.gateway.receipt_proof(transaction_hash)


def test_a_transaction_that_is_not_mined_has_no_proof(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.gateway.receipt_proof(TransactionHash(random_hash()))


def test_a_node_that_contradicts_its_own_block_is_not_believed(world: World) -> None:
    transaction_hash = several(world)[0]
    told: dict[str, Any]
    for told in ({"status": "0x0"}, {"cumulativeGasUsed": "0x1"}, {"logs": []}, {"logs": None}):
        lying = through(world, Between(world.provider, lacks="eth_getBlockReceipts", told=told))
        with pytest.raises(ChainUnavailableError):
            lying.receipt_proof(transaction_hash)
    moved = Between(world.provider, lacks="eth_getBlockReceipts", told={"blockHash": "0x" + "11" * 32})
    with pytest.raises(NotFoundError):
        through(world, moved).receipt_proof(transaction_hash)


def test_an_event_has_its_types_for_a_signature(world: World) -> None:
    event = registered(world, several(world)[0])
    assert world.gateway.event_signature(event) == (
        "WorkRegistered(uint256,address,bytes32,bytes32,bytes32,uint256[],uint256,bool,uint64)"
    )
