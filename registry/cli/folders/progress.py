"""How far a long run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from registry.cli.folders.outcomes import REGISTERED
from registry.cli.terminal import Terminal

_WINDOW_SECONDS = 30.0  # the rate of now, not of an hour ago
_LINE_EVERY_SECONDS = 10.0
_MINUTE, _HOUR = 60, 3600


class Tell(Protocol):
    """Says how many files came to which end, and how many are on their way."""

    def __call__(self, counts: Counter[str], signed: int = 0) -> None:
        """`counts` by code, of this run so far; `signed` wait to be handed in together."""


class Pace:
    """Files per second over the last half minute, and how long the rest will take at that."""

    def __init__(self, total: int, now: float) -> None:
        self._total = total
        self._seen: deque[tuple[float, int]] = deque([(now, 0)])

    def told(self, done: int, now: float) -> str:
        """`12 of 80, 3.1 a second, 22 s left`."""
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW_SECONDS:  # noqa: PLR2004  # both ends
            self._seen.popleft()
        since, before = self._seen[0]
        text = f"{done:,} of {self._total:,}"
        if now <= since or done <= before:
            return text
        rate = (done - before) / (now - since)
        left = f", {_duration(round((self._total - done) / rate))} left" if done < self._total else ""
        return f"{text}, {rate:.1f} a second{left}"


@contextmanager
def shown(
    terminal: Terminal, total: int, doing: str = "handing in", good: str = REGISTERED
) -> Iterator[Tell]:
    """Show progress on standard error until the block ends; the codes of files are told, except `good`."""
    pace = Pace(total, time.monotonic())
    if not terminal.is_lively:
        terminal.note(f"{doing} {total:,} files …")
        yield _lines(terminal, pace, good)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"0 of {total:,}", total=total)

        def tell(counts: Counter[str], signed: int = 0) -> None:
            done = counts.total() + signed
            progress.update(task, completed=done, description=_told(pace, done, counts, good))

        yield tell


def _lines(terminal: Terminal, pace: Pace, good: str) -> Tell:
    last = time.monotonic()

    def tell(counts: Counter[str], signed: int = 0) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_EVERY_SECONDS:
            last = time.monotonic()
            terminal.note(_told(pace, counts.total() + signed, counts, good))

    return tell


def _told(pace: Pace, done: int, counts: Counter[str], good: str) -> str:
    others = [f"{code} {count:,}" for code, count in sorted(counts.items()) if code != good]
    return "; ".join([pace.told(done, time.monotonic()), *others])


def _duration(seconds: int) -> str:
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min {seconds % _MINUTE} s"
    return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
