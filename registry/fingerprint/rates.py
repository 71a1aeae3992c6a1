"""How often a match is none, as measured: read from a table that `scripts/similarity/rates.py` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from registry.errors import InvalidValueError
from registry.model import Judgement

TABLE: Final = "rates.json"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Of so many pairs of an altered file and a work that it shares nothing with, so many were matches.

    `at_most_per_million` is the upper end of the one-sided 95 % interval.
    """

    false: int
    pairs: int
    at_most_per_million: int

    def __post_init__(self) -> None:
        """Counts that can be.

        Raises:
            InvalidValueError: They cannot.
        """
        if not 0 <= self.false <= self.pairs or not self.pairs:
            raise InvalidValueError("rate", f"{self.false} of {self.pairs} pairs")
        if not self.false * _MILLION <= self.at_most_per_million * self.pairs <= self.pairs * _MILLION:
            raise InvalidValueError(
                "rate", f"{self.at_most_per_million} in a million is below what was measured"
            )

    def document(self) -> dict[str, int]:
        """As answers and reports tell it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Level:
    """The rate of matches of at least this score."""

    score: int
    rate: Rate


def rate_of(judgement: Judgement) -> Rate | None:
    """What was measured of matches by the same algorithm that score no more than this one; None of no match.

    Nothing is known of an algorithm that is not in the table: None as well.
    """
    if not judgement.is_match:
        return None
    reached = [level for level in levels_of(judgement.compared) if level.score <= judgement.score]
    return reached[-1].rate if reached else None


def levels_of(compared: str) -> Sequence[Level]:
    """What is known of an algorithm, named as in `Judgement.compared`, by rising score."""
    return _table().get(compared.partition(":")[0], ())


def read(document: Mapping[str, Any]) -> dict[str, tuple[Level, ...]]:
    """The table, by algorithm.

    Raises:
        InvalidValueError: A rate that cannot be, or scores that do not rise.
    """
    found = {}
    for algorithm, told in document["algorithms"].items():
        levels = tuple(
            Level(each["score"], Rate(each["false"], each["pairs"], each["at_most_per_million"]))
            for each in told
        )
        if any(lower.score >= higher.score for lower, higher in pairwise(levels)):
            raise InvalidValueError(algorithm, "scores do not rise")
        found[algorithm] = levels
    return found


@cache
def _table() -> dict[str, tuple[Level, ...]]:
    return read(json.loads((files(__package__) / TABLE).read_text("utf-8")))
