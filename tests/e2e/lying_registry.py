"""A registry that lies: a real HTTP server before a real registry, which bends some answers on their way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Bend = Callable[[str, dict[str, Any]], None]
"""Takes the request's path and the honest answer, and changes the answer in place."""


@contextmanager
def lying_registry(honest_url: str, bend: Bend) -> Iterator[tuple[str, list[str]]]:
    """Its address, and a list that fills with the requests it passed on (`POST /v1/works`, …)."""
    passed: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            passed.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            honest = httpx.request(self.command, f"{honest_url}{self.path}", content=body, headers=kept)
            answer = honest.json()
            if honest.is_success:
                bend(self.path, answer)
            told = json.dumps(answer).encode()
            self.send_response(honest.status_code)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = pass_on  # noqa: N815  # names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", passed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
