"""Put the contracts on a chain with an account of an encrypted keystore file.

    scripts/deploy.py --rpc URL --keystore FILE [--passphrase-file FILE] [--manifest PATH]

Running it again finds what is there, or goes on where an earlier run stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.chain.deployment import deploy
from registry.chain.providers import NodeProvider
from registry.errors import RegistryError
from registry.keys.keystore import decrypt_file, unlock_file

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


def main() -> int:
    """Deploy and print the manifest; 1 with a sentence if that was not possible."""
    arguments = _arguments()
    try:
        account = _unlock(arguments.keystore, arguments.passphrase_file)
        manifest = deploy(NodeProvider(arguments.rpc), account, arguments.manifest)
    except RegistryError as error:
        print(f"{error.code}: {error.message}", file=sys.stderr)
        return 1
    print(json.dumps(manifest.document(), indent=2))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Put the contracts on a chain.")
    parser.add_argument("--rpc", required=True, metavar="URL", help="an Ethereum node's JSON-RPC")
    parser.add_argument("--keystore", required=True, type=Path, metavar="FILE", help="the account that pays")
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
