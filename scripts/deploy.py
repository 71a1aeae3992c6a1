"""Put the contracts on a chain with an account of an encrypted keystore file.

    scripts/deploy.py --rpc URL --keystore FILE --arbiter ADDRESS [--bond WEI] [--passphrase-file FILE]
                      [--manifest PATH]

Every address is told on standard error before anything is sent. Running it again finds what is there, or goes
on where an earlier run stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.chain.deployment import (
    PUBLIC_BOND_WEI,
    Plan,
    Step,
    Watcher,
    deploy,
    public_terms,
    sources_path,
)
from registry.chain.providers import NodeProvider
from registry.errors import RegistryError
from registry.keys.keystore import decrypt_file, unlock_file
from registry.model import Address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from registry.chain.manifest import DeployedContract


class Told(Watcher):
    """Says on standard error what happens."""

    def planned(self, plan: Plan) -> None:
        """Where everything will be."""
        for name, address in plan.addresses.items():
            _say(f"{name} will be at {address}")

    def sending(self, name: str, step: Step) -> None:
        """A transaction goes out."""
        _say(f"sending {name}: {step.transaction}, nonce {step.nonce}")

    def deployed(self, name: str, contract: DeployedContract) -> None:
        """A contract is there."""
        _say(f"{name} is at {contract.address}, block {contract.block}")


def main() -> int:
    """Deploy and print the manifest; 1 with a sentence if that was not possible."""
    arguments = _arguments()
    try:
        terms = public_terms(Address(arguments.arbiter), arguments.bond)
        account = _unlock(arguments.keystore, arguments.passphrase_file)
        manifest = deploy(NodeProvider(arguments.rpc), account, arguments.manifest, terms, Told())
    except RegistryError as error:
        _say(f"{error.code}: {error.message}")
        return 1
    print(json.dumps(manifest.document(), indent=2))
    _say(f"sources to verify, as standard JSON input: {sources_path()}")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Put the contracts on a chain.")
    parser.add_argument("--rpc", required=True, metavar="URL", help="an Ethereum node's JSON-RPC")
    parser.add_argument("--keystore", required=True, type=Path, metavar="FILE", help="the account that pays")
    parser.add_argument("--arbiter", required=True, metavar="ADDRESS", help="who decides disputes")
    parser.add_argument(
        "--bond", type=int, default=PUBLIC_BOND_WEI, metavar="WEI", help="what opening a dispute takes"
    )
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        default=os.environ.get("COLOPHON_PASSPHRASE_FILE"),
        help="where its passphrase stands; asked for otherwise",
    )
    parser.add_argument("--manifest", type=Path, default=Path("deployment.json"), metavar="PATH")
    return parser.parse_args()


def _unlock(keystore: Path, passphrase_file: Path | None) -> LocalAccount:
    if passphrase_file is not None:
        return unlock_file(keystore, Path(passphrase_file))
    return decrypt_file(keystore, getpass(f"Passphrase of {keystore}: "))


if __name__ == "__main__":
    sys.exit(main())
