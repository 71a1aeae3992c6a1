"""Waiting until everybody can see the records of a folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import Taken
from registry.cli.folders.patience import Patience
from registry.cli.records import SETTLED, state_of
from registry.client import ColophonClient, ProblemError

PATIENCE_SECONDS = 600.0  # without any news; a busy public chain takes minutes
_POLL_SECONDS = 0.5
_ASKED_IN_VAIN = 3  # a round; records settle in about the order in which they came


@dataclass(slots=True)
class Settling:
    """Asks for one record after another, each with its own token. The client is this object's alone."""

    client: ColophonClient
    patience: Patience
    notebook: Notebook
    tell: Callable[[str], None]
    seconds: float = PATIENCE_SECONDS

    def __call__(self, waiting: Sequence[Taken]) -> list[Taken]:
        """Until nothing waits any more, or patience is over. Those that expired and must be signed anew."""
        still, expired = list(waiting), []
        last_news = time.monotonic()
        while still and time.monotonic() - last_news < self.seconds:
            self.tell(f"waiting for the chain: {len(still):,} to come")
            states, in_vain = self._round(still)
            if states:
                last_news = time.monotonic()
            expired += [one for one in still if states.get(one.work_id) == "expired"]
            self._write(still, states)
            # Whoever was asked in vain goes to the end: one that never comes must not hide the others.
            left = [one for one in still if one.work_id not in states]
            still = [one for one in left if one.work_id not in in_vain]
            still += [one for one in left if one.work_id in in_vain]
            if still:
                time.sleep(_POLL_SECONDS)
        return expired

    def _round(self, still: Sequence[Taken]) -> tuple[dict[str, str], set[str]]:
        """The states, by work, of those that wait no more; the works that were asked for in vain."""
        states: dict[str, str] = {}
        in_vain: set[str] = set()
        for one in still:
            state = self.patience.insist(partial(self._state, one))
            if state in (*SETTLED, "expired"):
                states[one.work_id] = state
            else:
                in_vain.add(one.work_id)
            if len(in_vain) == _ASKED_IN_VAIN:
                break
        return states, in_vain

    def _state(self, one: Taken) -> str:
        self.client.present([one.token] if one.token else [])
        try:
            return state_of(self.client.work(one.work_id))
        except ProblemError as problem:
            if problem.code != "not-found":
                raise
            return "unknown"

    def _write(self, asked: Sequence[Taken], states: dict[str, str]) -> None:
        settled = [one for one in asked if states.get(one.work_id) in SETTLED]
        if settled:
            self.notebook.settle(settled)
        for one in asked:
            if states.get(one.work_id) == "expired":
                self.notebook.forget(one.found.name)
