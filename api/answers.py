"""From failures to answers: problem documents for clients of the API, pages for people."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.body_limit import RefusedBodyError
from api.failures import InvalidRequestError
from api.problems import KINDS, plain_document, problem_document, problem_response, retry_headers
from api.security_headers import HEADERS
from api.uploads import is_full
from api.web.pages import failure_page
from registry.errors import RegistryError, StorageFullError

_CODES = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.BAD_REQUEST: "bad-request",
}
_log = logging.getLogger(__name__)
_API = ("/v1/", "/log/", "/rpc")


def add_handlers(app: FastAPI) -> None:
    """Every failure, foreseen or not, leaves through here."""
    app.add_exception_handler(RegistryError, _registry_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unforeseen)


async def _registry_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RegistryError)  # noqa: S101  # it is registered for nothing else
    document = problem_document(error)
    if document["status"] == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s %s failed", request.method, _route(request), exc_info=error)
    return _answer(request, document, retry_headers(error))


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
    # Not `input` and `ctx`: they repeat what was sent, and hold Python objects.
    places = [{key: found[key] for key in ("loc", "msg", "type")} for found in error.errors()]
    return _answer(request, problem_document(InvalidRequestError(places)))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # as above
    if isinstance(error, RefusedBodyError):
        return _answer(request, problem_document(error.error))
    if is_full(error.__cause__):
        return _answer(request, problem_document(StorageFullError()))
    status = HTTPStatus(error.status_code)
    kind = KINDS[_CODES.get(status, "bad-request")]
    document = plain_document(status, _CODES.get(status, "bad-request"), kind.title, str(error.detail))
    return _answer(request, document, error.headers)


async def _unforeseen(request: Request, _: Exception) -> Response:
    """The server logs the error; nothing of it leaves."""
    # The middleware that adds headers stands inside the one that calls this.
    return _answer(request, problem_document(RegistryError("unforeseen")), HEADERS)


def _route(request: Request) -> str:
    """The route as it is declared: a real path may hold a draft's id, which is a secret."""
    return str(getattr(request.scope.get("route"), "path", "an unknown route"))


def _answer(request: Request, document: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    is_api = request.url.path.startswith(_API) or request.url.path == "/v1"
    if not is_api and "text/html" in request.headers.get("accept", ""):
        return failure_page(document, headers)
    return problem_response(document, headers)
