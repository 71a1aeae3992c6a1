"""What a work earned and who is owed what of it: folded from events with the rules of the contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from registry.errors import NotFoundError
from registry.licensing import royalties
from registry.licensing.holds import Holds
from registry.licensing.royalties import Division
from registry.model import (
    Address,
    ChainEvent,
    DeskTerms,
    GrantId,
    Hash32,
    OfferHash,
    ShareTable,
    WorkId,
    to_unix,
)
from registry.ports import Clock, Store
from registry.statements import struct_hash
from registry.usecases import facts
from registry.usecases.disputes import ReadArbitration, blocks_needed, holds_of, times_of
from registry.usecases.sales import Link, linked_grants, links_of
from registry.usecases.sold import offers_taken
from registry.usecases.tables import tables_of

MAX_PAYMENTS = 100  # the oldest; whoever releases them asks again for the next


class PaymentState(StrEnum):
    """Where a payment in escrow stands.

    Waiting for its time, due to be divided, held up by a dispute, or to be taken back by its licensee.
    """

    WAITING = "waiting"
    DUE = "due"
    HELD = "held"
    REFUNDABLE = "refundable"


@dataclass(frozen=True, slots=True)
class Escrowed:
    """A payment that waits; times in Unix seconds. `due_at` is as things stand now.

    `division` is what dividing it now would make of it.
    """

    grant_id: GrantId
    amount: int
    paid_at: int
    due_at: int
    state: PaymentState
    division: Division


@dataclass(frozen=True, slots=True)
class Row:
    """A contributor's place in a table, what it is owed in a currency, and what it has received."""

    account: Address
    bps: int
    owed: int
    claimed: int


@dataclass(frozen=True, slots=True)
class SharedRevenue:
    """What one table shares of one currency; the remainder is owed to whoever holds the title."""

    table: ShareTable
    revenue: int
    rows: tuple[Row, ...]
    remainder_owed: int
    remainder_claimed: int


@dataclass(frozen=True, slots=True)
class CurrencyRevenue:
    """All of a work's money in one currency, in its smallest unit. `payments` are the oldest in escrow."""

    currency: Address
    escrowed_total: int
    escrowed_count: int
    payments: tuple[Escrowed, ...]
    received_undistributed: int
    tables: tuple[SharedRevenue, ...]

    @property
    def travelling(self) -> int:
        """What goes along with the title: in escrow, undivided, and unclaimed by its holder.

        The first two before others have their parts of them.
        """
        remainders = sum(table.remainder_owed for table in self.tables)
        return self.escrowed_total + self.received_undistributed + remainders


@dataclass(frozen=True, slots=True)
class WorkRevenue:
    """A work's money, the table that shares what is released now, and the links that royalties follow.

    `held_until` (Unix seconds) is until when royalties that it received cannot be divided, because an
    admitted dispute is decided; None if they can.
    """

    work_id: WorkId
    currencies: tuple[CurrencyRevenue, ...]
    shares: ShareTable
    links: tuple[Link, ...]
    held_until: int | None


@dataclass(slots=True)
class Account:
    """Running totals of one currency, as the contracts keep them."""

    escrow: dict[GrantId, ChainEvent] = field(default_factory=dict)
    received: int = 0
    revenue: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    taken: defaultdict[tuple[int, Address | None], int] = field(default_factory=lambda: defaultdict(int))


def accounts_of(events: Sequence[ChainEvent]) -> dict[Address, Account]:
    """A work's running totals by currency, in the order in which money came in."""
    accounts: defaultdict[Address, Account] = defaultdict(Account)
    for event in events:
        if event.name in _ENTRIES:
            _ENTRIES[event.name](accounts[facts.account(event, "currency")], event)
    return dict(accounts)


def shared(table: ShareTable, account: Account) -> SharedRevenue:
    """What a table shares of a currency."""
    revenue = account.revenue[table.epoch]
    rows = []
    for contributor, bps in zip(table.contributors, table.bps, strict=True):
        taken = account.taken[table.epoch, contributor]
        rows.append(Row(contributor, bps, royalties.owed(revenue, bps, taken), taken))
    taken = account.taken[table.epoch, None]
    remainder = royalties.owed(revenue, table.rest_bps, taken)
    return SharedRevenue(table, revenue, tuple(rows), remainder, taken)


def table_hash(table: ShareTable) -> Hash32 | None:
    """What the vault keeps of a table; None for a time without one."""
    return None if table.stands_for_none else struct_hash(table)


