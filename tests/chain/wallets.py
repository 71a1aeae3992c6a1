"""A contract account whose owner can change, in a few bytes of code."""

from __future__ import annotations

from dataclasses import dataclass

from registry.chain import sending
from registry.model import Address, Call, Hash32, TransactionHash
from tests.chain.worlds import World

# 32 bytes of calldata become the word it accepts; anything else is taken for ERC-1271's question, and
# answered with the magic value if the signature begins with that word.
_RUNTIME = bytes.fromhex(
    "36602014601f57"  # calldatasize == 32: jump to the end
    "60643560005414"  # signature's first word == slot 0
    "631626ba7e60e01b02"  # times the magic value
    "60005260206000f3"  # returned
    "5b60003560005500"  # slot 0 = calldata
)
_CREATION = bytes.fromhex("602780600b6000396000f3") + _RUNTIME


@dataclass(frozen=True)
class Wallet:
    """It signs with the very word that it accepts at the time."""

    world: World
    address: Address

    def accept(self, word: Hash32) -> bytes:
        """Disown every signature made before; the one it makes now."""
        assert self.world.send(self.world.operator, Call(self.address, bytes(word))).succeeded
        return bytes(word)


def new_wallet(world: World) -> Wallet:
    """A wallet that nobody has seen."""
    gateway, sender = world.gateway, Address(world.operator.address)
    fields = {"nonce": gateway.next_nonce(sender), "value": 0, "data": _CREATION, "gas": 200_000}
    signed = sending.sign_fields(world.operator, gateway.contracts.chain_id, fields, gateway.fees())
    assert world.receipt(TransactionHash(gateway.broadcast(signed.raw))).succeeded
    told = world.ask("eth_getTransactionReceipt", str(signed.hash))
    return Wallet(world, Address(told["contractAddress"]))
