"""The commands and their options. Each loads what it needs when it is called: `--help` stays quick."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli.commands import claimant, keys, licensing, operator

app = typer.Typer(
    name="colophon",
    help="A copyright registry on Ethereum: declare a work, find it again, license it.",
    epilog="A registration is a claim with a date, not a finding of ownership.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"colophon {version('colophon')}")
        raise typer.Exit


@app.callback()
def colophon(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A copyright registry on Ethereum: declare a work, find it again, license it."""


app.command("register")(claimant.register)
app.command("verify")(claimant.verify)
app.command("show")(claimant.show)
app.command("offer")(licensing.offer)
app.command("buy")(licensing.buy)
app.command("faucet")(licensing.faucet)
app.add_typer(keys.keys, name="keys")
app.command("demo")(operator.demo)
app.command("serve")(operator.serve)
app.command("sync")(operator.sync)
app.command("deploy")(operator.deploy)


def run() -> None:
    """Run the command that was typed."""
    app()
