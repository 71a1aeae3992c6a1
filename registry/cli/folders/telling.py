"""What came of a whole folder: counts, every file that has no record and why, and what to type next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.cli.failures import CommandError
from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import ALREADY, HARMLESS, NEEDS_ANSWER, Refused, Taken
from registry.cli.folders.planning import Contents, FolderWish, Plan
from registry.cli.folders.running import Tally
from registry.cli.plain import printable
from registry.cli.session import Session
from registry.model import Address

_SHOWN_PER_CODE = 20  # a person reads no more; `--json` has them all


@dataclass(slots=True)
class Ending:
    """All that there is to tell; `problem` is what broke the run off."""

    wish: FolderWish
    claimant: Address
    inside: Contents
    made: Plan
    tally: Tally
    waiting: Sequence[Taken] = ()
    expired: Sequence[Taken] = ()
    problem: CommandError | None = None

    @property
    def refused(self) -> list[Refused]:
        """Files without a record, now or since an earlier run, in order of name."""
        late = [
            Refused(one.found, one.content_hash, "expired", "it was not recorded before its deadline")
            for one in self.expired
        ]
        every = [*self.tally.refused, *self.made.refused_before, *late]
        return sorted(every, key=lambda one: (one.code, one.found.name))

    @property
    def undone(self) -> list[Refused]:
        """Those of which there should have been a record, and is none."""
        return [one for one in self.refused if one.code not in HARMLESS]

    @property
    def untouched(self) -> int:
        """Files that the run did not come to."""
        return max(0, self.made.statements - len(self.tally.taken) - len(self.tally.refused))


def document(ending: Ending, session: Session, notebook: Notebook) -> dict[str, Any]:
    """The same for a script: every record of the folder, and everything that has none."""
    waiting = {one.work_id for one in ending.waiting}
    expired = {one.work_id for one in ending.expired}
    records = {one.found.name: one.work_id for one in (*ending.made.recorded, *ending.tally.taken)}
    records |= {
        one.found.name: one.work_id for one in ending.tally.refused if one.code == ALREADY and one.work_id
    }
    return {
        "folder": str(ending.wish.folder.resolve()),
        "registry": session.client.base_url,
        "claimant": ending.claimant,
        "notes": str(notebook.path),
        "counts": {
            "registered": len(ending.tally.taken)
            - len(expired & {one.work_id for one in ending.tally.taken}),
            "registered-before": len(ending.made.recorded),
            "not-reached": ending.untouched,
            **Counter(one.code for one in ending.refused),
            **Counter(one.code for one in ending.inside.left),
        },
        "works": [
            {"file": name, "work_id": work_id, "waiting": work_id in waiting}
            for name, work_id in sorted(records.items())
            if work_id not in expired
        ],
        "refused": [
            {
                "file": one.found.name,
                "code": one.code,
                "detail": one.detail,
                "matches": [dict(match) for match in one.matches],
            }
            for one in ending.refused
        ],
        "left_out": [
            {"file": one.name, "code": one.code, "detail": one.detail} for one in ending.inside.left
        ],
        "problem": None
        if ending.problem is None
        else {"code": ending.problem.code, "detail": ending.problem.message},
    }


def tell(ending: Ending, session: Session, notebook: Notebook) -> None:
    """Print it."""
    terminal = session.terminal
    if terminal.as_json:
        terminal.document(document(ending, session, notebook))
        return
    count = len(ending.tally.taken) - len(ending.expired)
    terminal.heading(f"{max(0, count):,} {'work' if count == 1 else 'works'} registered")
    terminal.fact("claimant", ending.claimant)
    terminal.fact("folder", ending.wish.folder.resolve())
    if ending.made.recorded:
        terminal.fact("before", f"{len(ending.made.recorded):,} registered already, and unchanged")
    if ending.waiting:
        terminal.fact("on the way", f"{len(ending.waiting):,} wait for the chain")
    if ending.untouched:
        terminal.fact("not reached", f"{ending.untouched:,}")
    terminal.fact("notes", notebook.path)
    _list(session, "No record of", [(one.code, one.found.name, one.detail) for one in ending.undone])
    harmless = [one for one in ending.refused if one.code in HARMLESS]
    _list(session, "Nothing to do about", [(one.code, one.found.name, _why(one)) for one in harmless])
    _list(session, "Left out", [(one.code, one.name, one.detail) for one in ending.inside.left])
    _next(ending, session)


def _list(session: Session, heading: str, lines: Iterable[tuple[str, str, str]]) -> None:
    """Grouped by code, the order within kept."""
    by_code: dict[str, list[tuple[str, str]]] = {}
    for code, name, detail in lines:
        by_code.setdefault(code, []).append((name, detail))
    if not by_code:
        return
    terminal = session.terminal
    terminal.line()
    terminal.heading(f"{heading} {sum(map(len, by_code.values())):,}")
    for code, named in sorted(by_code.items()):
        details = {detail for _, detail in named}
        shared = details.pop() if len(details) == 1 else ""
        terminal.line(f"  {len(named):,} [{printable(code)}] {printable(shared)}".rstrip())
        for name, detail in named[:_SHOWN_PER_CODE]:
            own = f": {printable(detail)}" if detail and not shared else ""
            terminal.line(f"    {printable(name)}{own}")
        if len(named) > _SHOWN_PER_CODE:
            terminal.line(f"    … and {len(named) - _SHOWN_PER_CODE:,} more: --json lists all")


def _why(one: Refused) -> str:
    return one.detail or (f"work {one.work_id}" if one.work_id else "")


def _next(ending: Ending, session: Session) -> None:
    terminal = session.terminal
    asking = [one for one in ending.undone if one.code == NEEDS_ANSWER]
    if asking:
        terminal.line()
        file = shlex.quote(str(ending.wish.folder / asking[0].found.name))
        terminal.fact("answer one", f"colophon register {file} --title …")
        terminal.fact("or all alike", "the same command again with --answer-all acknowledged")
        terminal.fact("", "(where the bytes are the same, only adverse-claim fits)")
    if any(one.code not in (*HARMLESS, NEEDS_ANSWER) for one in ending.made.refused_before):
        terminal.line()
        terminal.fact("ask again", "unchanged files that were refused before are handed in with --retry")
    if ending.untouched or ending.waiting:
        terminal.line()
        terminal.fact("go on", "type the same command again")
    elif ending.tally.taken:
        last = ending.tally.taken[0].work_id
        terminal.closing(session.page(last), f"colophon show {last}")
