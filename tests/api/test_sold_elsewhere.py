"""Licences that were sold without this registry: their whole offers are told by the chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as TypedHash

from registry import statements
from registry.errors import NotFoundError
from registry.model import (
    MAX_BPS,
    Act,
    Address,
    AdmitDispute,
    DisputeStatus,
    Hash32,
    Offer,
    OfferFlags,
    Payment,
    Purchase,
    RuleDispute,
    Sale,
    WorkId,
)
from registry.ports import Intent
from registry.usecases.offer import Availability
from tests.api.house import House, Json, good, house, new_key, problem, wait_until
from tests.api.office import PRICE_WEI, Office, address
from tests.api.test_transactions import TAG, do
from tests.chain.worlds import new_account, random_hash


@pytest.fixture
def elsewhere(office: Office, tmp_path: Path) -> Iterator[Office]:
    """Another registry over the same contracts, with a journal of its own."""
    opened = Office(office.world, tmp_path)
    yield opened
    opened.close()


def test_a_sale_that_another_registry_brought_about_is_released_refunded_and_ended_here(
    office: Office, elsewhere: Office
) -> None:
    impostor, author, buyer, accomplice = (office.world.person() for _ in range(4))
    work_id = office.work(impostor)
    paid = office.sold(impostor, work_id, buyer)
    office.world.pass_time(office.world.terms.escrow)
    offer = office.offer(impostor, work_id)
    kept, sham = office.buy(buyer, impostor, offer), office.buy(accomplice, impostor, offer)
    elsewhere.take_in()
    with pytest.raises(NotFoundError):
        elsewhere.read_offers.one(statements.offer_hash(offer))

    assert elsewhere.read_grants.sale(sham) == office.read_grants.sale(sham) == Sale(offer, 2)
    assert elsewhere.revenue(work_id) == office.revenue(work_id)
    elsewhere.do(buyer, "release", grant_ids=[str(paid)])
    elsewhere.rule(elsewhere.admitted(author, work_id), "upheld", sham)
    receiver = new_account()
    elsewhere.do(buyer, "refund", grant_id=str(kept), receiver=receiver.address)

    assert elsewhere.grant(paid).payment is Payment.RELEASED
    assert not elsewhere.grant(sham).is_valid_at(office.world.now())
    assert elsewhere.grant(kept).payment is Payment.REFUNDED
    assert office.balance(receiver) == PRICE_WEI
    office.take_in()
    assert office.grant(kept) == elsewhere.grant(kept)


def test_a_licence_bought_elsewhere_backs_a_derivative_and_its_offer_can_be_withdrawn(
    office: Office, elsewhere: Office
) -> None:
    owner, painter = office.world.person(), office.world.person()
    parent = office.work(owner)
    work_id = office.derivative(painter, parent)
    offer = office.offer(owner, parent, price=0, royalty_bps=700, flags=OfferFlags.DERIVATIVES)
    with pytest.raises(NotFoundError):  # nobody took it yet, so the chain does not tell it
        elsewhere.prepare(owner, "cancel-offer", offer_hash=str(statements.offer_hash(offer)))
    grant_id = office.buy(painter, owner, offer)
    elsewhere.take_in()

    elsewhere.do(painter, "link-parent", work_id=str(work_id), grant_id=str(grant_id))
    elsewhere.do(owner, "cancel-offer", offer_hash=str(statements.offer_hash(offer)))

    office.take_in()
    assert [link.royalty_bps for link in office.record(work_id).links] == [700]
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.CANCELLED


def test_an_offer_that_gives_its_carrier_everything_leaves_contributors_nothing(office: Office) -> None:
    holder, writer, buyer = (office.world.person() for _ in range(3))
    work_id = office.work(holder)
    office.share(holder, work_id, {writer: MAX_BPS})
    carrier = {"carrier": address(holder), "carrier_bps": MAX_BPS}
    grant_id = office.buy(buyer, holder, office.world.offer(holder, work_id, price=PRICE_WEI, **carrier))
    [payment] = office.revenue(work_id).currencies[0].payments
    assert (payment.division.carried, payment.division.rest) == (PRICE_WEI, 0)
    office.world.pass_time(office.world.terms.escrow)
    office.do(buyer, "release", grant_ids=[str(grant_id)])
    assert [row.owed for row in office.revenue(work_id).currencies[0].tables[1].rows] == [0]


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """The arbiter of an embedded chain is its operator, whose rulings nobody else should meet."""
    with house(tmp_path) as opened:
        yield opened


def _as_arbiter(at_home: House, act: Act) -> None:
    with at_home.registry.send_intents.store.write() as unit:
        unit.outbox.put(Intent(random_hash(), at_home.registry.chain.call(act)))


def _bought(at_home: House, licensor: LocalAccount, buyer: LocalAccount, offer: Offer) -> str:
    """A grant's id, of an offer that no registry has seen."""
    chain = at_home.registry.chain
    digest = statements.digest(offer, statements.domain_of(offer, chain.contracts))
    signature = bytes(licensor.unsafe_sign_hash(TypedHash(bytes(digest))).signature)
    call = chain.call(Purchase(offer, signature, Address(buyer.address), offer.price))
    fields: Json = {
        "type": 2,
        "chain_id": chain.contracts.chain_id,
        "nonce": int(at_home.rpc("eth_getTransactionCount", buyer.address, "pending"), 16),
        "to": call.to,
        "value": str(call.value),
        "data": f"0x{call.data.hex()}",
        "gas": 400_000,
        "max_fee_per_gas": str(10**10),
        "max_priority_fee_per_gas": str(10**9),
    }
    path = f"/v1/purchases/{at_home.send(buyer, fields)}"
    wait_until(lambda: at_home.get(path)["status"] == "mined")
    [grant] = at_home.get(path)["grants"]
    return str(grant["grant_id"])


