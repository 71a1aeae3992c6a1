"""Acts in disputes: prepared, signed with the account's own key, sent, and seen in the views."""

from __future__ import annotations

import pytest

from registry import statements
from registry.errors import (
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    NotTitleHolderError,
    TitleFrozenError,
    TooEarlyError,
    TooLateError,
)
from registry.licensing.holds import REFUND_SECONDS
from registry.model import PERPETUAL, OfferFlags, Payment, WorkId
from registry.usecases.disputes import DisputeState
from registry.usecases.offer import Availability
from registry.usecases.revenue import PaymentState
from registry.usecases.sales import Occupancy, SalesState, occupancy_of
from tests.api.office import PRICE_WEI, Office, address
from tests.chain.worlds import BOND_WEI, COIN, new_account, random_hash


def test_a_dispute_is_opened_answered_and_dismissed(office: Office) -> None:
    holder, opener = office.world.person(), office.world.person()
    work_id, said = office.work(holder), random_hash()
    dispute_id = office.dispute(opener, work_id)
    [listed] = office.read_disputes.of_work(work_id)
    assert listed == office.disputed(dispute_id)
    assert (listed.state, listed.dispute.bond, listed.dispute.opener) == (
        DisputeState.OPEN,
        BOND_WEI,
        address(opener),
    )
    assert listed.dispute.arbiter == address(office.world.arbiter)
    with pytest.raises(TitleFrozenError):
        office.prepare(holder, "transfer-title", work_id=str(work_id), receiver=opener.address)
    answer = {"dispute_id": str(dispute_id), "evidence_hash": str(said)}
    with pytest.raises(NotTitleHolderError):
        office.prepare(opener, "answer-dispute", **answer)
    office.do(holder, "answer-dispute", **answer)
    given = office.disputed(dispute_id).dispute.answer
    assert given is not None
    assert (given.holder, given.evidence_hash) == (address(holder), said)
    with pytest.raises(NotPossibleError):
        office.prepare(holder, "answer-dispute", **answer)
    ruling = {"dispute_id": str(dispute_id), "outcome": "dismissed"}
    with pytest.raises(TooEarlyError):
        office.prepare(office.world.arbiter, "rule-dispute", **ruling)
    office.world.pass_time(office.world.terms.answer)
    with pytest.raises(NotAllowedError):
        office.prepare(opener, "rule-dispute", **ruling)

    office.do(office.world.arbiter, "rule-dispute", **ruling)

    ended = office.disputed(dispute_id)
    assert (ended.state, ended.dispute.bond_to) == (DisputeState.DISMISSED, address(holder))
    assert office.read_account(address(holder)).owed_bonds == BOND_WEI
    before = office.balance(holder)
    office.do(opener, "claim-bonds", account=holder.address)
    assert office.balance(holder) == before + BOND_WEI
    assert office.read_account(address(holder)).owed_bonds == 0
    with pytest.raises(NotPossibleError):
        office.prepare(office.world.arbiter, "rule-dispute", **ruling)


def test_an_admitted_dispute_stops_sales_and_holds_money_until_it_is_ruled_on(office: Office) -> None:
    holder, opener, buyer = (office.world.person() for _ in range(3))
    work_id = office.work(holder)
    paid, waiting = office.sold(holder, work_id, buyer), office.offer(holder, work_id)
    dispute_id = office.dispute(opener, work_id)
    with pytest.raises(NotAllowedError):
        office.prepare(opener, "admit-dispute", dispute_id=str(dispute_id))

    office.do(office.world.arbiter, "admit-dispute", dispute_id=str(dispute_id))

    found = office.disputed(dispute_id)
    assert found.state is DisputeState.ADMITTED
    assert found.dispute.held_until == found.dispute.opened_at + office.world.terms.ruling
    record = office.record(work_id)
    assert record.title is not None
    assert record.title.sales is SalesState.DISPUTED
    assert office.read_offers.one(statements.offer_hash(waiting)).availability is Availability.STOPPED
    office.world.pass_time(office.world.terms.escrow)
    [payment] = office.revenue(work_id).currencies[0].payments
    assert (payment.state, payment.due_at) == (PaymentState.HELD, found.dispute.held_until)
    with pytest.raises(TooEarlyError):
        office.prepare(buyer, "release", grant_ids=[str(paid)])
    office.rule(dispute_id, "dismissed")
    [payment] = office.revenue(work_id).currencies[0].payments
    assert payment.state is PaymentState.DUE
    office.buy(buyer, holder, waiting)
    office.do(buyer, "release", grant_ids=[str(paid)])


