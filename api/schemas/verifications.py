"""What a file matches."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.schemas.values import (
    HashValue,
    Model,
)
from api.schemas.works import CLAIM_NOTE, RecordOut
from registry.fingerprint.rates import rate_of
from registry.model import Match, Verdict
from registry.usecases.records import Record
from registry.usecases.verify import Verification


class RateOut(Model):
    """How often such a match was none, on altered works that were looked up: `false` of so many `pairs`.

    A pair is an altered file and a work that it shares nothing with. `at_most_per_million` is the upper end
    of the 95 % interval.
    """

    false: int
    pairs: int
    at_most_per_million: int


class MatchOut(Model):
    """A registered work that the file matches: `distance` is at most `threshold`, both counted in `unit`.

    `false_positive_rate` is what was measured of matches by the same algorithm, no nearer than this one.
    """

    verdict: Verdict
    distance: int
    threshold: int
    unit: str
    compared: str
    region: dict[str, int] | None
    false_positive_rate: RateOut | None
    record: RecordOut

    @classmethod
    def of(cls, match: Match, record: Record) -> Self:
        """The match with its record."""
        judgement = match.judgement
        rate = rate_of(judgement)
        return cls(
            verdict=judgement.verdict,
            distance=judgement.distance,
            threshold=judgement.threshold,
            unit=judgement.unit,
            compared=judgement.compared,
            region=None if judgement.region is None else dict(judgement.region),
            false_positive_rate=None if rate is None else RateOut(**rate.document()),
            record=RecordOut.of(record),
        )


class VerificationOut(Model):
    """What the file was compared by, and what it matches, nearest first.

    No match means that nothing registered here was found to be near, and no more than that.
    """

    medium: str
    media_type: str
    bytes: int
    content_hash: HashValue
    compared: list[str]
    matches: Annotated[list[MatchOut], Field(max_length=100)]
    note: str

    @classmethod
    def of(cls, verification: Verification) -> Self:
        """The answer for a file."""
        extraction = verification.extraction
        return cls(
            medium=extraction.medium,
            media_type=extraction.media_type,
            bytes=extraction.byte_size,
            content_hash=extraction.content_hash,
            compared=list(verification.compared),
            matches=[MatchOut.of(match, record) for match, record in verification.matches],
            note=CLAIM_NOTE,
        )
