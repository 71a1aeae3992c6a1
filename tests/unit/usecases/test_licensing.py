"""Offers, purchases and grants, over the real contracts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry import statements
from registry.errors import (
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    NotTitleHolderError,
    OfferUnavailableError,
    PriceOverLimitError,
    StaleOfferError,
    TransactionRejectedError,
)
from registry.licensing.terms import STANDARD
from registry.model import Call, GrantId, OfferFlags, TransactionHash, TransactionRequest, WorkId
from registry.ports import GrantFilter
from registry.usecases.act import TransactionStatus
from registry.usecases.offer import Availability, OfferTerms
from tests.unit.usecases.conftest import House

TERMS = OfferTerms(STANDARD["editorial"], price=10**16, duration=86_400)


def test_a_licence_is_offered_bought_and_valid_for_its_time(house: House) -> None:
    work_id = house.register("ann", house.file())
    published = house.publish("ann", work_id, TERMS)
    assert published.availability is Availability.AVAILABLE
    house.fund("bob")
    sent = house.buy("bob", published.entry.offer)
    receipt = house.registry.read_purchase(TransactionHash(sent))
    [grant] = receipt.grants
    assert receipt.status is TransactionStatus.MINED
    assert grant == house.registry.read_grants.one(grant.grant_id)
    assert grant.grant_id == statements.grant_id(published.entry.offer_hash, 1)
    assert (grant.holder, grant.price, grant.end - grant.start) == (house.address("bob"), 10**16, 86_400)
    asked = [(grant.start - 1, False), (grant.start, True), (grant.end - 1, True), (grant.end, False)]
    assert [grant.is_valid_at(time) for time, _ in asked] == [valid for _, valid in asked]
    page = house.registry.read_grants.page(GrantFilter(licensee=house.address("bob")), None, 10)
    assert page.grants == (grant,)


def test_an_offer_of_somebody_who_does_not_hold_the_title_is_refused(house: House) -> None:
    work_id = house.register("cy", house.file())
    with pytest.raises(NotTitleHolderError):
        house.registry.prepare_offer(work_id, house.address("mallory"), TERMS)
    ready = house.registry.prepare_offer(work_id, house.address("cy"), TERMS)
    with pytest.raises(InvalidSignatureError):
        house.registry.publish_offer(
            ready.offer, TERMS.terms, house.sign("mallory", ready.offer, ready.domain)
        )
    stolen = replace(ready.offer, licensor=house.address("mallory"))
    with pytest.raises(NotTitleHolderError):
        house.registry.publish_offer(stolen, TERMS.terms, house.sign("mallory", stolen, ready.domain))
    assert house.registry.read_offers.of_work(work_id) == []


def test_an_offer_dies_when_the_title_is_transferred(house: House) -> None:
    work_id = house.register("dee", house.file())
    published = house.publish("dee", work_id, TERMS)
    house.fund("dee")
    _transfer(house, work_id, "dee", "eve")
    now = house.registry.read_offers.one(published.entry.offer_hash)
    assert now.availability is Availability.STALE
    with pytest.raises(NotTitleHolderError):
        house.registry.prepare_purchase(
            published.entry.offer_hash, house.address("dee"), house.address("dee"), TERMS.price
        )
    with pytest.raises(NotTitleHolderError):
        house.registry.prepare_offer(work_id, house.address("dee"), TERMS)
    house.fund("eve")
    _transfer(house, work_id, "eve", "dee")
    with pytest.raises(StaleOfferError):
        house.registry.publish_offer(published.entry.offer, TERMS.terms, published.entry.signature)
    assert house.registry.read_offers.one(published.entry.offer_hash).availability is Availability.STALE


def _transfer(house: House, work_id: WorkId, giver: str, taker: str) -> None:
    from eth_abi.abi import encode  # noqa: PLC0415
    from eth_utils.crypto import keccak  # noqa: PLC0415

    data = keccak(text="transferFrom(address,address,uint256)")[:4] + encode(
        ["address", "address", "uint256"], [house.address(giver), house.address(taker), work_id.to_int()]
    )
    chain = house.registry.chain
    call = Call(chain.contracts.work_registry, data)
    sender = house.address(giver)
    gas = chain.estimate_gas(sender, call)
    request = TransactionRequest(
        chain.contracts.chain_id, sender, chain.next_nonce(sender), call, gas, chain.fees()
    )
    house.send(giver, request)
    house.settle(lambda: getattr(house.read(work_id).title, "holder", None) == house.address(taker))


def test_a_price_over_the_buyers_limit_is_refused_before_anything_is_signed(house: House) -> None:
    work_id = house.register("fay", house.file())
    offer_hash = house.publish("fay", work_id, TERMS).entry.offer_hash
    with pytest.raises(PriceOverLimitError):
        house.registry.prepare_purchase(
            offer_hash, house.address("gus"), house.address("gus"), TERMS.price - 1
        )
    with pytest.raises(NotFoundError):
        house.registry.prepare_purchase(
            statements.offer_hash(replace(house.registry.read_offers.one(offer_hash).entry.offer, price=1)),
            house.address("gus"),
            house.address("gus"),
            1,
        )


def test_a_buyer_without_coin_is_told_so(house: House) -> None:
    work_id = house.register("hal", house.file())
    offer_hash = house.publish("hal", work_id, TERMS).entry.offer_hash
    with pytest.raises(TransactionRejectedError) as caught:
        house.registry.prepare_purchase(offer_hash, house.address("poor"), house.address("poor"), TERMS.price)
    assert caught.value.facts["reason"] == "insufficient-funds"


def test_an_offer_for_one_sells_once(house: House) -> None:
    work_id = house.register("ida", house.file())
    published = house.publish("ida", work_id, replace(TERMS, max_grants=1))
    house.fund("jo")
    house.buy("jo", published.entry.offer)
    now = house.registry.read_offers.one(published.entry.offer_hash)
    assert (now.availability, now.issued) == (Availability.SOLD_OUT, 1)
    with pytest.raises(OfferUnavailableError):
        house.registry.prepare_purchase(
            published.entry.offer_hash, house.address("jo"), house.address("jo"), TERMS.price
        )


def test_an_exclusive_grant_bars_the_others_and_is_barred_by_them(house: House) -> None:
    work_id = house.register("kim", house.file())
    ordinary = house.publish("kim", work_id, TERMS)
    exclusive = house.publish("kim", work_id, replace(TERMS, flags=OfferFlags.EXCLUSIVE))
    house.fund("lou")
    house.buy("lou", ordinary.entry.offer)
    assert house.registry.read_offers.one(exclusive.entry.offer_hash).availability is Availability.BARRED
    with pytest.raises(OfferUnavailableError):
        house.registry.prepare_purchase(
            exclusive.entry.offer_hash, house.address("lou"), house.address("lou"), TERMS.price
        )


def test_terms_that_are_not_those_the_offer_names_are_refused(house: House) -> None:
    work_id = house.register("max", house.file())
    ready = house.registry.prepare_offer(work_id, house.address("max"), TERMS)
    signature = house.sign("max", ready.offer, ready.domain)
    with pytest.raises(InvalidValueError):
        house.registry.publish_offer(ready.offer, STANDARD["commercial"], signature)


def test_unknown_works_offers_grants_and_transactions_are_not_found(house: House) -> None:
    nothing = bytes(32)
    with pytest.raises(NotFoundError):
        house.registry.prepare_offer(WorkId(nothing), house.address("ned"), TERMS)
    with pytest.raises(NotFoundError):
        house.registry.read_offers.of_work(WorkId(nothing))
    with pytest.raises(NotFoundError):
        house.registry.read_grants.one(GrantId(nothing))
    with pytest.raises(NotFoundError):
        house.registry.read_purchase(TransactionHash(nothing))
