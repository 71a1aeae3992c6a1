"""`colophon register`, `verify` and `show`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.cli import options
from registry.cli.failures import told_plainly
from registry.cli.terminal import Terminal

_USES = ("search", "train-ai", "train-genai", "ai-input")
_PREFERENCES = ("allow", "refuse")
_ANSWERS = ("acknowledged", "derivative", "adverse-claim")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file.")]


class HowMade(StrEnum):
    """How a work came about, as the metadata say it."""

    UNSPECIFIED = "unspecified"
    HUMAN = "human"
    AI_ASSISTED = "ai-assisted"
    AI_GENERATED = "ai-generated"


class Via(StrEnum):
    """Who carries the declaration to the chain: the registry, or the claimant's own account."""

    REGISTER_FOR = "registerFor"
    REGISTER = "register"


def register(
    file: File,
    title: Annotated[str, typer.Option(help="What the work is called.")],
    creator: Annotated[list[str] | None, typer.Option(help="Who made it; may be repeated.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of creation.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag, like en or pt-BR.")] = None,
    how_made: Annotated[HowMade, typer.Option(help="How it was made.")] = HowMade.UNSPECIFIED,
    usage: Annotated[
        list[str] | None,
        typer.Option(help=f"USE=allow or USE=refuse; uses: {', '.join(_USES)}.", metavar="USE=ANSWER"),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            help=f"For a work that the file resembles: {', '.join(_ANSWERS)}.", metavar="WORK=ANSWER"
        ),
    ] = None,
    preview: Annotated[bool, typer.Option(help="Show everybody a preview of at most 512 px.")] = False,
    deposit: Annotated[
        bool, typer.Option("--deposit", help="Let the registry keep the file, for you.")
    ] = False,
    via: Annotated[Via, typer.Option(help="registerFor: free of charge; register: your own transaction.")] = (
        Via.REGISTER_FOR
    ),
    url: options.Url = options.DEFAULT_URL,
    key: options.KeyName = None,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    rpc: options.Rpc = None,
    max_gas_cost: options.MaxFee = options.DEFAULT_MAX_FEE,
    no_wait: options.NoWait = False,
    yes: options.Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Declare a work: sign that it is yours, and have it recorded."""
    usage_preferences = _pairs(usage, "--usage", _USES, _PREFERENCES)
    answers = _pairs(answer, "--answer", None, _ANSWERS)
    terminal = Terminal(as_json, agreed=yes)
    with told_plainly(as_json=as_json):
        creators = creator or [terminal.ask("Who made it?", "say it with --creator")]
        facts: dict[str, Any] = {
            "title": title,
            "creators": [{"name": name} for name in creators],
            "how_made": how_made.value,
            "usage_preferences": usage_preferences,
        }
        facts |= {
            name: value for name, value in (("year", year), ("language", language)) if value is not None
        }
        from registry.cli.registering import RegisterWish, register_file
        from registry.cli.session import session

        wish = RegisterWish(
            file=file,
            facts=facts,
            answers={work.lower(): kind for work, kind in answers.items()},
            via=via.value,
            keep_preview=preview,
            keep_deposit=deposit,
            key=key,
            wait=not no_wait,
            rpc=rpc,
            max_gas_cost=max_gas_cost,
        )
        with session(url, keys, terminal) as talk:
            register_file(talk, wish)


def verify(
    file: File,
    url: options.Url = options.DEFAULT_URL,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    as_json: options.AsJson = False,
) -> None:
    """Find the registered works that a file is, copies or contains. The file is not kept."""
    from registry.cli.session import session
    from registry.cli.verifying import verify_file

    with told_plainly(as_json=as_json), session(url, keys, Terminal(as_json)) as talk:
        verify_file(talk, file)


def show(
    named: Annotated[
        str,
        typer.Argument(
            metavar="WORK|OFFER|GRANT|NUMBER", help="An id, an offer's hash, a registration number."
        ),
    ],
    at: Annotated[
        str | None, typer.Option(help="For a grant: is it valid at this time (RFC 3339 or Unix seconds)?")
    ] = None,
    url: options.Url = options.DEFAULT_URL,
    keys: options.KeyFolder = options.DEFAULT_KEYS,
    as_json: options.AsJson = False,
) -> None:
    """Show a work's record with its offers and licences, one offer, or one licence."""
    from registry.cli.session import session
    from registry.cli.showing import show as show_named

    with told_plainly(as_json=as_json), session(url, keys, Terminal(as_json)) as talk:
        show_named(talk, named, at)


def _pairs(
    texts: list[str] | None, option: str, names: tuple[str, ...] | None, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or (names is not None and name not in names) or value not in values:
            expected = f"{'|'.join(names) if names else 'WORK'}={'|'.join(values)}"
            raise typer.BadParameter(f"{text!r} is not {expected}", param_hint=option)
        pairs[name] = value
    return pairs
