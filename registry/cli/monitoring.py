"""`colophon monitor`: follows somebody else's log, round after round, and tells what does not hold."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import typer

from registry.cli.failures import CommandError
from registry.cli.plain import parse_duration, printable
from registry.cli.terminal import Terminal
from registry.client.monitor import (
    BoundedHttp,
    LogSource,
    Monitor,
    MonitorFolder,
    Report,
    Trouble,
    TroubleError,
    gravest,
)
from registry.client.monitor.rounds import Limits, utc_now
from registry.errors import MalformedLogDataError
from registry.log import VerifierKey

FOLDERS = Path("~/.colophon/monitors")
_NODES = {
    "own": "as the node tells that you named",
    "registry": "as the registry's own node tells: its word alone",
    None: "not compared with a chain: name a node of it with --rpc",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    url: str
    folder: Path | None
    key: str | None
    rpc: str | None
    tiles_only: bool
    once: bool
    every: str
    anchor_limit: str
    max_growth: int


def monitor_log(terminal: Terminal, wanted: Wanted) -> None:
    """Look once, or until the command is stopped.

    Raises:
        CommandError: Something that was typed cannot be used.
        Exit: With the status of the gravest trouble of the one look, or of a folder that cannot be used.
    """
    url, rpc = _address(wanted.url), None if wanted.rpc is None else _address(wanted.rpc)
    pause, limit = parse_duration(wanted.every), parse_duration(wanted.anchor_limit)
    key = _key(wanted.key)
    folder = (wanted.folder or FOLDERS / _folder_name(url)).expanduser()
    try:
        with MonitorFolder(folder) as held, BoundedHttp() as http:
            source = LogSource(http, url, tiles_only=wanted.tiles_only)
            limits = Limits(wanted.max_growth, timedelta(seconds=limit))
            monitor = Monitor(held, source, http, key=key, rpc=rpc, limits=limits)
            _introduce(terminal, url, held, key)
            _run(terminal, monitor, None if wanted.once else pause)
    except TroubleError as problem:  # the folder: nothing could be looked at
        report = Report(utc_now(), url, troubles=[problem.trouble])
        _print(terminal, report)
        raise typer.Exit(problem.trouble.status) from problem


def _run(terminal: Terminal, monitor: Monitor, pause: int | None) -> None:
    told: tuple[object, ...] | None = None
    while True:
        report = monitor.look()
        news = _news(report)
        if terminal.as_json or news != told:
            _print(terminal, report)
        told = news
        if pause is None:
            worst = gravest(report.troubles)
            raise typer.Exit(worst.status if worst else 0)
        time.sleep(pause)


def _print(terminal: Terminal, report: Report) -> None:
    if terminal.as_json:
        typer.echo(json.dumps(report.document()))
    else:
        _tell(terminal, report)


def _news(report: Report) -> tuple[object, ...]:
    """What makes a report worth another line."""
    return (report.size, report.root, report.anchored, *((one.kind, one.detail) for one in report.troubles))


def _introduce(terminal: Terminal, url: str, folder: MonitorFolder, key: VerifierKey | None) -> None:
    memory = folder.memory
    terminal.note(f"Following {url} into {folder.folder}.")
    if memory is None and key is None:
        terminal.note("  First use: the key that the registry names is believed, and pinned from now on.")
    elif memory is not None:
        terminal.note(f"  The log is known by {printable(str(memory.key))}")


def _tell(terminal: Terminal, report: Report) -> None:
    terminal.heading(f"{report.at:%Y-%m-%d %H:%M:%S} UTC  {_state(report)}")
    if report.root is not None:
        terminal.fact("root", f"0x{report.root.hex()}")
    terminal.fact("anchored", _anchored(report))
    if report.troubles and report.heard_at is not None:
        terminal.fact("last answer", f"{report.heard_at:%Y-%m-%d %H:%M:%S} UTC")
    for trouble in report.troubles:
        terminal.fact("trouble", _trouble(trouble))
    if not report.troubles:
        terminal.fact("trouble", "none found")


def _state(report: Report) -> str:
    if report.size is None:
        return "no leaf is kept yet"
    return f"{report.size} leaves, {report.new_leaves} of them new"


def _anchored(report: Report) -> str:
    if report.node is None:
        return _NODES[None]
    left = f"; {report.blocks_left} blocks are still to be read" if report.blocks_left else ""
    if report.anchored is None:
        return f"no anchor, {_NODES[report.node]}{left}"
    return f"{report.anchored.size} in block {report.anchored.block_number}, {_NODES[report.node]}{left}"


def _trouble(trouble: Trouble) -> str:
    return f"{trouble.detail} [{trouble.kind.value}, {trouble.status}]"


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not text.isprintable() or " " in text:
        raise CommandError("bad-address", f"{text!r} is no http or https address")
    return text.rstrip("/")


def _key(text: str | None) -> VerifierKey | None:
    try:
        return None if text is None else VerifierKey.parse(text)
    except MalformedLogDataError as problem:
        raise CommandError("bad-key", f"--key: {problem.message}") from problem


def _folder_name(url: str) -> str:
    """A name to know the folder by, and digits that no other address has."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", url.partition("://")[2])[:60].strip("-.")
    return f"{readable}-{sha256(url.encode()).hexdigest()[:8]}"
