"""Whose key signs: chosen by name, unlocked by a passphrase, made on first use if the caller agrees."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.failures import CommandError
from registry.cli.terminal import Terminal
from registry.model import Address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from registry.keys.keystore import Keystore, StoredKey

PASSPHRASE_FILE = "COLOPHON_PASSPHRASE_FILE"  # noqa: S105  # the name of a variable
FIRST_NAME = "default"
_INSTEAD_OF_TYPING = f"put it into a file and name that file in {PASSPHRASE_FILE}"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The caller's keys: an encrypted keystore in a folder that only they can read."""

    folder: Path
    terminal: Terminal

    def address(self, name: str | None) -> Address:
        """The account of a key, without unlocking it.

        Raises:
            CommandError: There is no such key, or several and none was named.
        """
        known = {key.name: key.address for key in self.known()}
        if name is None and not known:
            return self._make_first()
        if name is None:
            if len(known) > 1:
                names = ", ".join(sorted(known))
                raise CommandError("which-key", f"there are several keys ({names}): say which with --key")
            return next(iter(known.values()))
        for known_name, address in known.items():
            if name == known_name or name.lower() == address.lower():
                return address
        raise CommandError(
            "unknown-key",
            f"there is no key {name!r} in {self.folder}",
            "see what there is: colophon keys list",
        )

    def unlock(self, address: Address) -> LocalAccount:
        """The key itself.

        Raises:
            WrongPassphraseError: It is not the key's passphrase.
        """
        passphrase = read_passphrase(self.terminal, f"Passphrase of {address}")
        with self.terminal.waiting("unlocking the key"):
            return self._store().unlock(address, passphrase)

    def known(self) -> list[StoredKey]:
        """The keys there are, by name."""
        return self._store().list()

    def make(self, name: str) -> Address:
        """A new key under a passphrase that is asked twice."""
        passphrase = read_passphrase(self.terminal, "New passphrase", twice=True)
        with self.terminal.waiting("making a key"):
            return self._store().new(passphrase, name)

    def _make_first(self) -> Address:
        if not self.terminal.can_ask:
            raise CommandError(
                "no-key", f"there is no key in {self.folder} yet", "make one: colophon keys new"
            )
        if not self.terminal.agrees("No key yet. Make one?"):
            raise CommandError("no-key", "nothing can be signed without a key")
        address = self.make(FIRST_NAME)
        self.terminal.note(
            f"{address} is yours. Its file is in {self.folder}: keep a copy, and the passphrase."
        )
        return address

    def _store(self) -> Keystore:
        from registry.keys.keystore import Keystore

        return Keystore(self.folder.expanduser())


def read_passphrase(terminal: Terminal, question: str, *, twice: bool = False) -> str:
    """From the file that the environment names, its last line break cut off; else from the caller."""
    named = os.environ.get(PASSPHRASE_FILE)
    if named:
        return Path(named).read_text("utf-8").rstrip("\r\n")
    return terminal.ask_secret(question, _INSTEAD_OF_TYPING, twice=twice)


def new_key(ring: KeyRing, name: str) -> None:
    """`colophon keys new`."""
    address = ring.make(name)
    ring.terminal.document({"name": name, "address": address})
    ring.terminal.heading(f"Key {name}")
    ring.terminal.fact("address", address)
    ring.terminal.fact("kept in", ring.folder.expanduser())
    ring.terminal.line()
    ring.terminal.line("  Keep a copy of its file and the passphrase: nobody can make them again.")
    ring.terminal.fact("next", f"colophon register FILE --title … --key {name}")


def list_keys(ring: KeyRing) -> None:
    """`colophon keys list`."""
    keys = ring.known()
    ring.terminal.document([{"name": key.name, "address": key.address} for key in keys])
    for key in keys:
        ring.terminal.fact(key.name, key.address)
    if not keys:
        ring.terminal.line(f"No key in {ring.folder} yet.")
        ring.terminal.fact("next", "colophon keys new")
