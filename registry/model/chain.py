"""What is exchanged with a chain: blocks, events, calls, transactions, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.model.values import Address, GrantId, Hash32, TransactionHash, WorkId


@dataclass(frozen=True, slots=True)
class Block:
    """A block's place in the chain; `timestamp` in Unix seconds."""

    number: int
    hash: Hash32
    parent_hash: Hash32
    timestamp: int


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """A contract's event, decoded.

    `facts` are JSON values: addresses and hashes as text, integers that may pass 2^53 as decimal strings.
    They are what the views keep, so they print the same whichever node told them.
    """

    block_number: int
    log_index: int
    transaction_hash: TransactionHash
    contract: str
    name: str
    facts: Mapping[str, object]
    work_id: WorkId | None = None
    grant_id: GrantId | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A contract call to be sent: calldata for `to`, with `value` in wei."""

    to: Address
    data: bytes
    value: int = 0


@dataclass(frozen=True, slots=True)
class Fees:
    """EIP-1559 fees in wei per gas."""

    max_fee: int
    max_priority_fee: int


@dataclass(frozen=True, slots=True)
class TransactionRequest:
    """A complete unsigned EIP-1559 transaction, for whoever holds the key of `sender`."""

    chain_id: int
    sender: Address
    nonce: int
    call: Call
    gas: int
    fees: Fees


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """The exact bytes that were signed; broadcasting them twice has one effect."""

    hash: TransactionHash
    raw: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction."""

    transaction_hash: TransactionHash
    block_number: int
    block_hash: Hash32
    succeeded: bool
    gas_used: int


@dataclass(frozen=True, slots=True)
class Contracts:
    """One deployment of the contract set: what every signature and record is bound to."""

    chain_id: int
    work_registry: Address
    license_ledger: Address
    deployed_at_block: int
    manifest_id: Hash32


@dataclass(frozen=True, slots=True)
class Title:
    """A title as the registry contract holds it now."""

    work_id: WorkId
    holder: Address
    effective_date: int
    series: int
