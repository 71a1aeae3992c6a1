"""What one query found, and what is right about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matched.engine import place_of
from matched.lane import Done, Failure
from matched.questions import Question
from registry.model import Match, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """A query and its answer; `right` are the references that may answer it, those of the same bytes too."""

    question: Question
    right: frozenset[int]
    medium: str
    cpu_ms: float
    failure: Failure | None
    matches: tuple[Match, ...]
    compared: tuple[str, ...]

    @property
    def accepted(self) -> Sequence[Match]:
        """The matches, without works that are not near enough."""
        return [match for match in self.matches if match.judgement.verdict is not Verdict.NONE]

    @property
    def is_found(self) -> bool:
        """Whether the first match is right."""
        return any(place_of(match.work_id) in self.right for match in self.accepted[:1])

    @property
    def answer(self) -> Match | None:
        """The first right one, be it accepted or not."""
        return next((match for match in self.matches if place_of(match.work_id) in self.right), None)

    @property
    def wrong(self) -> Sequence[Match]:
        """Accepted ones that are not right."""
        return [match for match in self.accepted if place_of(match.work_id) not in self.right]

    def document(self, name: Callable[[int], str]) -> dict[str, Any]:
        """The query in the JSON; `name` tells what a reference is called.

        A right reference is called as `expected` calls it.
        """
        told: dict[str, Any] = {"file": self.question.file, "expected": self.question.expected}
        for key in ("alteration", "source"):
            if value := getattr(self.question, key):
                told[key] = value
        told |= {"medium": self.medium, "cpu_ms": round(self.cpu_ms, 3)}
        if self.failure is not None:
            told["failure"] = self.failure.code
        told["compared"] = list(self.compared)
        told["matches"] = [self._match(match, name) for match in self.matches]
        return told

    def _match(self, match: Match, name: Callable[[int], str]) -> dict[str, Any]:
        place, judgement = place_of(match.work_id), match.judgement
        return {
            "reference": self.question.expected if place in self.question.right else name(place),
            "verdict": judgement.verdict.value,
            "score": judgement.score,
            "region": None if judgement.region is None else dict(judgement.region),
            "distance": judgement.distance,
            "threshold": judgement.threshold,
            "unit": judgement.unit,
            "compared": judgement.compared,
        }


def outcome(question: Question, done: Done, same_bytes: Sequence[frozenset[int]]) -> Outcome:
    """A lane's answer to a question; `same_bytes` are, by place, the references of the same bytes."""
    right = frozenset(other for place in question.right for other in same_bytes[place])
    return Outcome(question, right, done.medium, 1000 * done.cpu, done.failure, done.matches, done.compared)
