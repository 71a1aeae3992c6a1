"""One timestamp, checked: a result with a name, what was found, and what that does not prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.errors import EvidenceError, EvidenceMismatchError
from registry.evidence.parts import Token
from registry.evidence.timestamps.bitcoin import BitcoinHeader
from registry.evidence.timestamps.certificates import AuthorityCertificate
from registry.evidence.timestamps.opentimestamps import VerifiedProof, verify_proof
from registry.evidence.timestamps.proofs import decode_proof
from registry.evidence.timestamps.rfc3161 import VerifiedToken, verify_token
from registry.evidence.timestamps.tokens import decode_token
from registry.evidence.verdicts import Result
from registry.model import Hash32


class TimestampVerdict(StrEnum):
    """What a timestamp that did not fail comes to; only the first dates anything."""

    DATED = "dated"
    NOBODY_VOUCHES = "nobody-vouches"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the person who verifies believes: roots of authorities, and Bitcoin headers by height."""

    roots: tuple[AuthorityCertificate, ...] = ()
    headers: Mapping[int, BitcoinHeader] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimestampReport:
    """What became of one timestamp.

    Attributes:
        kind: How it was made.
        result: Whether it proves a date (passed), was refuted (failed), or neither.
        verdict: A `TimestampVerdict`, or the code of the error that it failed with.
        subject: Which of the digests it is one of; None if it failed.
        time: The date it proves; None unless passed.
        said: What was found.
        not_proven: What that leaves open.
    """

    kind: Token
    result: Result
    verdict: str
    subject: str | None
    time: datetime | None
    said: str
    not_proven: str


_NOT_PROVEN = {
    Token.RFC3161: (
        "that the authority's clock was right, or that its key was its own and not revoked; nor who made the "
        "work"
    ),
    Token.OPENTIMESTAMPS: (
        "that the block is one of the chain everybody follows, or that its miner's clock was right to the "
        "hour; nor who made the work"
    ),
}
_NO_DATE = "any date at all"


def check_timestamp(
    kind: Token, content: bytes, stamps: Mapping[str, Hash32], trust: Trust | None = None
) -> TimestampReport:
    """Check a token or a proof that comes with evidence; nothing that it holds raises.

    Args:
        kind: How it was made.
        content: An RFC 3161 token in normal form, or an `.ots` file.
        stamps: The digests that it may be one of, by what each is called to a reader ("the checkpoint").
        trust: Whom to believe; nobody by default, and then nothing is dated.
    """
    believed = trust or Trust()
    try:
        if kind is Token.RFC3161:
            subject, digest = _subject(decode_token(content).info.digest, stamps)
            return _of_token(verify_token(content, digest, believed.roots), subject)
        subject, digest = _subject(decode_proof(content).digest, stamps)
        return _of_proof(verify_proof(content, digest, believed.headers), subject)
    except EvidenceError as problem:
        return TimestampReport(kind, Result.FAILED, problem.code, None, None, problem.message, _NO_DATE)


def _subject(found: Hash32, stamps: Mapping[str, Hash32]) -> tuple[str, Hash32]:
    for name, digest in stamps.items():
        if digest == found:
            return name, digest
    raise EvidenceMismatchError("stamped digest", " or ".join(map(str, stamps.values())), str(found))


def _of_token(token: VerifiedToken, subject: str) -> TimestampReport:
    kind, when = Token.RFC3161, f"{token.time:%Y-%m-%d %H:%M:%S} UTC"
    if token.root is None:
        return TimestampReport(
            kind,
            Result.NOT_CHECKABLE,
            TimestampVerdict.NOBODY_VOUCHES,
            subject,
            None,
            f"{subject} was stamped at {when} by a certificate nobody vouches for, of {token.authority}",
            _NO_DATE,
        )
    return TimestampReport(
        kind,
        Result.PASSED,
        TimestampVerdict.DATED,
        subject,
        token.time,
        f"{subject} existed at {when}, says {token.authority}, for whom {token.root} vouches",
        _NOT_PROVEN[kind],
    )


def _of_proof(proof: VerifiedProof, subject: str) -> TimestampReport:
    kind = Token.OPENTIMESTAMPS
    if proof.earliest is not None:
        height, time = proof.earliest
        said = f"{subject} existed when Bitcoin block {height} was made, {time:%Y-%m-%d %H:%M} UTC"
        return TimestampReport(
            kind, Result.PASSED, TimestampVerdict.DATED, subject, time, said, _NOT_PROVEN[kind]
        )
    result, verdict, said = _without_date(proof)
    return TimestampReport(kind, result, verdict, subject, None, f"{subject}: {said}", _NO_DATE)


def _without_date(proof: VerifiedProof) -> tuple[Result, TimestampVerdict, str]:
    blocks = [str(height) for height in proof.heights if height not in proof.headers]
    if blocks:
        said = f"the proof names Bitcoin block {', '.join(blocks)}, for which nobody vouches"
        return Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES, said
    if proof.headers:
        said = "beside a block that is vouched for the proof names calendars or other chains; prune it"
        return Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES, said
    if proof.calendars:
        said = (
            f"{', '.join(proof.calendars)} promised to have it stamped; ask there for the rest of the proof"
        )
        return Result.NOT_CHECKED, TimestampVerdict.PENDING, said
    said = "all that the proof names is of a kind not known here"
    return Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES, said
