"""A chain with one deployment of the contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from registry.evidence import ReceiptProof
from registry.model import (
    Act,
    Address,
    Block,
    Call,
    ChainEvent,
    Contracts,
    DeskTerms,
    Fees,
    Hash32,
    ProofLevel,
    Receipt,
    Recovery,
    SignedTransaction,
    TransactionHash,
    TransactionRequest,
)


@dataclass(frozen=True, slots=True)
class ProvenTransaction:
    """That a transaction's receipt is in a block; `first_log_index` is the block's count before its logs."""

    proof: ReceiptProof
    first_log_index: int


class Chain(Protocol):
    """A chain with one deployment of the contracts. Every method may raise ChainUnavailableError."""

    @property
    def contracts(self) -> Contracts:
        """The deployment that every call and event belongs to."""

    @property
    def proof_level(self) -> ProofLevel:
        """To whom its dates prove anything."""

    @property
    def confirmations_needed(self) -> int:
        """N of "n of N": blocks, the one with the transaction included."""

    @property
    def operator(self) -> Address:
        """The account that carries statements and pays for it."""

    def head(self) -> Block:
        """The newest block."""

    def final_number(self) -> int:
        """The number of the newest block that can no longer be reorganised away."""

    def block(self, number: int) -> Block | None:
        """The canonical block of that number, if there is one."""

    def events(self, block: Block) -> list[ChainEvent]:
        """Our contracts' events in exactly that block, by its hash, in order of log index.

        Raises:
            NotFoundError: The block is no longer known: it was reorganised away.
        """

    def owed_bonds(self, account: Address) -> int:
        """Bonds in wei that the dispute desk owes an account."""

    def owed_to_carrier(self, account: Address, currency: Address) -> int:
        """What the vault owes an account for sales it carried, in the smallest unit of the currency."""

    def recovery(self, account: Address) -> Recovery | None:
        """Who may take over from an account, None if it named nobody."""

    def desk_terms(self) -> DeskTerms:
        """Who decides new disputes today, what one costs, and how long things take."""

    def balance(self, account: Address) -> int:
        """Coin in wei."""

    def next_nonce(self, account: Address) -> int:
        """The nonce the node expects next, mined transactions counted only."""

    def fees(self) -> Fees:
        """Fees for a transaction sent now."""

    def estimate_gas(self, sender: Address, call: Call) -> int:
        """Gas for a call sent now, with a margin.

        Raises:
            TransactionRejectedError, or the domain error that the contract's typed error stands for.
        """

    def sign(self, request: TransactionRequest) -> SignedTransaction:
        """Sign with the operator's key; `request.sender` must be the operator."""

    def broadcast(self, raw: bytes) -> TransactionHash:
        """Hand signed bytes to the node. Bytes that the node already has, or has mined, are no error.

        Raises:
            TransactionRejectedError: The node refuses them (nonce used, no funds, other chain id …).
        """

    def receipt(self, transaction_hash: TransactionHash) -> Receipt | None:
        """The receipt once mined on the canonical chain, None before."""

    def receipt_proof(self, transaction_hash: TransactionHash) -> ProvenTransaction:
        """The proof that the canonical block of a mined transaction holds its receipt.

        Raises:
            NotFoundError: It is not mined, or its block was reorganised away meanwhile.
            UnsupportedReceiptError, UnsupportedHeaderError: The block holds what cannot be proven here.
        """

    def event_signature(self, event: ChainEvent) -> str:
        """The types of one of our contracts' events, as in `Transfer(address,address,uint256)`."""

    def is_contract_signature(
        self, signer: Address, digest: Hash32, signature: bytes, at: int | None = None
    ) -> bool:
        """Whether a contract account accepts the signature (ERC-1271), at that block or the newest one."""

    def call(self, act: Act) -> Call:
        """The call that is this act on this deployment."""
