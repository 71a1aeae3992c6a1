"""A deployment worked out before anything is sent: every address, every constructor argument, every call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak

from registry.chain.abi import (
    CHECKPOINT_LOG,
    CONTRACT_FACTORY,
    CONTRACT_NAMES,
    DISPUTE_DESK,
    LICENSE_LEDGER,
    ROYALTY_VAULT,
    WORK_REGISTRY,
    artifact,
)
from registry.chain.shapes import create_address
from registry.model import Address, DeskTerms, Hash32

STEP_NAMES = (CONTRACT_FACTORY, *CONTRACT_NAMES)
PROXY_CODE = bytes.fromhex("67363d3d37363d34f03d5260086018f3")  # CREATE3 of Solady 0.1, `_PROXY_INITCODE`

# Which contracts each one is made with, by the name of its constructor's parameter and of its getter.
REFERENCES: dict[str, dict[str, str]] = {
    CHECKPOINT_LOG: {},
    WORK_REGISTRY: {
        "log": CHECKPOINT_LOG,
        "desk": DISPUTE_DESK,
        "ledger": LICENSE_LEDGER,
        "vault": ROYALTY_VAULT,
    },
    LICENSE_LEDGER: {"registry": WORK_REGISTRY, "vault": ROYALTY_VAULT, "desk": DISPUTE_DESK},
    ROYALTY_VAULT: {"registry": WORK_REGISTRY, "ledger": LICENSE_LEDGER},
    DISPUTE_DESK: {"registry": WORK_REGISTRY, "ledger": LICENSE_LEDGER},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from who deploys, from the nonce that makes the factory, and from the desk's terms."""

    deployer: Address
    factory_nonce: int
    terms: DeskTerms

    @property
    def factory(self) -> Address:
        """Where the factory lands (Yellow Paper, section 7)."""
        return _address(create_address(_bytes(self.deployer), self.factory_nonce))

    @property
    def addresses(self) -> dict[str, Address]:
        """Where the factory and each contract land, by name, in the order of their transactions."""
        landing = {
            name: create3_address(self.factory, self.deployer, salt_of(name)) for name in CONTRACT_NAMES
        }
        return {CONTRACT_FACTORY: self.factory, **landing}

    def arguments(self, name: str) -> dict[str, Any]:
        """What a contract is constructed with, by its constructor's parameters, in order; the bond in wei."""
        addresses = self.addresses
        arguments: dict[str, Any] = {
            parameter: str(addresses[other]) for parameter, other in REFERENCES.get(name, {}).items()
        }
        if name == DISPUTE_DESK:
            periods = (self.terms.escrow, self.terms.hold, self.terms.answer, self.terms.ruling)
            arguments |= {"arbiter": str(self.terms.arbiter), "bond": self.terms.bond, "periods": periods}
        return arguments

    def encoded_arguments(self, name: str) -> bytes:
        """The same, ABI-encoded."""
        return encode(constructor_types(name), list(self.arguments(name).values()))

    def creation_code(self, name: str) -> bytes:
        """What makes the contract: its creation code and the arguments."""
        return artifact(name).bytecode + self.encoded_arguments(name)

    def payload(self, name: str) -> bytes:
        """The data of the transaction: the factory's creation code, or a call to the factory."""
        code = self.creation_code(name)
        if name == CONTRACT_FACTORY:
            return code
        return artifact(CONTRACT_FACTORY).functions["deploy"].encode(salt_of(name), code)


def salt_of(name: str) -> Hash32:
    """The salt of a contract of this set. Another set of the same deployer has another factory."""
    return Hash32(keccak(text=f"Colophon {name}/1"))


def create3_address(factory: Address, deployer: Address, salt: Hash32) -> Address:
    """Where the factory's `deploy(salt, …)` lands when `deployer` calls it.

    The factory binds the salt to its sender; CREATE3 makes a proxy by CREATE2 (EIP-1014), whose first
    creation the contract is.
    """
    bound = keccak(encode(["address", "bytes32"], [deployer, salt]))
    proxy = keccak(b"\xff" + _bytes(factory) + bound + keccak(PROXY_CODE))[12:]
    return _address(create_address(proxy, 1))


def constructor_types(name: str) -> tuple[str, ...]:
    """The Solidity types of a constructor's parameters."""
    constructors = [entry for entry in artifact(name).abi if entry["type"] == "constructor"]
    return tuple(collapse_if_tuple(one) for entry in constructors for one in entry["inputs"])


def _bytes(address: Address) -> bytes:
    return bytes.fromhex(address[2:])


def _address(value: bytes) -> Address:
    return Address("0x" + value.hex())
