"""Disputes about titles, their bonds, and who decides them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import acting, asking

dispute = typer.Typer(help="Contest a title, answer, decide.", no_args_is_help=True)
arbiter = typer.Typer(help="Who decides disputes.", no_args_is_help=True)

Dispute = Annotated[str, typer.Argument(metavar="DISPUTE", help="The dispute's id.")]
Evidence = Annotated[
    str, typer.Option("--evidence", help="A file, of which the hash is recorded, or a hash.", metavar="FILE")
]


class Outcome(StrEnum):
    """How a dispute can be decided."""

    DISMISSED = "dismissed"
    UPHELD = "upheld"
    ASSIGNED = "assigned"


@dispute.command("open")
@acting
def open_dispute(
    caller: Caller,
    work: options.Work,
    about: Annotated[str, typer.Option(help="What it is about, in 32 bytes at most.", metavar="TEXT")],
    evidence: Evidence,
    assignee: Annotated[
        str | None, typer.Option(help="Who should receive the title; nobody if unsaid.", metavar="ADDRESS")
    ] = None,
) -> None:
    """Contest a title with a bond, which is lost if the dispute is dismissed.

    Until the arbiter admits it the holder can escape it by passing the title on. What the arbiter opens is
    admitted at once: ask the arbiter to open it where that is to be feared.
    """
    from registry.cli.disputing import Contest, open_dispute

    open_dispute(caller, Contest(work, about, evidence, assignee))


@dispute.command("show")
@asking
def show_disputes(
    caller: Caller,
    named: Annotated[str, typer.Argument(metavar="DISPUTE|WORK", help="A dispute, or all of a work.")],
) -> None:
    """Show a dispute and its deadlines, or all disputes about a work."""
    from registry.cli.disputing import show_disputes

    show_disputes(caller, named)


@dispute.command("answer")
@acting
def answer_dispute(
    caller: Caller,
    named: Dispute,
    evidence: Evidence,
    own: Annotated[
        bool, typer.Option("--own", help="By a transaction of yours; the registry carries it if unsaid.")
    ] = False,
) -> None:
    """Answer a dispute as the holder of the title."""
    if own:
        from registry.cli.disputing import answer_from_own_account

        answer_from_own_account(caller, named, evidence)
        return
    from registry.cli.answering import answer_dispute

    answer_dispute(caller, named, evidence)


@dispute.command("admit")
@acting
def admit_dispute(caller: Caller, named: Dispute) -> None:
    """As arbiter: the title stays, sales stop and payments wait until it is decided."""
    from registry.cli.disputing import admit_dispute

    admit_dispute(caller, named)


@dispute.command("rule")
@acting
def rule_dispute(
    caller: Caller,
    named: Dispute,
    outcome: Annotated[Outcome, typer.Option(help="assigned: upheld, and the title goes to the assignee.")],
    bad_faith: Annotated[
        list[str] | None,
        typer.Option("--bad-faith", help="A licence that ends with it; may be repeated.", metavar="GRANT"),
    ] = None,
) -> None:
    """As arbiter: decide a dispute, once the time to answer is over."""
    from registry.cli.disputing import rule_dispute

    rule_dispute(caller, named, outcome.value, bad_faith or [])


@dispute.command("lapse")
@acting
def lapse_dispute(caller: Caller, named: Dispute) -> None:
    """End a dispute that nobody decided in time; anybody may, and the bond goes back."""
    from registry.cli.disputing import lapse_dispute

    lapse_dispute(caller, named)


@acting
def bonds(caller: Caller, account: options.Account = None, to: options.Receiver = None) -> None:
    """Take the bonds of disputes that an account is owed."""
    from registry.cli.disputing import claim_bonds

    claim_bonds(caller, account, to)


@arbiter.command("show")
@asking
def show_arbiter(caller: Caller) -> None:
    """Show who decides disputes, what they can do, and how long things take."""
    from registry.cli.disputing import show_arbiter

    show_arbiter(caller)


@arbiter.command("offer")
@acting
def offer_arbiter(
    caller: Caller,
    candidate: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="Who may follow you; nobody if unsaid.")
    ] = None,
) -> None:
    """As arbiter: name who may follow you."""
    from registry.cli.disputing import offer_arbiter

    offer_arbiter(caller, candidate)


@arbiter.command("accept")
@acting
def accept_arbiter(caller: Caller) -> None:
    """Become the arbiter of new disputes, having been named."""
    from registry.cli.disputing import accept_arbiter

    accept_arbiter(caller)
