"""Ask OpenTimestamps calendars: hand in a digest, and fetch the rest of the way once a block has it.

https://github.com/opentimestamps/python-opentimestamps (`calendar.py`): POST /digest, GET /timestamp/<hex>.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

import httpx

from registry.client.timestamps import (
    PATIENCE_SECONDS,
    BadTimestamperAnswerError,
    BoundedHttp,
    TimestamperError,
    check_answer,
)
from registry.errors import EvidenceError, MalformedEvidenceError
from registry.evidence.timestamps import (
    NONCE_BYTES,
    PendingAttestation,
    Proof,
    ProofPath,
    begin,
    continued,
    decode_paths,
)
from registry.model import Hash32

MAX_ANSWER_BYTES = 10_000  # as the reference client has it
_HEADERS = {"Accept": "application/vnd.opentimestamps.v1"}


def ask_calendars(urls: Sequence[str], digest: Hash32, seconds: float = PATIENCE_SECONDS) -> Proof:
    """Have a digest stamped by every calendar; the proof, which waits for their answers to reach a block.

    What the calendars see is a hash of the digest and a random number: they cannot tell what they stamp.

    Args:
        urls: Of one calendar or more; one that answers is enough.
        digest: SHA-256 of what is stamped.
        seconds: How long each may be silent.

    Raises:
        MalformedEvidenceError: No calendar is named.
        NoTimestamperError, BadTimestamperAnswerError: None gave an answer that holds; that of the last.
    """
    operations, message = begin(digest, secrets.token_bytes(NONCE_BYTES))
    found: list[ProofPath] = []
    failure: TimestamperError | None = None
    with BoundedHttp(seconds) as http:
        for url in urls:
            try:
                found += _asked(http, "POST", f"{url.rstrip('/')}/digest", message)
            except TimestamperError as problem:
                failure = problem
    if found:
        paths = (ProofPath(operations + path.operations, path.attestation) for path in found)
        return Proof(digest, tuple(dict.fromkeys(paths)))
    raise failure or MalformedEvidenceError("calendars", "none is named")


def upgrade(proof: Proof, urls: Collection[str], seconds: float = PATIENCE_SECONDS) -> Proof:
    """The proof with what its calendars know by now.

    Only the calendars named here are asked, whatever addresses the proof holds: anybody may have written it.
    What they answer is theirs to say; `pruned` keeps what a header shows to be right. `seconds` is how long
    each may be silent.

    Raises:
        NoTimestamperError, BadTimestamperAnswerError: No calendar gave more, and one does not answer as one.
            One that does not know of a block yet is no failure.
    """
    allowed = {url.rstrip("/") for url in urls}
    waiting = [(path, path.attestation) for path in proof.paths]
    longer, failure = proof, None
    with BoundedHttp(seconds) as http:
        for path, attestation in waiting:
            if isinstance(attestation, PendingAttestation) and attestation.uri.rstrip("/") in allowed:
                try:
                    longer = _asked_for_rest(http, longer, path, attestation.uri.rstrip("/"))
                except TimestamperError as problem:
                    failure = problem
    if longer == proof and failure is not None:
        raise failure
    return longer


def _asked_for_rest(http: BoundedHttp, proof: Proof, path: ProofPath, url: str) -> Proof:
    rest = _asked(http, "GET", f"{url}/timestamp/{path.end(proof.digest).hex()}")
    if not rest:
        return proof
    try:
        return continued(proof, path, rest)
    except EvidenceError as problem:
        raise BadTimestamperAnswerError(url, problem.message, problem.code) from problem


def _asked(http: BoundedHttp, method: str, url: str, content: bytes = b"") -> tuple[ProofPath, ...]:
    """The paths that a calendar answers with; none if it does not know the message (yet)."""
    response, body = http.ask(method, url, MAX_ANSWER_BYTES, content, _HEADERS)
    if method == "GET" and response.status_code == httpx.codes.NOT_FOUND:
        return ()
    check_answer(response, url)
    try:
        paths = decode_paths(body)
    except EvidenceError as problem:
        raise BadTimestamperAnswerError(url, problem.message, problem.code) from problem
    return paths
