"""The one plain reading of what is signed for a whole folder, before anything is handed in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from registry.cli.failures import CommandError
from registry.cli.folders.filing import LONGEST_HOURS, Answering
from registry.cli.folders.planning import Contents, FolderWish, Plan
from registry.cli.plain import printable
from registry.cli.session import Session
from registry.model import Address, Contracts

_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STEP = 1000
_NAMES_SHOWN = 3


def consent_to_folder(
    session: Session, wish: FolderWish, inside: Contents, made: Plan, signer: tuple[Address, Contracts]
) -> None:
    """Read aloud how many works are declared, whose, where to and until when.

    Raises:
        CommandError: The caller does not agree.
    """
    claimant, contracts = signer
    note = session.terminal.note
    each = ", one for each file" if made.statements > 1 else ""
    note(f"You sign {_many(made.statements, 'statement')}{each}:")
    note(f"  “I, {claimant}, declare the work whose file has this SHA-256 as mine.”")
    note(
        f"  Files:    {_many(made.statements, 'work')}, {size(made.total_bytes)}, in {wish.folder.resolve()}"
    )
    note(f"  Made by:  {_creators(inside, made)}")
    note(f"  Registry: {session.client.base_url}")
    note(f"  For chain {contracts.chain_id}, contract {contracts.work_registry}.")
    note(f"  Each may be recorded for at most {LONGEST_HOURS} hours after it is signed.")
    note(f"  {_matches(wish.answering)}")
    for line in _since(inside, made):
        note(f"  {line}")
    if not session.terminal.agrees(f"Sign {'this' if made.statements == 1 else 'these'}?"):
        raise CommandError("not-signed", "nothing was signed, nothing is recorded")


def size(count: int) -> str:
    """A number of bytes as people say it, one digit after the point."""
    unit = 0
    tenths = count * 10
    while tenths >= _STEP * 10 and unit < len(_UNITS) - 1:
        tenths //= _STEP
        unit += 1
    return f"{count} {_UNITS[0]}" if unit == 0 else f"{tenths // 10}.{tenths % 10} {_UNITS[unit]}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _creators(inside: Contents, made: Plan) -> str:
    """The most frequent creators of what is to be done: a wrong column shows here."""
    names: Counter[str] = Counter()
    for one in made.to_do:
        names[_named(inside.descriptions.of(one.name))] += 1
    if len(names) <= 1:
        return "".join(names) or "as was said when they were signed"
    told = [f"{name} ({count:,})" for name, count in names.most_common(_NAMES_SHOWN)]
    more = len(names) - _NAMES_SHOWN
    return ", ".join(told) + (f" and {more:,} more" if more > 0 else "")


def _named(facts: dict[str, Any]) -> str:
    return printable(" and ".join(creator["name"] for creator in facts["creators"]))


def _matches(answering: Answering) -> str:
    own = "What resembles a work of your own is acknowledged."
    if answering.others is None:
        return f"What resembles somebody else's work is left out and listed. {own}"
    return f"What resembles somebody else's work is answered “{answering.others}”, where that fits. {own}"


def _since(inside: Contents, made: Plan) -> list[str]:
    told = [
        (len(made.recorded), "registered before: nothing is done about them"),
        (made.changed, "written to since they were registered: declared anew where the bytes differ"),
        (len(made.interrupted), "signed before, with the answer lost: handed in again as they are"),
        (len(made.refused_before), "left out before and unchanged: left out again (--retry asks again)"),
        (len(inside.left), "left out: hidden, links, unreadable or not named; listed at the end"),
    ]
    return [f"{count:,} {words}" for count, words in told if count]
