"""The figures of a run: what was found, what should not have been, and what it cost."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from matched.outcome import Outcome


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All queries, and those of each medium and alteration.

    Queries that could not be read are counted, and miss their work. `recall` is the share of queries with a
    registered work whose first match is right; `recall_by_half` tells it for works in even and odd places of
    the catalogue.
    """
    registered = [each for each in outcomes if each.question.expected]
    return {
        **_figures(outcomes),
        "recall_by_half": [_recall([each for each in registered if _half(each) == half]) for half in (0, 1)],
        "by_medium": {medium: _figures(of_one) for medium, of_one in _by(outcomes, lambda each: each.medium)},
        "recall_by_alteration": {
            name: _recall(of_one) for name, of_one in _by(registered, lambda each: each.question.alteration)
        },
    }


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    registered = [each for each in outcomes if each.question.expected]
    unregistered = [each for each in outcomes if not each.question.expected]
    answered = [each.cpu_ms for each in outcomes if each.failure is None]
    return {
        "queries": len(outcomes),
        "answered": len(answered),
        "registered": len(registered),
        "found": sum(each.is_found for each in registered),
        "recall": _recall(registered),
        "found_as": dict(
            Counter(each.answer.judgement.verdict.value for each in registered if each.answer is not None)
        ),
        "unregistered": len(unregistered),
        "false_on_unregistered": _verdicts(unregistered),
        "false_on_wrong_references": _verdicts(registered),
        "unregistered_with_a_match": sum(bool(each.wrong) for each in unregistered),
        "cpu_ms_mean": round(fmean(answered), 2) if answered else None,
        "cpu_ms_p95": round(percentile(answered, 95), 2) if answered else None,
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many percent of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def _verdicts(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    """Wrong matches by verdict."""
    return dict(Counter(match.judgement.verdict.value for each in outcomes for match in each.wrong))


def _recall(registered: Sequence[Outcome]) -> float | None:
    return round(fmean(each.is_found for each in registered), 4) if registered else None


def _half(outcome: Outcome) -> int:
    return min(outcome.right) % 2 if outcome.right else 0


def _by(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> list[tuple[str, list[Outcome]]]:
    """Those of each key, in order; those without one are left out."""
    sorted_out: defaultdict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        if key(each):
            sorted_out[key(each)].append(each)
    return sorted(sorted_out.items())
