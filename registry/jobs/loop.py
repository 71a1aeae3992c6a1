"""A step called again and again in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from registry.errors import DeepReorgError, LogDivergedError, LogError, RegistryError

# What a person has to look at: going on would sign or show what does not hold.
_ENDS = (DeepReorgError, LogDivergedError, LogError)
_log = logging.getLogger(__name__)


class Loop:
    """Calls `step` until it returns False, then waits `idle_seconds` and begins again.

    A `RegistryError` is logged and tried again after the wait: nothing is lost by a chain or store that does
    not answer. A chain or a log that contradicts what was seen of it, or an error nobody foresaw, ends the
    loop loudly: `failure` tells why, and readiness reports it.
    """

    def __init__(self, name: str, step: Callable[[], bool], idle_seconds: float) -> None:
        self.name = name
        self.failure: str | None = None
        self.trouble: str | None = None
        self._step = step
        self._idle_seconds = idle_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"colophon-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is under way; returns when it has ended."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                moved = self._step()
                self.trouble = None
            except _ENDS as problem:
                self._end(problem)
                return
            except RegistryError as problem:
                if self.trouble != problem.code:
                    _log.warning("%s: %s", self.name, problem.message)
                self.trouble, moved = problem.code, False
            except Exception as problem:  # noqa: BLE001  # a loop that dies in silence is worse
                self._end(problem)
                return
            if not moved:
                self._stop.wait(self._idle_seconds)

    def _end(self, problem: Exception) -> None:
        self.failure = str(problem) or type(problem).__name__
        _log.error("%s has stopped: %s", self.name, self.failure, exc_info=problem)
