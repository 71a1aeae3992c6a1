"""What people do with works and offers, through a world."""

from __future__ import annotations

from eth_account.signers.local import LocalAccount

from registry.chain.abi import WORK_REGISTRY, artifact
from registry.chain.wire import RpcError, data
from registry.model import Address, Call, ChainEvent, Offer, Purchase, Receipt, TransferTitle, WorkId
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
    return world.gateway.call(Purchase(offer, signature, Address(buyer.address), limit))


def estimate(world: World, sender: LocalAccount, call: Call) -> int:
    return world.gateway.estimate_gas(Address(sender.address), call)


def titled(world: World) -> tuple[LocalAccount, WorkId]:
    licensor = new_account()
    work, receipt = world.register_for(licensor)
    assert receipt.succeeded
    return licensor, work


def transfer(world: World, holder: LocalAccount, work: WorkId, to: str) -> None:
    world.send(world.operator, Call(Address(holder.address), b"", COIN // 10))
    assert world.act(holder, TransferTitle(Address(holder.address), Address(to), work)).succeeded


def title(world: World, work: WorkId) -> tuple[Address, int, int] | None:
    """Holder, effective date and series as the contract has them now; None if there is no title."""
    function = artifact(WORK_REGISTRY).functions["titleOf"]
    fields = {
        "from": world.operator.address,
        "to": str(world.gateway.contracts.work_registry),
        "data": data(function.encode(work.to_int())),
    }
    try:
        found = world.ask("eth_call", fields, "latest")
    except RpcError:
        return None
    holder, effective_date, series, _ = function.decode(bytes.fromhex(found[2:]))
    return Address(holder), effective_date, series
