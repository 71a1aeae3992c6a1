"""Limits on request bodies, counted as they arrive: the framework would take in a body whole before it looks.

`Content-Length` may be absent or a lie, so it is believed only to refuse early.
"""

from __future__ import annotations

import re
from itertools import accumulate

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.failures import BodyTooLargeError, InvalidRequestError
from api.problems import kind_of
from registry.errors import FileTooLargeError, RegistryError

JSON_BYTES = 2**20  # the largest document, licence terms, is under 100 kB
FORM_BYTES = 2**20  # what stands around the file in a form: its other fields and the boundaries
DRAIN_BYTES = 2**26  # a client that sends all before it reads gets its answer, this far beyond the limit
TAIL_BYTES = 1024  # a boundary has at most 70 characters (RFC 2046 section 5.1.1), and little follows it
MAX_DEPTH = 64
# Our documents nest five deep. The EVM raises Python's recursion limit so far that the standard library's
# JSON parser runs off the end of a thread's stack before it meets it, and takes the process along.

_LENGTH = re.compile("[0-9]{1,19}")
_BOUNDARY = re.compile("""boundary="?([^";,]{1,70})""", re.IGNORECASE)
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class RefusedBodyError(HTTPException):
    """Raised while a body is read; an HTTPException, or the framework would make a 400 of it."""

    def __init__(self, error: RegistryError) -> None:
        super().__init__(kind_of(error).status, error.message)
        self.error = error


class BodyLimit:
    """ASGI middleware: bodies up to `max_upload_bytes` and its form on the upload paths, 1 MiB elsewhere."""

    def __init__(self, app: ASGIApp, upload_paths: re.Pattern[str], max_upload_bytes: int) -> None:
        self._app = app
        self._upload_paths = upload_paths
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a `receive` that counts."""
        if scope["type"] == "http":
            receive = self._limited(scope, receive)
        await self._app(scope, receive, send)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        if self._upload_paths.fullmatch(scope["path"]):
            too_large = FileTooLargeError(self._max_upload_bytes)
            counted = _Counted(scope, receive, self._max_upload_bytes + FORM_BYTES, too_large)
            return _Form(counted, Headers(scope=scope).get("content-type", ""))
        return _Whole(_Counted(scope, receive, JSON_BYTES, BodyTooLargeError(JSON_BYTES)))


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
            raise RefusedBodyError(self._error)  # nothing has been sent yet, and nothing needs to be
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if max(self._seen, self._declared) > self._limit:
            await self._drain(message)
            raise RefusedBodyError(self._error)
        return message

    async def _drain(self, message: Message) -> None:
        """Throw away what the client still sends: closing on it would lose the answer on its way."""
        while message.get("more_body") and self._seen < self._limit + DRAIN_BYTES:
            message = await self._receive()
            self._seen += len(message.get("body", b""))


class _Form:
    """`receive` for a form, refused if it ends before its last boundary.

    The form parser would take it for a whole one that lacks a field, and leave the half field's file open.
    """

    def __init__(self, receive: Receive, content_type: str) -> None:
        self._receive = receive
        boundary = _BOUNDARY.search(content_type)
        self._end = f"--{boundary[1]}--".encode("latin-1") if boundary else b""
        self._tail = b""

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._tail = (self._tail + message.get("body", b""))[-TAIL_BYTES:]
            if not message.get("more_body") and self._end not in self._tail:
                raise RefusedBodyError(_refused("is cut short"))
        return message


class _Whole:
    """`receive` for a small body: its bytes at once, refused if they nest too deep."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_read = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if self._is_read or message["type"] != "http.request":
            return message
        parts = [message.get("body", b"")]
        while message.get("more_body"):
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            parts.append(message.get("body", b""))
        self._is_read = True
        body = b"".join(parts)
        if nests_too_deep(body):
            raise RefusedBodyError(_refused("is nested too deep"))
        if b"\0" in body:  # of JSON that is UTF-16 or UTF-32 (RFC 8259 section 8.1), whose depth was not seen
            raise RefusedBodyError(_refused("is not UTF-8"))
        return {"type": "http.request", "body": body, "more_body": False}


def nests_too_deep(body: bytes) -> bool:
    """Whether arrays and objects of a JSON text in UTF-8 stand more than `MAX_DEPTH` deep in each other."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    steps = (_STEPS[byte] for byte in _STRING.sub(b"", body) if byte in _STEPS)
    return any(depth > MAX_DEPTH for depth in accumulate(steps))


def _refused(problem: str) -> InvalidRequestError:
    return InvalidRequestError([{"loc": ["body"], "msg": f"the body {problem}", "type": "body"}])
