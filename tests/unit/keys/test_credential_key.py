from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from registry.errors import SettingsError, StoreUnavailableError
from registry.keys.credential_key import credential_key


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "data" / "credential.key"
    first = credential_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert credential_key(path).private_bytes_raw() == first.private_bytes_raw()
    assert credential_key(tmp_path / "other.key").private_bytes_raw() != first.private_bytes_raw()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_key_that_others_can_reach_is_refused_and_left(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "credential.key"
    credential_key(path)
    before = path.read_bytes()
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        credential_key(path)
    assert path.read_bytes() == before


ENCRYPTED = Ed25519PrivateKey.generate().private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
)
OF_AN_ACCOUNT = generate_private_key(SECP256K1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)


@pytest.mark.parametrize("content", [b"", b"\xff" * 32, b"0x" + b"11" * 32, ENCRYPTED, OF_AN_ACCOUNT])
def test_what_is_no_such_key_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "credential.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError):
        credential_key(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_hold_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreUnavailableError):
        credential_key(tmp_path / "data" / "credential.key")
