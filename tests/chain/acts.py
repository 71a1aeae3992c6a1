"""What people do with works and offers, through a world."""

from __future__ import annotations

from eth_account.signers.local import LocalAccount

from registry.chain.abi import WORK_REGISTRY, artifact
from registry.model import (
    Address,
    Call,
    ChainEvent,
    Offer,
    Receipt,
    WorkId,
)
from tests.chain.worlds import COIN, World, new_account


def events_in(world: World, receipt: Receipt) -> list[ChainEvent]:
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    assert block.hash == receipt.block_hash
    found = world.gateway.events(block)
    return [event for event in found if event.transaction_hash == receipt.transaction_hash]


def purchase(
    world: World, offer: Offer, licensor: LocalAccount, buyer: LocalAccount, limit: int = COIN
) -> Call:
    signature = world.sign(licensor, offer)
    return world.gateway.call_purchase(offer, signature, Address(buyer.address), limit)


def estimate(world: World, sender: LocalAccount, call: Call) -> int:
    return world.gateway.estimate_gas(Address(sender.address), call)


def titled(world: World) -> tuple[LocalAccount, WorkId]:
    licensor = new_account()
    work, receipt = world.register_for(licensor)
    assert receipt.succeeded
    return licensor, work


def transfer(world: World, holder: LocalAccount, work: WorkId, to: str) -> None:
    function = artifact(WORK_REGISTRY).functions["transferFrom"]
    call = Call(world.gateway.contracts.work_registry, function.encode(holder.address, to, work.to_int()))
    world.send(world.operator, Call(Address(holder.address), b"", COIN // 10))
    assert world.send(holder, call).succeeded
