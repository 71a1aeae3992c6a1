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
DEFAULT_BOND = "0.05eth"
DataFolder = Annotated[
    Path, typer.Option("--data", envvar="COLOPHON_DATA", help="The registry's data folder.", metavar="FOLDER")
]
DEFAULT_DATA = Path("var")

Work = Annotated[str, typer.Argument(help="The work's id.")]
Licence = Annotated[str, typer.Option("--licence", help="The licence's id.", metavar="GRANT")]
Receiver = Annotated[
    str | None, typer.Option("--to", help="Who receives the money; the account if unsaid.", metavar="ADDRESS")
]
Account = Annotated[
    str | None, typer.Option("--account", help="Whose money it is; yours if unsaid.", metavar="ADDRESS")
]


def pairs(
    texts: list[str] | None, option: str, names: tuple[str, ...] | None, values: tuple[str, ...]
) -> dict[str, str]:
    """Repeated NAME=VALUE of an option, as a mapping.

    Raises:
        BadParameter: A text of another form, or a name or value that is none of those.
    """
    found = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or (names is not None and name not in names) or value not in values:
            expected = f"{'|'.join(names) if names else 'WORK'}={'|'.join(values)}"
            raise typer.BadParameter(f"{text!r} is not {expected}", param_hint=option)
        found[name] = value
    return found
