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


def require_signed_to_log(chain: Chain, signer: Address, digest: Hash32, signature: bytes) -> int | None:
    """Check a signature over a digest to be logged; the final block at which a contract accepted it.

    None where a key made it, which anybody can check for ever. What a contract says can change, and must not
    hang on a block that may be reorganised away.

    Raises:
        InvalidSignatureError: Neither the signer's key made it nor does its code accept it (ERC-1271).
        ChainUnavailableError: Nobody can tell.
    """
    recovered = statements.recover(digest, signature)
    if recovered == signer:
        return None
    final = chain.final_number()
    if not chain.is_contract_signature(signer, digest, signature, final):
        raise InvalidSignatureError(signer, recovered)
    return final


def require_signed_for(chain: Chain, account: Address, digest: Hash32, signature: bytes) -> None:
    """Check a signature of an account, or of whoever has taken over from it by the chain's time.

    Raises:
        InvalidSignatureError: It is neither's.
        ChainUnavailableError: Nobody can tell.
    """
    try:
        require_signed(chain, account, digest, signature)
    except InvalidSignatureError:
        recovery = chain.recovery(account)
        if recovery is None or not recovery.is_complete(chain.head().timestamp):
            raise
        require_signed(chain, recovery.successor, digest, signature)


def require_signed_for_to_log(chain: Chain, account: Address, digest: Hash32, signature: bytes) -> int | None:
    """The same for what is to be logged; the block as in `require_signed_to_log`.

    Raises:
        InvalidSignatureError: It is neither's.
        ChainUnavailableError: Nobody can tell.
    """
    try:
        return require_signed_to_log(chain, account, digest, signature)
    except InvalidSignatureError:
        recovery = chain.recovery(account)
        if recovery is None or not recovery.is_complete(chain.head().timestamp):
            raise
        return require_signed_to_log(chain, recovery.successor, digest, signature)


def is_signed_for(chain: Chain, account: Address, digest: Hash32, signature: bytes) -> bool:
    """Whether a signature is (still) an account's, or of whoever has taken over from it.

    Raises:
        ChainUnavailableError: Nobody can tell.
    """
    try:
        require_signed_for(chain, account, digest, signature)
    except InvalidSignatureError:
        return False
    return True
