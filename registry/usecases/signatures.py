"""Whose signature it is: a key's first, a contract's after (an EIP-7702 account has both)."""

from __future__ import annotations

from registry import statements
from registry.errors import InvalidSignatureError
from registry.model import Address, Hash32
from registry.ports import Chain


def require_signed(chain: Chain, signer: Address, digest: Hash32, signature: bytes) -> None:
    """Check a signature over a statement's digest; only a contract's needs the chain.

    Raises:
        InvalidSignatureError: Neither the signer's key made it nor does its code accept it (ERC-1271).
        ChainUnavailableError: Nobody can tell.
    """
    recovered = statements.recover(digest, signature)
    if recovered != signer and not chain.is_contract_signature(signer, digest, signature):
        raise InvalidSignatureError(signer, recovered)