def test_an_upheld_dispute_gives_the_title_away_and_the_money_back(office: Office) -> None:
    impostor, author, buyer, accomplice = (office.world.person() for _ in range(4))
    work_id = office.work(impostor)
    paid = office.sold(impostor, work_id, buyer)
    sham = office.sold(impostor, work_id, accomplice, flags=OfferFlags.TRANSFERABLE)
    kept = office.sold(impostor, work_id, buyer)
    valid_then = office.world.now()
    office.do(impostor, "retract-work", work_id=str(work_id))
    dispute_id = office.admitted(author, work_id, assignee=author.address)

    office.rule(dispute_id, "assigned", sham)

    record = office.record(work_id)
    assert record.title is not None
    assert (record.title.holder, record.title.series, record.title.sales) == (
        address(author),
        1,
        SalesState.OPEN,
    )
    assert office.disputed(dispute_id).state is DisputeState.ASSIGNED
    assert not office.disputed(dispute_id).moved_on
    assert not office.grant(sham).is_valid_at(office.world.now())
    assert office.grant(sham).is_valid_at(valid_then)
    assert office.grant(kept).is_valid_at(office.world.now())
    states = {one.grant_id: one.state for one in office.revenue(work_id).currencies[0].payments}
    assert states == dict.fromkeys((paid, sham, kept), PaymentState.REFUNDABLE)
    with pytest.raises(TooEarlyError):
        office.prepare(author, "release", grant_ids=[str(paid)])

    receiver = new_account()
    office.do(buyer, "refund", grant_id=str(paid), receiver=receiver.address)

    assert office.balance(receiver) == PRICE_WEI
    refunded = office.grant(paid)
    assert (refunded.payment, refunded.end) == (Payment.REFUNDED, office.world.now())
    assert refunded.is_valid_at(valid_then)
    with pytest.raises(NotPossibleError):
        office.prepare(buyer, "refund", grant_id=str(paid))
    office.world.pass_time(REFUND_SECONDS)
    with pytest.raises(TooLateError):
        office.prepare(buyer, "refund", grant_id=str(kept))
    states = {one.grant_id: one.state for one in office.revenue(work_id).currencies[0].payments}
    assert states == dict.fromkeys((sham, kept), PaymentState.DUE)
    office.do(author, "release", grant_ids=[str(kept)])
    office.sold(author, work_id, buyer)


def test_a_refund_of_an_exclusive_licence_makes_room_for_others(office: Office) -> None:
    impostor, author, buyer = (office.world.person() for _ in range(3))
    work_id = office.work(impostor)

    def occupied() -> Occupancy:
        with office.store.read() as unit:
            return occupancy_of(unit.views.work_events([work_id])[work_id])

    def on_chain() -> Occupancy:
        ledger = office.world.gateway._view("LicenseLedger", "exclusivityOf", work_id.to_int())
        return Occupancy(*ledger)

    exclusive = office.sold(impostor, work_id, buyer, flags=OfferFlags.EXCLUSIVE)
    assert occupied() == on_chain() == Occupancy(PERPETUAL, PERPETUAL)
    office.rule(office.admitted(author, work_id, assignee=author.address), "assigned")
    offer = office.offer(author, work_id)
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.BARRED

    office.do(buyer, "refund", grant_id=str(exclusive))

    assert occupied() == on_chain()
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.AVAILABLE
    ordinary = office.buy(buyer, author, offer)
    office.rule(office.admitted(impostor, work_id), "upheld", ordinary)
    assert occupied() == on_chain() == Occupancy(PERPETUAL, office.grant(exclusive).end)


def test_a_ruling_that_ends_a_bound_licence_stops_the_derivatives_sales(office: Office) -> None:
    impostor, author, painter = (office.world.person() for _ in range(3))
    parent = office.work(impostor)
    work_id = office.derivative(painter, parent)
    bound = office.linked(painter, work_id, parent, impostor, 500)
    offer = office.offer(painter, work_id)
    with pytest.raises(NotPossibleError):
        office.prepare(painter, "refund", grant_id=str(bound))

    office.rule(office.admitted(author, parent), "upheld", bound)

    assert office.record(work_id).links[0].end == office.grant(bound).end == office.world.now()
    assert office.read_offers.one(statements.offer_hash(offer)).availability is Availability.UNLICENSED


