"""The run over a folder: files in flight in several threads, statements handed in and noted by one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from registry.cli.consent import content_hash
from registry.cli.folders.filing import Filing
from registry.cli.folders.manifest import Descriptions
from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import (
    ALREADY,
    CHANGED,
    REGISTERED,
    SAME_BYTES,
    SPENT,
    Refused,
    Signed,
    Taken,
)
from registry.cli.folders.planning import Plan, is_remembered
from registry.cli.folders.progress import Tell
from registry.cli.folders.scanning import Found, look
from registry.cli.folders.ways import Way
from registry.model import Hash32

_LONGEST_HELD_SECONDS = 3.0  # how long a signed statement waits for others to be handed in with
_QUEUED_PER_THREAD = 2  # so that no thread waits for the next file to be hashed


@dataclass(slots=True)
class Tally:
    """What came of the files of one run."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Taken | Refused) -> None:
        """Count one, by its code."""
        if isinstance(outcome, Taken):
            self.taken.append(outcome)
            self.counts[REGISTERED] += 1
        else:
            self.refused.append(outcome)
            self.counts[outcome.code] += 1


@dataclass(slots=True)
class Run:
    """One pass over what is to do. `tally` is right at every moment, also when the run is broken off."""

    folder: Path
    descriptions: Descriptions
    filing: Filing
    way: Way
    notebook: Notebook
    at_once: int
    tell: Tell
    tally: Tally = field(default_factory=Tally)
    _met: dict[Hash32, str] = field(default_factory=dict)
    _signed: list[Signed] = field(default_factory=list)
    _oldest: float = 0.0

    def __call__(self, made: Plan, found: Sequence[Found]) -> None:
        """Do it.

        Raises:
            GaveUpError: The registry takes nothing at present.
            CommandError: It proposed to sign something else, or the notes cannot be written.
        """
        to_do = [*self._again(made.interrupted, {one.name: one for one in found}), *made.to_do]
        with ThreadPoolExecutor(self.at_once) as threads:
            try:
                self._work_off(threads, to_do)
            except BaseException:
                self.filing.patience.stopped.set()
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def _again(self, interrupted: Sequence[Signed], found: dict[str, Found]) -> list[Found]:
        """Hand in what was signed before; the files among them that must be signed anew."""
        anew = []
        for start in range(0, len(interrupted), self.way.most):
            part = interrupted[start : start + self.way.most]
            for outcome in self.way.hand_in(self.filing.client, self.filing.patience, part):
                now = found.get(outcome.found.name)
                spent = isinstance(outcome, Refused) and outcome.code in SPENT
                if spent and now is not None:
                    self.notebook.forget(outcome.found.name)
                else:
                    self._conclude([outcome])
                if now is not None and (spent or now != outcome.found):
                    anew.append(now)
        return anew

    def _work_off(self, threads: ThreadPoolExecutor, to_do: Sequence[Found]) -> None:
        running: set[Future[Signed | Refused]] = set()
        for found, digest in self._hashed(to_do):
            facts = self.descriptions.of(found.name)
            running.add(threads.submit(self.filing, self.folder / found.name, found, digest, facts))
            while len(running) >= self.at_once * _QUEUED_PER_THREAD:
                running = self._collect(running)
        while running:
            running = self._collect(running)
        self._hand_in()

    def _hashed(self, to_do: Sequence[Found]) -> Iterator[tuple[Found, Hash32]]:
        """Files that are still as they were counted, and that nobody met before under another name."""
        for found in to_do:
            path = self.folder / found.name
            try:
                digest = content_hash(path)
                now = look(path, found.name)
            except OSError as problem:
                self._refuse(Refused(found, None, "unreadable", problem.strerror or str(problem)))
                continue
            if now != found:
                self._refuse(Refused(found, None, CHANGED, "it was written to since it was counted"))
            elif not self._is_known(found, digest):
                self._met[digest] = found.name
                yield found, digest

    def _is_known(self, found: Found, digest: Hash32) -> bool:
        recorded = self.notebook.recorded_as(digest)
        note = self.notebook.note_on(found.name)
        if recorded is not None and isinstance(note, Taken) and note.content_hash == digest:
            self.notebook.write([replace(note, found=found)])  # touched, and the same as ever
            self._refuse(Refused(found, digest, ALREADY, "", work_id=note.work_id))
            return True
        same = recorded or self._met.get(digest)
        if same is not None:
            self._conclude([Refused(found, digest, SAME_BYTES, f"the same bytes as {same}")])
        return same is not None

    def _collect(self, running: set[Future[Signed | Refused]]) -> set[Future[Signed | Refused]]:
        done, still = wait(running, timeout=_LONGEST_HELD_SECONDS, return_when=FIRST_COMPLETED)
        for one in done:
            outcome = one.result()
            if isinstance(outcome, Refused):
                self._conclude([outcome])
            else:
                self._oldest = self._oldest if self._signed else time.monotonic()
                self._signed.append(outcome)
                self.tell(self.tally.counts, len(self._signed))
                if len(self._signed) >= self.way.most:
                    self._hand_in()
        if self._signed and time.monotonic() - self._oldest >= _LONGEST_HELD_SECONDS:
            self._hand_in()
        return still

    def _hand_in(self) -> None:
        """Note what is signed, hand it in, note what came of it: a kill in between costs nothing."""
        if not self._signed:
            return
        part, self._signed = self._signed, []
        self.notebook.write(part)
        self._conclude(self.way.hand_in(self.filing.client, self.filing.patience, part))

    def _conclude(self, outcomes: Sequence[Taken | Refused]) -> None:
        self.notebook.write([note for note in map(_lasting, outcomes) if note is not None])
        for outcome in outcomes:
            if isinstance(self.notebook.note_on(outcome.found.name), Signed):
                self.notebook.forget(outcome.found.name)
            self.tally.add(outcome)
        self.tell(self.tally.counts, len(self._signed))

    def _refuse(self, refused: Refused) -> None:
        self.tally.add(refused)
        self.tell(self.tally.counts, len(self._signed))


def _lasting(outcome: Taken | Refused) -> Taken | Refused | None:
    """What the next run needs to know of it."""
    if isinstance(outcome, Taken):
        return outcome
    if outcome.code == ALREADY and outcome.work_id and outcome.content_hash:
        return Taken(outcome.found, outcome.content_hash, outcome.work_id, None)
    return outcome if is_remembered(outcome) else None
