"""Where a command speaks: results on standard output, progress and questions on standard error.

On a terminal there are colours, a spinner and a bar; elsewhere plain lines. With `--json` standard output is
one JSON document and nothing else.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from registry.cli.failures import NeedsTerminalError, note_document
from registry.cli.plain import printable

if TYPE_CHECKING:
    from rich.progress import TaskID

_LABEL_WIDTH = 16
_LINE_EVERY_SECONDS = 10.0
_BAR_FROM_BYTES = 2**20  # a megabyte is gone before a bar could be read


@dataclass(frozen=True, slots=True)
class Terminal:
    """The caller's screen. `as_json` keeps standard output for one document; `agreed` says yes for them."""

    as_json: bool = False
    agreed: bool = False

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def is_lively(self) -> bool:
        """Whether a line may be redrawn."""
        return sys.stderr.isatty()

    def line(self, text: str = "") -> None:
        """A line of the result."""
        if not self.as_json:
            typer.echo(text)

    def heading(self, text: str) -> None:
        """What the result is about."""
        self.line(typer.style(printable(text), bold=True))

    def fact(self, label: str, value: object) -> None:
        """A labelled line of the result; the value may come from strangers."""
        self.line(f"  {typer.style(label.ljust(_LABEL_WIDTH), dim=True)} {printable(str(value))}")

    def note(self, text: str) -> None:
        """What is going on, beside the result."""
        typer.echo(text, err=True)

    def document(self, value: object) -> None:
        """The whole result, for a script."""
        if self.as_json:
            typer.echo(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))
            note_document(value)

    def closing(self, page: str, following: str) -> None:
        """Where to look and what to type next: the end of every command."""
        self.line()
        self.fact("page", page)
        self.fact("next", following)

    def ask(self, question: str, instead: str) -> str:
        """A line from the caller; NeedsTerminalError, saying what to do instead, where nobody is there."""
        if not self.can_ask:
            raise NeedsTerminalError(question, instead)
        return str(typer.prompt(question, err=True)).strip()

    def ask_secret(self, question: str, instead: str, *, twice: bool = False) -> str:
        """The same, without showing what is typed."""
        if not self.can_ask:
            raise NeedsTerminalError(question, instead)
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=twice, err=True))

    def agrees(self, question: str) -> bool:
        """Whether to go on. Who calls without a terminal has said so by calling."""
        if self.agreed or not self.can_ask:
            return True
        return bool(typer.confirm(question, default=True, err=True))

    def confirms(self, question: str, instead: str) -> bool:
        """Whether to do what cannot be undone; nobody has said so by calling, and Enter alone says no.

        Raises:
            NeedsTerminalError: Nobody is there to be asked.
        """
        if self.agreed:
            return True
        if not self.can_ask:
            raise NeedsTerminalError(question.rstrip("?"), instead)
        return bool(typer.confirm(question, default=False, err=True))

    @contextmanager
    def waiting(self, text: str) -> Iterator[Callable[[str], None]]:
        """A spinner while something takes its time; the yielded function replaces its text."""
        if not self.is_lively:
            self.note(f"{text} …")
            yield lambda _: None
            return
        from rich.console import Console

        with Console(stderr=True).status(text) as status:
            yield status.update

    @contextmanager
    def counting(self, text: str) -> Iterator[Callable[[str, int, int], None]]:
        """A bar while things are counted; the yielded function takes what, how many are done, of how many."""
        if not self.is_lively:
            self.note(f"{text} …")
            yield _CountedLines(self)
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            tasks: dict[str, TaskID] = {}

            def tell(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = progress.add_task(f"{text}: {what}", total=of)
                progress.update(tasks[what], completed=done, total=max(done, of))

            yield tell

    @contextmanager
    def meter(self, text: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        """A bar while bytes move; the yielded function takes how many more have."""
        if not self.is_lively or total_bytes < _BAR_FROM_BYTES:
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(text, total=total_bytes)
            yield lambda count: progress.advance(task, count)


class _CountedLines:
    """A line now and then where none can be redrawn: the first of each kind, then one in ten seconds."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._told: dict[str, float] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self._told.get(what, -_LINE_EVERY_SECONDS) >= _LINE_EVERY_SECONDS:
            self._told[what] = time.monotonic()
            self._terminal.note(f"{what}: {done:,} of {max(done, of):,}")
