"""What disputes do to a title's money: royalties wait, and a ruling frees it of links and share tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account.signers.local import LocalAccount

from registry.chain.abi import LICENSE_LEDGER, ROYALTY_VAULT, artifact
from registry.errors import (
    InvalidValueError,
    NotAllowedError,
    NotPossibleError,
    StaleOfferError,
    TooEarlyError,
    TransactionRejectedError,
)
from registry.model import (
    ZERO_ADDRESS,
    Call,
    ClaimRemainder,
    GrantId,
    OfferFlags,
    SetShares,
    ShareTable,
    WorkId,
    from_unix,
    no_table,
)
from registry.statements import struct_hash
from registry.usecases.disputes import DisputeState
from registry.usecases.revenue import table_hash
from registry.usecases.sales import SalesState
from tests.api.office import PRICE_WEI, Office, address
from tests.chain.worlds import DAY, random_hash

FREEZE_SECONDS = 7 * DAY  # how long opening a dispute keeps a title where it is (Holds.sol)


def _vault(office: Office, function: str, *arguments: object) -> object:
    return office.world.gateway._view(ROYALTY_VAULT, function, *arguments)[0]


def _bound_to(office: Office, grant_id: GrantId) -> int:
    return int(office.world.gateway._view(LICENSE_LEDGER, "boundTo", grant_id.to_int())[0])


def _release(office: Office, *grant_ids: GrantId) -> None:
    office.world.pass_time(office.world.terms.escrow)
    named = [str(grant_id) for grant_id in grant_ids]
    office.do(office.world.arbiter, "release", grant_ids=named)


def _given_away(office: Office, work_id: WorkId, author: LocalAccount) -> None:
    office.rule(office.admitted(author, work_id, assignee=author.address), "assigned")


def test_an_assignment_frees_a_title_of_links_and_shares_and_keeps_what_was_released_before(
    office: Office,
) -> None:
    owner, impostor, author, writer, buyer = (office.world.person() for _ in range(5))
    parent = office.work(owner)
    work_id = office.derivative(impostor, parent)
    flags = OfferFlags.DERIVATIVES | OfferFlags.TRANSFERABLE
    bound = office.sold(owner, parent, impostor, price=0, royalty_bps=500, flags=flags)
    office.do(impostor, "link-parent", work_id=str(work_id), grant_id=str(bound))
    first = office.share(impostor, work_id, {writer: 2_000})
    _release(office, office.sold(impostor, work_id, buyer))
    royalty = office.revenue(parent).currencies[0].received_undistributed
    assert _bound_to(office, bound) == work_id.to_int()

    _given_away(office, work_id, author)

    record, revenue = office.record(work_id), office.revenue(work_id)
    assert (record.links, record.unlicensed_parents) == ((), (parent,))
    assert (revenue.shares, revenue.links, table_hash(revenue.shares)) == (no_table(work_id, 2), (), None)
    assert _vault(office, "epochOf", work_id.to_int()) == 2
    assert _vault(office, "tableHashOf", work_id.to_int(), 2) == bytes(32)
    assert _vault(office, "tableHashOf", work_id.to_int(), 1) == bytes(struct_hash(first))
    assert _vault(office, "linksOf", work_id.to_int()) == ()
    assert _bound_to(office, bound) == 0
    with pytest.raises(TransactionRejectedError, match="grant-locked"):  # it stays bound
        office.prepare(impostor, "transfer-grant", grant_id=str(bound), receiver=author.address)

    _release(office, office.sold(author, work_id, buyer))
    [money] = office.revenue(work_id).currencies
    assert [table.revenue > 0 for table in money.tables] == [False, True, True]
    assert (money.tables[2].revenue, money.tables[2].remainder_owed) == (PRICE_WEI, PRICE_WEI)
    assert office.revenue(parent).currencies[0].received_undistributed == royalty
    share = money.tables[1].rows[0].owed
    before = office.balance(writer)
    office.do(buyer, "claim-share", work_id=str(work_id), epoch=1, account=writer.address)
    assert office.balance(writer) == before + share > before
    before = office.balance(author)
    office.do(buyer, "claim-remainder", work_id=str(work_id), epoch=2)
    assert office.balance(author) == before + PRICE_WEI
    any_series = ClaimRemainder(ShareTable(work_id, 9, 2, (), (), 0), ZERO_ADDRESS, address(author))
    assert office.world.act(buyer, any_series).succeeded

    office.linked(author, work_id, parent, owner, 300)
    second = office.share(author, work_id, {writer: 100})
    assert (second.series, second.epoch) == (1, 3)
    assert office.revenue(work_id).shares == second
    assert [link.royalty_bps for link in office.record(work_id).links] == [300]


def test_a_table_signed_for_another_series_is_refused_by_the_vault(office: Office) -> None:
    holder = office.world.person()
    work_id = office.work(holder)
    table = ShareTable(work_id, 0, 1, (address(holder),), (100,), office.world.now() + DAY)
    gateway = office.world.gateway

    def refused(stated: ShareTable) -> StaleOfferError:
        act = SetShares(stated, no_table(work_id), b"", (b"",))
        with pytest.raises(StaleOfferError) as caught:
            gateway.estimate_gas(address(holder), gateway.call(act))
        return caught.value

    assert refused(replace(table, series=1)).facts == {"offer_series": 1, "title_series": 0}
    office.do(holder, "cancel-all-offers", work_id=str(work_id))
    assert refused(table).facts == {"offer_series": 0, "title_series": 1}
    assert office.share(holder, work_id, {holder: 100}).series == 1


def test_royalties_wait_while_a_dispute_is_decided(office: Office) -> None:
    owner, painter, opener, buyer = (office.world.person() for _ in range(4))
    parent = office.work(owner)
    work_id = office.derivative(painter, parent)
    office.linked(painter, work_id, parent, owner, 1_000)
    _release(office, office.sold(painter, work_id, buyer))
    assert office.revenue(parent).held_until is None
    dispute_id = office.admitted(opener, parent)

    with pytest.raises(TooEarlyError) as caught:
        office.prepare(owner, "distribute", work_id=str(parent))

    held_until = office.disputed(dispute_id).dispute.held_until
    assert office.revenue(parent).held_until == held_until
    assert held_until is not None
    assert caught.value.facts["possible_at"] == from_unix(held_until)
    office.rule(dispute_id, "dismissed")
    assert office.revenue(parent).held_until is None
    office.do(owner, "distribute", work_id=str(parent))
    assert office.revenue(parent).currencies[0].received_undistributed == 0


def test_what_only_our_contracts_may_call_is_refused_to_people(office: Office) -> None:
    holder = office.world.person()
    work_id, gateway = office.work(holder), office.world.gateway
    addresses = gateway.contracts.addresses
    for contract, function, who in (
        (ROYALTY_VAULT, "reset", "the work registry"),
        (LICENSE_LEDGER, "unbind", "the vault"),
    ):
        calldata = artifact(contract).functions[function].encode(work_id.to_int())
        with pytest.raises(NotAllowedError, match=who):
            gateway.estimate_gas(address(holder), Call(addresses[contract], calldata))


def test_a_refund_never_goes_to_the_vault(office: Office) -> None:
    holder, buyer = office.world.person(), office.world.person()
    grant_id = office.sold(holder, office.work(holder), buyer)
    vault = office.world.gateway.contracts.royalty_vault
    for receiver in (vault, ZERO_ADDRESS):
        with pytest.raises(InvalidValueError, match="receiver"):
            office.prepare(buyer, "refund", grant_id=str(grant_id), receiver=receiver)


def test_a_grant_shows_in_the_state_of_its_title(office: Office) -> None:
    holder, buyer = office.world.person(), office.world.person()
    work_id = office.work(holder)
    offer = office.offer(holder, work_id, price=0)

    def fingerprint() -> object:
        return office.world.gateway._view("WorkRegistry", "getStateFingerprint", work_id.to_int())[0]

    seen = [fingerprint()]
    for _ in range(2):
        office.buy(buyer, holder, offer)
        seen.append(fingerprint())
    assert len(set(seen)) == 3


def test_what_the_arbiter_opens_is_admitted_at_once_unless_another_is(office: Office) -> None:
    holder, arbiter = office.world.person(), office.world.arbiter
    work_id = office.work(holder)

    first = office.disputed(office.dispute(arbiter, work_id))
    second = office.disputed(office.dispute(arbiter, work_id))

    assert (first.state, second.state) == (DisputeState.ADMITTED, DisputeState.OPEN)
    assert first.dispute.held_until == first.dispute.opened_at + office.world.terms.ruling
    title = office.record(work_id).title
    assert title is not None
    assert title.sales is SalesState.DISPUTED
    with pytest.raises(NotPossibleError, match="admitted before"):
        office.prepare(arbiter, "admit-dispute", dispute_id=str(first.dispute.dispute_id))


def test_a_dispute_outlives_the_title_s_moving_and_is_decided_when_it_comes_back(office: Office) -> None:
    holder, friend, opener = (office.world.person() for _ in range(3))
    work_id = office.work(holder)
    office.dispute(opener, work_id)
    office.world.pass_time(FREEZE_SECONDS)
    dispute_id = office.dispute(opener, work_id)  # which freezes nothing any more
    named = {"dispute_id": str(dispute_id)}

    office.do(holder, "transfer-title", work_id=str(work_id), receiver=friend.address)

    assert office.disputed(dispute_id).moved_on
    with pytest.raises(TooEarlyError):
        office.prepare(opener, "lapse-dispute", **named)
    with pytest.raises(NotPossibleError, match="moved on"):
        office.prepare(office.world.arbiter, "admit-dispute", **named)
    office.do(friend, "transfer-title", work_id=str(work_id), receiver=holder.address)
    assert not office.disputed(dispute_id).moved_on
    office.do(office.world.arbiter, "admit-dispute", **named)
    office.rule(dispute_id, "upheld")
    assert office.disputed(dispute_id).state is DisputeState.UPHELD


def test_the_same_evidence_counts_once_for_each_who_brings_it(office: Office) -> None:
    holder, one, two = (office.world.person() for _ in range(3))
    work_id = office.work(holder)
    fields = {"work_id": str(work_id), "tag": str(random_hash()), "evidence_hash": str(random_hash())}
    for opener in (one, two):
        office.do(opener, "open-dispute", **fields)
        with pytest.raises(NotPossibleError, match="this account brought this evidence"):
            office.prepare(opener, "open-dispute", **fields)
    told = office.read_disputes.of_work(work_id)
    assert [one.dispute.opener for one in told] == [address(one), address(two)]
    assert len({one.dispute.dispute_id for one in told}) == 2
