"""`colophon keys`."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli.failures import told_plainly
from registry.cli.options import DEFAULT_KEYS, AsJson, KeyFolder
from registry.cli.terminal import Terminal

keys = typer.Typer(help="The encrypted keys that sign for you.", no_args_is_help=True)


@keys.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What to call it.")] = "default",
    folder: KeyFolder = DEFAULT_KEYS,
    as_json: AsJson = False,
) -> None:
    """Make a key under a passphrase (asked twice, or from COLOPHON_PASSPHRASE_FILE)."""
    from registry.cli.keys import KeyRing, new_key

    with told_plainly(as_json=as_json):
        new_key(KeyRing(folder, Terminal(as_json)), name)


@keys.command("list")
def list_all(folder: KeyFolder = DEFAULT_KEYS, as_json: AsJson = False) -> None:
    """List your keys: names and addresses."""
    from registry.cli.keys import KeyRing, list_keys

    with told_plainly(as_json=as_json):
        list_keys(KeyRing(folder, Terminal(as_json)))
