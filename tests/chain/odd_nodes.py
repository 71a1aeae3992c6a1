"""Nodes that answer oddly: real HTTP servers on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

CHAIN_ID = 1


@contextmanager
def serving(answer: Callable[[bytes], bytes], status: int = 200) -> Iterator[str]:
    """The address of a server whose answer to a body is `answer` of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    """A server that always answers the same."""
    with serving(lambda _: body, status) as url:
        yield url


@contextmanager
def node_with(results: Mapping[str, object], errors: Mapping[str, object] | None = None) -> Iterator[str]:
    """A node of chain 1 with one result or error for each method; null for every other."""

    def answer(body: bytes) -> bytes:
        asked = json.loads(body)
        told: dict[str, object] = {"jsonrpc": "2.0", "id": asked["id"]}
        if errors is not None and asked["method"] in errors:
            told["error"] = errors[asked["method"]]
        else:
            told["result"] = ({"eth_chainId": hex(CHAIN_ID)} | dict(results)).get(asked["method"])
        return json.dumps(told).encode()

    with serving(answer) as url:
        yield url
