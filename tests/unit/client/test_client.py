from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from registry.client import (
    ColophonClient,
    LostRegistryError,
    NoRegistryError,
    ProblemError,
    UnexpectedAnswerError,
)
from tests.unit.client.small_server import CUT, SmallServer


def test_an_answer_is_read_field_by_field(server: SmallServer) -> None:
    server.answer({"work_id": "0x01"})
    with ColophonClient(f"{server.url}/") as client:
        assert client.work("0x01").text("work_id") == "0x01"
    assert server.asked[0][:2] == ("GET", "/v1/works/0x01")


def test_a_problem_keeps_its_code_status_and_facts(server: SmallServer) -> None:
    problem = {
        "type": "urn:colophon:problem:price-over-limit",
        "title": "The price is over the limit",
        "status": 409,
        "detail": "the price of 2 wei is over the limit of 1 wei",
        "code": "price-over-limit",
        "price_wei": "2",
        "limit_wei": "1",
    }
    server.answer(problem, 409)
    with ColophonClient(server.url) as client, pytest.raises(ProblemError) as raised:
        client.prepare_purchase("0x01", "0x02", "0x02", 1)
    assert (raised.value.code, raised.value.status) == ("price-over-limit", 409)
    assert raised.value.detail == problem["detail"]
    assert raised.value.facts == {"price_wei": "2", "limit_wei": "1"}


def test_nobody_listening_is_one_sentence_with_what_to_do() -> None:
    with socket.socket() as taken_and_silent:
        taken_and_silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken_and_silent.getsockname()[1]}"
        with ColophonClient(url) as client, pytest.raises(NoRegistryError) as raised:
            client.contracts()
    assert raised.value.message == f"no registry answers at {url}; start one with `make serve`"
    assert raised.value.code == "no-registry"


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told_likewise(url: str) -> None:
    with ColophonClient(url) as client, pytest.raises(NoRegistryError):
        client.contracts()


def test_a_connection_cut_before_the_answer_is_told_as_lost(server: SmallServer) -> None:
    server.status = CUT
    with ColophonClient(server.url) as client, pytest.raises(LostRegistryError) as raised:
        client.contracts()
    assert raised.value.code == "registry-lost"


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"[]"), (200, b"\xff"), (502, b"<html>"), (404, b"{}"), (301, b"{}")],
)
def test_what_is_not_a_registry_is_not_taken_for_one(server: SmallServer, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    with ColophonClient(server.url) as client, pytest.raises(UnexpectedAnswerError):
        client.contracts()


def test_receipts_are_presented_as_one_header_and_no_more_than_fit(server: SmallServer) -> None:
    with ColophonClient(server.url, ["a", "b", "a"]) as client:
        client.contracts()
        client.present(f"{number:043}" for number in range(500))
        client.contracts()
        client.present([])
        client.contracts()
    first, many, none = (headers.get("authorization") for _, _, headers, _ in server.asked)
    assert first == "Bearer a,b"
    assert many is not None
    assert many.endswith("499")
    assert len(many) < 4000
    assert none is None


def test_an_upload_streams_the_file_with_its_facts_and_tells_how_far_it_is(
    server: SmallServer, tmp_path: Path
) -> None:
    file = tmp_path / "Été.png"
    content = bytes(range(256)) * 1000
    file.write_bytes(content)
    seen: list[int] = []
    with ColophonClient(server.url) as client:
        client.prepare_draft(file, "0x01", {"title": "Été"}, keep_preview=True, progress=seen.append)
    _, path, headers, body = server.asked[0]
    assert path == "/v1/drafts"
    assert int(headers["content-length"]) == len(body)
    assert content in body
    assert json.dumps({"title": "Été"}).encode() in body
    assert b'name="keep_preview"\r\n\r\ntrue' in body
    assert b'name="keep_deposit"\r\n\r\nfalse' in body
    assert b"image/png" in body
    assert sum(seen) == len(content)
    assert len(seen) > 2
