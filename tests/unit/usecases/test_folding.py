"""What the views' events add up to: sales, tables, money in two currencies, who decides disputes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from registry.errors import ChainUnavailableError, NotFoundError
from registry.model import (
    PERPETUAL,
    ZERO_ADDRESS,
    Address,
    ChainEvent,
    DeskTerms,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    ShareTable,
    TransactionHash,
    WorkId,
    no_table,
)
from registry.usecases.disputes import REMEMBERED_SECONDS, ReadArbitration
from registry.usecases.revenue import accounts_of, shared, table_hash
from registry.usecases.sales import Occupancy, TitleFlags, end_of, flags_of, links_of, occupancy_of
from registry.usecases.tables import current_table, table_of

WORK = WorkId(b"\x01" * 32)
TOKEN, ANN, BOB = (Address("0x" + digit * 40) for digit in "456")


def event(name: str, **facts: object) -> ChainEvent:
    told: Mapping[str, object] = {"work_id": str(WORK), **facts}
    return ChainEvent(1, 0, TransactionHash(bytes(32)), "Somebody", name, told, WORK)


def issued(number: int, end: int, flags: int = 0) -> ChainEvent:
    grant_id = str(GrantId(bytes([number]) * 32))
    return event("GrantIssued", grant_id=grant_id, end=end, flags=flags)


def ended(number: int, end: int, name: str = "GrantEnded") -> ChainEvent:
    return event(name, grant_id=str(GrantId(bytes([number]) * 32)), end=end)


def test_an_exclusive_licence_that_ends_early_makes_room_and_an_ordinary_one_does_not() -> None:
    assert occupancy_of([issued(1, 50), ended(1, 20)]) == Occupancy(50, 0)
    assert occupancy_of([issued(1, 50, 8), ended(1, 20, "PaymentRefunded")]) == Occupancy(20, 20)
    assert occupancy_of([issued(1, 50, 8), ended(1, 50)]) == Occupancy(50, 50)
    assert occupancy_of([issued(1, 50, 8), ended(1, 20), issued(2, 30)]) == Occupancy(30, 20)


@pytest.mark.parametrize(
    ("flags", "now", "barred"), [(0, 19, True), (0, 20, False), (8, 29, True), (8, 30, False)]
)
def test_what_runs_bars_an_offer_until_it_ends(flags: int, now: int, *, barred: bool) -> None:
    nothing = Hash32(bytes(32))
    offer = Offer(ANN, WORK, 0, nothing, OfferFlags(flags), 1, 0, 100, nothing)
    assert Occupancy(live_until=30, exclusive_until=20).bars(offer, now) is barred


def test_a_perpetual_licence_ends_where_a_ruling_cut_it() -> None:
    assert end_of(PERPETUAL, [ended(1, 20)]) == 20
    assert end_of(PERPETUAL, []) == PERPETUAL


def test_an_assignment_ends_a_retraction_and_nothing_else() -> None:
    retracted = [event("WorkRetracted"), event("TitleMarked", flags=5)]
    assert flags_of(retracted) == TitleFlags.RETRACTED | TitleFlags.DISPUTED
    assert flags_of([*retracted, event("TitleAssigned")]) == TitleFlags.DISPUTED | TitleFlags.ASSIGNED


def table(epoch: int, *rows: tuple[Address, int]) -> ChainEvent:
    contributors, bps = [str(account) for account, _ in rows], [share for _, share in rows]
    return event("SharesSet", series=0, epoch=epoch, contributors=contributors, bps=bps, deadline=9)


def test_tables_stand_at_the_place_of_their_epoch() -> None:
    events = [table(1, (ANN, 100)), table(2, (ANN, 50), (BOB, 50))]
    assert table_of(WORK, 0, events).contributors == ()
    assert table_of(WORK, 1, events) == ShareTable(WORK, 0, 1, (ANN,), (100,), 9)
    assert current_table(WORK, events) == ShareTable(WORK, 0, 2, (ANN, BOB), (50, 50), 9)
    assert current_table(WORK, []).epoch == 0
    for epoch in (-1, 3):
        with pytest.raises(NotFoundError):
            table_of(WORK, epoch, events)


def test_an_assignment_leaves_a_time_without_a_table_and_no_links() -> None:
    linked = event(
        "DerivativeLinked",
        parent=str(WorkId(b"\x02" * 32)),
        grant_id=str(GrantId(b"\x03" * 32)),
        royalty_bps=100,
        share_alike=False,
        terms_hash=str(Hash32(bytes(32))),
        end=9,
    )
    events = [table(1, (ANN, 100)), linked, event("RevenueReset", epoch=2)]
    assert current_table(WORK, events) == table_of(WORK, 2, events) == no_table(WORK, 2)
    assert [table_hash(table_of(WORK, epoch, events)) is None for epoch in (0, 1, 2)] == [True, False, True]
    assert links_of(events, {}) == ()
    assert [link.royalty_bps for link in links_of([*events, linked], {})] == [100]
    assert current_table(WORK, [*events, table(3, (BOB, 5))]) == ShareTable(WORK, 0, 3, (BOB,), (5,), 9)


def test_each_currency_and_each_table_has_an_account_of_its_own() -> None:
    coin, token = {"currency": str(ZERO_ADDRESS)}, {"currency": str(TOKEN)}
    events = [
        table(1, (ANN, 3_333)),
        event("RevenueReleased", epoch=0, rest="10", **coin),
        event("RevenueReleased", epoch=1, rest="1000", **coin),
        event("RoyaltyReceived", amount="7", **token),
        event("RoyaltyReceived", amount="5", **token),
        event("RoyaltiesDistributed", epoch=1, gross="12", rest="11", **token),
        event("RoyaltyReceived", amount="1", **token),
        event("ShareClaimed", account=str(ANN), epoch=1, amount="333", **coin),
        event("RemainderClaimed", holder=str(BOB), epoch=1, amount="600", **coin),
    ]
    accounts, [before, now] = accounts_of(events), [table_of(WORK, epoch, events) for epoch in (0, 1)]
    assert (shared(before, accounts[ZERO_ADDRESS]).remainder_owed, accounts[TOKEN].received) == (10, 1)
    told = shared(now, accounts[ZERO_ADDRESS])
    assert [(row.owed, row.claimed) for row in told.rows] == [(0, 333)]
    assert (told.remainder_owed, told.remainder_claimed) == (66, 600)
    assert [row.owed for row in shared(now, accounts[TOKEN]).rows] == [3]
    assert shared(now, accounts[TOKEN]).remainder_owed == 7


@dataclass
class Hours:
    """A clock that is moved by hand."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@dataclass
