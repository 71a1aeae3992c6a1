"""`colophon stamp`: what the command line says of time stamps by others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal

_LONGEST_SECONDS = 600


def stamp(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", exists=True, dir_okay=False, help="The bundle's file.")
    ],
    tsa: Annotated[
        list[str] | None,
        typer.Option(help="A timestamping authority (RFC 3161) to ask; may be repeated.", metavar="URL"),
    ] = None,
    calendar: Annotated[
        list[str] | None,
        typer.Option(help="An OpenTimestamps calendar to ask; may be repeated.", metavar="URL"),
    ] = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Complete proofs that wait, at the calendars that you name.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="A new file to write; the bundle's own if unsaid.", metavar="FILE"),
    ] = None,
    tsa_root: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Roots that every authority's answer must lead to; may be repeated.",
            metavar="PEM",
        ),
    ] = None,
    bitcoin_header: Annotated[
        list[str] | None,
        typer.Option(
            help="With --upgrade: a Bitcoin block's header, as you found it elsewhere; of a proof, only the "
            "way to it is kept.",
            metavar="HEIGHT=HEX",
        ),
    ] = None,
    seconds: Annotated[
        int, typer.Option("--patience", min=1, max=_LONGEST_SECONDS, help="How long each may be silent.")
    ] = 30,
    as_json: options.AsJson = False,
) -> None:
    """Have others stamp the date of a record, and put their stamps into its bundle.

    They learn a hash: of a logged record its checkpoint's, else the signed statement's. Who they are is yours
    to choose, and whose word counts is said when the bundle is verified.
    """
    if upgrade and (tsa or tsa_root):
        raise typer.BadParameter("only calendars are asked with --upgrade", param_hint="--tsa, --tsa-root")
    if bitcoin_header and not upgrade:
        raise typer.BadParameter("only with --upgrade", param_hint="--bitcoin-header")
    with told_plainly(as_json=as_json):
        from registry.cli.stamping import Wanted, stamp_bundle, upgrade_bundle

        wanted = Wanted(
            tuple(tsa or ()),
            tuple(calendar or ()),
            tuple(tsa_root or ()),
            tuple(bitcoin_header or ()),
            float(seconds),
        )
        (upgrade_bundle if upgrade else stamp_bundle)(Terminal(as_json), bundle, out, wanted)
