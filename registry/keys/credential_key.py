"""The key that signs credentials: made at first start, kept in a file of its owner's."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from registry.errors import SettingsError
from registry.keys.files import own_file

_SETTING = "COLOPHON_CREDENTIAL_KEY"


def credential_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in the file at `path` (PEM, RFC 8410, not encrypted); a new one if there is no file.

    Raises:
        SettingsError: The file is open to others, or holds no such key. It is left as it is.
        StoreUnavailableError: The file cannot be read or written.
    """
    pem = own_file(path, _SETTING, _new)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(_SETTING, f"{path} holds no private key that can be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(_SETTING, f"{path} holds a key of another kind than Ed25519")
    return key


def _new() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
