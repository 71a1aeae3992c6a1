"""The one table from errors to HTTP, and the answers made from it: RFC 9457 `application/problem+json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from registry.errors import QuotaSpentError, RegistryError

MEDIA_TYPE = "application/problem+json"
SAFE_INTEGER = 2**53 - 1
RETRY_SECONDS = 5  # a chain or a worker that is away for a moment


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of failure is told over HTTP."""

    status: HTTPStatus
    title: str


KINDS: Mapping[str, Kind] = {
    # the request
    "bad-request": Kind(HTTPStatus.BAD_REQUEST, "The request cannot be read"),
    "method-not-allowed": Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    "invalid-request": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not of the described form"),
    "invalid-value": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A value is not of its form"),
    "invalid-document": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A document does not follow its schema"),
    "invalid-cursor": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The cursor was not made by this list"),
    "body-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    "loopback-only": Kind(HTTPStatus.FORBIDDEN, "Only this machine may ask"),
    "other-site": Kind(HTTPStatus.FORBIDDEN, "The form was sent from another site"),
    # the file
    "empty-file": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The file is empty"),
    "file-too-large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is too large"),
    "media-too-large": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The work is too large to decode"),
    "media-extra-missing": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The kind of file needs a part that is not installed"
    ),
    "unsupported-media": Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The kind of file is not supported"),
    "undecodable-media": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The file is damaged"),
    "decoder-timeout": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The file takes too long to decode"),
    "decoder-out-of-memory": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The file takes too much memory to decode"
    ),
    "decoder-crashed": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The file crashes its decoder"),
    # statements and records
    "invalid-signature": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The signature does not hold"),
    "deadline-expired": Kind(HTTPStatus.CONFLICT, "The deadline has passed"),
    "already-registered": Kind(HTTPStatus.CONFLICT, "Already registered"),
    "unanswered-matches": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Similar works are unanswered"),
    "invalid-answer": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "An answer does not fit"),
    "draft-not-ready": Kind(HTTPStatus.CONFLICT, "The draft has no answers yet"),
    "draft-recorded": Kind(HTTPStatus.CONFLICT, "The draft has been recorded"),
    "unsupported-way": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "That way of registering is not supported"),
    "other-file": Kind(HTTPStatus.CONFLICT, "The file is not the one that was declared"),
    "not-found": Kind(HTTPStatus.NOT_FOUND, "Nothing of that name"),
    "redacted": Kind(HTTPStatus.GONE, "Erased, as its holder asked"),
    # evidence
    "evidence-not-ready": Kind(HTTPStatus.CONFLICT, "There is nothing to prove it with yet"),
    "invalid-credential": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The credential does not hold"),
    "malformed-evidence": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A part of the evidence is not of its form"),
    "evidence-too-large": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A part of the evidence is too large"),
    "evidence-mismatch": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Parts of the evidence contradict each other"),
    "invalid-trie-proof": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The block does not hold the receipt"),
    "unsupported-receipt": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "That kind of receipt is not supported"),
    "unsupported-header": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "That kind of block header is not supported"),
    "event-not-found": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The receipt does not hold the event"),
    "timestamp-refused": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The timestamping authority gives no token"),
    "weak-hash": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The evidence leans on a broken hash function"),
    "unsupported-timestamp": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "That kind of timestamp is not supported"),
    "invalid-timestamp": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The timestamp does not hold"),
    "unfit-certificate": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The certificate may not sign timestamps"),
    # licensing
    "not-title-holder": Kind(HTTPStatus.CONFLICT, "The licensor does not hold the title"),
    "stale-offer": Kind(HTTPStatus.CONFLICT, "The title has moved since the offer was signed"),
    "offer-unavailable": Kind(HTTPStatus.CONFLICT, "The offer cannot be bought"),
    "price-over-limit": Kind(HTTPStatus.CONFLICT, "The price is over the limit"),
    "too-early": Kind(HTTPStatus.CONFLICT, "It is too early"),
    "too-late": Kind(HTTPStatus.CONFLICT, "It is too late"),
    "title-frozen": Kind(HTTPStatus.CONFLICT, "A dispute keeps the title where it is"),
    "not-allowed": Kind(HTTPStatus.CONFLICT, "Only somebody else may do this"),
    "not-possible": Kind(HTTPStatus.CONFLICT, "It cannot be done as things stand"),
    "invalid-proof": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The proof does not hold"),
    "quota-spent": Kind(HTTPStatus.TOO_MANY_REQUESTS, "Enough was taken in for now"),
    "faucet-dry": Kind(HTTPStatus.CONFLICT, "The account has enough"),
    # the log
    "malformed-log-data": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "What is said to be of a log is not"),
    "leaf-out-of-range": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The log has no such leaf"),
    "wrong-proof-length": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The proof has too few or too many hashes"),
    "wrong-root": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The proof leads to another root"),
    "log-shrunk": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "A log only grows"),
    "unverified-note": Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "No trusted key signed the note"),
    # chain, store and the process
    "transaction-rejected": Kind(HTTPStatus.CONFLICT, "The chain refuses the transaction"),
    "chain-unavailable": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The chain does not answer"),
    "chain-mismatch": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The node serves another chain"),
    "deep-reorg": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The chain broke its finality"),
    "log-diverged": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The chain shows another log"),
    "chain-in-use": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The embedded chain is in use"),
    "store-in-use": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The store is in use"),
    "deployment-changed": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The data belongs to another deployment"),
    "deployment-in-progress": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The contracts are being deployed"),
    "code-mismatch": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The contracts on chain are not ours"),
    "store-unavailable": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The store does not answer"),
    "storage-full": Kind(HTTPStatus.INSUFFICIENT_STORAGE, "No space is left"),
    "index-damaged": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The similarity index has to be made again"),
    "rebuild-unfinished": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "The views are being made again"),
    "busy": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Busy"),
    "not-ready": Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Not ready"),
    # never caused by a request, told if it happens all the same
    "broken-evidence": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The evidence does not hold"),
    "missing-tile": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The log lacks a part of itself"),
    "wrong-passphrase": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "A key cannot be unlocked"),
    "unknown-key": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "A key is missing"),
    "invalid-settings": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "A setting cannot be used"),
    "internal": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "The registry failed"),
}


