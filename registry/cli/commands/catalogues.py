"""`colophon ingest` and `colophon find`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from registry.cli import options
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal

DEFAULT_CATALOGUE = Path("catalogue.db")


def ingest(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A folder, a file, or a CSV table with a column file, relative to itself."
        ),
    ],
    into: Annotated[
        Path, typer.Option(help="The catalogue: made if it is not there.", dir_okay=False)
    ] = Path("catalogue.db"),
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="How many processes decode at a time.")
    ] = os.cpu_count() or 1,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try again what could not be read and has not changed.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Fingerprint a whole catalogue on this machine; the same command again goes on where it stopped."""
    with told_plainly(as_json=as_json):
        from registry.cli.ingesting import ingest_files

        ingest_files(Terminal(as_json), source, into, workers, again=retry)


def find(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to look up.")],
    catalogue: Annotated[
        Path, typer.Argument(help="What `colophon ingest` made.", dir_okay=False)
    ] = DEFAULT_CATALOGUE,
    as_json: options.AsJson = False,
) -> None:
    """Say which files of a catalogue a file is, copies or contains, without any registry."""
    with told_plainly(as_json=as_json):
        from registry.cli.ingesting import find_file

        find_file(Terminal(as_json), file, catalogue)
