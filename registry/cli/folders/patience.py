"""How long one asks again when a registry is busy, restarted or out of reach for a moment."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from registry.cli.failures import CommandError
from registry.client import LostRegistryError, NoRegistryError, ProblemError, UnexpectedAnswerError
from registry.client.failures import ClientError

Given = TypeVar("Given")

# "Not now", as RFC 9110 sections 15.6.3 to 15.6.5 and RFC 6585 section 4 have it, from a registry or a proxy.
_LATER = (429, 502, 503, 504)
_FULL = 507
GO_ON = "type the same command again then: it goes on where it stopped"


class GaveUpError(CommandError):
    """The registry cannot take anything at present; what was not handed in waits for the next call."""

    def __init__(self, problem: ClientError) -> None:
        super().__init__(problem.code, problem.message, GO_ON)


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits twice as long each time, and differently in each thread, up to `seconds` for one question."""

    seconds: float = 120.0
    first_delay: float = 0.5
    longest_delay: float = 20.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def insist(self, ask: Callable[[], Given]) -> Given:
        """The answer. Whatever is asked must mean the same when it is asked twice.

        Raises:
            GaveUpError: Patience is over, or whoever waits has been told to stop.
            ClientError: What waiting does not mend.
        """
        until = time.monotonic() + self.seconds
        delay = self.first_delay
        while True:
            try:
                return ask()
            except ClientError as problem:
                pause = max(_asked_for(problem), delay * random.uniform(0.5, 1.0))  # noqa: S311  # no secret
                if time.monotonic() + pause > until or self.stopped.wait(pause):
                    raise GaveUpError(problem) from problem
            delay = min(2 * delay, self.longest_delay)


def _asked_for(problem: ClientError) -> float:
    """How many seconds the registry wants to be left alone.

    Raises:
        GaveUpError: It is full.
        ClientError: The problem itself, if waiting does not mend it.
    """
    match problem:
        case LostRegistryError() | NoRegistryError():
            return 0.0
        case ProblemError(status=status) if status == _FULL:
            raise GaveUpError(problem) from problem
        case ProblemError(status=status) | UnexpectedAnswerError(status=status) if status in _LATER:
            return float(problem.retry_after_seconds or 0)
        case _:
            raise problem
