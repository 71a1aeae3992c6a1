"""What the benchmark prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from matched.catalogue import Catalogue
from matched.engine import place_of
from matched.lane import Failure
from matched.outcome import Outcome
from matched.questions import Question

_EVERY = 25


def unknown(asked: Sequence[Question]) -> None:
    """Names that no reference has: their queries cannot be found."""
    for name in dict.fromkeys(each.expected for each in asked if each.expected and not each.right):
        print(f"no reference is named {name}", file=sys.stderr)


def progress(what: str, done: int, of: int) -> None:
    """How far it is, now and then."""
    if done % _EVERY == 0 or done == of:
        print(f"{what} {done} of {of}", file=sys.stderr)


def failed_references(references: Catalogue, failures: Sequence[tuple[int, Failure]]) -> None:
    """References that are not in the index, and why."""
    for place, failure in failures:
        print(f"not indexed  {references.names[place]}  {failure.code}: {failure.message}")


def query(outcome: Outcome, names: Sequence[str]) -> None:
    """One query with its matches."""
    question = outcome.question
    print(f"{question.file}  expected {question.expected or 'nothing'}  {outcome.cpu_ms:.1f} ms")
    if outcome.failure is not None:
        print(f"     {outcome.failure.code}: {outcome.failure.message}")
    for rank, match in enumerate(outcome.matches, 1):
        judged, place = match.judgement, place_of(match.work_id)
        mark = "*" if place in outcome.right else " "
        region = "" if judged.region is None else json.dumps(dict(judged.region))
        near = f"{judged.distance} of at most {judged.threshold} {judged.unit}"
        print(
            f"  {mark}{rank:3}  {judged.verdict.value:<9} {judged.score:>6}  {names[place]}"
            f"  {near}, {judged.compared}  {region}"
        )
    sys.stdout.flush()


def figures(told: Mapping[str, Any]) -> None:
    """All figures, one a line."""
    print()
    for name, value in told.items():
        if name not in ("failures", "summary"):
            print(f"{name:>26}  {json.dumps(value)}")
    for name, value in told["summary"].items():
        print(f"{name:>26}  {json.dumps(value)}")
