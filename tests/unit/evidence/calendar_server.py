"""A calendar that keeps its promises: takes digests over HTTP, and mines the blocks that they go into."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PENDING, BITCOIN = bytes.fromhex("83dfe30d2ef90c8e"), bytes.fromhex("0588960d73d71901")
EASY_BITS = 0x207FFFFF  # the least work that Bitcoin knows, of its regression test network
BLOCK_TIME = 1_767_225_600  # 2026-01-01 00:00 UTC
HASH = b"\x08"


def twice(content: bytes) -> bytes:
    return sha256(sha256(content).digest()).digest()


def append(content: bytes) -> bytes:
    return b"\xf0" + bytes([len(content)]) + content


def prepend(content: bytes) -> bytes:
    return b"\xf1" + bytes([len(content)]) + content


def varuint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varuint(rest) if rest else bytes([low])


def attested(tag: bytes, payload: bytes) -> bytes:
    return b"\x00" + tag + varuint(len(payload)) + payload


def mined(root: bytes, time: int = BLOCK_TIME) -> bytes:
    """A header over a Merkle root, with as much work as it names."""
    for nonce in range(1000):
        fields = (time.to_bytes(4, "little"), EASY_BITS.to_bytes(4, "little"), nonce.to_bytes(4, "little"))
        header = (2).to_bytes(4, "little") + bytes(32) + root + b"".join(fields)
        if int.from_bytes(twice(header), "little") < 1 << 255:
            return header
    raise AssertionError("no luck in a thousand tries")


@dataclass
class Calendar:
    """What came in, what is known of it by now, and the blocks by height."""

    url: str = ""
    height: int = 100
    seen: list[bytes] = field(default_factory=list)
    waiting: list[bytes] = field(default_factory=list)
    known: dict[str, bytes] = field(default_factory=dict)
    headers: dict[int, bytes] = field(default_factory=dict)

    def take(self, message: bytes) -> bytes:
        """Promise to have a message stamped, under a number of the calendar's own."""
        self.seen.append(message)
        salt = len(self.seen).to_bytes(8, "big")
        self.waiting.append(sha256(message + salt).digest())
        address = self.url.encode()
        return append(salt) + HASH + attested(PENDING, varuint(len(address)) + address)

    def mine(self) -> int:
        """Put all that waits under one transaction, and that beside another into a block; its height."""
        ways = dict.fromkeys(self.waiting, b"")
        level = [(leaf, [leaf]) for leaf in self.waiting]
        while len(level) > 1:
            level, old = level[len(level) & ~1 :], level
            for (left, of_left), (right, of_right) in zip(old[0::2], old[1::2], strict=False):
                for leaf in of_left:
                    ways[leaf] += append(right) + HASH
                for leaf in of_right:
                    ways[leaf] += prepend(left) + HASH
                level.append((sha256(left + right).digest(), of_left + of_right))
        top = level[0][0]
        before, after = b"\x02\x00\x00\x00a transaction that says ", b" and ends\x00\x00\x00\x00"
        coinbase = twice(b"the miner's own transaction")
        root = twice(coinbase + twice(before + top + after))
        self.height += 1
        self.headers[self.height] = mined(root, BLOCK_TIME + 600 * self.height)
        rest = prepend(before) + append(after) + HASH * 2 + prepend(coinbase) + HASH * 2
        for leaf, way in ways.items():
            self.known[leaf.hex()] = way + rest + attested(BITCOIN, varuint(self.height))
        self.waiting.clear()
        return self.height


@contextmanager
def calendar_server() -> Iterator[Calendar]:
    """Listen on a free port until the block ends."""
    calendar = Calendar()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = self.rfile.read(int(self.headers["content-length"]))
            assert self.path == "/digest"
            self.answer(200, calendar.take(message))

        def do_GET(self) -> None:
            answer = calendar.known.get(self.path.removeprefix("/timestamp/"))
            self.answer(404, b"Not found") if answer is None else self.answer(200, answer)

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.opentimestamps.v1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    calendar.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield calendar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
