"""`colophon trust`, and the deployment that each registry was first met with, beside the keys.

A registry names the contracts that bonds, prices and signatures are for. Whoever could change what it names
could have a bond paid into a desk of their own; so a registry that names others gets neither.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.kept import KeptFile
from registry.cli.terminal import Terminal
from registry.cli.told import contracts_told
from registry.client import Answer, UnexpectedAnswerError
from registry.errors import InvalidValueError
from registry.model import Contracts, Hash32

if TYPE_CHECKING:
    from registry.cli.caller import Caller

FILE_NAME = "deployments"  # beside the keys, as the receipts are
_ENTRY = "contracts"


@dataclass(frozen=True, slots=True)
class Pin:
    """The deployment that one registry is known to work with, kept on the caller's disk."""

    folder: Path
    url: str

    @property
    def path(self) -> Path:
        """The file it is kept in."""
        return self._file.path

    def find(self) -> Contracts | None:
        """The deployment, if the registry was met before.

        Raises:
            CommandError: The file is damaged. It is left alone.
        """
        entries = self._file.entries(self.url)
        if not entries:
            return None
        try:
            return contracts_told(Answer.of(entries.get(_ENTRY), FILE_NAME))
        except (CommandError, UnexpectedAnswerError) as problem:
            raise CommandError(f"damaged-{FILE_NAME}", f"{self.path} is damaged: put it aside") from problem

    def keep(self, contracts: Contracts) -> None:
        """Write the deployment down, durably."""
        document = {
            "chain_id": contracts.chain_id,
            "checkpoint_log": str(contracts.checkpoint_log),
            "work_registry": str(contracts.work_registry),
            "license_ledger": str(contracts.license_ledger),
            "royalty_vault": str(contracts.royalty_vault),
            "dispute_desk": str(contracts.dispute_desk),
            "deployed_at_block": contracts.deployed_at_block,
            "manifest_id": str(contracts.manifest_id),
        }
        self._file.put(self.url, _ENTRY, document)

    @property
    def _file(self) -> KeptFile:
        return KeptFile(self.folder, FILE_NAME)


def pinned(pin: Pin, named: Contracts, terminal: Terminal) -> Contracts:
    """The contracts that a registry names, if it always did; kept, and told, where it is first met.

    Raises:
        CommandError: It named another deployment before.
        DishonestRegistryError: It names other contracts under the id of the same.
    """
    known = pin.find()
    if known is None:
        pin.keep(named)
        terminal.note(f"{pin.url} works with deployment {named.manifest_id} on chain {named.chain_id}.")
        terminal.note(f"  Kept in {pin.path}: if it names another one day, nothing is signed or sent.")
        return named
    _require_possible(pin, known, named)
    if known != named:
        command = shlex.join(["colophon", "trust", str(named.manifest_id), "--url", pin.url])
        raise CommandError(
            "deployment-changed",
            f"{pin.url} names deployment {named.manifest_id} and not {known.manifest_id}, as it did before: "
            "nothing was signed, nothing is sent",
            f"ask whoever runs it whether that is right; to accept it:\n  {command}",
        )
    return named


def trust_deployment(caller: Caller, manifest_id: str) -> None:
    """Accept that a registry works with this deployment from now on.

    Raises:
        InvalidValueError: It is no id of a deployment.
        CommandError: The registry names another.
        DishonestRegistryError: It names other contracts under an id that is known.
    """
    session, terminal = caller.session, caller.terminal
    wanted, named = _manifest_named(manifest_id), contracts_told(session.client.contracts())
    if named.manifest_id != wanted:
        raise CommandError(
            "deployment-changed", f"{session.pin.url} names deployment {named.manifest_id} and not {wanted}"
        )
    before = session.pin.find()
    if before is not None:
        _require_possible(session.pin, before, named)
    session.pin.keep(named)
    terminal.document(
        {
            "url": session.pin.url,
            "manifest_id": str(wanted),
            "before": None if before is None else str(before.manifest_id),
        }
    )
    terminal.heading(f"{session.pin.url} is known to work with this deployment from now on")
    terminal.fact("deployment", wanted)
    if before is not None and before != named:
        terminal.fact("before", before.manifest_id)
    terminal.fact("chain", named.chain_id)
    for name, address in named.addresses.items():
        terminal.fact(name, address)
    terminal.closing(f"{session.pin.url}/", "colophon arbiter show")


def _require_possible(pin: Pin, known: Contracts, named: Contracts) -> None:
    """The id is the hash of all the rest, so what has the same id is the same."""
    if known.manifest_id == named.manifest_id and known != named:
        raise DishonestRegistryError(
            f"{pin.url} names other contracts than before under the same deployment {named.manifest_id}"
        )


def _manifest_named(text: str) -> Hash32:
    try:
        return Hash32.parse(text.lower())
    except InvalidValueError as problem:
        raise InvalidValueError("deployment", "must be an id of 0x and 64 hexadecimal digits") from problem
