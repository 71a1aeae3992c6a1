"""Timestamping authorities over HTTP (RFC 3161, section 3.4): one that answers, and some that do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

REPLY = "application/timestamp-reply"


class Answering(Protocol):
    """Whatever makes an answer of a request."""

    def answer(self, request: bytes) -> bytes:
        """The body to send."""


class _Handler(BaseHTTPRequestHandler):
    def read(self) -> bytes:
        assert self.headers["content-type"] == "application/timestamp-query"
        return self.rfile.read(int(self.headers["content-length"]))

    def begin(self, size: int, media_type: str = REPLY) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def _listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(house: Answering, media_type: str = REPLY) -> Iterator[str]:
    """An authority on a free port until the block ends."""

    class Handler(_Handler):
        def do_POST(self) -> None:
            answer = house.answer(self.read())
            self.begin(len(answer), media_type)
            self.wfile.write(answer)

    with _listening(Handler) as url:
        yield url


@contextmanager
def silent() -> Iterator[str]:
    """One that takes every request and never says a word."""
    over = threading.Event()

    class Handler(_Handler):
        def do_POST(self) -> None:
            self.read()
            over.wait()

    with _listening(Handler) as url:
        try:
            yield url
        finally:
            over.set()


@contextmanager
def endless() -> Iterator[tuple[str, list[int]]]:
    """One that sends a gigabyte; how many bytes of each answer it got rid of before nobody listened."""
    sent: list[int] = []

    class Handler(_Handler):
        def do_POST(self) -> None:
            self.read()
            self.begin(1 << 30)
            number, block = 0, bytes(1 << 16)
            try:
                while number < 1 << 30:
                    number += self.wfile.write(block)
            except OSError:
                pass
            sent.append(number)

    with _listening(Handler) as url:
        yield url, sent
