"""Encrypted keys in a folder: one version 3 keystore file (Web3 Secret Storage, scrypt) each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_account import Account

from registry.errors import InvalidValueError, StoreUnavailableError, UnknownKeyError, WrongPassphraseError
from registry.keys.files import write_new
from registry.model import Address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as its file shows it without the passphrase."""

    name: str
    address: Address


class Keystore:
    """The keys in a folder; the folder is made with the first key, for its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, passphrase: str, name: str) -> Address:
        """Make a key under a name of letters, digits, `-` and `_`. Scrypt is meant to take its second.

        Raises:
            InvalidValueError: The name is taken or of another form, or the passphrase is empty.
            StoreUnavailableError: The folder cannot be written; there is no key.
        """
        if not _NAME.fullmatch(name):
            raise InvalidValueError("name", "expected 1 to 64 letters, digits, - or _")
        if not passphrase:
            raise InvalidValueError("passphrase", "must not be empty")
        if self._path(name).exists():
            raise InvalidValueError("name", f"there is a key {name} already")
        account = Account.create()
        document = Account.encrypt(account.key, passphrase, kdf="scrypt")
        try:
            written = write_new(self._path(name), json.dumps(document).encode())
        except OSError as error:
            raise StoreUnavailableError(f"{self._folder}: {error.strerror}") from error
        if not written:
            raise InvalidValueError("name", f"there is a key {name} already")
        return Address(account.address)

    def list(self) -> list[StoredKey]:
        """The keys in order of name; files that are no keystore files are passed over."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            try:
                found.append(StoredKey(path.name.removesuffix(_SUFFIX), _address(_read(path))))
            except (InvalidValueError, StoreUnavailableError):
                continue
        return found

    def unlock(self, address_or_name: str, passphrase: str) -> LocalAccount:
        """The key of an address or name.

        Raises:
            UnknownKeyError: There is none.
            WrongPassphraseError: The passphrase does not open it.
        """
        for key in self.list():
            if address_or_name == key.name or address_or_name.lower() == key.address.lower():
                return _unlock(self._path(key.name), passphrase, key.name)
        raise UnknownKeyError(address_or_name)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"


def unlock_file(keystore_file: Path, passphrase_file: Path) -> LocalAccount:
    """The key of one keystore file, whoever made it, with the passphrase that stands in another file.

    A line break at the passphrase's end is not part of it.

    Raises:
        UnknownKeyError: There is no such keystore file.
        WrongPassphraseError: The passphrase does not open it.
        InvalidValueError: It is no version 3 keystore file.
        StoreUnavailableError: A file cannot be read.
    """
    try:
        passphrase = passphrase_file.read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise StoreUnavailableError(f"{passphrase_file}: {error.strerror}") from error
    return decrypt_file(keystore_file, passphrase)


def decrypt_file(keystore_file: Path, passphrase: str) -> LocalAccount:
    """The key of one keystore file, whoever made it.

    Raises:
        UnknownKeyError, WrongPassphraseError, InvalidValueError, StoreUnavailableError: As `unlock_file`.
    """
    return _unlock(keystore_file, passphrase, str(keystore_file))


def _unlock(path: Path, passphrase: str, name: str) -> LocalAccount:
    document = _read(path)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(document, passphrase))
    except ValueError as error:
        if "MAC mismatch" in str(error):
            raise WrongPassphraseError(name) from error
        raise InvalidValueError("keystore", f"{path} is no version 3 keystore file") from error
    except (KeyError, TypeError, NotImplementedError) as error:
        raise InvalidValueError("keystore", f"{path} is no version 3 keystore file") from error
    return account


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UnknownKeyError(str(path)) from error
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidValueError("keystore", f"{path} is no JSON") from error
    if not isinstance(document, dict):
        raise InvalidValueError("keystore", f"{path} is no version 3 keystore file")
    return document


def _address(document: dict[str, Any]) -> Address:
    text = document.get("address")
    if document.get("version") != 3 or not isinstance(text, str):  # noqa: PLR2004  # the format's own name
        raise InvalidValueError("keystore", "is no version 3 keystore file")
    return Address("0x" + text.removeprefix("0x").lower())
