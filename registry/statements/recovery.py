"""Whose key made a signature."""

from __future__ import annotations

from coincurve import PublicKey
from eth_utils.crypto import keccak

from registry.model import Address

SECP256K1_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # EIP-2, low s
SIGNATURE_BYTES = 65


def recover(signed_digest: bytes, signature: bytes) -> Address | None:
    """The account whose key made a 65-byte r, s, v signature; None unless valid with a low s (EIP-2)."""
    if len(signature) != SIGNATURE_BYTES or signature[64] not in (27, 28):
        return None
    if int.from_bytes(signature[32:64], "big") > SECP256K1_HALF_ORDER:
        return None
    recoverable = signature[:64] + bytes([signature[64] - 27])
    try:
        public_key = PublicKey.from_signature_and_message(recoverable, signed_digest, hasher=None)
    except Exception:  # noqa: BLE001  # libsecp256k1's binding raises bare Exception for an impossible r or s
        return None
    return Address("0x" + keccak(public_key.format(compressed=False)[1:])[12:].hex())
