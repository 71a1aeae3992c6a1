"""Shares, derivatives, and the ways of money."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import acting, asking

shares = typer.Typer(
    help="Who shares a work's revenue: everybody in the table, and in the one before, signs.",
    no_args_is_help=True,
)


@shares.command("propose")
@acting
def propose_shares(
    caller: Caller,
    work: options.Work,
    share: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ACCOUNT=PERCENT…", help="Each contributor's part; the rest is the title's holder's."
        ),
    ] = None,
) -> None:
    """Propose how revenue is shared from now on, as the holder of the title, and sign it first."""
    from registry.cli.sharing import propose

    propose(caller, work, share or [])


@shares.command("sign")
@acting
def sign_shares(
    caller: Caller,
    work: options.Work,
    table: Annotated[
        str | None, typer.Option(help="Which table, if several wait for you.", metavar="HASH")
    ] = None,
) -> None:
    """Sign a table that waits for you; once everybody has, the registry records it."""
    from registry.cli.sharing import sign_table

    sign_table(caller, work, table)


@shares.command("show")
@asking
def show_shares(caller: Caller, work: options.Work) -> None:
    """Show the tables of a work that were proposed, and whose signatures they lack."""
    from registry.cli.sharing import show_tables

    show_tables(caller, work)


@acting
def link(caller: Caller, work: options.Work, licence: options.Licence) -> None:
    """Back a work that you derived with a licence of its parent that allows derivatives."""
    from registry.cli.deriving import link_parent

    link_parent(caller, work, licence)


@acting
def renew_link(caller: Caller, work: options.Work, licence: options.Licence) -> None:
    """Put a licence that runs longer in place of the one that backs a derivative."""
    from registry.cli.deriving import renew_link

    renew_link(caller, work, licence)


@asking
def revenue(caller: Caller, work: options.Work) -> None:
    """Show what a work earned, what waits, and who is owed what."""
    from registry.cli.earning import show_revenue

    show_revenue(caller, work)


@acting
def release(caller: Caller, work: options.Work) -> None:
    """Divide every payment for a work that is due; anybody may."""
    from registry.cli.earning import release

    release(caller, work)


@acting
def distribute(
    caller: Caller,
    work: options.Work,
    currency: Annotated[str | None, typer.Option(help="A token; coin if unsaid.", metavar="ADDRESS")] = None,
) -> None:
    """Divide the royalties that a work received from its derivatives; anybody may."""
    from registry.cli.earning import distribute

    distribute(caller, work, currency)


@acting
def claim(
    caller: Caller, work: options.Work, account: options.Account = None, to: options.Receiver = None
) -> None:
    """Take all that an account is owed of a work: shares, what belongs to the title, what it carried."""
    from registry.cli.earning import claim

    claim(caller, work, account, to)


@acting
def refund(
    caller: Caller,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help="The licence's id.")],
    to: options.Receiver = None,
) -> None:
    """Take back what was paid for a licence, after a dispute about the title was upheld."""
    from registry.cli.earning import refund

    refund(caller, grant, to)
