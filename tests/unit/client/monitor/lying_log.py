"""A real HTTP server: a log, its registry's word and a node of its chain; it lies as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from registry.client.monitor import SeenAnchor
from registry.evidence.events import TOPIC
from registry.log import (
    EMPTY_ROOT,
    Checkpoint,
    Frontier,
    SigningKey,
    Tile,
    encode_entries,
    grown_tiles,
    leaf_hash,
)
from registry.model import Address, Hash32

ACCOUNT = Address("0x" + "a1" * 20)
CONTRACT = Address("0x" + "c1" * 20)
CHAIN_ID = 31337
KEY = SigningKey("log.example", b"k" * 32)

Lie = Callable[[BaseHTTPRequestHandler], None]
"""Writes a whole answer, headers and all."""


def leaves(count: int, seed: str = "true") -> list[bytes]:
    """As many digests, no two alike."""
    return [sha256(f"{seed} {index}".encode()).digest() for index in range(count)]


def root_over(entries: Sequence[bytes]) -> bytes:
    return Frontier().append(map(leaf_hash, entries)).root() if entries else EMPTY_ROOT


@dataclass
class LyingLog:
    """What is served: a log over `entries`, its first `size` leaves signed; `lies` by path come first."""

    url: str = ""
    entries: list[bytes] = field(default_factory=list)
    key: SigningKey = KEY
    size: int | None = None
    account: Address = ACCOUNT
    chain_id: int = CHAIN_ID
    head: int = 0
    final: int | None = None
    anchors: list[SeenAnchor] = field(default_factory=list)
    lies: dict[str, Lie] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def hold(self, entries: list[bytes], size: int | None = None) -> None:
        """Serve a log over these leaves from now on, of which so many are signed: all if unsaid."""
        self.entries, self.size, self.tiles = entries, size, {}
        grown = grown_tiles(_Nothing(), 0, [leaf_hash(entry) for entry in entries])
        self.tiles.update({(tile.level, tile.index): content for tile, content in grown.items()})

    def checkpoint(self) -> bytes:
        size = len(self.entries) if self.size is None else self.size
        checkpoint = Checkpoint(self.key.name, size, root_over(self.entries[:size]))
        return checkpoint.sign([self.key]).encode()

    def anchor(self, size: int, root: bytes | None = None, count: int | None = None) -> None:
        """Mine a block with an anchor: of the log's own root unless told otherwise."""
        self.head += 1
        root = root_over(self.entries[:size]) if root is None else root
        count = len(self.anchors) + 1 if count is None else count
        transaction = str(Hash32(sha256(f"{self.head}".encode()).digest()))
        self.anchors.append(SeenAnchor(size, Hash32(root), count, self.head, transaction))

    def lie(self, path: str, status: int, body: bytes) -> None:
        """Answer this at a path from now on."""
        self.lies[path] = lambda handler: answer(handler, status, body)

    def found(self, path: str) -> bytes | None:
        match path.removeprefix("/"):
            case "v1/log":
                return _json({"verifier_key": str(self.key.verifier_key), "account": str(self.account)})
            case "v1/contracts":
                facts = {"chain_id": self.chain_id, "checkpoint_log": str(CONTRACT), "deployed_at_block": 0}
                return _json(facts)
            case "log/checkpoint":
                return self.checkpoint() if self.entries else None
            case _:
                return self._tile(path.removeprefix("/log/"))

    def rpc(self, request: dict[str, Any]) -> object:
        match request["method"]:
            case "eth_chainId":
                return hex(self.chain_id)
            case "eth_blockNumber":
                return hex(self.head)
            case "eth_getBlockByNumber":
                return {"number": hex(self.head if self.final is None else self.final)}
            case _:
                first, last = (int(request["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
                return [_log(one) for one in self.anchors if first <= one.block_number <= last]

    def _tile(self, path: str) -> bytes | None:
        if path.startswith("tile/entries/"):
            tile = Tile.parse(path.replace("entries", "0", 1))
            bundle = self.entries[tile.index * 256 : tile.index * 256 + tile.width]
            return encode_entries(bundle) if len(bundle) == tile.width else None
        tile = Tile.parse(path)
        content = self.tiles.get((tile.level, tile.index), b"")[: tile.size_bytes]
        return content if len(content) == tile.size_bytes else None


class _Nothing:
    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        assert not tiles
        return []


class Quiet(ThreadingHTTPServer):
    """It says nothing when somebody hangs up on its lies."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet."""


@contextmanager
def lying_log() -> Iterator[LyingLog]:
    """Listen on a free port until the block ends."""
    told = LyingLog()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # an answer leaves in two pieces: head and body

        def do_GET(self) -> None:  # a name that http.server looks for
            told.asked.append(self.path)
            if self.path in told.lies:
                told.lies[self.path](self)
                return
            body = told.found(self.path)
            answer(self, 404 if body is None else 200, body or b"")

        def do_POST(self) -> None:  # the same
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told.asked.append(request["method"])
            if request["method"] in told.lies:
                told.lies[request["method"]](self)
                return
            answer(self, 200, _json({"jsonrpc": "2.0", "id": 1, "result": told.rpc(request)}))

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True  # one that drips for ever must not keep the test
    server.block_on_close = False
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def _log(anchor: SeenAnchor) -> dict[str, object]:
    words = anchor.size.to_bytes(32, "big") + anchor.count.to_bytes(32, "big")
    return {
        "address": CONTRACT.lower(),
        "topics": [str(TOPIC), "0x" + "00" * 12 + ACCOUNT[2:].lower(), str(anchor.root)],
        "data": f"0x{words.hex()}",
        "blockNumber": hex(anchor.block_number),
        "transactionHash": anchor.transaction_hash,
    }
