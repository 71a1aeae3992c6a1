"""`colophon register --recursive`: what the command line says of a whole folder."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli.caller import Caller

_MOST_AT_ONCE = 16
_SHORTEST_PREFIX = 8  # of a work's id: "0x" and six digits


class AnswerKind(StrEnum):
    """An answer to every match that has none of its own."""

    ACKNOWLEDGED = "acknowledged"
    DERIVATIVE = "derivative"
    ADVERSE_CLAIM = "adverse-claim"


Recursive = Annotated[
    bool,
    typer.Option("--recursive", "-r", help="FILE is a folder: register all it holds, under one consent."),
]
Manifest = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="CSV",
        help="With --recursive: only the files that a CSV names; columns file, title, "
        "creators (parted by ;), year, language, how_made, search, train-ai, train-genai, ai-input.",
    ),
]
AnswerAll = Annotated[
    AnswerKind | None,
    typer.Option(
        help="With --recursive: answer all works of others that a file resembles alike. Without it, such "
        "files are left out and listed."
    ),
]
AtOnce = Annotated[
    int, typer.Option(min=1, max=_MOST_AT_ONCE, help="With --recursive: files handed in at the same time.")
]
Retry = Annotated[
    bool, typer.Option("--retry", help="With --recursive: hand in again what was left out and is unchanged.")
]


def require_single(
    files: list[Path], manifest: Path | None, answer_all: AnswerKind | None, *, retry: bool
) -> None:
    """Refuse, of a call without --recursive, what only means something with it."""
    for file in files:
        if file.is_dir():
            raise typer.BadParameter(f"{file} is a folder: say --recursive", param_hint="FILE")
    if manifest is not None or answer_all is not None or retry:
        raise typer.BadParameter("only with --recursive", param_hint="--manifest, --answer-all, --retry")


def register_recursively(
    caller: Caller,
    files: list[Path],
    said: tuple[str | None, list[str] | None, Mapping[str, Any]],
    answers: tuple[Mapping[str, str], AnswerKind | None],
    keep: tuple[bool, bool],
    via: str,
    manifest: Path | None,
    at_once: int,
    *,
    retry: bool,
) -> None:
    """Register one folder; `said` are title, creators and the other facts of all files."""
    title, creators, facts = said
    if len(files) != 1 or not files[0].is_dir():
        raise typer.BadParameter("--recursive takes one folder", param_hint="FILE")
    if title is not None:
        raise typer.BadParameter(
            "works of a folder are called by their files' names, or by a manifest", param_hint="--title"
        )
    for prefix in answers[0]:
        if len(prefix) < _SHORTEST_PREFIX:
            raise typer.BadParameter(f"{prefix} is too short to name one work", param_hint="--answer")
    if creators is None and manifest is None:
        creators = [caller.terminal.ask("Who made the works?", "say it with --creator, or in a --manifest")]
    from registry.cli.folders.command import register_folder
    from registry.cli.folders.filing import Answering, Keeping
    from registry.cli.folders.planning import FolderWish

    shared = {**facts, **({"creators": [{"name": name} for name in creators]} if creators else {})}
    each, others = answers
    wish = FolderWish(
        folder=files[0],
        shared=shared,
        manifest=manifest,
        answering=Answering(each, None if others is None else others.value),
        keeping=Keeping(*keep),
        via=via,
        at_once=at_once,
        retry=retry,
    )
    register_folder(caller, wish)
