"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_URL = "http://127.0.0.1:8000"

Url = Annotated[str, typer.Option("--url", envvar="COLOPHON_URL", help="The registry to talk to.")]
KeyName = Annotated[
    str | None,
    typer.Option(
        "--key", envvar="COLOPHON_KEY", help="Name or address of the key that signs.", metavar="NAME"
    ),
]
KeyFolder = Annotated[
    Path,
    typer.Option(
        "--keys", envvar="COLOPHON_KEYS", help="The folder of your encrypted keys.", metavar="FOLDER"
    ),
]
DEFAULT_KEYS = Path("~/.colophon/keys")
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait for the chain.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Sign without asking again.")]
Rpc = Annotated[
    str | None,
    typer.Option(
        "--rpc",
        envvar="COLOPHON_RPC",
        help="Ethereum node; the registry's own for an embedded chain.",
        metavar="URL",
    ),
]
MaxFee = Annotated[
    str, typer.Option("--max-gas-cost", help="The most to pay for gas, besides the price.", metavar="AMOUNT")
]
DEFAULT_MAX_FEE = "0.02eth"
DataFolder = Annotated[
    Path, typer.Option("--data", envvar="COLOPHON_DATA", help="The registry's data folder.", metavar="FOLDER")
]
DEFAULT_DATA = Path("var")
