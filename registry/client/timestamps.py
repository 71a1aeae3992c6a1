"""Ask a timestamping authority for a token (RFC 3161, over HTTP as its section 3.4 has it)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx

from registry.client.failures import ClientError
from registry.errors import EvidenceError
from registry.evidence.timestamps import AuthorityCertificate, TimestampRequest
from registry.evidence.timestamps.rfc3161 import MAX_RESPONSE_BYTES
from registry.model import Hash32

PATIENCE_SECONDS = 30.0  # without a byte; some authorities sign on a busy smart card
CONNECT_SECONDS = 5.0
NONCE_BITS = 64  # enough that no two requests share one; some authorities take no more

MAX_SECONDS = 60.0  # for a whole answer: one that comes byte by byte would never time out

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class TimestamperError(ClientError):
    """An authority or a calendar did not answer as one: `url` is where it was asked."""

    def __init__(self, code: str, url: str, problem: str) -> None:
        super().__init__(code, f"{url} {problem}", url=url, problem=problem)


class NoTimestamperError(TimestamperError):
    """Nothing listens there, or it fell silent; asking again does no harm."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__("no-timestamper", url, f"does not answer: {problem}")


class BadTimestamperAnswerError(TimestamperError):
    """Something answered, and not with a timestamp that holds; `evidence_code` is why, if it was read."""

    def __init__(self, url: str, problem: str, evidence_code: str | None = None) -> None:
        super().__init__("bad-timestamp-answer", url, f"gives no timestamp that holds: {problem}")
        self.facts["evidence_code"] = self.evidence_code = evidence_code


class BoundedHttp:
    """HTTP that reads no more of an answer than it is told to, and follows no redirect."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        connect = min(seconds, CONNECT_SECONDS)
        self._http = httpx.Client(timeout=httpx.Timeout(seconds, connect=connect))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(
        self,
        method: str,
        url: str,
        limit: int,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[httpx.Response, bytes]:
        """The answer and its body.

        Raises:
            NoTimestamperError: Nothing answers at the address.
            BadTimestamperAnswerError: The body has more than `limit` bytes, or does not end.
        """
        # Sent compressed, a small answer could become a large one.
        told = {"Accept-Encoding": "identity", **(headers or {})}
        try:
            with self._http.stream(method, url, content=content, headers=told) as response:
                return response, _body(response, url, limit)
        except (httpx.TransportError, httpx.InvalidURL) as problem:
            raise NoTimestamperError(url, str(problem) or type(problem).__name__) from problem


def ask_authority(
    url: str,
    digest: Hash32,
    roots: Sequence[AuthorityCertificate] = (),
    seconds: float = PATIENCE_SECONDS,
) -> bytes:
    """Have a digest stamped; the token in the form to keep, verified as far as the roots allow.

    Args:
        url: Of the authority.
        digest: SHA-256 of what is stamped; the authority learns it, so it must tell nothing by itself
            (`declaration_stamp`, `checkpoint_stamp`).
        roots: Whom to trust; with none, everything but the certificate is verified.
        seconds: How long it may be silent.

    Raises:
        NoTimestamperError: Nothing answers there.
        BadTimestamperAnswerError: The answer is no token for this request that holds.
    """
    request = TimestampRequest(digest, secrets.randbits(NONCE_BITS))
    with BoundedHttp(seconds) as http:
        headers = {"Content-Type": _QUERY, "Accept": _REPLY}
        response, body = http.ask("POST", url, MAX_RESPONSE_BYTES, request.encoded(), headers)
    check_answer(response, url, _REPLY)
    try:
        return request.token_of(body, roots)
    except EvidenceError as problem:
        raise BadTimestamperAnswerError(url, problem.message, problem.code) from problem


def check_answer(response: httpx.Response, url: str, media_type: str | None = None) -> None:
    """Whether it is a success, and of that type.

    Raises:
        BadTimestamperAnswerError: It is not.
    """
    if response.status_code != httpx.codes.OK:
        raise BadTimestamperAnswerError(url, f"HTTP {response.status_code}")
    found = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type is not None and found != media_type:
        raise BadTimestamperAnswerError(url, f"the answer is of type {found[:80]!r}")


def _body(response: httpx.Response, url: str, limit: int) -> bytes:
    body = bytearray()
    latest = time.monotonic() + MAX_SECONDS
    for part in response.iter_raw():
        body += part
        if time.monotonic() > latest:
            raise BadTimestamperAnswerError(url, f"the answer takes more than {MAX_SECONDS:.0f} s")
        if len(body) > limit:
            raise BadTimestamperAnswerError(url, f"the answer has more than {limit} bytes")
    return bytes(body)