class Desk:
    """Of a chain, what tells who decides; it can be out of reach."""

    terms: DeskTerms = field(default_factory=lambda: DeskTerms(ANN, 1, escrow=4, hold=3, answer=1, ruling=2))
    reachable: bool = True
    asked: int = 0

    def desk_terms(self) -> DeskTerms:
        self.asked += 1
        if not self.reachable:
            raise ChainUnavailableError("it is far")
        return self.terms


def test_pages_ask_the_chain_for_the_arbiter_once_a_minute_and_do_without_it() -> None:
    desk, clock = Desk(), Hours()
    read = ReadArbitration(desk, clock)  # type: ignore[arg-type]  # the one method of a chain that it asks
    assert read.lately() == read.lately() == desk.terms
    assert desk.asked == 1
    desk.terms = DeskTerms(BOB, 1, escrow=4, hold=3, answer=1, ruling=2)
    assert read.lately().arbiter == ANN
    clock.time += timedelta(seconds=REMEMBERED_SECONDS)
    assert read.lately().arbiter == BOB
    desk.reachable = False
    clock.time += timedelta(seconds=REMEMBERED_SECONDS)
    assert read.lately().arbiter == BOB
    with pytest.raises(ChainUnavailableError):
        read()
    with pytest.raises(ChainUnavailableError):
        ReadArbitration(desk, clock).lately()  # type: ignore[arg-type]  # as above
