"""The commands and their options. Each loads what it needs when it is called: `--help` stays quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from registry.cli.commands import (
    catalogues,
    claimant,
    declaring,
    disputes,
    evidence,
    keys,
    licensing,
    money,
    monitor,
    operator,
    stamping,
    titles,
    trusting,
)

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


_COMMANDS: dict[str, dict[str, Callable[..., None]]] = {
    "Works": {
        "register": declaring.register,
        "verify": claimant.verify,
        "check": claimant.check,
        "show": claimant.show,
        "title": titles.title,
        "evidence": evidence.evidence,
        "certificate": evidence.certificate,
        "credential": evidence.credential,
        "verify-evidence": evidence.verify_evidence,
        "stamp": stamping.stamp,
        "supplement": titles.supplement,
        "redact": titles.redact,
        "commit": declaring.commit,
        "reveal": titles.reveal,
        "prove-earlier": titles.prove_earlier,
        "cancel": titles.cancel,
    },
    "Licences": {
        "offer": licensing.offer,
        "buy": licensing.buy,
        "cancel-offer": titles.cancel_offer,
        "withdraw-offers": titles.withdraw_offers,
        "retract": titles.retract,
        "transfer": titles.transfer,
        "link": money.link,
        "renew-link": money.renew_link,
    },
    "Money": {
        "revenue": money.revenue,
        "release": money.release,
        "distribute": money.distribute,
        "claim": money.claim,
    },
    "Disputes": {"bonds": disputes.bonds, "refund": money.refund},
    "Yourself": {"faucet": licensing.faucet, "trust": trusting.trust},
    "A catalogue of your own": {"ingest": catalogues.ingest, "find": catalogues.find},
    "The registry itself": {
        "demo": operator.demo,
        "serve": operator.serve,
        "sync": operator.sync,
        "deploy": operator.deploy,
        "monitor": monitor.monitor,
    },
}
_GROUPS: dict[str, dict[str, typer.Typer]] = {
    "Money": {"shares": money.shares},
    "Disputes": {"dispute": disputes.dispute, "arbiter": disputes.arbiter},
    "Yourself": {"keys": keys.keys, "recovery": titles.recovery},
}
for _panel, _commands in _COMMANDS.items():
    for _name, _command in _commands.items():
        app.command(_name, rich_help_panel=_panel)(_command)
for _panel, _groups in _GROUPS.items():
    for _name, _group in _groups.items():
        app.add_typer(_group, name=_name, rich_help_panel=_panel)


def run() -> None:
    """Run the command that was typed."""
    app()
