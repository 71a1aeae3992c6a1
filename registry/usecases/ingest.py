"""Fingerprint many files, several at a time, into a catalogue."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

from registry.errors import BusyError, RegistryError
from registry.model import Extraction
from registry.ports import Extractor
from registry.ports.catalogue import Catalogue, CatalogueFile, Unread

FINGERPRINTED: Final = "fingerprinted"
_HELD_SECONDS = 1.0  # how much of the work a power failure may cost
_MOST_HELD = 64
_QUEUED_PER_WORKER = 2  # so that no worker waits for the next file

Tell = Callable[[Counter[str]], None]
Outcome = tuple[CatalogueFile, Extraction | Unread]


@dataclass(slots=True)
class Ingest:
    """One run. `counts` by code are of what is kept, and right at every moment."""

    extractor: Extractor
    catalogue: Catalogue
    workers: int
    tell: Tell
    counts: Counter[str] = field(default_factory=Counter)
    _held: list[Outcome] = field(default_factory=list)
    _since: float = 0.0

    def __call__(self, files: Iterable[CatalogueFile]) -> None:
        """Take the fingerprint of each and keep it, or why there is none.

        Whatever ends this, files that were kept stay kept, and the same call with the others goes on.

        Raises:
            StoreUnavailableError: The catalogue cannot be written.
        """
        with ThreadPoolExecutor(self.workers) as threads:
            running: set[Future[Outcome]] = set()
            try:
                for file in files:
                    running.add(threads.submit(self._take, file))
                    if len(running) >= self.workers * _QUEUED_PER_WORKER:
                        running = self._collect(running)
                while running:
                    running = self._collect(running)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
            finally:
                self._keep()

    def _take(self, file: CatalogueFile) -> Outcome:
        while True:
            try:
                return file, self.extractor.extract(file.path)
            except BusyError:
                continue  # it waited already; a place becomes free
            except RegistryError as failure:
                return file, Unread(failure.code, str(failure))
            except OSError as problem:
                return file, Unread("unreadable", problem.strerror or str(problem))

    def _collect(self, running: set[Future[Outcome]]) -> set[Future[Outcome]]:
        done, still = wait(running, timeout=_HELD_SECONDS, return_when=FIRST_COMPLETED)
        for one in done:
            self._since = self._since if self._held else time.monotonic()
            self._held.append(one.result())
        if len(self._held) >= _MOST_HELD or (self._held and time.monotonic() - self._since >= _HELD_SECONDS):
            self._keep()
        return still

    def _keep(self) -> None:
        held, self._held = self._held, []
        if held:
            self.catalogue.keep(held)
            self.counts.update(_code(outcome) for _, outcome in held)
            self.tell(self.counts)


def to_do(
    files: Sequence[CatalogueFile], catalogue: Catalogue, *, again: bool = False
) -> list[CatalogueFile]:
    """The files that are not in the catalogue as they are now; `again`: and those without a fingerprint."""
    known = catalogue.known()
    return [file for file in files if not _is_done(file, known.get(file.path), again=again)]


def _is_done(file: CatalogueFile, before: tuple[CatalogueFile, Unread | None] | None, *, again: bool) -> bool:
    if before is None or before[0] != file:
        return False
    return before[1] is None or not again


def _code(outcome: Extraction | Unread) -> str:
    return outcome.code if isinstance(outcome, Unread) else FINGERPRINTED
