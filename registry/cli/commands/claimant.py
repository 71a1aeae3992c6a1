"""`colophon verify`, `check` and `show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import asking

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file.")]


@asking
def verify(caller: Caller, file: File) -> None:
    """Find the registered works that a file is, copies or contains. The file is not kept."""
    from registry.cli.verifying import verify_file

    verify_file(caller.session, file)


@asking
def check(caller: Caller, file: File, work: options.Work) -> None:
    """Show the registry the very file of a work that was declared without it. The file is not kept."""
    from registry.cli.checking import check_file

    check_file(caller.session, file, work)


@asking
def show(
    caller: Caller,
    named: Annotated[
        str,
        typer.Argument(
            metavar="WORK|OFFER|GRANT|NUMBER", help="An id, an offer's hash, a registration number."
        ),
    ],
    at: Annotated[
        str | None, typer.Option(help="For a grant: is it valid at this time (RFC 3339 or Unix seconds)?")
    ] = None,
) -> None:
    """Show a work's record with its offers and licences, one offer, or one licence."""
    from registry.cli.showing import show as show_named

    show_named(caller.session, named, at)
