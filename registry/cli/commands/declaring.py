"""`colophon register` and `commit`: what the command line says of the files it declares."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli import options
from registry.cli.caller import Caller
from registry.cli.commands.acting import acting
from registry.cli.commands.recursive import (
    AnswerAll,
    AtOnce,
    Manifest,
    Recursive,
    Retry,
    register_recursively,
    require_single,
)

if TYPE_CHECKING:
    from registry.cli.declaring import Description

_USES = ("search", "train-ai", "train-genai", "ai-input")
_PREFERENCES = ("allow", "refuse")
_ANSWERS = ("acknowledged", "derivative", "adverse-claim")


class HowMade(StrEnum):
    """How a work came about, as the metadata say it."""

    UNSPECIFIED = "unspecified"
    HUMAN = "human"
    AI_ASSISTED = "ai-assisted"
    AI_GENERATED = "ai-generated"


class Via(StrEnum):
    """How the declaration gets to the chain: with others or by itself, carried by whom, in which steps."""

    LOG = "log"
    REGISTER_FOR = "registerFor"
    REVEAL = "reveal"
    REGISTER = "register"


Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", exists=True, dir_okay=False, readable=True, help="The file."),
]
FilesOrFolder = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", exists=True, readable=True, help="The file; with --recursive a folder."),
]
Title = Annotated[
    str | None, typer.Option(help="What the work is called; of several, each by its file's name.")
]
Creator = Annotated[list[str] | None, typer.Option(help="Who made it; may be repeated.")]
Year = Annotated[int | None, typer.Option(help="Year of creation.")]
Language = Annotated[str | None, typer.Option(help="BCP 47 tag, like en or pt-BR.")]
HowItWasMade = Annotated[HowMade, typer.Option(help="How it was made.")]
Usage = Annotated[
    list[str] | None,
    typer.Option(help=f"USE=allow or USE=refuse; uses: {', '.join(_USES)}.", metavar="USE=ANSWER"),
]
MatchAnswer = Annotated[
    list[str] | None,
    typer.Option(help=f"For a work that the file resembles: {', '.join(_ANSWERS)}.", metavar="WORK=ANSWER"),
]
Preview = Annotated[bool, typer.Option(help="Show everybody a preview of at most 512 px.")]
Deposit = Annotated[bool, typer.Option("--deposit", help="Let the registry keep the file, for you.")]


@acting
def register(
    caller: Caller,
    files: FilesOrFolder,
    title: Title = None,
    creator: Creator = None,
    year: Year = None,
    language: Language = None,
    how_made: HowItWasMade = HowMade.UNSPECIFIED,
    usage: Usage = None,
    answer: MatchAnswer = None,
    preview: Preview = False,
    deposit: Deposit = False,
    via: Annotated[
        Via,
        typer.Option(
            help="log: free of charge, dated with others; registerFor: free of charge, with a title at once; "
            "reveal: the same, dated before anything is shown; register: your own transaction."
        ),
    ] = Via.LOG,
    batch: Annotated[
        bool, typer.Option("--batch", help="Several files: a signature for each, one step for all.")
    ] = False,
    recursive: Recursive = False,
    manifest: Manifest = None,
    answer_all: AnswerAll = None,
    at_once: AtOnce = 4,
    retry: Retry = False,
) -> None:
    """Declare a work: sign that it is yours, and have it recorded."""
    facts = _facts(year, language, how_made, usage)
    if recursive:
        register_recursively(
            caller,
            files,
            (title, creator, facts),
            (_answered(answer), answer_all),
            (preview, deposit),
            _way_of_many(via),
            manifest,
            at_once,
            retry=retry,
        )
        return
    require_single(files, manifest, answer_all, retry=retry)
    described = _described(
        caller, (files, title, creator), (facts, answer), keep_preview=preview, keep_deposit=deposit
    )
    from registry.cli.registering import register_batch, register_file

    if batch:
        register_batch(caller, described, "log" if via is Via.LOG else "batch")
    elif len(described) == 1:
        register_file(caller, described[0], via.value)
    else:
        raise typer.BadParameter("several files are registered with --batch", param_hint="FILE")


@acting
def commit(
    caller: Caller,
    files: Files,
    title: Title = None,
    creator: Creator = None,
    year: Year = None,
    language: Language = None,
    how_made: HowItWasMade = HowMade.UNSPECIFIED,
    usage: Usage = None,
    answer: MatchAnswer = None,
    preview: Preview = False,
    deposit: Deposit = False,
) -> None:
    """Fix today's date for a work and show nothing of it; reveal it later from the same computer."""
    facts = _facts(year, language, how_made, usage)
    described = _described(
        caller, (files, title, creator), (facts, answer), keep_preview=preview, keep_deposit=deposit
    )
    from registry.cli.committing import commit_files

    commit_files(caller, described)


def _described(
    caller: Caller,
    named: tuple[list[Path], str | None, list[str] | None],
    said: tuple[dict[str, Any], list[str] | None],
    *,
    keep_preview: bool,
    keep_deposit: bool,
) -> Sequence[Description]:
    from registry.cli.declaring import Description

    files, title, creators = named
    facts, answers = said
    if len(files) == 1 and title is None:
        raise typer.BadParameter("what is the work called?", param_hint="--title")
    if len(files) > 1 and title is not None:
        raise typer.BadParameter("several works are called by their files' names", param_hint="--title")
    answered = _answered(answers)
    who = creators or [caller.terminal.ask("Who made it?", "say it with --creator")]
    shared = {"creators": [{"name": name} for name in who], **facts}
    return [
        Description(file, {"title": title or file.stem, **shared}, answered, keep_preview, keep_deposit)
        for file in files
    ]


def _answered(answers: list[str] | None) -> dict[str, str]:
    pairs = options.pairs(answers, "--answer", None, _ANSWERS)
    return {work.lower(): kind for work, kind in pairs.items()}


def _way_of_many(via: Via) -> str:
    """Of a whole folder the registry carries many works with one transaction."""
    if via is Via.REGISTER:
        raise typer.BadParameter("a folder is not carried by transactions of your own", param_hint="--via")
    return "batch" if via is Via.REGISTER_FOR else via.value


def _facts(
    year: int | None, language: str | None, how_made: HowMade, usage: list[str] | None
) -> dict[str, Any]:
    preferences = options.pairs(usage, "--usage", _USES, _PREFERENCES)
    facts: dict[str, Any] = {"how_made": how_made.value, "usage_preferences": preferences}
    said = {"year": year, "language": language}
    return facts | {name: value for name, value in said.items() if value is not None}
