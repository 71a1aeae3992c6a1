from __future__ import annotations

import json

import pytest

from registry.cli.folders.outcomes import Refused, Signed, Taken
from registry.cli.folders.patience import Patience
from registry.cli.folders.scanning import Found
from registry.cli.folders.ways import way_in
from registry.client import ColophonClient, UnexpectedAnswerError
from registry.model import Hash32
from tests.unit.client.small_server import small_server

TWO = [Signed(Found(name, 1, 1), Hash32(bytes(32)), f"draft {name}", f"0x{name}", b"\x01") for name in "ab"]
PROBLEM = {"code": "already-registered", "detail": "before", "work_id": "0x0c"}


@pytest.mark.parametrize("via", ["log", "batch"])
def test_several_statements_go_together_and_each_has_its_end(via: str) -> None:
    with small_server() as server, ColophonClient(server.url) as client:
        recorded = {"recorded": {"receipt_token": "token"}, "problem": None}
        server.answer({"items": [recorded, {"recorded": None, "problem": PROBLEM}]})
        told = way_in(via).hand_in(client, Patience(), TWO)
        ((_, path, _, body),) = server.asked
    assert told == [
        Taken(TWO[0].found, TWO[0].content_hash, "0xa", "token"),
        Refused(TWO[1].found, TWO[1].content_hash, "already-registered", "before", work_id="0x0c"),
    ]
    assert path == "/v1/works/batch"
    sent = json.loads(body)
    assert sent["via"] == via
    assert [item["draft_id"] for item in sent["items"]] == ["draft a", "draft b"]


def test_an_answer_for_another_number_of_statements_is_none() -> None:
    with small_server() as server, ColophonClient(server.url) as client:
        server.answer({"items": []})
        with pytest.raises(UnexpectedAnswerError, match="0 for 2"):
            way_in("batch").hand_in(client, Patience(), TWO)


def test_another_way_is_one_word_of_each_call() -> None:
    via = "reveal"
    with small_server() as server, ColophonClient(server.url) as client:
        server.answer({"receipt_token": "token"})
        told = way_in(via).hand_in(client, Patience(), TWO[:1])
        assert told == [Taken(TWO[0].found, TWO[0].content_hash, "0xa", "token")]
        assert json.loads(server.asked[0][3])["via"] == via
        server.answer(PROBLEM, 409)
        (refused,) = way_in(via).hand_in(client, Patience(), TWO[:1])
    assert isinstance(refused, Refused)
    assert (refused.code, refused.work_id) == ("already-registered", "0x0c")
