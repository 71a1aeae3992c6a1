"""Signing, fees, sending and receipts over any provider: what the gateway and a deployment share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from registry.chain import failures
from registry.chain.providers import reading, request, require
from registry.chain.wire import HASHES_ONLY, RpcError, data, quantity
from registry.model import Fees, SignedTransaction, TransactionHash, TransactionRequest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.providers.base import BaseProvider

GAS_MARGIN_PERCENT = 10
MAX_GAS = 16_000_000  # below the 2^24 that EIP-7825 allows a transaction
DEFAULT_PRIORITY_FEE_WEI = 10**9  # where a node does not name one
REPLACEMENT_PERCENT = 125  # nodes ask for at least 10 % more on both fees to replace a pending transaction


@reading()
def current_fees(provider: BaseProvider) -> Fees:
    """Fees for a transaction sent now: room for the base fee to double (six full blocks, EIP-1559)."""
    head = require(provider, "eth_getBlockByNumber", "latest", HASHES_ONLY)
    try:
        tip = int(request(provider, "eth_maxPriorityFeePerGas"), 16)
    except RpcError:
        tip = DEFAULT_PRIORITY_FEE_WEI
    return Fees(max_fee=2 * int(head["baseFeePerGas"], 16) + tip, max_priority_fee=tip)


def estimate_gas(provider: BaseProvider, sender: str, to: str | None, payload: bytes, value: int = 0) -> int:
    """Gas for a call (`to` None makes a contract) sent now, with a margin of 10 % below 16 million.

    Raises:
        TransactionRejectedError, or the domain error that the contract's typed error stands for.
        ChainUnavailableError: Any other trouble of the node: asking again may help.
    """
    fields = {"from": sender, "value": quantity(value), "data": data(payload)}
    if to is not None:
        fields["to"] = to
    try:
        with reading():
            estimate = int(request(provider, "eth_estimateGas", fields), 16)
    except RpcError as error:
        raise failures.of_estimate(error) from error
    return max(estimate, min(estimate + estimate * GAS_MARGIN_PERCENT // 100, MAX_GAS))


def fees_of(raw: bytes) -> Fees:
    """What signed bytes of an EIP-1559 transaction offer."""
    fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    return Fees(int(fields["maxFeePerGas"]), int(fields["maxPriorityFeePerGas"]))


def outbidding(asked: Fees, offered: Fees) -> Fees | None:
    """Fees that replace a transaction, if the chain asks for more than it offers; else None."""
    if asked.max_fee <= offered.max_fee and asked.max_priority_fee <= offered.max_priority_fee:
        return None
    tip = max(asked.max_priority_fee, _raised(offered.max_priority_fee))
    return Fees(max(asked.max_fee, _raised(offered.max_fee)), tip)


def _raised(fee: int) -> int:
    return fee * REPLACEMENT_PERCENT // 100 + 1


def sign_transaction(signer: LocalAccount, unsigned: TransactionRequest) -> SignedTransaction:
    """Sign an EIP-1559 transaction with any local account."""
    call = unsigned.call
    return sign_fields(
        signer,
        unsigned.chain_id,
        {
            "nonce": unsigned.nonce,
            "to": str(call.to),
            "value": call.value,
            "data": call.data,
            "gas": unsigned.gas,
        },
        unsigned.fees,
    )


def sign_fields(signer: LocalAccount, chain_id: int, fields: dict[str, Any], fees: Fees) -> SignedTransaction:
    """Sign an EIP-1559 transaction of given fields; without `to` it makes a contract."""
    signed = signer.sign_transaction(
        {
            **fields,
            "type": 2,
            "chainId": chain_id,
            "maxFeePerGas": fees.max_fee,
            "maxPriorityFeePerGas": fees.max_priority_fee,
        }
    )
    return SignedTransaction(TransactionHash(bytes(signed.hash)), bytes(signed.raw_transaction))


def broadcast(provider: BaseProvider, raw: bytes) -> TransactionHash:
    """Hand signed bytes to the node. Bytes that the node already has, or has mined, are no error.

    Raises:
        TransactionRejectedError: The node refuses them; `reason` says why: nonce-used, nonce-too-high,
            insufficient-funds, other-chain, underpriced, gas, unsupported-type, halted, reverted or refused.
        ChainUnavailableError: The node has trouble of its own; the same bytes may be handed over again.
    """
    transaction_hash = TransactionHash(keccak(raw))
    try:
        request(provider, "eth_sendRawTransaction", data(raw))
    except RpcError as error:
        known = failures.reason_of(error) == "known"
        if not known and mined_receipt(provider, transaction_hash) is None:
            raise failures.of_broadcast(error) from error
    return transaction_hash


@reading()
def mined_receipt(provider: BaseProvider, transaction_hash: TransactionHash) -> dict[str, Any] | None:
    """The JSON-RPC receipt once mined on the canonical chain, None before."""
    found: dict[str, Any] | None = require(provider, "eth_getTransactionReceipt", str(transaction_hash))
    return None if found is None or found.get("blockHash") is None else found
