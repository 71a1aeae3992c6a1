"""The page of a work: what backs its parents, and what it says when the chain is out of reach."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from registry.compose import Registry
from registry.errors import ChainUnavailableError
from registry.model import DeskTerms
from registry.samples.alter import altered_picture
from registry.usecases.disputes import ReadArbitration
from tests.api.house import House, Json, good, new_key, serving, wait_until
from tests.api.test_transactions import do


@pytest.fixture(scope="module")
def derivative(at_home: House) -> Json:
    """A work declared as made from another, and a licence of that one that allows it."""
    author, painter, data = new_key(), new_key(), at_home.new_picture()
    parent = at_home.register(author, data)["work_id"]
    work_id = at_home.register(painter, altered_picture(data), {parent: "derivative"})["work_id"]
    offer = at_home.offer(author, parent, price_wei="0", royalty_bps=1_250, flags=["derivatives"])
    at_home.give_coin(painter.address)
    bought = good(at_home.purchase(offer["offer_hash"], painter.address, 0), 200)
    transaction_hash = at_home.send(painter, bought["transaction"])
    wait_until(lambda: at_home.get(f"/v1/purchases/{transaction_hash}")["status"] == "mined")
    [grant] = at_home.get(f"/v1/purchases/{transaction_hash}")["grants"]
    return {"work_id": work_id, "parent": parent, "grant_id": grant["grant_id"], "painter": painter}


def test_a_declared_parent_is_told_apart_from_a_licensed_one(at_home: House, derivative: Json) -> None:
    path = f"/works/{derivative['work_id']}"
    before, record = at_home.client.get(path).text, at_home.get(f"/v1{path}")
    assert "Not licensed here" in before
    assert (record["links"], record["unlicensed_parents"]) == ([], [derivative["parent"]])

    link = {"work_id": derivative["work_id"], "grant_id": derivative["grant_id"]}
    do(at_home, derivative["painter"], "link-parent", **link)

    after, record = at_home.client.get(path).text, at_home.get(f"/v1{path}")
    assert "Not licensed here" not in after
    assert "Licensed here" in after
    assert "12.50 % of this work's revenue go there" in after
    [linked] = record["links"]
    assert (linked["parent"], linked["grant_id"]) == (derivative["parent"], derivative["grant_id"])
    assert (linked["royalty_bps"], linked["end"], record["unlicensed_parents"]) == (1_250, None, [])
    grant = at_home.get(f"/v1/grants/{derivative['grant_id']}")
    assert (grant["bound_to"], grant["payment"]) == (derivative["work_id"], "none")


class Unreachable:
    """Of a chain, what tells who decides, far away."""

    def desk_terms(self) -> DeskTerms:
        raise ChainUnavailableError("it is far")


def test_a_page_whose_chain_never_answered_says_so(at_home: House, derivative: Json) -> None:
    nobody = ReadArbitration(Unreachable(), at_home.registry.read_work.clock)  # type: ignore[arg-type]  # all it asks
    registry: Registry = replace(at_home.registry, read_arbitration=nobody)
    with serving(registry) as url:
        page = httpx.get(f"{url}/works/{derivative['work_id']}")

    assert page.status_code == 200
    assert "The chain does not answer: disputes, payments and the arbiter cannot be shown." in page.text
    assert "None was opened" not in page.text
