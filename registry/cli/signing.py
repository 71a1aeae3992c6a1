"""The two signatures of a caller's key: over a digest, and over a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from registry.model import Hash32, TransactionRequest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def sign(account: LocalAccount, digest: Hash32) -> bytes:
    """The 65-byte r, s, v signature over a digest that was computed here."""
    return bytes(account.unsafe_sign_hash(cast("Any", digest)).signature)


def sign_transaction(account: LocalAccount, request: TransactionRequest) -> bytes:
    """The raw bytes of a signed EIP-1559 transaction."""
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": request.chain_id,
        "nonce": request.nonce,
        "to": request.call.to,
        "value": request.call.value,
        "data": request.call.data,
        "gas": request.gas,
        "maxFeePerGas": request.fees.max_fee,
        "maxPriorityFeePerGas": request.fees.max_priority_fee,
    }
    return bytes(account.sign_transaction(fields).raw_transaction)
