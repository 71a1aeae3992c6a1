"""What is exchanged with a chain: blocks, events, calls, transactions, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.errors import InvalidValueError
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
    checkpoint_log: Address
    work_registry: Address
    license_ledger: Address
    royalty_vault: Address
    dispute_desk: Address
    deployed_at_block: int
    manifest_id: Hash32

    @property
    def addresses(self) -> dict[str, Address]:
        """Each contract's address by its name."""
        return {
            "CheckpointLog": self.checkpoint_log,
            "WorkRegistry": self.work_registry,
            "LicenseLedger": self.license_ledger,
            "RoyaltyVault": self.royalty_vault,
            "DisputeDesk": self.dispute_desk,
        }


@dataclass(frozen=True, slots=True)
class DeskTerms:
    """What a dispute desk is opened with: who decides, a dispute's bond in wei, periods in seconds.

    Raises:
        InvalidValueError: Periods that leave no time to answer, to rule, or to wait for a ruling.
    """

    arbiter: Address
    bond: int
    escrow: int
    hold: int
    answer: int
    ruling: int

    def __post_init__(self) -> None:
        if not 0 < self.answer < self.ruling <= self.hold < 2**32:
            raise InvalidValueError("periods", "0 < answer < ruling <= hold does not hold")
        if not 0 < self.escrow < 2**32:
            raise InvalidValueError("escrow", "must be a second or more")
        if not 0 <= self.bond < 2**96:
            raise InvalidValueError("bond", "must not be negative")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Who may take over from an account, after how many seconds, and since when (Unix) that runs."""

    account: Address
    successor: Address
    delay: int
    started_at: int | None

    def is_complete(self, now: int) -> bool:
        """Whether the successor speaks for the account at a Unix second."""
        return self.started_at is not None and now >= self.started_at + self.delay
