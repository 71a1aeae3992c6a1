"""What a node tells of a block, turned into a proof that a receipt is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_utils.abi import abi_to_signature

from registry.chain.abi import artifact
from registry.chain.providers import reading, request, require
from registry.chain.sending import mined_receipt
from registry.chain.wire import HASHES_ONLY, RpcError
from registry.errors import (
    ChainUnavailableError,
    EvidenceError,
    NotFoundError,
    UnsupportedHeaderError,
    UnsupportedReceiptError,
)
from registry.evidence import prove_receipt
from registry.evidence.proofs import MAX_RECEIPTS
from registry.model import ChainEvent, TransactionHash
from registry.ports.chain import ProvenTransaction

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider


@reading()
def receipt_proof(provider: BaseProvider, transaction_hash: TransactionHash) -> ProvenTransaction:
    """The proof that the canonical block of a mined transaction holds its receipt.

    Raises:
        NotFoundError: It is not mined, or its block was reorganised away meanwhile.
        UnsupportedReceiptError, UnsupportedHeaderError: The block holds what cannot be proven here.
        ChainUnavailableError: The node does not answer, or contradicts itself.
    """
    mined = mined_receipt(provider, transaction_hash)
    if mined is None:
        raise NotFoundError("transaction", str(transaction_hash))
    block = require(provider, "eth_getBlockByHash", mined["blockHash"], HASHES_ONLY)
    if block is None:
        raise NotFoundError("block", str(mined["blockHash"]))
    receipts = _receipts(provider, block)
    index = int(mined["transactionIndex"], 16)
    try:
        proof = prove_receipt(block, receipts, index)
    except (UnsupportedReceiptError, UnsupportedHeaderError):
        raise
    except EvidenceError as error:  # the block's own hashes refute what the node tells
        raise ChainUnavailableError(f"its answers contradict each other: {error.message}") from error
    return ProvenTransaction(proof, sum(len(receipt["logs"]) for receipt in receipts[:index]))


def event_signature(event: ChainEvent) -> str:
    """The types of one of our contracts' events, as in `Transfer(address,address,uint256)`.

    Raises:
        NotFoundError: The contract has no such event.
    """
    for entry in artifact(event.contract).abi:
        if entry["type"] == "event" and entry["name"] == event.name:
            return str(abi_to_signature(entry))  # type: ignore[arg-type]  # an ABI's entry as JSON has it
    raise NotFoundError("event", f"{event.contract}.{event.name}")


def _receipts(provider: BaseProvider, block: dict[str, Any]) -> list[dict[str, Any]]:
    """All receipts of a block, in order: in one request where the node knows how, else one by one."""
    hashes = block["transactions"]
    if len(hashes) > MAX_RECEIPTS:
        raise ChainUnavailableError(f"a block of {len(hashes)} transactions")
    try:
        told = request(provider, "eth_getBlockReceipts", block["hash"])
    except RpcError:
        told = None
    if isinstance(told, list):
        return told
    found = [require(provider, "eth_getTransactionReceipt", one) for one in hashes]
    if any(receipt is None or receipt["blockHash"] != block["hash"] for receipt in found):
        raise NotFoundError("block", str(block["hash"]))  # a reorganisation took it away between two answers
    return found
