from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from eth_account import Account

from registry.errors import InvalidValueError, StoreUnavailableError, UnknownKeyError, WrongPassphraseError
from registry.keys.keystore import Keystore, StoredKey, decrypt_file, unlock_file
from registry.model import Address

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Address]:
    folder = tmp_path_factory.mktemp("home") / "keys"
    return folder, Keystore(folder).new(PASSPHRASE, "alice")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_opens_with_its_passphrase_by_name_and_by_address(made: tuple[Path, Address]) -> None:
    folder, address = made
    for name in ("alice", address, address.lower()):
        account = Keystore(folder).unlock(name, PASSPHRASE)
        assert Address(account.address) == address
    assert Keystore(folder).list() == [StoredKey("alice", address)]


def test_a_keys_file_is_its_owners_and_holds_no_key_in_the_open(made: tuple[Path, Address]) -> None:
    folder, _ = made
    path = folder / "alice.json"
    assert (mode(folder), mode(path)) == (0o700, 0o600)
    key = decrypt_file(path, PASSPHRASE).key.hex().removeprefix("0x")
    assert key not in path.read_text()
    document = json.loads(path.read_text())
    assert document["version"] == 3
    assert document["crypto"]["kdf"] == "scrypt"
    assert document["crypto"]["kdfparams"]["n"] >= 2**18
    assert [one.name for one in folder.iterdir()] == ["alice.json"]


def test_a_wrong_passphrase_is_told(made: tuple[Path, Address]) -> None:
    folder, _ = made
    with pytest.raises(WrongPassphraseError) as caught:
        Keystore(folder).unlock("alice", "another")
    assert caught.value.facts == {"key": "alice"}


def test_an_unknown_key_is_told(made: tuple[Path, Address], tmp_path: Path) -> None:
    folder, _ = made
    with pytest.raises(UnknownKeyError):
        Keystore(folder).unlock("bob", PASSPHRASE)
    with pytest.raises(UnknownKeyError):
        decrypt_file(folder / "bob.json", PASSPHRASE)
    assert Keystore(tmp_path / "nothing").list() == []


def test_a_key_is_never_replaced(made: tuple[Path, Address]) -> None:
    folder, _ = made
    before = (folder / "alice.json").read_bytes()
    with pytest.raises(InvalidValueError, match="already"):
        Keystore(folder).new(PASSPHRASE, "alice")
    assert (folder / "alice.json").read_bytes() == before


@pytest.mark.parametrize("name", ["", "../alice", "a/b", ".hidden", "a b", "x" * 65, "ä"])
def test_a_name_that_could_be_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValueError):
        Keystore(tmp_path).new(PASSPHRASE, name)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="passphrase"):
        Keystore(tmp_path).new("", "alice")


def test_files_that_are_no_keys_are_passed_over_and_refused_by_name(tmp_path: Path) -> None:
    for name, text in (("a", "{}"), ("b", "[]"), ("c", "no json"), ("d", '{"version": 3, "address": "00"}')):
        (tmp_path / f"{name}.json").write_text(text)
        with pytest.raises(InvalidValueError):
            decrypt_file(tmp_path / f"{name}.json", PASSPHRASE)
    assert Keystore(tmp_path).list() == []


def test_the_passphrase_may_stand_in_a_file(made: tuple[Path, Address], tmp_path: Path) -> None:
    folder, address = made
    for ending in ("", "\n", "\r\n"):
        (tmp_path / "passphrase").write_bytes(f"{PASSPHRASE}{ending}".encode())
        account = unlock_file(folder / "alice.json", tmp_path / "passphrase")
        assert Address(account.address) == address
    with pytest.raises(StoreUnavailableError):
        unlock_file(folder / "alice.json", tmp_path / "missing")


def test_a_keystore_file_made_elsewhere_opens(tmp_path: Path) -> None:
    account = Account.create()
    document = Account.encrypt(account.key, PASSPHRASE, kdf="pbkdf2", iterations=1000)
    (tmp_path / "elsewhere.json").write_text(json.dumps(document))
    assert decrypt_file(tmp_path / "elsewhere.json", PASSPHRASE).address == account.address


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file, not a folder")
    with pytest.raises(StoreUnavailableError):
        Keystore(tmp_path / "keys").new(PASSPHRASE, "alice")
    assert [one.name for one in tmp_path.iterdir()] == ["keys"]
