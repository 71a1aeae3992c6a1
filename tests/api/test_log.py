"""The log over HTTP: registering into it, its static files, its proofs, and selling what it dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.log import (
    Checkpoint,
    SignedNote,
    VerifierKey,
    decode_entries,
    leaf_hash,
    open_checkpoint,
    verify_consistency,
    verify_inclusion,
)
from tests.api.house import House, Json, bearer, good, house, new_key, problem, signed, wait_until


def logged(registry: House) -> Json:
    """A work registered by the log and dated: its record."""
    key = new_key()
    draft = registry.draft(key.address, registry.new_picture())
    body = {"draft_id": draft["draft_id"], "signature": signed(key, registry.ready(draft))}
    recorded = good(registry.client.post("/v1/works", json=body), 201)
    path = f"/v1/works/{recorded['record']['work_id']}"
    wait_until(lambda: registry.client.get(path).status_code == 200)
    return registry.get(path)


def checkpoint(registry: House) -> Checkpoint:
    """The newest checkpoint, checked with the published key."""
    answer = registry.client.get("/log/checkpoint")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=2"
    key = VerifierKey.parse(registry.get("/v1/log")["verifier_key"])
    return open_checkpoint(SignedNote.parse(answer.content), key)


def test_the_log_is_the_way_in_unless_another_is_named(at_home: House) -> None:
    record = logged(at_home)
    assert (record["via"], record["anchored"], record["titled"]) == ("log", "confirmed", "none")
    place = record["log"]
    assert record["registration_number"] == f"31337-L{place['leaf_index'] + 1}"
    assert record["effective_date"] == place["anchored_at"]
    assert record["work"]["computed_by"] == "registry"
    listed = at_home.get("/v1/works", leaf_index=place["leaf_index"])["records"]
    assert [one["work_id"] for one in listed] == [record["work_id"]]


def test_a_checkpoint_its_tiles_and_a_proof_show_that_a_statement_was_logged(at_home: House) -> None:
    record = logged(at_home)
    state = checkpoint(at_home)
    told = at_home.get(f"/v1/works/{record['work_id']}/inclusion")
    leaf = bytes.fromhex(told["digest"][2:])
    index = told["inclusion"]["leaf_index"]
    assert index == record["log"]["leaf_index"]

    bundle, place = divmod(index, 256)
    width = min(256, state.size - bundle * 256)
    suffix = "" if width == 256 else f".p/{width}"
    entries = at_home.client.get(f"/log/tile/entries/{bundle:03}{suffix}")
    assert decode_entries(entries.content, width)[place] == leaf
    hashes = at_home.client.get(f"/log/tile/0/{bundle:03}{suffix}").content
    assert hashes[32 * place : 32 * place + 32] == leaf_hash(leaf)

    proof = at_home.get("/v1/log/proof/inclusion", leaf_index=index, size=state.size)
    siblings = [bytes.fromhex(one[2:]) for one in proof["proof"]]
    verify_inclusion(leaf_hash(leaf), index, state.size, siblings, state.root)
    its = told["inclusion"]
    siblings = [bytes.fromhex(one[2:]) for one in its["proof"]]
    verify_inclusion(leaf_hash(leaf), index, its["size"], siblings, bytes.fromhex(its["root"][2:]))


def test_the_log_grows_consistently_from_anchor_to_checkpoint(at_home: House) -> None:
    logged(at_home)
    logged(at_home)
    state = checkpoint(at_home)
    for anchor in at_home.get("/v1/log/anchors")["anchors"]:
        told = at_home.get("/v1/log/proof/consistency", first=anchor["size"], second=state.size)
        proof = [bytes.fromhex(one[2:]) for one in told["proof"]]
        root = bytes.fromhex(anchor["root"][2:])
        verify_consistency(anchor["size"], root, state.size, state.root, proof)
    newest, *older = at_home.get("/v1/log/anchors")["anchors"]
    assert at_home.get("/v1/log/anchors", below=newest["size"])["anchors"] == older
    assert at_home.get("/v1/log")["anchored"] == newest


def test_tiles_may_be_kept_for_ever_and_checkpoints_for_a_moment(at_home: House) -> None:
    logged(at_home)
    answer = at_home.client.get("/log/tile/0/000.p/1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"].endswith("immutable")
    assert len(answer.content) == 32


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("tile/0/000", 404, "not-found"),
        ("tile/entries/000", 404, "not-found"),
        ("tile/5/000", 404, "not-found"),
        ("tile/0/999.p/255", 404, "not-found"),
        ("tile/0/0", 422, "malformed-log-data"),
        ("tile/0/000.p/256", 422, "malformed-log-data"),
        ("tile/0/000.p/0", 422, "malformed-log-data"),
        ("tile/8/000", 422, "malformed-log-data"),
        ("tile/-1/000", 422, "malformed-log-data"),
        ("tile/0/x000/000", 422, "malformed-log-data"),
        ("tile/entries/..%2F..%2Fcheckpoint", 422, "malformed-log-data"),
        ("tile/" + "x000/" * 30, 422, "invalid-request"),
    ],
)
def test_a_path_that_names_no_tile_gets_none(at_home: House, path: str, status: int, code: str) -> None:
    problem(at_home.client.get(f"/log/{path}"), status, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/log/proof/inclusion?leaf_index=1000000", "leaf-out-of-range"),
        ("/v1/log/proof/inclusion?leaf_index=0&size=1000000", "leaf-out-of-range"),
        ("/v1/log/proof/inclusion?leaf_index=0&size=0", "leaf-out-of-range"),
        ("/v1/log/proof/inclusion?leaf_index=-1", "invalid-request"),
        ("/v1/log/proof/consistency?first=1000000", "leaf-out-of-range"),
        ("/v1/log/proof/consistency?first=2&second=1", "log-shrunk"),
    ],
)
def test_a_proof_of_what_the_log_has_not_is_refused(at_home: House, path: str, code: str) -> None:
    logged(at_home)
    logged(at_home)
    problem(at_home.client.get(path), 422, code)


def test_licences_to_a_work_without_a_title_are_sold_and_the_purchase_makes_the_title(
    at_home: House,
) -> None:
    key, buyer = new_key(), new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    recorded = good(at_home.record(draft, signed(key, at_home.ready(draft)), "log"), 201)
    work_id = recorded["record"]["work_id"]
    wait_until(lambda: at_home.client.get(f"/v1/works/{work_id}").status_code == 200)
    problem(
        at_home.client.post(
            "/v1/offer-drafts",
            json={"work_id": work_id, "licensor": buyer.address, "terms": "editorial", "price_wei": "1"},
        ),
        409,
        "not-title-holder",
    )
    offer = at_home.offer(key, work_id)
    assert offer["availability"] == "available"
    at_home.give_coin(buyer.address)
    prepared = good(at_home.purchase(offer["offer_hash"], buyer.address), 200)
    at_home.send(buyer, prepared["transaction"])
    wait_until(lambda: at_home.get(f"/v1/works/{work_id}")["titled"] == "confirmed")
    record = at_home.get(f"/v1/works/{work_id}")
    assert record["title"]["holder"] == key.address
    assert record["registration_number"] == f"31337-L{record['log']['leaf_index'] + 1}"
    assert record["effective_date"] == record["log"]["anchored_at"]
    [grant] = at_home.get("/v1/grants", work_id=work_id)["grants"]
    assert grant["holder"] == buyer.address
    [again] = at_home.get(f"/v1/works/{work_id}/offers")["offers"]
    assert again["availability"] == "available"
    second = good(at_home.purchase(offer["offer_hash"], buyer.address), 200)
    at_home.send(buyer, second["transaction"])
    wait_until(lambda: len(at_home.get("/v1/grants", work_id=work_id)["grants"]) == 2)


def test_the_registry_makes_a_title_when_asked_once_and_with_the_date_of_the_log(at_home: House) -> None:
    work_id = logged(at_home)["work_id"]
    path = f"/v1/works/{work_id}/title"
    for _ in range(2):
        assert good(at_home.client.post(path), 202)["titled"] in ("pending", "confirmed")
    wait_until(lambda: at_home.get(f"/v1/works/{work_id}")["titled"] == "confirmed")
    record = at_home.get(f"/v1/works/{work_id}")
    assert record["effective_date"] == record["log"]["anchored_at"]
    good(at_home.client.post(path), 202)
    happened = [item["what"] for item in at_home.get(f"/v1/works/{work_id}/history")["items"]]
    assert happened.count("WorkRegistered") == 1
    unknown = "0x" + "77" * 32
    problem(at_home.client.post(f"/v1/works/{unknown}/title"), 404, "not-found")


def test_a_title_is_not_made_before_its_work_is_dated(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    recorded = good(at_home.record(draft, signed(key, at_home.ready(draft)), "register"), 201)
    path = f"/v1/works/{recorded['record']['work_id']}/title"
    problem(at_home.client.post(path), 404, "not-found")
    problem(at_home.client.post(path, headers=bearer(recorded["receipt_token"])), 404, "not-found")


def test_one_client_gets_so_many_titles_a_day(tmp_path: Path) -> None:
    with house(tmp_path, carried_per_day=1) as strict:
        first, second = logged(strict)["work_id"], logged(strict)["work_id"]
        for _ in range(2):
            good(strict.client.post(f"/v1/works/{first}/title"), 202)
        problem(strict.client.post(f"/v1/works/{second}/title"), 429, "quota-spent")


def test_what_needs_a_title_says_so_for_a_work_without_one(at_home: House) -> None:
    work_id = logged(at_home)["work_id"]
    body = {"contributors": [{"account": new_key().address, "bps": 100}]}
    told = problem(at_home.client.post(f"/v1/works/{work_id}/share-drafts", json=body), 404, "not-found")
    assert told["what"] == "title of work"
