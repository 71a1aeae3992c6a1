"""Acts into calls: domain values in, calldata out."""

from __future__ import annotations

from dataclasses import fields
from functools import singledispatch
from typing import Any

from registry.chain.abi import Function, artifact
from registry.model import (
    Act,
    Address,
    Answer,
    Call,
    Contracts,
    Declaration,
    DisputeId,
    GrantId,
    Inclusion,
    Offer,
    OpenDispute,
    Registration,
    Sale,
    ShareTable,
    Supplement,
    WorkId,
)

_IS_VALID_SIGNATURE = Function(bytes.fromhex("1626ba7e"), ("bytes32", "bytes"), ("bytes4",))  # ERC-1271
ERC1271_ACCEPTS = bytes.fromhex("1626ba7e")


def call_of(contracts: Contracts, act: Act) -> Call:
    """The call that is this act. Its fields are the function's arguments, but for a bond, its value."""
    arguments = [
        abi_value(getattr(act, one.name))
        for one in fields(act)
        if not (isinstance(act, OpenDispute) and one.name == "bond")
    ]
    function = artifact(act.contract).functions[act.function]
    return Call(contracts.addresses[act.contract], function.encode(*arguments), act.value)


def is_valid_signature(signer: Address, digest: bytes, signature: bytes) -> Call:
    """ERC-1271's `isValidSignature` of a contract account."""
    return Call(signer, _IS_VALID_SIGNATURE.encode(digest, signature))


@singledispatch
def abi_value(value: Any) -> Any:  # noqa: ANN401  # whatever the ABI encoder takes
    """A domain value as the ABI encoder takes it: structs as tuples in the order of the contract."""
    return value


@abi_value.register(WorkId)
@abi_value.register(GrantId)
@abi_value.register(DisputeId)
def _id(value: WorkId | GrantId | DisputeId) -> int:
    return value.to_int()  # ids are uint256, since ERC-721 has them so


@abi_value.register
def _several(value: tuple) -> list[Any]:  # type: ignore[type-arg]  # dispatch takes no parameters
    return [abi_value(one) for one in value]


@abi_value.register
def _declaration(value: Declaration) -> tuple[object, ...]:
    return (
        value.claimant,
        bytes(value.content_hash),
        bytes(value.fingerprint_hash),
        bytes(value.metadata_hash),
        [parent.to_int() for parent in value.parents],
        value.previous.to_int() if value.previous else 0,
    )


@abi_value.register(Registration)
@abi_value.register(Supplement)
@abi_value.register(Sale)
@abi_value.register(ShareTable)
@abi_value.register(Answer)
@abi_value.register(Inclusion)
def _in_order(value: Any) -> tuple[object, ...]:  # noqa: ANN401  # the structs whose fields stand in the contract's order
    return tuple(abi_value(getattr(value, one.name)) for one in fields(value))


@abi_value.register
def _offer(value: Offer) -> tuple[object, ...]:
    return (
        value.licensor,
        value.work_id.to_int(),
        value.series,
        bytes(value.terms_hash),
        int(value.flags),
        value.currency,
        value.price,
        value.royalty_bps,
        value.max_grants,
        value.licensee,
        value.valid_from,
        value.valid_until,
        value.duration,
        value.carrier,
        value.carrier_bps,
        bytes(value.salt),
    )
