"""Acts on licences and money: prepared, signed with the account's own key, sent, and seen in the views."""

from __future__ import annotations

import pytest

from registry import statements
from registry.errors import (
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    OfferUnavailableError,
    TooEarlyError,
    TransactionRejectedError,
)
from registry.licensing.royalties import Division
from registry.licensing.terms import STANDARD, terms_hash
from registry.model import ZERO_ADDRESS, GrantId, OfferFlags, Payment, RetractWork, TransactionHash, from_unix
from registry.usecases.act import TransactionStatus
from registry.usecases.offer import Availability
from registry.usecases.revenue import PaymentState
from tests.api.office import PRICE_WEI, TERMS, Office, address
from tests.chain.worlds import DAY, new_account, random_hash


def test_one_offer_is_withdrawn_by_its_licensor_alone(office: Office) -> None:
    licensor, stranger = office.world.person(), office.world.person()
    offer_hash = statements.offer_hash(office.offer(licensor, office.work(licensor)))
    with pytest.raises(TransactionRejectedError) as caught:
        office.prepare(stranger, "cancel-offer", offer_hash=str(offer_hash))
    assert caught.value.facts["reason"] == "not-licensor"

    office.do(licensor, "cancel-offer", offer_hash=str(offer_hash))

    assert office.read_offers.one(offer_hash).availability is Availability.CANCELLED


def test_a_licence_is_handed_over_where_its_terms_allow_it(office: Office) -> None:
    licensor, buyer, other = office.world.person(), office.world.person(), new_account()
    work_id = office.work(licensor)
    free = office.sold(licensor, work_id, buyer, flags=OfferFlags.TRANSFERABLE)
    fixed = office.sold(licensor, work_id, buyer)

    office.do(buyer, "transfer-grant", grant_id=str(free), receiver=other.address)

    assert office.grant(free).holder == address(other)
    with pytest.raises(TransactionRejectedError) as caught:
        office.prepare(buyer, "transfer-grant", grant_id=str(fixed), receiver=other.address)
    assert caught.value.facts["reason"] == "grant-locked"
    with pytest.raises(NotFoundError):
        office.prepare(buyer, "transfer-grant", grant_id=str(random_hash()), receiver=other.address)


def test_a_payment_waits_is_released_and_is_claimed_by_whom_it_is_owed(office: Office) -> None:
    holder, buyer, writer, painter = (office.world.person() for _ in range(4))
    work_id = office.work(holder)
    table = office.share(holder, work_id, {writer: 3_333, painter: 2_501})
    grant_id = office.sold(holder, work_id, buyer)
    [money] = office.revenue(work_id).currencies
    [payment] = money.payments
    assert (money.escrowed_total, money.travelling, payment.state) == (
        PRICE_WEI,
        PRICE_WEI,
        PaymentState.WAITING,
    )
    assert payment.division.rest == PRICE_WEI
    assert payment.due_at == payment.paid_at + office.world.terms.escrow
    with pytest.raises(TooEarlyError) as caught:
        office.prepare(buyer, "release", grant_ids=[str(grant_id)])
    assert caught.value.facts["possible_at"] == from_unix(payment.due_at)
    office.world.pass_time(office.world.terms.escrow)
    assert office.revenue(work_id).currencies[0].payments[0].state is PaymentState.DUE

    office.do(buyer, "release", grant_ids=[str(grant_id), str(grant_id)])

    assert office.grant(grant_id).payment is Payment.RELEASED
    [money] = office.revenue(work_id).currencies
    shared = money.tables[1]
    owed = {row.account: row.owed for row in shared.rows}
    assert owed == {
        address(writer): PRICE_WEI * 3_333 // 10_000,
        address(painter): PRICE_WEI * 2_501 // 10_000,
    }
    assert shared.remainder_owed == money.travelling == PRICE_WEI * 4_166 // 10_000
    claim = {"work_id": str(work_id), "epoch": table.epoch, "account": writer.address}
    with pytest.raises(NotAllowedError):
        office.prepare(painter, "claim-share", **claim, receiver=painter.address)
    before = office.balance(writer)
    office.do(painter, "claim-share", **claim)
    assert office.balance(writer) == before + owed[address(writer)]
    new = new_account()
    office.do(holder, "claim-remainder", work_id=str(work_id), epoch=1, receiver=new.address)
    assert office.balance(new) == shared.remainder_owed
    after = office.revenue(work_id).currencies[0]
    assert [row.owed for row in after.tables[1].rows if row.account == address(writer)] == [0]
    assert (after.tables[1].remainder_owed, after.travelling) == (0, 0)
    assert after.tables[1].remainder_claimed == shared.remainder_owed
    with pytest.raises(InvalidValueError):
        office.prepare(holder, "claim-share", **{**claim, "account": holder.address})
    with pytest.raises(NotFoundError):
        office.prepare(holder, "claim-remainder", work_id=str(work_id), epoch=2)


