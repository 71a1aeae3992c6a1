"""Acts, revenue, disputes and accounts over HTTP; `test_acts_*.py` has every act, over two chains."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from tests.api.house import PRICE_WEI, House, Json, bearer, good, new_key, problem, signed, wait_until

NOTHING = f"0x{'ab' * 32}"
TAG = "0x" + b"plagiarism".ljust(32, b"\0").hex()


def ask(house: House, key: LocalAccount, kind: str, **fields: Any) -> Json:
    """The transaction for an act."""
    body = {"sender": key.address, "act": {"kind": kind, **fields}}
    return good(house.client.post("/v1/transactions", json=body), 200)


def do(house: House, key: LocalAccount, kind: str, **fields: Any) -> Json:
    """An act asked for, signed, sent and taken in: what became of it."""
    transaction_hash = house.send(key, ask(house, key, kind, **fields)["transaction"])
    wait_until(lambda: house.get(f"/v1/transactions/{transaction_hash}")["status"] == "mined")
    return house.get(f"/v1/transactions/{transaction_hash}")


@pytest.fixture(scope="module")
def sale(at_home: House) -> Json:
    """A work with a sold licence, and a dispute about it."""
    holder, buyer = new_key(), new_key()
    work_id = at_home.register(holder, at_home.new_picture())["work_id"]
    offer = at_home.offer(holder, work_id)
    for key in (holder, buyer):
        at_home.give_coin(key.address)
    bought = good(at_home.purchase(offer["offer_hash"], buyer.address), 200)
    transaction_hash = at_home.send(buyer, bought["transaction"])
    wait_until(lambda: at_home.get(f"/v1/purchases/{transaction_hash}")["status"] == "mined")
    [grant] = at_home.get(f"/v1/purchases/{transaction_hash}")["grants"]
    dispute = {"work_id": work_id, "tag": TAG, "evidence_hash": NOTHING}
    opened = do(at_home, buyer, "open-dispute", **dispute)
    return {"work_id": work_id, "grant": grant, "opened": opened, "holder": holder, "buyer": buyer}


def test_an_act_is_one_transaction_that_says_what_it_does(at_home: House, sale: Json) -> None:
    asked = ask(at_home, sale["holder"], "retract-work", work_id=sale["work_id"])

    assert asked["kind"] == "retract-work"
    assert asked["reading"] == (
        f"Stop sales of licences to work {sale['work_id']} for good; the record and past licences stand."
    )
    assert asked["transaction"]["from"] == sale["holder"].address
    assert asked["transaction"]["to"] == at_home.get("/v1/contracts")["work_registry"]
    assert at_home.get(f"/v1/works/{sale['work_id']}")["sales"] == "open"


def test_a_transaction_tells_what_our_contracts_said(sale: Json) -> None:
    [event] = sale["opened"]["events"]

    assert sale["opened"]["gas_used"] > 21_000
    assert (event["name"], event["contract"]) == ("DisputeOpened", "DisputeDesk")
    assert event["facts"]["work_id"] == sale["work_id"]
    assert event["facts"]["opener"] == sale["buyer"].address


def test_a_payment_is_released_and_claimed(at_home: House, sale: Json) -> None:
    path = f"/v1/works/{sale['work_id']}/revenue"

    def payment() -> Json:
        [money] = at_home.get(path)["currencies"]
        first: Json = money["escrowed"]["payments"][0]
        return first

    assert payment()["grant_id"] == sale["grant"]["grant_id"]
    assert payment()["amount"] == str(PRICE_WEI)
    assert payment()["division"] == {"carried": "0", "royalties": "0", "rest": str(PRICE_WEI)}
    assert at_home.get(f"/v1/grants/{sale['grant']['grant_id']}")["payment"] == "escrowed"
    wait_until(lambda: payment()["state"] == "due")
    do(at_home, sale["buyer"], "release", grant_ids=[sale["grant"]["grant_id"]])
    revenue = at_home.get(path)
    [money] = revenue["currencies"]
    assert money["escrowed"] == {"total": "0", "count": 0, "payments": []}
    assert money["travels_with_title"] == str(PRICE_WEI)
    assert money["tables"][0]["remainder"] == {"owed": str(PRICE_WEI), "claimed": "0"}
    assert revenue["held_until"] is None
    assert revenue["shares"] == {
        "series": 0,
        "epoch": 0,
        "table_hash": None,
        "contributors": [],
        "rest_bps": 10_000,
        "deadline_unix": "0",
    }
    page = at_home.client.get(f"/works/{sale['work_id']}").text
    assert "0.001 ETH" in page
    assert "who are paid first and may together receive everything" in page
    do(at_home, sale["buyer"], "claim-remainder", work_id=sale["work_id"], epoch=0)
    [money] = at_home.get(path)["currencies"]
    assert money["tables"][0]["remainder"] == {"owed": "0", "claimed": str(PRICE_WEI)}
    assert at_home.get(f"/v1/grants/{sale['grant']['grant_id']}")["payment"] == "released"


def test_a_dispute_is_read_by_work_and_by_id(at_home: House, sale: Json) -> None:
    dispute_id = sale["opened"]["events"][0]["facts"]["dispute_id"]
    [dispute] = at_home.get(f"/v1/works/{sale['work_id']}/disputes")["disputes"]
    arbitration = at_home.get("/v1/arbitration")

    assert at_home.get(f"/v1/works/{sale['work_id']}")["disputes"] == [dispute_id]
    assert at_home.get(f"/v1/disputes/{dispute_id}") == dispute
    assert (dispute["status"], dispute["tag_text"], dispute["answer"]) == ("open", "plagiarism", None)
    assert (dispute["assignee"], dispute["held_until"], dispute["moved_on"]) == (None, None, False)
    assert dispute["arbiter"] == arbitration["arbiter"]
    assert dispute["bond_wei"] == arbitration["bond_wei"]
    assert arbitration["periods"]["escrow_seconds"] == 5
    assert any("alter a record" in power for power in arbitration["powers"])


def test_the_page_shows_the_dispute_and_what_the_arbiter_can_do(at_home: House, sale: Json) -> None:
    page = at_home.client.get(f"/works/{sale['work_id']}").text

    assert "plagiarism, open, not admitted by the arbiter: sales go on" in page
    assert at_home.get("/v1/arbitration")["arbiter"] in page
    assert "and to nobody else" in page
    assert "the holder can escape it by passing the title on" in page
    assert "ask the arbiter to open it" in page
    assert "contested the title (plagiarism) with a bond of 0.01 ETH" in page


def test_a_pending_declaration_is_withdrawn_by_whom_its_receipt_shows(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    recorded = good(at_home.record(draft, signed(key, at_home.ready(draft)), "register"), 201)
    work_id, token = recorded["record"]["work_id"], recorded["receipt_token"]
    at_home.give_coin(key.address)
    body = {"sender": key.address, "act": {"kind": "cancel-declaration", "work_id": work_id}}

    problem(at_home.client.post("/v1/transactions", json=body), 404, "not-found")
    asked = at_home.client.post("/v1/transactions", json=body, headers=bearer(token))
    at_home.send(key, good(asked, 200)["transaction"])

    path = f"/v1/works/{work_id}"
    wait_until(lambda: at_home.client.get(path, headers=bearer(token)).json()["cancelled"])
    page = at_home.client.get(f"/works/{work_id}", headers=bearer(token))
    assert "The claimant withdrew every signature over this declaration." in page.text
    problem(at_home.client.get(path), 404, "not-found")


def test_an_account_is_told_as_the_contracts_know_it(at_home: House) -> None:
    key, token = new_key(), new_key()
    answer = at_home.client.get(f"/v1/accounts/{key.address}", params={"currency": [token.address]})

    assert good(answer, 200) == {
        "account": key.address,
        "recovery": None,
        "owed_bonds_wei": "0",
        "carried": [{"currency": token.address, "amount": "0"}],
    }


def test_a_recovery_is_told_with_its_account(at_home: House, sale: Json) -> None:
    successor = new_key().address
    do(at_home, sale["holder"], "set-recovery", successor=successor, delay_seconds=604_800)

    recovery = at_home.get(f"/v1/accounts/{sale['holder'].address}")["recovery"]

    assert recovery == {
        "successor": successor,
        "delay_seconds": 604_800,
        "started_at": None,
        "completes_at": None,
    }


def test_the_contracts_refusal_keeps_its_code(at_home: House, sale: Json) -> None:
    def refused(key: LocalAccount, kind: str, **fields: Any) -> Any:  # noqa: ANN401  # an answer
        body = {"sender": key.address, "act": {"kind": kind, **fields}}
        return at_home.client.post("/v1/transactions", json=body)

    dispute_id = sale["opened"]["events"][0]["facts"]["dispute_id"]
    stranger = new_key()
    problem(refused(stranger, "admit-dispute", dispute_id=dispute_id), 409, "not-allowed")
    problem(refused(stranger, "retract-work", work_id=sale["work_id"]), 409, "not-title-holder")
    move = {"work_id": sale["work_id"], "receiver": stranger.address}
    problem(refused(sale["holder"], "transfer-title", **move), 409, "title-frozen")
    problem(refused(stranger, "lapse-dispute", dispute_id=dispute_id), 409, "too-early")
    problem(refused(stranger, "lapse-dispute", dispute_id=NOTHING), 404, "not-found")
    problem(refused(stranger, "conquer", work_id=sale["work_id"]), 422, "invalid-request")


@pytest.mark.parametrize(
    "path",
    ["transactions/{}", "disputes/{}", "works/{}/revenue", "works/{}/disputes"],
)
def test_what_nobody_made_is_not_found(at_home: House, path: str) -> None:
    problem(at_home.client.get(f"/v1/{path.format(NOTHING)}"), 404, "not-found")
