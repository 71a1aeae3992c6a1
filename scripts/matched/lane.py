"""One of the processes that take fingerprints and look files up, one file at a time.

Each has a decoder pool of its own with one worker, so that what a file cost is what this process and its
worker used meanwhile.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the decoders have it; threads that wait would count

from matched import engine
from matched.processor_time import Reading, reading
from registry.errors import RegistryError
from registry.fingerprint import matching
from registry.fingerprint.pool import DecoderPool
from registry.model import Extraction, Match

NOT_A_FILE = "not-a-file"
UNREADABLE = "unreadable"
UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file has no answer: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one file, and what it cost in seconds; `startup` is what processes took to start.

    `medium` is empty, `extraction`, `matches` and `compared` (the algorithms that took part) are nothing
    where there is a failure.
    """

    cpu: float
    startup: float
    failure: Failure | None = None
    medium: str = ""
    extraction: Extraction | None = None
    matches: tuple[Match, ...] = ()
    compared: tuple[str, ...] = ()


class Lane:
    """A process's own pool and, once it looks files up, its own reader of the index in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        scratch = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._ready = scratch / "ready.txt"
        self._ready.write_text(
            "Is the worker there? It answers when it has loaded all that it needs.", "utf-8"
        )
        self._before = Reading(0.0, {})
        self._looked_up: set[str] = set()
        self._search: Callable[[Extraction], list[Match]] | None = None
        self._pool = self._open.enter_context(DecoderPool(workers=1))

    def close(self) -> None:
        """End the worker."""
        self._open.close()

    def fingerprint(self, path: Path) -> Done:
        """Take a file's fingerprint."""
        return self._measured(path, lambda: _of(self._pool.extract(path)))

    def look_up(self, path: Path) -> Done:
        """Take a file's fingerprint and find what it is near.

        The first file of a medium is looked up twice, and the first time is start-up: code is compiled and
        pages are read that later files find there.
        """
        if self._search is None:
            self._search = self._open.enter_context(engine.searching(self._folder))
        search = self._search

        def looked_up() -> dict[str, Any]:
            extraction, matches = self._answered(path, search)
            return {
                "medium": extraction.medium,
                "matches": tuple(matches),
                "compared": tuple(matching.compared(extraction)),
            }

        done = self._measured(path, looked_up)
        if not done.medium or done.medium in self._looked_up:
            return done
        self._looked_up.add(done.medium)
        again = self._measured(path, looked_up)
        return replace(again, startup=done.startup + done.cpu + again.startup)

    def _answered(
        self, path: Path, search: Callable[[Extraction], list[Match]]
    ) -> tuple[Extraction, list[Match]]:
        """As `VerifyFile` does it: at a glance, and whole if that finds nothing."""
        glanced = self._pool.glance(path)
        if glanced is not None:
            matches = search(glanced)
            if any(match.judgement.is_match for match in matches):
                return glanced, matches
        extraction = self._pool.look(path)
        return extraction, search(extraction)

    def _measured(self, path: Path, work: Callable[[], Mapping[str, Any]]) -> Done:
        startup = 0.0
        try:
            startup = self._start_up()
            found, failure = dict(work() if path.is_file() else {}), _absent(path)
        except RegistryError as error:
            found, failure = {}, Failure(error.code, str(error))
        except OSError as error:
            found, failure = {}, Failure(UNREADABLE, f"{error.strerror}: {path}")
        except Exception:  # noqa: BLE001 - one file's failure, told with its trace, must not end a long run
            found, failure = {}, Failure(UNEXPECTED, traceback.format_exc())
        after = reading()
        cpu = after.since(self._before)
        return Done(cpu, startup, failure, **found)

    def _start_up(self) -> float:
        """Wait until the worker has loaded all that it needs: what that took, if it is a new one."""
        earlier, now = self._before, reading()
        if not now.children.keys() <= earlier.children.keys() or not now.children:
            self._pool.extract(self._ready)
            now = reading()
        self._before = now
        if not earlier.children:
            return now.total  # all since this process began
        return now.started_since(earlier)


def _of(extraction: Extraction) -> dict[str, Any]:
    return {"medium": extraction.medium, "extraction": extraction}


def _absent(path: Path) -> Failure | None:
    return None if path.is_file() else Failure(NOT_A_FILE, f"there is no file {path}")


# --- what a pool of processes calls -----------------------------------------------------------------------

_lanes: list[Lane] = []


def start(folder: Path) -> None:
    """Make this process a lane; called once, before anything else."""
    _lanes.append(Lane(folder))


def fingerprint(path: Path) -> Done:
    """See `Lane.fingerprint`."""
    return _lanes[0].fingerprint(path)


def look_up(path: Path) -> Done:
    """See `Lane.look_up`."""
    return _lanes[0].look_up(path)