def kind_of(error: RegistryError) -> Kind:
    """How an error is told; an error that the table lacks is a failure of the registry itself."""
    return KINDS.get(error.code, KINDS["internal"])


def problem_document(error: RegistryError) -> dict[str, Any]:
    """The error as a problem document; its facts are extension members (RFC 9457 section 3.2)."""
    kind = kind_of(error)
    if kind.status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return plain_document(
            kind.status, error.code, kind.title, "The registry failed; this was not your doing."
        )
    facts = {name: _json_value(value) for name, value in error.facts.items()}
    return facts | plain_document(kind.status, error.code, kind.title, error.message)


def retry_headers(error: RegistryError) -> dict[str, str]:
    """When to come back, where the error knows it (RFC 9110 section 10.2.3, as a date)."""
    if isinstance(error, QuotaSpentError):
        return {"Retry-After": format_datetime(error.again_at, usegmt=True)}
    return {}


def plain_document(status: HTTPStatus, code: str, title: str, detail: str) -> dict[str, Any]:
    """A problem document without facts."""
    return {
        "type": f"urn:colophon:problem:{code}",
        "title": title,
        "status": status.value,
        "detail": detail,
        "code": code,
    }


def problem_response(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The document as an answer. ASCII only: it may quote text that has no UTF-8 form."""
    status = int(document["status"])
    added = {"Retry-After": str(RETRY_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    body = json.dumps(document, sort_keys=True).encode("ascii")
    return Response(body, status, {**added, **(headers or {})}, media_type=MEDIA_TYPE)


def _json_value(value: object) -> Any:  # noqa: ANN401  # facts are JSON of any shape
    match value:
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%SZ}"
        case bool() | None | float():
            return value
        case int():
            return value if abs(value) <= SAFE_INTEGER else str(value)
        case Mapping():
            return {str(key): _json_value(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_json_value(inner) for inner in value]
        case _:
            return str(value)
