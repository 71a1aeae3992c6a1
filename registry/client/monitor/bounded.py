"""HTTP with somebody who may mean ill: so many bytes, so many seconds, so many requests, and no more."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from registry.canonical import nesting_of
from registry.client.monitor.troubles import Kind, TroubleError

ANSWER_SECONDS = 30.0  # 8 KiB over the worst line; whoever needs longer sends byte by byte
PAUSE_SECONDS = 0.05  # twenty requests a second: a million leaves in a little over three minutes
MAX_DOCUMENT_BYTES = 64 * 1024  # the registry's own JSON has a few hundred bytes

_MAX_NESTING = 32  # the registry's own has five levels
_CONNECT_SECONDS = 5.0
_KEPT_OPEN_SECONDS = 2.0  # shorter than any server's patience, so no request meets a closing connection
_SOCKETS = 128  # more than are opened in those seconds; a closed one among them does no harm
_BUSY = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT})


class BoundedHttp:
    """A client that reads an answer to its bound or its deadline, whichever comes first.

    Every method raises TroubleError: SILENT, SLOW_ANSWER, OVERSIZED_ANSWER or MALFORMED_ANSWER. Redirects are
    not followed and nothing is decompressed, so what is counted is what is kept.
    """

    def __init__(
        self, *, answer_seconds: float = ANSWER_SECONDS, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        self._answer_seconds = answer_seconds
        self._pause_seconds = pause_seconds
        self._next_at = 0.0
        self._sockets: deque[socket.socket] = deque(maxlen=_SOCKETS)
        # What a name or a certificate takes is bounded by the operating system and by this.
        timeout = httpx.Timeout(answer_seconds, connect=min(_CONNECT_SECONDS, answer_seconds))
        limits = httpx.Limits(max_connections=2, keepalive_expiry=_KEPT_OPEN_SECONDS)
        headers = {
            "Accept-Encoding": "identity",
            "Cache-Control": "no-cache",
            "User-Agent": "colophon-monitor",
        }
        self._http = httpx.Client(timeout=timeout, limits=limits, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, url: str, limit: int) -> bytes | None:
        """What is there, of at most `limit` bytes; None if nothing is (404)."""
        return self._exchange("GET", url, limit)

    def get_json(self, url: str) -> dict[str, Any] | None:
        """A JSON object of at most 64 KiB; None if nothing is there."""
        content = self.get(url, MAX_DOCUMENT_BYTES)
        return None if content is None else _object(url, content)

    def post_json(self, url: str, document: object, limit: int) -> dict[str, Any]:
        """The JSON object that answers another."""
        content = self._exchange("POST", url, limit, json=document)
        if content is None:
            raise TroubleError(Kind.SILENT, f"there is nothing at {url}", url=url)
        return _object(url, content)

    def _exchange(self, method: str, url: str, limit: int, **request: Any) -> bytes | None:
        self._wait_for_turn()
        with _Deadline(self._answer_seconds, self._sockets) as deadline:
            try:
                extensions = {"trace": deadline.watch}
                with self._http.stream(method, url, extensions=extensions, **request) as response:
                    return _content(response, url, limit, deadline)
            except httpx.HTTPError as problem:
                raise _told(problem, url, deadline) from problem
            finally:
                self._http.cookies.clear()  # each answer could bring new ones, for ever

    def _wait_for_turn(self) -> None:
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        self._next_at = time.monotonic() + self._pause_seconds


@dataclass
class _Deadline:
    """Cuts every connection when its time is over: a timeout of a socket begins anew with each byte.

    `sockets` are those of the client, which may have been opened for an earlier request.
    """

    seconds: float
    sockets: deque[socket.socket]
    over: bool = False

    def __enter__(self) -> Self:
        self._timer = threading.Timer(self.seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def watch(self, name: str, told: dict[str, Any]) -> None:
        """Called by httpx at each of its steps."""
        if name in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self.sockets.append(told["return_value"].get_extra_info("socket"))

    def _cut(self) -> None:
        self.over = True
        for one in list(self.sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _content(response: httpx.Response, url: str, limit: int, deadline: _Deadline) -> bytes | None:
    status = response.status_code
    if status == httpx.codes.NOT_FOUND:
        return None
    if status in _BUSY or response.is_server_error:
        raise TroubleError(Kind.SILENT, f"{url} answers HTTP {status}", url=url, status=status)
    if not response.is_success or response.headers.get("content-encoding", "identity") != "identity":
        raise TroubleError(Kind.MALFORMED_ANSWER, f"{url} answers HTTP {status}", url=url, status=status)
    content = bytearray()
    for piece in response.iter_raw():
        content += piece
        if len(content) > limit:
            raise TroubleError(
                Kind.OVERSIZED_ANSWER, f"{url} answers over {limit} bytes", url=url, limit_bytes=limit
            )
        if deadline.over:
            break
    if deadline.over:
        raise _slow(url, deadline)
    return bytes(content)


def _told(problem: httpx.HTTPError, url: str, deadline: _Deadline) -> TroubleError:
    if deadline.over or isinstance(problem, httpx.ReadTimeout):
        return _slow(url, deadline)
    words = str(problem) or type(problem).__name__
    kind = Kind.MALFORMED_ANSWER if isinstance(problem, httpx.RemoteProtocolError) else Kind.SILENT
    return TroubleError(kind, f"{url} does not answer ({words})", url=url, problem=words)


def _slow(url: str, deadline: _Deadline) -> TroubleError:
    seconds = deadline.seconds
    return TroubleError(
        Kind.SLOW_ANSWER, f"{url} does not end its answer in {seconds:g} seconds", url=url, seconds=seconds
    )


def _object(url: str, content: bytes) -> dict[str, Any]:
    if nesting_of(content) > _MAX_NESTING:
        raise TroubleError(Kind.MALFORMED_ANSWER, f"{url} answers JSON that is nested too deep", url=url)
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise TroubleError(Kind.MALFORMED_ANSWER, f"{url} answers no JSON", url=url) from problem
    if not isinstance(found, dict):
        raise TroubleError(Kind.MALFORMED_ANSWER, f"{url} answers no JSON object", url=url)
    return found
