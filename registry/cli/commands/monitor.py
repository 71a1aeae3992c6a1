"""`colophon monitor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal


def monitor(
    url: Annotated[str, typer.Argument(metavar="URL", help="The registry, or with --tiles its log's files.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="Where the copy is kept; one below ~/.colophon/monitors if unsaid."
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="NAME+ID+KEY", help="The key the log is known by; pinned at first use if unsaid."
        ),
    ] = None,
    rpc: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A node of the chain; an embedded chain's registry is asked if unsaid."
        ),
    ] = None,
    tiles: Annotated[bool, typer.Option("--tiles", help="URL has the log's static files alone.")] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Look once; the exit status is that of the gravest trouble.")
    ] = False,
    every: Annotated[str, typer.Option(metavar="DURATION", help="How long to wait between looks.")] = "30s",
    anchor_limit: Annotated[
        str, typer.Option(metavar="DURATION", help="How long growth may stay without an anchor.")
    ] = "1h",
    max_growth: Annotated[
        int, typer.Option(min=1, metavar="LEAVES", help="The most leaves to fetch in one look.")
    ] = 10_000_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each look.")] = False,
) -> None:
    """Follow somebody else's log: keep a copy, report forks, rewinds and strange anchors."""
    with told_plainly(as_json=as_json):
        from registry.cli.monitoring import Wanted, monitor_log

        wanted = Wanted(url, folder, key, rpc, tiles, once, every, anchor_limit, max_growth)
        monitor_log(Terminal(as_json), wanted)