def test_an_upheld_dispute_without_assignee_stops_sales_for_good(office: Office) -> None:
    holder, opener = office.world.person(), office.world.person()
    work_id = office.work(holder)
    dispute_id = office.admitted(opener, work_id)
    office.world.pass_time(office.world.terms.answer)
    with pytest.raises(NotPossibleError):
        office.prepare(office.world.arbiter, "rule-dispute", dispute_id=str(dispute_id), outcome="assigned")
    office.rule(dispute_id, "upheld")
    record = office.record(work_id)
    assert record.title is not None
    assert (record.title.sales, record.title.holder) == (SalesState.STOPPED, address(holder))
    assert office.read_account(address(opener)).owed_bonds == BOND_WEI


def test_a_dispute_nobody_rules_on_times_out_and_lapses(office: Office) -> None:
    holder, opener = office.world.person(), office.world.person()
    dispute_id = office.admitted(opener, office.work(holder))
    lapse = {"dispute_id": str(dispute_id)}
    with pytest.raises(TooEarlyError):
        office.prepare(holder, "lapse-dispute", **lapse)
    office.world.pass_time(office.world.terms.ruling)
    assert office.disputed(dispute_id).state is DisputeState.TIMED_OUT
    with pytest.raises(TooLateError):
        office.prepare(office.world.arbiter, "rule-dispute", **lapse, outcome="upheld")

    office.do(holder, "lapse-dispute", **lapse)

    ended = office.disputed(dispute_id)
    assert (ended.state, ended.dispute.bond_to) == (DisputeState.LAPSED, address(opener))


def test_of_two_disputes_the_other_can_only_lapse_after_an_assignment(office: Office) -> None:
    holder, author, rival = (office.world.person() for _ in range(3))
    work_id = office.work(holder)
    other = office.dispute(rival, work_id, assignee=rival.address)
    dispute_id = office.admitted(author, work_id, assignee=author.address)
    with pytest.raises(NotPossibleError):
        office.prepare(office.world.arbiter, "admit-dispute", dispute_id=str(other))
    office.rule(dispute_id, "assigned")
    assert office.disputed(other).moved_on
    with pytest.raises(NotPossibleError):
        office.prepare(office.world.arbiter, "admit-dispute", dispute_id=str(other))
    with pytest.raises(TooEarlyError):  # the title could come back
        office.prepare(rival, "lapse-dispute", dispute_id=str(other))
    office.world.pass_time(office.world.terms.ruling)
    office.do(rival, "lapse-dispute", dispute_id=str(other))
    assert office.disputed(other).state is DisputeState.LAPSED


def test_what_no_desk_takes_is_told_by_its_code(office: Office) -> None:
    holder, opener = office.world.person(), office.world.person()
    work_id = office.work(holder)
    fields = {"work_id": str(work_id), "tag": str(random_hash()), "evidence_hash": str(random_hash())}
    with pytest.raises(InvalidValueError):
        office.prepare(opener, "open-dispute", **fields, assignee=holder.address)
    with pytest.raises(NotFoundError):
        office.prepare(opener, "open-dispute", **{**fields, "work_id": str(random_hash())})
    office.do(opener, "open-dispute", **fields)
    with pytest.raises(NotPossibleError):
        office.prepare(opener, "open-dispute", **fields)
    with pytest.raises(NotFoundError):
        office.prepare(opener, "lapse-dispute", dispute_id=str(random_hash()))
    with pytest.raises(NotFoundError):
        office.read_disputes.of_work(WorkId(random_hash()))


def test_the_arbiter_hands_over_and_old_disputes_stay_with_the_old_one(office: Office) -> None:
    old, new = office.world.arbiter, office.world.person(COIN)
    holder, opener = office.world.person(), office.world.person()
    work_id = office.work(holder)
    before = office.dispute(opener, work_id)
    with pytest.raises(NotAllowedError):
        office.prepare(new, "offer-arbiter", candidate=new.address)
    office.do(old, "offer-arbiter", candidate=new.address)
    with pytest.raises(NotAllowedError):
        office.prepare(old, "accept-arbiter")
    office.do(new, "accept-arbiter")

    assert office.read_arbitration().arbiter == address(new)
    after = office.dispute(opener, work_id)
    assert office.disputed(before).dispute.arbiter == address(old)
    assert office.disputed(after).dispute.arbiter == address(new)
    with pytest.raises(NotAllowedError):
        office.prepare(new, "admit-dispute", dispute_id=str(before))
    office.do(new, "offer-arbiter", candidate=old.address)
    office.do(old, "accept-arbiter")
