from __future__ import annotations

import pytest

from registry.licensing.terms import STANDARD
from tests.api.house import PRICE_WEI, House, Json, good, new_key, problem, signed, wait_until


@pytest.fixture(scope="module")
def sale(at_home: House) -> Json:
    """A licence bought: record, offer, purchase and what became of it."""
    licensor, buyer = new_key(), new_key()
    record = at_home.register(licensor, at_home.new_picture())
    offer = at_home.offer(
        licensor, record["work_id"], duration_seconds=86_400, flags=["transferable", "derivatives"]
    )
    at_home.give_coin(buyer.address)
    purchase = good(at_home.purchase(offer["offer_hash"], buyer.address), 200)
    transaction_hash = at_home.send(buyer, purchase["transaction"])
    wait_until(lambda: at_home.get(f"/v1/purchases/{transaction_hash}")["status"] == "mined")
    receipt = at_home.get(f"/v1/purchases/{transaction_hash}")
    return {
        "record": record,
        "offer": offer,
        "purchase": purchase,
        "receipt": receipt,
        "buyer": buyer.address,
    }


def test_a_published_offer_is_read_as_it_was_signed(at_home: House) -> None:
    licensor = new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    prepared = at_home.prepare_offer(licensor, work_id, max_grants=3, royalty_bps=250)

    published = good(at_home.publish(prepared, signed(licensor, prepared)), 201)

    assert published["offer"] == prepared["offer"]
    assert published["offer_hash"] == prepared["offer_hash"]
    assert published["availability"] == "available"
    assert published["terms"] == dict(STANDARD["editorial"])
    assert published["plain"] == prepared["plain"]
    assert published["offer"]["price_wei"] == str(PRICE_WEI)
    assert published["offer"]["max_grants"] == 3
    assert at_home.get(f"/v1/offers/{prepared['offer_hash']}") == published
    assert at_home.get(f"/v1/works/{work_id}/offers")["offers"] == [published]


def test_an_offer_published_twice_is_one_offer(at_home: House) -> None:
    licensor = new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    prepared = at_home.prepare_offer(licensor, work_id)
    signature = signed(licensor, prepared)

    first, again = at_home.publish(prepared, signature), at_home.publish(prepared, signature)

    assert good(first, 201) == good(again, 201)
    assert len(at_home.get(f"/v1/works/{work_id}/offers")["offers"]) == 1


def test_terms_of_ones_own_travel_with_the_offer(at_home: House) -> None:
    licensor = new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    terms = {
        "format": "colophon.terms/1",
        "name": "Posters",
        "text": "Posters of any size, in any number.",
        "territory": ["DE", "FR"],
        "uses": ["reproduce", "distribute"],
        "attribution": True,
    }

    assert at_home.offer(licensor, work_id, terms=terms)["terms"] == terms


def test_the_purchase_is_one_transaction_that_says_what_it_means(at_home: House, sale: Json) -> None:
    transaction, plain = sale["purchase"]["transaction"], sale["purchase"]["plain"]

    assert transaction["type"] == 2
    assert transaction["from"] == sale["buyer"]
    assert transaction["to"] == at_home.get("/v1/contracts")["license_ledger"]
    assert transaction["value"] == str(PRICE_WEI)
    assert f"{PRICE_WEI} wei (0.001 ETH)" in plain
    assert sale["record"]["work_id"] in plain
    assert "for 1 day from purchase" in plain


@pytest.mark.parametrize("limit", [2**256, 10**78 - 1])
def test_a_sum_over_256_bits_is_refused(at_home: House, sale: Json, limit: int) -> None:
    answer = at_home.purchase(sale["offer"]["offer_hash"], sale["buyer"], limit)

    problem(answer, 422, "invalid-request")


