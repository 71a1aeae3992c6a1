"""What proves a record: fetched from a registry, and checked without one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import asking
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal

Out = Annotated[
    Path | None,
    typer.Option("--out", dir_okay=False, help="The file to write; named after the work if unsaid."),
]


@asking
def evidence(caller: Caller, work: options.Work, out: Out = None) -> None:
    """Fetch the one file that proves a record without any registry."""
    from registry.cli.fetching import fetch_evidence

    fetch_evidence(caller, work, out)


@asking
def certificate(caller: Caller, work: options.Work, out: Out = None) -> None:
    """Fetch a record's certificate (PDF), with its evidence inside."""
    from registry.cli.fetching import fetch_certificate

    fetch_certificate(caller, work, out)


@asking
def credential(caller: Caller, work: options.Work, out: Out = None) -> None:
    """Fetch a record as a verifiable credential that this registry signed."""
    from registry.cli.fetching import fetch_credential

    fetch_credential(caller, work, out)


def verify_evidence(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", exists=True, dir_okay=False, help="The bundle's file.")
    ],
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The work's file.")
    ] = None,
    block_hash: Annotated[
        str | None, typer.Option(help="The block's hash, as you found it elsewhere.", metavar="H")
    ] = None,
    rpc: Annotated[
        str | None, typer.Option(help="A node to ask for the block's hash instead.", metavar="URL")
    ] = None,
    deployment: Annotated[
        str | None, typer.Option(help="The manifest id that you know the registry by.", metavar="ID")
    ] = None,
    log_key: Annotated[
        str | None, typer.Option(help="The key that you know the registry's log by.", metavar="KEY")
    ] = None,
    tsa_root: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Roots of timestamping authorities that you believe; may be repeated.",
            metavar="PEM",
        ),
    ] = None,
    bitcoin_header: Annotated[
        list[str] | None,
        typer.Option(
            help="A Bitcoin block's header, as you found it elsewhere; may be repeated.", metavar="HEIGHT=HEX"
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Check an evidence bundle step by step, without any registry and, but for --rpc, without a network.

    Leaves with 0 if no step failed, be the record complete or hold up to what the last lines name.

    That may be: the block hash, if nobody vouches for it; a signature; an earlier date; a local chain.

    Leaves with 1 if any step failed.
    """
    from registry.cli.evidencing import Vouched, print_verification

    with told_plainly(as_json=as_json):
        stamps = (tuple(tsa_root or ()), tuple(bitcoin_header or ()))
        holds = print_verification(
            Terminal(as_json), bundle, file, Vouched(block_hash, rpc, deployment, log_key, *stamps)
        )
    if not holds:
        raise typer.Exit(1)
