"""Logs into ChainEvents, the same on every node: JSON values only, ids and hashes as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from eth_utils.crypto import keccak

from registry.canonical import SAFE_INTEGER
from registry.chain.abi import LICENSE_LEDGER, WORK_REGISTRY, Parameter, artifact
from registry.model import Address, ChainEvent, Contracts, GrantId, Hash32, TransactionHash, WorkId

# Solady's ERC-721 calls a token `id` where ERC-721 says `tokenId`.
_RENAMED = {"id": "token_id"}
_IDS = frozenset({"work_id", "grant_id", "token_id", "dispute_id", "parent", "derivative", "previous"})
_NONE_AS_ZERO = frozenset({"previous", "derivative"})
_SMALL_INTEGER = re.compile(r"u?int(8|16|24|32|40|48|56|64)")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def decode_log(log: Mapping[str, Any], contracts: Contracts) -> ChainEvent | None:
    """A JSON-RPC log of one of our contracts; None for a log without a known event."""
    contract = _contract_at(Address(log["address"]), contracts)
    topics = [bytes.fromhex(topic[2:]) for topic in log["topics"]]
    if contract is None or not topics:
        return None
    event = artifact(contract).events.get(topics[0])
    if event is None:
        return None
    values = event.decode(topics[1:], bytes.fromhex(log["data"][2:]))
    facts = {fact_name(one.name): _fact(one, values[one.name]) for one in event.parameters}
    work_id, grant_id = _subjects(contract, facts)
    return ChainEvent(
        block_number=int(log["blockNumber"], 16),
        log_index=int(log["logIndex"], 16),
        transaction_hash=TransactionHash.parse(log["transactionHash"]),
        contract=contract,
        name=event.name,
        facts=facts,
        work_id=work_id,
        grant_id=grant_id,
    )


def fact_name(name: str) -> str:
    """A Solidity parameter's name in snake case; a token's id is always `token_id`."""
    snake = _CAPITAL.sub("_", name).lower()
    return _RENAMED.get(snake, snake)


def in_bloom(bloom: bytes, value: bytes) -> bool:
    """Whether a logs bloom (256 bytes) may contain an address or topic (Yellow Paper, section 4.3.1)."""
    bits = int.from_bytes(bloom, "big")
    digest = keccak(value)
    places = (int.from_bytes(digest[start : start + 2], "big") % 2048 for start in (0, 2, 4))
    return all(bits >> place & 1 for place in places)


def _contract_at(address: Address, contracts: Contracts) -> str | None:
    return next((name for name, its in contracts.addresses.items() if its == address), None)


def _fact(parameter: Parameter, value: Any) -> object:  # noqa: ANN401  # whatever the ABI decodes to
    if parameter.fields:
        pairs = zip(parameter.fields, value, strict=True)
        return {fact_name(field.name): _fact(field, inner) for field, inner in pairs}
    name = fact_name(parameter.name)
    if name in _IDS:
        return None if name in _NONE_AS_ZERO and value == 0 else str(Hash32.from_int(value))
    match value:
        case int() if not isinstance(value, bool):
            small = _SMALL_INTEGER.fullmatch(parameter.type) and abs(value) <= SAFE_INTEGER
            return value if small else str(value)
        case bytes():
            return f"0x{value.hex()}"
        case list() | tuple():
            return [_element(parameter.type, one) for one in value]
        case _:
            return str(Address(str(value))) if parameter.type == "address" else value


def _element(kind: str, value: Any) -> object:  # noqa: ANN401  # whatever the ABI decodes to
    match kind:
        case "uint256[]":  # parents, which are ids
            return str(Hash32.from_int(value))
        case "address[]":
            return str(Address(value))
        case _:
            return value


def _subjects(contract: str, facts: Mapping[str, Any]) -> tuple[WorkId | None, GrantId | None]:
    work = facts.get("work_id") or facts.get("offer", {}).get("work_id")
    grant = facts.get("grant_id")
    if contract == WORK_REGISTRY:
        work = work or facts.get("token_id")
    elif contract == LICENSE_LEDGER:
        grant = grant or facts.get("token_id")
    return WorkId.parse(work) if work else None, GrantId.parse(grant) if grant else None