def test_the_greatest_sum_of_256_bits_is_a_limit_like_another(at_home: House, sale: Json) -> None:
    buyer = new_key()
    at_home.give_coin(buyer.address)
    answer = at_home.purchase(sale["offer"]["offer_hash"], buyer.address, 2**256 - 1)

    assert good(answer, 200)["transaction"]["value"] == str(PRICE_WEI)


def test_a_purchase_gives_the_licensee_a_grant(at_home: House, sale: Json) -> None:
    [grant] = sale["receipt"]["grants"]

    assert grant["licensee"] == grant["holder"] == grant["payer"] == sale["buyer"]
    assert grant["offer_hash"] == sale["offer"]["offer_hash"]
    assert grant["flags"] == ["transferable", "derivatives"]
    assert int(grant["end_unix"]) - int(grant["start_unix"]) == 86_400
    assert sale["receipt"]["gas_used"] > 21_000
    assert at_home.get(f"/v1/offers/{grant['offer_hash']}")["issued"] == 1


@pytest.mark.parametrize(("seconds", "valid"), [(-1, False), (0, True), (86_399, True), (86_400, False)])
def test_a_grant_is_valid_from_its_start_until_before_its_end(
    at_home: House, sale: Json, seconds: int, *, valid: bool
) -> None:
    [grant] = sale["receipt"]["grants"]
    at = int(grant["start_unix"]) + seconds

    answer = at_home.get(f"/v1/grants/{grant['grant_id']}", at=str(at))

    assert (answer["valid"], answer["at_unix"]) == (valid, at)
    assert answer["forecast"] is (seconds > 1_000)


def test_the_same_moment_may_be_asked_in_rfc_3339(at_home: House, sale: Json) -> None:
    [grant] = sale["receipt"]["grants"]
    path = f"/v1/grants/{grant['grant_id']}"

    assert at_home.get(path, at=grant["start"]) == at_home.get(path, at=grant["start_unix"])
    assert at_home.get(path)["valid"] is True


@pytest.mark.parametrize("at", ["yesterday", "2026-01-01T00:00:00", "9" * 13, "0001-01-01T00:00:00Z", "-1"])
def test_a_moment_that_cannot_be_meant_is_refused(at_home: House, sale: Json, at: str) -> None:
    [grant] = sale["receipt"]["grants"]

    problem(at_home.client.get(f"/v1/grants/{grant['grant_id']}", params={"at": at}), 422, "invalid-value")


def test_grants_are_listed_by_work_and_by_licensee(at_home: House, sale: Json) -> None:
    [grant] = sale["receipt"]["grants"]

    by_work = at_home.get("/v1/grants", work_id=sale["record"]["work_id"])["grants"]
    by_licensee = at_home.get("/v1/grants", licensee=sale["buyer"])["grants"]

    assert [found["grant_id"] for found in by_work] == [grant["grant_id"]]
    assert [found["grant_id"] for found in by_licensee] == [grant["grant_id"]]
    assert at_home.get("/v1/grants", licensee=new_key().address)["grants"] == []


def test_an_offer_dies_when_its_title_moves(at_home: House) -> None:
    licensor, successor = new_key(), new_key()
    work_id = at_home.register(licensor, at_home.new_picture())["work_id"]
    offer = at_home.offer(licensor, work_id)
    at_home.give_coin(licensor.address)
    at_home.transfer_title(licensor, work_id, successor.address)

    assert at_home.get(f"/v1/offers/{offer['offer_hash']}")["availability"] == "stale"


def test_the_standard_terms_are_listed_with_their_hashes(at_home: House) -> None:
    listed = {terms["name"]: terms for terms in at_home.get("/v1/terms")["terms"]}

    assert set(listed) == set(STANDARD)
    assert all(terms["terms"] == dict(STANDARD[name]) for name, terms in listed.items())


@pytest.mark.parametrize("path", ["offers", "grants", "purchases", "works"])
def test_what_nobody_made_is_not_found(at_home: House, path: str) -> None:
    problem(at_home.client.get(f"/v1/{path}/0x{'ab' * 32}"), 404, "not-found")