def _payment(at_home: House, grant_id: str) -> str:
    return str(at_home.get(f"/v1/grants/{grant_id}")["payment"])


def test_sales_under_an_offer_that_was_never_published_are_released_and_refunded_over_http(
    own_house: House,
) -> None:
    at_home, holder, buyer = own_house, new_key(), new_key()
    work_id = at_home.register(holder, at_home.new_picture())["work_id"]
    at_home.give_coin(buyer.address)
    carrier = Address(new_key().address)
    terms: dict[str, Any] = {"carrier": carrier, "carrier_bps": 1_000, "valid_from": 7, "valid_until": 2**40}
    offer = Offer(
        Address(holder.address),
        WorkId.parse(work_id),
        0,
        Hash32(secrets.token_bytes(32)),
        OfferFlags(0),
        10**15,
        salt=Hash32(secrets.token_bytes(32)),
        **terms,
    )
    first = _bought(at_home, holder, buyer, offer)
    revenue = f"/v1/works/{work_id}/revenue"

    problem(at_home.client.get(f"/v1/offers/{statements.offer_hash(offer)}"), 404, "not-found")
    sale = at_home.get(f"/v1/grants/{first}/sale")
    [payment] = at_home.get(revenue)["currencies"][0]["escrowed"]["payments"]
    assert (sale["serial"], sale["offer"]["carrier"]) == (1, carrier)
    assert sale["offer_hash"] == str(statements.offer_hash(offer))
    assert payment["division"] == {"carried": str(10**14), "royalties": "0", "rest": str(9 * 10**14)}
    problem(at_home.client.get(f"/v1/grants/0x{'ab' * 32}/sale"), 404, "not-found")

    wait_until(lambda: at_home.get(revenue)["currencies"][0]["escrowed"]["payments"][0]["state"] == "due")
    do(at_home, buyer, "release", grant_ids=[first])
    opening = {"work_id": work_id, "tag": TAG, "evidence_hash": f"0x{secrets.token_hex(32)}"}
    opened = do(at_home, buyer, "open-dispute", **opening)["events"][0]["facts"]["dispute_id"]
    second = _bought(at_home, holder, buyer, offer)
    dispute = statements.dispute_id(
        offer.work_id, Hash32.parse(opening["evidence_hash"]), Address(buyer.address)
    )
    _as_arbiter(at_home, AdmitDispute(dispute))
    wait_until(lambda: at_home.get(f"/v1/disputes/{opened}")["status"] == "admitted")
    asked = at_home.registry.read_disputes.one(dispute)
    answers_until = asked.dispute.answers_until(asked.terms)
    wait_until(lambda: at_home.registry.read_work.clock.now().timestamp() > answers_until + 1)
    _as_arbiter(at_home, RuleDispute(dispute, DisputeStatus.UPHELD, ()))
    wait_until(lambda: at_home.get(f"/v1/disputes/{opened}")["status"] == "upheld")
    do(at_home, buyer, "refund", grant_id=second)

    assert str(dispute) == opened
    assert (_payment(at_home, first), _payment(at_home, second)) == ("released", "refunded")
    assert good(at_home.client.get(f"/v1/grants/{second}/sale"), 200)["serial"] == 2
