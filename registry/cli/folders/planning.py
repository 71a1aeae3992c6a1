"""What is to be done with a folder: what it holds, held against the notes on what was done before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.cli.failures import CommandError
from registry.cli.folders.filing import Answering, Keeping
from registry.cli.folders.manifest import Descriptions, read_manifest
from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import NEEDS_ANSWER, OF_THE_BYTES, SAME_BYTES, Refused, Signed, Taken
from registry.cli.folders.scanning import Found, LeftOut, scan


@dataclass(frozen=True, slots=True)
class FolderWish:
    """What the caller wants done with a folder; `via` is the way in, `shared` what is said of every file.

    `at_once` files are in flight at a time. `retry` hands in again what was refused and has not changed.
    """

    folder: Path
    shared: Mapping[str, Any]
    manifest: Path | None
    answering: Answering
    keeping: Keeping
    via: str
    at_once: int
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a folder that are meant, what is said of each, and what is left out."""

    descriptions: Descriptions
    found: list[Found]
    left: list[LeftOut]


@dataclass(slots=True)
class Plan:
    """Each file of a folder is in one list; `changed` counts those to do that were recorded before."""

    to_do: list[Found] = field(default_factory=list)
    interrupted: list[Signed] = field(default_factory=list)
    recorded: list[Taken] = field(default_factory=list)
    refused_before: list[Refused] = field(default_factory=list)
    changed: int = 0

    @property
    def total_bytes(self) -> int:
        """Of all that is signed or was."""
        return sum(one.size for one in self.to_do) + sum(one.found.size for one in self.interrupted)

    @property
    def statements(self) -> int:
        """How many will be handed in."""
        return len(self.to_do) + len(self.interrupted)


def contents(wish: FolderWish) -> Contents:
    """Look at the folder, and read the manifest if there is one.

    Raises:
        CommandError: The folder cannot be read, the manifest has faults, or nobody is named as creator.
    """
    found, left = scan(wish.folder, wish.manifest)
    if wish.manifest is None:
        if not wish.shared.get("creators"):
            raise CommandError(
                "needs-an-answer", "who made the works? say it with --creator, or in a --manifest"
            )
        return Contents(Descriptions(wish.shared), found, left)
    descriptions = read_manifest(wish.manifest, wish.shared, {one.name for one in found})
    meant = [one for one in found if descriptions.covers(one.name)]
    aside = [
        LeftOut(one.name, "not-in-manifest", "no row names it")
        for one in found
        if not descriptions.covers(one.name)
    ]
    return Contents(descriptions, meant, left + aside)


def plan(found: list[Found], notebook: Notebook, wish: FolderWish) -> Plan:
    """What is still to do. What was signed before is handed in again, whatever became of the file."""
    made = Plan(interrupted=notebook.interrupted())
    for one in found:
        note = notebook.note_on(one.name)
        if isinstance(note, Signed):
            continue
        if isinstance(note, Taken) and note.found == one:
            made.recorded.append(note)
        elif isinstance(note, Refused) and _stands(note, one, wish, notebook):
            made.refused_before.append(note)
        else:
            made.changed += isinstance(note, Taken)
            made.to_do.append(one)
    return made


def is_remembered(outcome: Refused) -> bool:
    """Whether asking again about the same bytes would be in vain."""
    known = outcome.content_hash is not None
    return known and outcome.code in (*OF_THE_BYTES, NEEDS_ANSWER, SAME_BYTES)


def _stands(note: Refused, found: Found, wish: FolderWish, notebook: Notebook) -> bool:
    """Whether a refusal holds as it was: for the same bytes, and as long as its reason is there."""
    if note.found != found or note.content_hash is None:
        return False
    if note.code == SAME_BYTES:
        return notebook.recorded_as(note.content_hash) is not None
    return not wish.retry and not (note.code == NEEDS_ANSWER and wish.answering.says_something)
