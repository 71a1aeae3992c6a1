from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from registry.cli.folders.patience import GaveUpError, Patience
from registry.client import Answer, ColophonClient, ProblemError, UnexpectedAnswerError
from tests.unit.client.small_server import CUT, SmallServer, small_server


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as server:
        yield server


@pytest.fixture
def client(server: SmallServer) -> Iterator[ColophonClient]:
    with ColophonClient(server.url) as client:
        yield client


def hurried(seconds: float = 20.0) -> Patience:
    return Patience(seconds=seconds, first_delay=0.01, longest_delay=0.02)


@pytest.mark.parametrize("status", [429, 502, 503, 504, CUT])
def test_what_is_not_now_is_asked_again_until_it_is_answered(
    server: SmallServer, client: ColophonClient, status: int
) -> None:
    server.status, server.body = status, b"<html>later</html>"

    def ask() -> Answer:
        if len(server.asked) == 3:
            server.answer({"ready": True})
        return client.ready()

    assert hurried().insist(ask) == {"ready": True}
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [400, 409, 415, 422, 500])
def test_what_waiting_does_not_mend_is_told_at_once(
    server: SmallServer, client: ColophonClient, status: int
) -> None:
    server.answer({"code": "a-code", "detail": "why"}, status)
    with pytest.raises(ProblemError, match="why"):
        hurried().insist(client.ready)
    server.body = b"<html>"
    with pytest.raises(UnexpectedAnswerError):
        hurried().insist(client.ready)
    assert len(server.asked) == 2


def test_patience_ends(server: SmallServer, client: ColophonClient) -> None:
    server.answer({"code": "busy", "detail": "later"}, 503)
    with pytest.raises(GaveUpError, match="later") as gave_up:
        hurried(0.1).insist(client.ready)
    assert gave_up.value.code == "busy"
    assert gave_up.value.hint is not None
    assert "goes on where it stopped" in gave_up.value.hint


def test_a_full_registry_is_not_asked_again(server: SmallServer, client: ColophonClient) -> None:
    server.answer({"code": "storage-full", "detail": "full"}, 507)
    with pytest.raises(GaveUpError):
        hurried().insist(client.ready)
    assert len(server.asked) == 1


def test_no_registry_at_all_is_given_up_as_well() -> None:
    with ColophonClient("http://127.0.0.1:9") as client, pytest.raises(GaveUpError) as gave_up:
        hurried(0.05).insist(client.ready)
    assert gave_up.value.code == "no-registry"


def test_whoever_asks_to_be_left_alone_for_longer_than_patience_is_left_alone() -> None:
    def ask() -> None:
        raise ProblemError("quota-spent", "tomorrow", 429, {}, retry_after_seconds=40_000)

    with pytest.raises(GaveUpError, match="tomorrow"):
        Patience().insist(ask)


def test_who_waits_can_be_told_to_stop() -> None:
    told = threading.Event()
    told.set()

    def ask() -> None:
        raise ProblemError("busy", json.dumps("later"), 503, {}, retry_after_seconds=60)

    with pytest.raises(GaveUpError):
        Patience(stopped=told).insist(ask)