@dataclass(frozen=True, slots=True)
class ReadRevenue:
    """A work's money as of now."""

    store: Store
    arbitration: ReadArbitration
    clock: Clock

    def __call__(self, work_id: WorkId) -> WorkRevenue:
        """What came in, what waits, what is owed to whom.

        Raises:
            NotFoundError: There is no such work on chain.
        """
        terms = self.arbitration.lately()
        with self.store.read() as unit:
            events = unit.views.work_events([work_id]).get(work_id, [])
            if not any(event.name == "WorkRegistered" for event in events):
                raise NotFoundError("work", str(work_id))
            grants = unit.views.events_of_grants(sorted(linked_grants(events)))
            links, tables = links_of(events, grants), tables_of(work_id, events)
            holds = holds_of(events, times_of(unit, blocks_needed(events)))
        moment = _Moment(to_unix(self.clock.now()), terms, holds, links, offers_taken(events))
        currencies = tuple(
            _currency(currency, account, tables, moment) for currency, account in accounts_of(events).items()
        )
        held_until = holds.admitted_until if moment.now < holds.admitted_until else None
        return WorkRevenue(work_id, currencies, tables[-1], links, held_until)


@dataclass(frozen=True, slots=True)
class _Moment:
    now: int
    terms: DeskTerms
    holds: Holds
    links: Sequence[Link]
    offers: Mapping[OfferHash, ChainEvent]

    def payment(self, grant_id: GrantId, issued: ChainEvent) -> Escrowed:
        """A payment in escrow."""
        offer = facts.offer(self.offers[OfferHash(facts.digest(issued, "offer_hash"))])
        paid_at, amount = facts.number(issued, "start"), facts.number(issued, "price")
        rates = [link.royalty_bps for link in self.links]
        return Escrowed(
            grant_id=grant_id,
            amount=amount,
            paid_at=paid_at,
            due_at=self.holds.releasable_at(paid_at, self.terms),
            state=self._state(paid_at),
            division=royalties.divide(amount, offer.carrier_bps, rates),
        )

    def _state(self, paid_at: int) -> PaymentState:
        if self.now < self.holds.refundable_until(paid_at, self.terms):
            return PaymentState.REFUNDABLE
        due_at = self.holds.releasable_at(paid_at, self.terms)
        if self.now >= due_at:
            return PaymentState.DUE
        return PaymentState.WAITING if due_at == paid_at + self.terms.escrow else PaymentState.HELD


def _currency(
    currency: Address, account: Account, tables: Sequence[ShareTable], moment: _Moment
) -> CurrencyRevenue:
    oldest = list(account.escrow.items())[:MAX_PAYMENTS]
    payments = (moment.payment(grant_id, issued) for grant_id, issued in oldest)
    return CurrencyRevenue(
        currency=currency,
        escrowed_total=sum(facts.number(issued, "price") for issued in account.escrow.values()),
        escrowed_count=len(account.escrow),
        payments=tuple(payments),
        received_undistributed=account.received,
        tables=tuple(shared(table, account) for table in tables),
    )


def _issued(account: Account, event: ChainEvent) -> None:
    if facts.number(event, "price"):
        account.escrow[facts.grant(event)] = event


def _left_escrow(account: Account, event: ChainEvent) -> None:
    account.escrow.pop(facts.grant(event), None)


def _royalty(account: Account, event: ChainEvent) -> None:
    account.received += facts.number(event, "amount")


def _released(account: Account, event: ChainEvent) -> None:
    account.revenue[facts.number(event, "epoch")] += facts.number(event, "rest")


def _distributed(account: Account, event: ChainEvent) -> None:
    account.received -= facts.number(event, "gross")
    account.revenue[facts.number(event, "epoch")] += facts.number(event, "rest")


def _share_claimed(account: Account, event: ChainEvent) -> None:
    account.taken[facts.number(event, "epoch"), facts.account(event, "account")] += facts.number(
        event, "amount"
    )


def _remainder_claimed(account: Account, event: ChainEvent) -> None:
    account.taken[facts.number(event, "epoch"), None] += facts.number(event, "amount")


_ENTRIES = {
    "GrantIssued": _issued,
    "PaymentReleased": _left_escrow,
    "PaymentRefunded": _left_escrow,
    "RoyaltyReceived": _royalty,
    "RevenueReleased": _released,
    "RoyaltiesDistributed": _distributed,
    "ShareClaimed": _share_claimed,
    "RemainderClaimed": _remainder_claimed,
}
