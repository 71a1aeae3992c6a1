from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import Taken
from registry.cli.folders.patience import Patience
from registry.cli.folders.scanning import Found
from registry.cli.folders.settling import Settling
from registry.client import ColophonClient
from registry.model import Hash32
from tests.unit.client.small_server import SmallServer, small_server

WAITING = [
    Taken(Found(f"{number}.png", 1, 1), Hash32(bytes([number]) * 32), f"0x0{number}", f"token {number}")
    for number in range(5)
]


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as server:
        yield server


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with Notebook.of(tmp_path / "keys", tmp_path, {}) as notebook:
        notebook.write(WAITING)
        yield notebook


def settle(server: SmallServer, notebook: Notebook, seconds: float = 0.01) -> list[Taken]:
    with ColophonClient(server.url) as client:
        return Settling(client, Patience(), notebook, lambda _: None, seconds)(notebook.waiting())


@pytest.mark.parametrize("state", ["confirmed", "final"])
def test_what_everybody_can_see_needs_no_token_any_more(
    server: SmallServer, notebook: Notebook, state: str
) -> None:
    server.answer({"status": {"state": state}})
    assert settle(server, notebook) == []
    assert notebook.waiting() == []
    assert notebook.recorded_as(WAITING[0].content_hash) == "0.png"
    assert [asked[2]["authorization"] for asked in server.asked] == [
        f"Bearer token {number}" for number in range(5)
    ]


def test_what_expired_is_void_and_signed_anew_the_next_time(server: SmallServer, notebook: Notebook) -> None:
    server.answer({"status": {"state": "expired"}})
    assert settle(server, notebook) == WAITING
    assert notebook.waiting() == []
    assert notebook.note_on("0.png") is None
    assert notebook.recorded_as(WAITING[0].content_hash) is None


@pytest.mark.parametrize("status", [200, 404])
def test_records_that_never_come_hide_no_others_and_wait_in_the_notes(
    server: SmallServer, notebook: Notebook, status: int
) -> None:
    server.answer({"code": "not-found", "status": {"state": "pending"}}, status)
    assert settle(server, notebook, seconds=0.6) == []
    assert notebook.waiting() == WAITING
    assert {asked[1].rsplit("/", 1)[1] for asked in server.asked} == {one.work_id for one in WAITING}
