"""Calls of the contracts: domain values in, calldata out."""

from __future__ import annotations

from registry.chain.abi import LICENSE_LEDGER, WORK_REGISTRY, Function, artifact
from registry.model import ZERO_ADDRESS, Address, Call, Contracts, Declaration, Offer, Registration

_IS_VALID_SIGNATURE = Function(bytes.fromhex("1626ba7e"), ("bytes32", "bytes"), ("bytes4",))  # ERC-1271
ERC1271_ACCEPTS = bytes.fromhex("1626ba7e")


def declaration_tuple(declaration: Declaration) -> tuple[object, ...]:
    """A declaration in the order of the struct."""
    return (
        declaration.claimant,
        bytes(declaration.content_hash),
        bytes(declaration.fingerprint_hash),
        bytes(declaration.metadata_hash),
        [parent.to_int() for parent in declaration.parents],
        declaration.previous.to_int() if declaration.previous else 0,
    )


def offer_tuple(offer: Offer) -> tuple[object, ...]:
    """An offer in the order of the struct."""
    return (
        offer.licensor,
        offer.work_id.to_int(),
        offer.series,
        bytes(offer.terms_hash),
        int(offer.flags),
        offer.currency,
        offer.price,
        offer.royalty_bps,
        offer.max_grants,
        offer.licensee,
        offer.valid_from,
        offer.valid_until,
        offer.duration,
        offer.carrier,
        offer.carrier_bps,
        bytes(offer.salt),
    )


def register(contracts: Contracts, declaration: Declaration) -> Call:
    """`WorkRegistry.register`."""
    function = artifact(WORK_REGISTRY).functions["register"]
    return Call(contracts.work_registry, function.encode(declaration_tuple(declaration)))


def register_for(contracts: Contracts, registration: Registration, signature: bytes) -> Call:
    """`WorkRegistry.registerFor`."""
    function = artifact(WORK_REGISTRY).functions["registerFor"]
    statement = (declaration_tuple(registration.declaration), registration.deadline)
    return Call(contracts.work_registry, function.encode(statement, signature))


def purchase(contracts: Contracts, offer: Offer, signature: bytes, licensee: Address, max_price: int) -> Call:
    """`LicenseLedger.purchase`, with the price as value where it is in the native coin."""
    function = artifact(LICENSE_LEDGER).functions["purchase"]
    payload = function.encode(offer_tuple(offer), signature, licensee, max_price)
    return Call(contracts.license_ledger, payload, offer.price if offer.currency == ZERO_ADDRESS else 0)


def is_valid_signature(signer: Address, digest: bytes, signature: bytes) -> Call:
    """ERC-1271's `isValidSignature` of a contract account."""
    return Call(signer, _IS_VALID_SIGNATURE.encode(digest, signature))
