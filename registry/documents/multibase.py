"""Keys and signatures as text: base58btc, Multikey (W3C Controlled Identifiers 1.0, 2.4), did:key."""

from __future__ import annotations

from registry.errors import InvalidCredentialError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BASE = len(_ALPHABET)
_BASE58BTC = "z"
_ED25519_PUBLIC = b"\xed\x01"  # multicodec 0xed, as a variable-length integer
_DID_KEY = "did:key:"
_KEY_BYTES = 32
# Decoding takes time that grows with the square of the length; a signature has 88 characters.
_MAX_CHARACTERS = 128


def encode(data: bytes) -> str:
    """`z` and the base58btc of the bytes."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _ALPHABET[digit] + digits
    return _BASE58BTC + _ALPHABET[0] * zeros + digits


def decode(text: str) -> bytes:
    """The bytes that `encode` gives this text for.

    Raises:
        InvalidCredentialError: Another base, a character outside of it, or more than 128 characters.
    """
    if not text.startswith(_BASE58BTC) or len(text) > _MAX_CHARACTERS:
        raise InvalidCredentialError("a value is not short base58btc multibase")
    digits = text[1:]
    if not set(digits) <= _VALUES.keys():
        raise InvalidCredentialError("a multibase value holds a character outside its alphabet")
    number = 0
    for digit in digits:
        number = number * _BASE + _VALUES[digit]
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def did_key(public_key: bytes) -> str:
    """The did:key of an Ed25519 public key (32 bytes)."""
    return _DID_KEY + encode(_ED25519_PUBLIC + public_key)


def verification_method(did: str) -> str:
    """The only key of a did:key, as a URL: its fragment repeats the key."""
    return f"{did}#{did.removeprefix(_DID_KEY)}"


def public_key_of(did: str) -> bytes:
    """The Ed25519 public key (32 bytes) that a did:key is.

    Raises:
        InvalidCredentialError: Another method, another kind of key, or not 32 bytes.
    """
    if not did.startswith(_DID_KEY):
        raise InvalidCredentialError("the issuer is no did:key")
    raw = decode(did.removeprefix(_DID_KEY))
    if raw[:2] != _ED25519_PUBLIC or len(raw) != len(_ED25519_PUBLIC) + _KEY_BYTES:
        raise InvalidCredentialError("the issuer is no Ed25519 key")
    return raw[2:]
