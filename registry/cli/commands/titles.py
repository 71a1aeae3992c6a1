"""What follows a registration, and what the holder of a title does with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import acting, asking

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="An account.")]
recovery = typer.Typer(
    help="Who may take over what you hold, should your key be lost. It helps against loss, not theft.",
    no_args_is_help=True,
)


@acting
def reveal(caller: Caller, work: options.Work) -> None:
    """Record what you committed, with the date of its commitment."""
    from registry.cli.committing import reveal_work

    reveal_work(caller, work)


@acting
def prove_earlier(
    caller: Caller,
    work: options.Work,
    salt: Annotated[
        str | None,
        typer.Option(help="The salt of a commitment; the one kept here if unsaid.", metavar="HASH"),
    ] = None,
    inclusion: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A JSON file: deadline and inclusion in a log."),
    ] = None,
) -> None:
    """Bring an earlier proof for a recorded work; a date only ever moves to an earlier one."""
    from registry.cli.committing import Proof, prove_earlier

    prove_earlier(caller, work, Proof(salt, inclusion))


@acting
def title(caller: Caller, work: options.Work) -> None:
    """Have the registry make a logged work's title; an offer needs none, shares and disputes do."""
    from registry.cli.titling import make_title

    make_title(caller, work)


@acting
def cancel(caller: Caller, work: options.Work) -> None:
    """Withdraw your signature over a declaration that is not recorded yet."""
    from registry.cli.committing import cancel_declaration

    cancel_declaration(caller, work)


@acting
def supplement(
    caller: Caller,
    work: options.Work,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.json", exists=True, dir_okay=False, help="What to say of the work from now on."
        ),
    ],
) -> None:
    """Add to what is said of a work whose title you hold; what was said before stays in its history."""
    from registry.cli.supplementing import add_supplement

    add_supplement(caller, work, file)


@acting
def redact(caller: Caller, work: options.Work) -> None:
    """Erase what is said of a work for good, title and creators; the record, its date and proofs stay."""
    from registry.cli.redacting import redact

    redact(caller, work)


@acting
def retract(caller: Caller, work: options.Work) -> None:
    """Stop sales of licences to a work for good; the record and past licences stand."""
    from registry.cli.holding import retract_work

    retract_work(caller, work)


@acting
def transfer(
    caller: Caller,
    work: options.Work,
    to: Annotated[str, typer.Argument(metavar="TO", help="The account that receives the title.")],
) -> None:
    """Give a title away, with its unclaimed and escrowed revenue; offers of yours end."""
    from registry.cli.holding import transfer_title

    transfer_title(caller, work, to)


@acting
def withdraw_offers(caller: Caller, work: options.Work) -> None:
    """End every offer that was ever signed for a work, known or not."""
    from registry.cli.holding import withdraw_offers

    withdraw_offers(caller, work)


@acting
def cancel_offer(
    caller: Caller, offer: Annotated[str, typer.Argument(metavar="OFFER", help="The offer's hash.")]
) -> None:
    """End one offer; licences already bought stand."""
    from registry.cli.holding import cancel_offer

    cancel_offer(caller, offer)


@recovery.command("set")
@acting
def set_recovery(
    caller: Caller,
    successor: Annotated[
        str | None, typer.Option(help="Who may take over; nobody if unsaid.", metavar="ADDRESS")
    ] = None,
    delay: Annotated[str, typer.Option(help="How long you can object, 7d at least.")] = "30d",
) -> None:
    """Name who may take over what you hold, after you had time to object."""
    from registry.cli.recovering import set_recovery

    set_recovery(caller, successor, delay)


@recovery.command("start")
@acting
def start_recovery(caller: Caller, account: Address) -> None:
    """Say that the key of an account is lost, as the successor that it named."""
    from registry.cli.recovering import start_recovery

    start_recovery(caller, account)


@recovery.command("cancel")
@acting
def cancel_recovery(caller: Caller) -> None:
    """Object: your key is not lost."""
    from registry.cli.recovering import cancel_recovery

    cancel_recovery(caller)


@recovery.command("take")
@acting
def take(
    caller: Caller,
    account: Address,
    work: Annotated[
        list[str] | None, typer.Option("--work", help="A title to take; may be repeated.", metavar="WORK")
    ] = None,
    grant: Annotated[
        list[str] | None, typer.Option("--grant", help="A licence to take; may be repeated.", metavar="GRANT")
    ] = None,
) -> None:
    """Take over titles and licences of a lost account; all that it declared or bought, if none is named."""
    from registry.cli.recovering import take_over

    take_over(caller, account, work or [], grant or [])


@recovery.command("show")
@asking
def show_recovery(caller: Caller, account: Address) -> None:
    """Show who may take over from an account, and from when on."""
    from registry.cli.recovering import show_recovery

    show_recovery(caller, account)
