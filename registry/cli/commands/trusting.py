"""`colophon trust`."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli.caller import Caller
from registry.cli.commands.acting import asking


@asking
def trust(
    caller: Caller,
    deployment: Annotated[
        str, typer.Argument(metavar="DEPLOYMENT", help="The manifest id that the registry names.")
    ],
) -> None:
    """Accept that a registry works with another deployment of the contracts than when you first met it."""
    from registry.cli.pinning import trust_deployment

    trust_deployment(caller, deployment)
