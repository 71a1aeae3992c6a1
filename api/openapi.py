"""What the OpenAPI document says of failures: problem+json on every route, by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.failures import BodyTooLargeError, InvalidRequestError
from api.problems import KINDS, MEDIA_TYPE
from registry.errors import (
    BusyError,
    ChainUnavailableError,
    DecoderCrashedError,
    DecoderMemoryError,
    DecoderTimeoutError,
    EmptyFileError,
    FileTooLargeError,
    MediaExtraMissingError,
    MediaTooLargeError,
    RegistryError,
    StorageFullError,
    StoreUnavailableError,
    UndecodableMediaError,
    UnsupportedMediaError,
)

Responses = dict[int | str, dict[str, Any]]

FILE_ERRORS = (
    BusyError,
    DecoderCrashedError,
    DecoderMemoryError,
    DecoderTimeoutError,
    EmptyFileError,
    FileTooLargeError,
    MediaExtraMissingError,
    MediaTooLargeError,
    UndecodableMediaError,
    UnsupportedMediaError,
)
PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; the failure's facts are further members.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:colophon:problem:[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    "additionalProperties": True,
}
_EVERYWHERE: tuple[type[RegistryError], ...] = (
    InvalidRequestError,
    StoreUnavailableError,
    ChainUnavailableError,
)
_WITH_BODY: tuple[type[RegistryError], ...] = (BodyTooLargeError, StorageFullError)


def problems(*errors: type[RegistryError]) -> Responses:
    """`responses` for a route that may answer with these failures, and with those that any route may."""
    codes: dict[int, set[str]] = defaultdict(set)
    for error in (*errors, *_EVERYWHERE):
        codes[KINDS[error.code].status.value].add(error.code)
    return {status: _response(sorted(names)) for status, names in sorted(codes.items())}


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the application's API."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        separate_input_output_schemas=True,
    )
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = dict(PROBLEM_SCHEMA)
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["securitySchemes"] = {
        "receipt": {
            "type": "http",
            "scheme": "bearer",
            "description": "Receipt tokens of one's own pending records; several are divided by commas.",
        }
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses["500"] = _response(["internal"])
    if "requestBody" in operation:
        responses.setdefault("400", _response(["bad-request"]))
        for error in _WITH_BODY:
            status = str(KINDS[error.code].status.value)
            responses[status] = _response(sorted({*responses.get(status, {}).get("x-codes", []), error.code}))


def _response(codes: list[str]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "x-codes": codes,
    }