def test_a_derivative_is_linked_pays_its_parent_and_the_link_is_renewed(office: Office) -> None:
    parent_holder, holder, buyer = (office.world.person() for _ in range(3))
    parent = office.work(parent_holder)
    work_id = office.derivative(holder, parent)
    assert office.record(work_id).unlicensed_parents == (parent,)
    sell = {"price": 0, "royalty_bps": 1_000, "flags": OfferFlags.DERIVATIVES, "duration": DAY}
    first = office.sold(parent_holder, parent, holder, **sell)
    with pytest.raises(InvalidValueError):
        office.prepare(holder, "link-parent", work_id=str(parent), grant_id=str(first))
    with pytest.raises(NotPossibleError):
        office.prepare(holder, "renew-link", work_id=str(work_id), grant_id=str(first))
    office.do(holder, "link-parent", work_id=str(work_id), grant_id=str(first))
    record = office.record(work_id)
    assert record.unlicensed_parents == ()
    assert [(link.parent, link.grant_id, link.royalty_bps) for link in record.links] == [
        (parent, first, 1_000)
    ]
    assert record.links[0].end == office.grant(first).end
    assert office.grant(first).bound_to == work_id
    with pytest.raises(NotPossibleError):
        office.prepare(holder, "link-parent", work_id=str(work_id), grant_id=str(first))

    sale = office.sold(holder, work_id, buyer)
    offer = office.offer(holder, work_id)
    office.world.pass_time(DAY)
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.UNLICENSED
    with pytest.raises(OfferUnavailableError):
        office.buy(buyer, holder, offer)
    second = office.sold(parent_holder, parent, holder, **{**sell, "duration": 2 * DAY, "royalty_bps": 2_000})
    office.do(holder, "renew-link", work_id=str(work_id), grant_id=str(second))
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.AVAILABLE
    assert [link.grant_id for link in office.record(work_id).links] == [second]

    office.do(buyer, "release", grant_ids=[str(sale)])
    [money] = office.revenue(parent).currencies
    assert money.received_undistributed == PRICE_WEI * 2_000 // 10_000
    office.do(buyer, "distribute", work_id=str(parent))
    [money] = office.revenue(parent).currencies
    assert (money.received_undistributed, money.tables[0].remainder_owed) == (0, PRICE_WEI * 2_000 // 10_000)


def test_a_share_alike_parent_bars_offers_under_other_terms(office: Office) -> None:
    parent_holder, holder = office.world.person(), office.world.person()
    parent = office.work(parent_holder)
    work_id = office.derivative(holder, parent)
    asked = OfferFlags.DERIVATIVES | OfferFlags.SHARE_ALIKE
    grant_id = office.sold(parent_holder, parent, holder, price=0, flags=asked)
    office.do(holder, "link-parent", work_id=str(work_id), grant_id=str(grant_id))
    unlike = office.offer(holder, work_id, terms=STANDARD["commercial"], flags=OfferFlags.SHARE_ALIKE)
    alike = office.offer(holder, work_id, flags=OfferFlags.SHARE_ALIKE)
    found = [office.read_offers.one(statements.offer_hash(one)).availability for one in (unlike, alike)]
    assert found == [Availability.TERMS_NOT_SHARED, Availability.AVAILABLE]


def test_what_a_carrier_is_owed_is_told_and_claimed(office: Office) -> None:
    holder, buyer, carrier = (office.world.person() for _ in range(3))
    named = {"carrier": address(carrier), "carrier_bps": 333}
    offer = office.world.offer(holder, office.work(holder), terms_hash=terms_hash(TERMS), **named)
    office.publish_offer(offer, TERMS, office.world.sign(holder, offer))
    grant_id = office.buy(buyer, holder, offer)
    carried = offer.price * 333 // 10_000
    [payment] = office.revenue(offer.work_id).currencies[0].payments
    assert payment.division == Division(carried, (), offer.price - carried)
    office.world.pass_time(office.world.terms.escrow)
    office.do(buyer, "release", grant_ids=[str(grant_id)])
    assert office.read_account(address(carrier)).carried == ((ZERO_ADDRESS, carried),)
    elsewhere = new_account()
    with pytest.raises(NotAllowedError):
        office.prepare(buyer, "claim-carried", carrier=carrier.address, receiver=elsewhere.address)

    office.do(carrier, "claim-carried", carrier=carrier.address, receiver=elsewhere.address)

    assert office.balance(elsewhere) == carried
    assert office.read_account(address(carrier)).carried == ((ZERO_ADDRESS, 0),)


def test_a_transaction_is_pending_until_its_events_are_taken_in_and_may_fail(office: Office) -> None:
    holder, stranger = office.world.person(), office.world.person()
    act = RetractWork(office.work(holder))
    mined = office.world.act(holder, act)
    failed = office.world.act(stranger, act)
    before = office.read_transaction(mined.transaction_hash)
    office.take_in()
    after = office.read_transaction(mined.transaction_hash)

    assert (before.status, before.events) == (TransactionStatus.PENDING, ())
    assert after.status is TransactionStatus.MINED
    assert [event.name for event in after.events] == ["WorkRetracted", "MetadataUpdate"]
    assert office.read_transaction(failed.transaction_hash).status is TransactionStatus.FAILED
    with pytest.raises(NotFoundError):
        office.read_transaction(TransactionHash(random_hash()))


def test_an_exclusive_licence_bars_others_until_it_ends(office: Office) -> None:
    holder, buyer = office.world.person(), office.world.person()
    work_id = office.work(holder)
    ordinary = office.offer(holder, work_id)
    office.sold(holder, work_id, buyer, flags=OfferFlags.EXCLUSIVE, duration=DAY)
    assert office.read_offers.one(statements.offer_hash(ordinary)).availability is Availability.BARRED
    office.world.pass_time(DAY)
    assert office.read_offers.one(statements.offer_hash(ordinary)).availability is Availability.AVAILABLE
    office.buy(buyer, holder, ordinary)


def test_nothing_is_refunded_without_a_ruling(office: Office) -> None:
    holder, buyer = office.world.person(), office.world.person()
    grant_id = office.sold(holder, office.work(holder), buyer)
    with pytest.raises(NotAllowedError):
        office.prepare(holder, "refund", grant_id=str(grant_id))
    with pytest.raises(NotFoundError):
        office.prepare(holder, "refund", grant_id=str(GrantId(random_hash())))
