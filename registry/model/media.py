"""Fingerprints, the postings they are indexed under, and matches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from registry.canonical import canonical_hash
from registry.errors import InvalidDocumentError
from registry.model.values import Hash32, WorkId
from registry.schemas import check

FINGERPRINT_FORMAT = "colophon.fingerprint/1"


@dataclass(frozen=True, slots=True)
class Code:
    """A short code in a fingerprint record: `value` is lower-case hex, or an ISCC string."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Feature:
    """Bytes too long for the record; the record names them by hash and size."""

    algorithm: str
    data: bytes

    @property
    def sha256(self) -> Hash32:
        """SHA-256 of the bytes."""
        return Hash32(hashlib.sha256(self.data).digest())

    def reference(self) -> dict[str, Any]:
        """What stands in the fingerprint record."""
        return {"algorithm": self.algorithm, "bytes": len(self.data), "sha256": str(self.sha256)}


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that is taken from one file: the record's codes, its features, and a preview where there is one.

    `facts` hold integers and strings only (pixels, milliseconds, hertz). `preview` is a re-encoded JPEG of
    at most 512 px without metadata; it is kept only if the claimant asks.
    """

    medium: str
    content_hash: Hash32
    byte_size: int
    media_type: str
    facts: Mapping[str, int | str]
    codes: tuple[Code, ...]
    features: tuple[Feature, ...]
    preview: bytes | None = field(default=None, repr=False)

    def record(self) -> dict[str, Any]:
        """The fingerprint record, `colophon.fingerprint/1`."""
        return {
            "format": FINGERPRINT_FORMAT,
            "medium": self.medium,
            "content_hash": str(self.content_hash),
            "bytes": self.byte_size,
            "media_type": self.media_type,
            "facts": dict(self.facts),
            "codes": [{"algorithm": code.algorithm, "value": code.value} for code in self.codes],
            "features": [feature.reference() for feature in self.features],
        }

    @classmethod
    def parse(cls, record: Mapping[str, Any], read: Callable[[Hash32], bytes]) -> Self:
        """What `record` was made from, except the preview; `read` hands over a feature's bytes by their hash.

        Raises:
            InvalidDocumentError: The record does not follow its schema, or bytes are not those it names.
        """
        check("fingerprint", record)
        parsed = cls(
            medium=record["medium"],
            content_hash=Hash32.parse(record["content_hash"]),
            byte_size=record["bytes"],
            media_type=record["media_type"],
            facts=dict(record["facts"]),
            codes=tuple(Code(code["algorithm"], code["value"]) for code in record["codes"]),
            features=tuple(
                Feature(reference["algorithm"], read(Hash32.parse(reference["sha256"])))
                for reference in record["features"]
            ),
        )
        for place, (feature, reference) in enumerate(zip(parsed.features, record["features"], strict=True)):
            if feature.reference() != reference:
                raise InvalidDocumentError(
                    FINGERPRINT_FORMAT, f"/features/{place}", "the bytes are not those named"
                )
        return parsed

    def record_hash(self) -> Hash32:
        """SHA-256 of the canonical record: `fingerprintHash` in the declaration."""
        return Hash32(canonical_hash(self.record(), "fingerprint"))

    def code(self, algorithm: str) -> str | None:
        """The value of one code, if the record has it."""
        return next((code.value for code in self.codes if code.algorithm == algorithm), None)

    def feature(self, algorithm: str) -> bytes | None:
        """The bytes of one feature, if there are any."""
        return next((feature.data for feature in self.features if feature.algorithm == algorithm), None)


class Verdict(StrEnum):
    """What a match says of the file that was looked up."""

    IDENTICAL = "identical"
    COPY = "copy"
    CONTAINS = "contains"
    NONE = "none"  # compared closely and not near enough; no match, and never shown as one


ACCEPTED_SCORE = 1000


@dataclass(frozen=True, slots=True)
class Judgement:
    """How near a query is to one work: a match when `distance <= threshold`.

    `compared` names the algorithm and, after a colon, the variant that met ("pdq-256/1:mirrored");
    `unit` says what the distance counts; `region` is where in the query it was found, in that medium's terms.
    `score` is the same on one scale for all of a medium's algorithms: `ACCEPTED_SCORE` or more is a match,
    and more is nearer.
    """

    verdict: Verdict
    distance: int
    threshold: int
    unit: str
    compared: str
    score: int
    region: Mapping[str, int] | None = None

    @property
    def is_match(self) -> bool:
        """Whether it is near enough."""
        return self.verdict is not Verdict.NONE


@dataclass(frozen=True, slots=True)
class Match:
    """A registered work that a file matches."""

    work_id: WorkId
    judgement: Judgement
