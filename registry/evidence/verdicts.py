"""What a verifier says: of each step its result and what it leaves open, of the whole how far it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.errors import RegistryError


class Result(StrEnum):
    """What became of one step; only the first is a proof."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"
    NOT_CHECKABLE = "cannot be checked offline"


class Level(StrEnum):
    """How far a bundle holds, weakest first. All but FAILED are passes, each as far as it says."""

    FAILED = "failed"
    LOCAL_CHAIN = "local-chain"
    UP_TO_THE_BLOCK_HASH = "up-to-the-block-hash"
    UP_TO_THE_SIGNATURE = "up-to-the-signature"
    UP_TO_THE_EARLIER_DATE = "up-to-the-earlier-date"
    COMPLETE = "complete"


class Verdict(StrEnum):
    """Why a step failed, where no error of `registry.errors` says so by its own code."""

    NOT_JSON = "not-json"
    NOT_CANONICAL = "not-canonical"
    DUPLICATE_KEY = "duplicate-key"
    WRONG_CHECKSUM = "wrong-checksum"
    WRONG_METADATA = "wrong-metadata"
    WRONG_FINGERPRINT = "wrong-fingerprint"
    WRONG_FILE = "wrong-file"
    WRONG_DIGEST = "wrong-digest"
    WRONG_WORK_ID = "wrong-work-id"
    WRONG_SIGNATURE = "wrong-signature"
    WRONG_LEAF = "wrong-leaf"
    WRONG_CHECKPOINT = "wrong-checkpoint"
    WRONG_LOG_KEY = "wrong-log-key"
    WRONG_DEPLOYMENT = "wrong-deployment"
    WRONG_CHAIN = "wrong-chain"
    WRONG_PROOF_LEVEL = "wrong-proof-level"
    WRONG_EVENT = "wrong-event"
    WRONG_RECEIPT = "wrong-receipt"
    WRONG_BLOCK = "wrong-block"
    BLOCK_NOT_VOUCHED_FOR = "block-not-vouched-for"
    TOO_LATE = "too-late"


class RefusedError(Exception):
    """A step does not hold; it never leaves the verifier, which makes a report of it.

    `verdict` is a `Verdict`, or the code of an error that was reported and not raised.
    """

    def __init__(self, verdict: str, said: str) -> None:
        super().__init__(said)
        self.verdict = verdict
        self.said = said


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step found when it did not fail; `limit` is how far the whole holds because of it."""

    result: Result
    said: str
    limit: Level = Level.COMPLETE


@dataclass(frozen=True, slots=True)
class StepReport:
    """One numbered step: what was checked with which result, and what that does not prove.

    `code` names why a step failed, and is None of every other.
    """

    number: int
    title: str
    result: Result
    said: str
    not_proven: str
    code: str | None = None
    limit: Level = Level.COMPLETE

    def document(self) -> dict[str, Any]:
        """The step as JSON."""
        return {
            "number": self.number,
            "title": self.title,
            "result": str(self.result),
            "said": self.said,
            "not_proven": self.not_proven,
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All steps in order, and what follows from them."""

    steps: tuple[StepReport, ...]

    @property
    def first_failure(self) -> StepReport | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.result is Result.FAILED), None)

    @property
    def limits(self) -> tuple[Level, ...]:
        """All that keeps the bundle from being complete, weakest first."""
        order = list(Level)
        found = {step.limit for step in self.steps} - {Level.COMPLETE}
        return tuple(sorted(found, key=order.index))

    @property
    def level(self) -> Level:
        """How far the bundle holds: the weakest of its limits."""
        return self.limits[0] if self.limits else Level.COMPLETE

    @property
    def holds(self) -> bool:
        """Whether no step failed."""
        return self.level is not Level.FAILED

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        failed = self.first_failure
        return {
            "level": str(self.level),
            "limits": [str(limit) for limit in self.limits],
            "failed_at_step": failed.number if failed else None,
            "code": failed.code if failed else None,
            "steps": [step.document() for step in self.steps],
        }


def failed_with(problem: RefusedError | RegistryError) -> tuple[str, str]:
    """The code and the sentence of a step that failed."""
    if isinstance(problem, RefusedError):
        return str(problem.verdict), problem.said
    return problem.code, problem.message
