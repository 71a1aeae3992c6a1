"""The two signatures of a caller's key: over a digest, and over a transaction; and the consent before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from registry.cli.failures import CommandError
from registry.cli.terminal import Terminal
from registry.model import Hash32, TransactionRequest
from registry.statements import Domain

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


def agree_to_sign(terminal: Terminal, sentences: Sequence[str], domain: Domain, otherwise: str) -> None:
    """Read aloud what is signed, and for which chain and contract.

    Raises:
        CommandError: The caller does not agree; `otherwise` says what does not happen.
    """
    terminal.note("You sign:")
    for sentence in sentences:
        terminal.note(f"  {sentence}")
    terminal.note(f"  For chain {domain.chain_id}, contract {domain.address}.")
    if not terminal.agrees("Sign this?" if len(sentences) == 1 else "Sign these?"):
        raise CommandError("not-signed", f"nothing was signed, {otherwise}")
