"""A limit on request bodies that counts what arrives: the framework would spool a form whole before it looks.

`Content-Length` may be absent or a lie, so the bytes are counted as they are received; it is believed only to
refuse early.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.failures import BodyTooLargeError
from registry.errors import FileTooLargeError, RegistryError

JSON_BYTES = 2**20  # the largest document, licence terms, is under 100 kB
FORM_BYTES = 2**20  # what stands around the file in a form: its other fields and the boundaries
DRAIN_BYTES = 2**26  # a client that sends all before it reads gets its answer, this far beyond the limit

_LENGTH = re.compile("[0-9]{1,19}")


class TooLargeError(HTTPException):
    """Raised while a body is read; an HTTPException, or the framework would make a 400 of it."""

    def __init__(self, error: RegistryError) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error.message)
        self.error = error


class BodyLimit:
    """ASGI middleware: bodies up to `max_upload_bytes` and its form on the upload paths, 1 MiB elsewhere."""

    def __init__(self, app: ASGIApp, upload_paths: Collection[str], max_upload_bytes: int) -> None:
        self._app = app
        self._upload_paths = frozenset(upload_paths)
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `receive` that counts."""
        if scope["type"] == "http":
            receive = _Counted(scope, receive, *self._limit_of(scope["path"]))
        await self._app(scope, receive, send)

    def _limit_of(self, path: str) -> tuple[int, RegistryError]:
        if path in self._upload_paths:
            return self._max_upload_bytes + FORM_BYTES, FileTooLargeError(self._max_upload_bytes)
        return JSON_BYTES, BodyTooLargeError(JSON_BYTES)


class _Counted:
    """`receive` for one request, which raises once the limit is passed."""

    def __init__(self, scope: Scope, receive: Receive, limit: int, error: RegistryError) -> None:
        self._receive = receive
        self._limit = limit
        self._error = error
        self._seen = 0
        headers = Headers(scope=scope)
        self._waits_for_leave = headers.get("expect", "").lower() == "100-continue"
        length = headers.get("content-length", "")
        self._declared = int(length) if _LENGTH.fullmatch(length) else 0

    async def __call__(self) -> Message:
        if self._declared > self._limit and self._waits_for_leave:
            raise TooLargeError(self._error)  # nothing has been sent yet, and nothing needs to be
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if max(self._seen, self._declared) > self._limit:
            await self._drain(message)
            raise TooLargeError(self._error)
        return message

    async def _drain(self, message: Message) -> None:
        """Throw away what the client still sends: closing on it would lose the answer on its way."""
        while message.get("more_body") and self._seen < self._limit + DRAIN_BYTES:
            message = await self._receive()
            self._seen += len(message.get("body", b""))
