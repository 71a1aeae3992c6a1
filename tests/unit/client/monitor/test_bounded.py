"""Answers that do not end, in bytes or in time, and answers that are none."""

from __future__ import annotations

import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from registry.client.monitor import BoundedHttp
from tests.unit.client.monitor.conftest import Watcher
from tests.unit.client.monitor.lying_log import KEY, LyingLog, answer, leaves

PATHS = ["/log/checkpoint", "/log/tile/entries/000", "/v1/log"]


def pour(handler: BaseHTTPRequestHandler) -> None:
    """A body without end."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"log.example\n" * 1000)


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, so that no silence is ever long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    drip(handler)


def drip(handler: BaseHTTPRequestHandler) -> None:
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(600):
            handler.wfile.write(b"x")
            time.sleep(0.1)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.mark.parametrize("path", PATHS)
def test_a_body_without_end_is_left_at_its_bound(watcher: Watcher, log: LyingLog, path: str) -> None:
    log.hold(leaves(300))
    log.lies[path] = pour
    assert watcher.codes(key=KEY.verifier_key) == ["oversized-answer"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slowly", [drip, drip_body])
def test_an_answer_that_drips_is_cut_at_its_deadline(
    watcher: Watcher, log: LyingLog, path: str, slowly: object
) -> None:
    log.hold(leaves(300))
    log.lies[path] = slowly  # type: ignore[assignment]  # one of two functions
    watcher.answer_seconds = 0.5
    assert watcher.codes(key=KEY.verifier_key) == ["slow-answer"]


def test_a_compressed_answer_is_not_unpacked(watcher: Watcher, log: LyingLog) -> None:
    log.lies["/log/checkpoint"] = lambda handler: answer(handler, 200, b"\x1f\x8b", Content_Encoding="gzip")
    assert watcher.codes() == ["malformed-answer"]


def test_cookies_are_neither_kept_nor_sent(log: LyingLog) -> None:
    sent: list[str | None] = []

    def bake(handler: BaseHTTPRequestHandler) -> None:
        sent.append(handler.headers["cookie"])
        answer(handler, 404, b"", Set_Cookie="a=" + "b" * 5000)

    log.lies["/log/checkpoint"] = bake
    with BoundedHttp(pause_seconds=0) as http:
        for _ in range(3):
            http.get(f"{log.url}/log/checkpoint", 10)
    assert sent == [None, None, None]


def test_a_redirection_is_not_followed(watcher: Watcher, log: LyingLog) -> None:
    log.lies["/log/checkpoint"] = lambda handler: answer(handler, 302, b"", Location="/v1/log")
    assert watcher.codes() == ["malformed-answer"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_log_that_says_it_cannot_is_silent(watcher: Watcher, log: LyingLog, status: int) -> None:
    log.lie("/log/checkpoint", status, b"")
    assert watcher.codes() == ["silent"]


def test_a_connection_that_is_cut_is_told(watcher: Watcher, log: LyingLog) -> None:
    log.lies["/log/checkpoint"] = hang_up
    assert watcher.codes() == ["malformed-answer"]


def test_nobody_at_the_address_is_silence(watcher: Watcher) -> None:
    assert watcher.codes(url="http://127.0.0.1:9") == ["silent"]
