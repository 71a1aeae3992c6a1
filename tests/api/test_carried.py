"""Statements over HTTP that the registry carries for people without coin."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry import statements
from registry.model import ZERO_ADDRESS, Address, Hash32, OpenDispute, WorkId
from tests.api.house import House, Json, bearer, good, house, new_key, problem, signed, wait_until

FACTS = {"title": "Its proper title", "creators": [{"name": "Amina"}], "year": 1999}


def _evidence() -> str:
    return f"0x{secrets.token_hex(32)}"


def _of_work(at_home: House, work_id: str, leaf: str) -> Json:
    return at_home.get(f"/v1/works/{work_id}/{leaf}")


def test_a_supplement_is_drafted_signed_and_recorded(at_home: House) -> None:
    key = new_key()
    work_id = at_home.register(key, at_home.new_picture())["work_id"]
    path = f"/v1/works/{work_id}"

    draft = good(at_home.client.post(f"{path}/supplement-drafts", json={"facts": FACTS}), 200)
    body = {name: draft[name] for name in ("supplement", "metadata")} | {"signature": signed(key, draft)}
    pending = good(at_home.client.post(f"{path}/supplements", json=body), 201)
    again = good(at_home.client.post(f"{path}/supplements", json=body), 201)
    wait_until(lambda: _of_work(at_home, work_id, "supplements")["supplements"][0]["state"] == "recorded")
    [recorded] = _of_work(at_home, work_id, "supplements")["supplements"]

    registered = at_home.get(f"{path}/metadata")["document"]
    kept = ("media_type", "bytes", "similarity_report", "answers")
    assert draft["metadata"]["title"] == "Its proper title"
    assert {name: draft["metadata"][name] for name in kept} == {name: registered[name] for name in kept}
    assert draft["metadata"]["salt"] != registered["salt"]
    assert draft["supplement"]["metadata_hash"] in draft["reading"]
    assert pending["sequence"] == again["sequence"] == recorded["sequence"] == 1
    assert recorded["metadata"] == draft["metadata"]
    assert recorded["transaction_hash"].startswith("0x")
    assert at_home.get(path)["work"]["title"] == registered["title"], "a supplement replaces nothing"


def test_a_whole_document_can_be_a_supplement_and_a_wrong_one_cannot(at_home: House) -> None:
    key = new_key()
    path = f"/v1/works/{at_home.register(key, at_home.new_picture())['work_id']}"
    document = at_home.get(f"{path}/metadata")["document"] | {"title": "Mine to name"}

    draft = good(at_home.client.post(f"{path}/supplement-drafts", json={"metadata": document}), 200)
    body = {"supplement": draft["supplement"], "metadata": document, "signature": signed(new_key(), draft)}

    assert draft["metadata"] == document
    problem(at_home.client.post(f"{path}/supplements", json=body), 422, "invalid-signature")
    body["metadata"] = document | {"title": "Not what was signed"}
    problem(at_home.client.post(f"{path}/supplements", json=body), 422, "invalid-value")
    wrong = at_home.client.post(f"{path}/supplement-drafts", json={"metadata": {"title": "Short"}})
    problem(wrong, 422, "invalid-document")
    problem(at_home.client.post(f"{path}/supplement-drafts", json={}), 422, "invalid-request")


def test_co_authors_consent_one_by_one_and_the_table_is_set(at_home: House) -> None:
    holder, one, two = new_key(), new_key(), new_key()
    work_id = at_home.register(holder, at_home.new_picture())["work_id"]
    path = f"/v1/works/{work_id}"
    shares = [{"account": one.address, "bps": 2500}, {"account": two.address, "bps": 1}]

    draft = good(at_home.client.post(f"{path}/share-drafts", json={"contributors": shares}), 200)
    told = []
    for key in (holder, two, one):
        body = {"table": draft["table"], "signer": key.address, "signature": signed(key, draft)}
        told.append(good(at_home.client.post(f"{path}/share-consents", json=body), 201))
    wait_until(lambda: _of_work(at_home, work_id, "share-consents")["tables"][0]["status"] == "set")
    [table] = _of_work(at_home, work_id, "share-consents")["tables"]

    assert draft["signers"][0] == holder.address
    assert (draft["table"]["series"], draft["table"]["epoch"]) == (0, 1)
    assert "paid first and may together receive everything" in draft["reading"]
    assert "25 %" in draft["reading"]
    assert [one["status"] for one in told] == ["collecting", "collecting", "sent"]
    assert [len(one["missing"]) for one in told] == [2, 1, 0]
    assert table["table"] == draft["table"]
    assert table["table_hash"] == draft["table_hash"]
    next_draft = good(at_home.client.post(f"{path}/share-drafts", json={"contributors": []}), 200)
    assert next_draft["table"]["epoch"] == 2
    assert len(next_draft["signers"]) == 3, "who leaves a table must agree"


def test_a_consent_is_refused_to_strangers_out_of_turn_and_for_another_work(at_home: House) -> None:
    holder, one = new_key(), new_key()
    path, other = (
        f"/v1/works/{at_home.register(holder, at_home.new_picture())['work_id']}" for _ in range(2)
    )
    share = {"account": one.address, "bps": 10_000}
    draft = good(at_home.client.post(f"{path}/share-drafts", json={"contributors": [share]}), 200)
    early = {"table": draft["table"], "signer": one.address, "signature": signed(one, draft)}
    stranger = new_key()
    strange = {"table": draft["table"], "signer": stranger.address, "signature": signed(stranger, draft)}

    problem(at_home.client.post(f"{path}/share-consents", json=early), 409, "not-allowed")
    problem(at_home.client.post(f"{path}/share-consents", json=strange), 422, "invalid-value")
    problem(at_home.client.post(f"{other}/share-consents", json=early), 422, "invalid-value")
    twice = at_home.client.post(f"{path}/share-drafts", json={"contributors": [share, share]})
    problem(twice, 422, "invalid-value")


def test_a_dispute_is_answered_by_signature(at_home: House) -> None:
    holder, opener, said = new_key(), new_key(), _evidence()
    work_id = at_home.register(holder, at_home.new_picture())["work_id"]
    at_home.give_coin(opener.address)
    chain = at_home.registry.chain
    work, evidence = WorkId.parse(work_id), Hash32.parse(_evidence())
    opening = OpenDispute(work, evidence, evidence, ZERO_ADDRESS, chain.desk_terms().bond)
    call = chain.call(opening)
    fields = {
        "type": 2,
        "chain_id": chain.contracts.chain_id,
        "nonce": 0,
        "to": call.to,
        "value": str(call.value),
        "data": f"0x{call.data.hex()}",
        "gas": 400_000,
        "max_fee_per_gas": str(10**10),
        "max_priority_fee_per_gas": str(10**9),
    }
    at_home.send(opener, fields)
    path = f"/v1/disputes/{statements.dispute_id(work, evidence, Address(opener.address))}"
    wait_until(lambda: at_home.client.get(path).status_code == 200)

    draft = good(at_home.client.post(f"{path}/answer-drafts", json={"evidence_hash": said}), 200)
    body = {"answer": draft["answer"], "signature": signed(holder, draft)}
    foreign = body | {"signature": signed(opener, draft)}
    problem(at_home.client.post(f"{path}/answers", json=foreign), 422, "invalid-signature")
    given = good(at_home.client.post(f"{path}/answers", json=body), 201)
    wait_until(lambda: at_home.get(f"{path}/answers")["answers"][0]["state"] != "pending")
    [answer] = at_home.get(f"{path}/answers")["answers"]

    assert said in draft["reading"]
    assert given["answer"] == draft["answer"]
    assert answer["state"] == "recorded", answer["problem"]
    assert at_home.get(path)["answer"]["evidence_hash"] == said
    other = at_home.client.post(f"{path}/answer-drafts", json={"evidence_hash": _evidence()})
    problem(other, 409, "not-possible")


@pytest.mark.parametrize("via", ["log", "batch"])
def test_many_drafts_are_recorded_together_with_a_result_each(at_home: House, via: str) -> None:
    keys = [new_key() for _ in range(3)]
    drafts = [at_home.draft(key.address, at_home.new_picture()) for key in keys]
    items = [
        {"draft_id": draft["draft_id"], "signature": signed(key, at_home.ready(draft))}
        for key, draft in zip(keys, drafts, strict=True)
    ]
    items[1]["signature"] = items[0]["signature"]

    body = {"items": items, "via": via}
    answer = good(at_home.client.post("/v1/works/batch", json=body), 200)
    first, bad, third = answer["items"]
    tokens = [one["recorded"]["receipt_token"] for one in (first, third)]
    ids = [one["recorded"]["record"]["work_id"] for one in (first, third)]
    wait_until(lambda: all(at_home.client.get(f"/v1/works/{work_id}").status_code == 200 for work_id in ids))
    records = [at_home.get(f"/v1/works/{work_id}") for work_id in ids]

    assert (bad["recorded"], bad["problem"]["code"]) == (None, "invalid-signature")
    assert (first["problem"], third["problem"]) == (None, None)
    assert len(set(tokens)) == 2
    assert {record["via"] for record in records} == {via}
    if via == "log":
        places = [record["log"]["leaf_index"] for record in records]
        assert places[1] == places[0] + 1
    else:
        assert len({record["title"]["transaction_hash"] for record in records}) == 1
    again = good(at_home.client.post("/v1/works/batch", json=body), 200)
    assert [one["recorded"]["receipt_token"] for one in again["items"] if one["recorded"]] == tokens


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_of_none_or_too_many_is_refused(at_home: House, count: int) -> None:
    items = [{"draft_id": "x", "signature": "0x00"}] * count
    problem(at_home.client.post("/v1/works/batch", json={"items": items}), 422, "invalid-request")


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """What waits to be revealed would come up among other tests a minute later."""
    with house(tmp_path) as opened:
        yield opened


def test_a_work_to_be_revealed_is_seen_by_its_claimant_alone(own_house: House) -> None:
    at_home, key = own_house, new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    recorded = good(at_home.record(draft, signed(key, at_home.ready(draft)), via="reveal"), 201)
    path, token = f"/v1/works/{recorded['record']['work_id']}", recorded["receipt_token"]

    shown = good(at_home.client.get(path, headers=bearer(token)), 200)

    assert (shown["via"], shown["status"]["state"], shown["problem"]) == ("reveal", "pending", None)
    assert recorded["transaction"] is None
    problem(at_home.client.get(path), 404, "not-found")
    problem(at_home.record(draft, "0x00", via="batch"), 422, "unsupported-way")
