"""A work's money: what waits, what is owed to whom. Sums are in the smallest unit of their currency."""

from __future__ import annotations

from typing import Self

from api.schemas.values import (
    AddressValue,
    BigInteger,
    GrantIdValue,
    HashValue,
    Model,
    Moment,
    WorkIdValue,
    moment_of,
)
from registry.licensing.royalties import Division
from registry.model import ShareTable, from_unix
from registry.usecases.revenue import (
    CurrencyRevenue,
    Escrowed,
    PaymentState,
    Row,
    SharedRevenue,
    WorkRevenue,
    table_hash,
)
from registry.usecases.sales import Link


class LinkOut(Model):
    """A licence that backs a parent: `royalty_bps` of the work's revenue go there. No end is for ever."""

    parent: WorkIdValue
    grant_id: GrantIdValue
    royalty_bps: int
    share_alike: bool
    terms_hash: HashValue
    end: Moment | None
    end_unix: BigInteger

    @classmethod
    def of(cls, link: Link) -> Self:
        """The link."""
        return cls(
            parent=link.parent,
            grant_id=link.grant_id,
            royalty_bps=link.royalty_bps,
            share_alike=link.share_alike,
            terms_hash=link.terms_hash,
            end=moment_of(link.end),
            end_unix=link.end,
        )


class DivisionOut(Model):
    """What dividing a payment now would make of it: the carrier's part, the parents', and what is shared."""

    carried: BigInteger
    royalties: BigInteger
    rest: BigInteger

    @classmethod
    def of(cls, division: Division) -> Self:
        """The division."""
        return cls(carried=division.carried, royalties=sum(division.royalties), rest=division.rest)


class PaymentOut(Model):
    """A payment in escrow. `due_at`: from then on it can be released, as things stand now.

    `waiting` for its time, `due`, `held` up by a dispute, or `refundable` to its licensee.
    """

    grant_id: GrantIdValue
    amount: BigInteger
    paid_at: Moment
    due_at: Moment
    state: PaymentState
    division: DivisionOut

    @classmethod
    def of(cls, payment: Escrowed) -> Self:
        """The payment."""
        return cls(
            grant_id=payment.grant_id,
            amount=payment.amount,
            paid_at=from_unix(payment.paid_at),
            due_at=from_unix(payment.due_at),
            state=payment.state,
            division=DivisionOut.of(payment.division),
        )


class EscrowedOut(Model):
    """What waits in escrow: `count` payments, `total` together; `payments` are the oldest, at most 100."""

    total: BigInteger
    count: int
    payments: list[PaymentOut]


class RowOut(Model):
    """A contributor's share, what it is owed, and what it has received."""

    account: AddressValue
    bps: int
    owed: BigInteger
    claimed: BigInteger

    @classmethod
    def of(cls, row: Row) -> Self:
        """The row."""
        return cls(account=row.account, bps=row.bps, owed=row.owed, claimed=row.claimed)


class RemainderOut(Model):
    """What contributors do not share: owed to whoever holds the title when it is claimed."""

    owed: BigInteger
    claimed: BigInteger


class SharedOut(Model):
    """What one table shares of what is left after carriers and parents.

    Where `table_hash` is null there was no table: before the first (`epoch` 0), and since a ruling gave the
    title to somebody else.
    """

    series: int
    epoch: int
    table_hash: HashValue | None
    contributors: list[RowOut]
    rest_bps: int
    deadline_unix: BigInteger
    revenue: BigInteger
    remainder: RemainderOut

    @classmethod
    def of(cls, shared: SharedRevenue) -> Self:
        """The table."""
        return cls(
            series=shared.table.series,
            epoch=shared.table.epoch,
            table_hash=table_hash(shared.table),
            contributors=[RowOut.of(row) for row in shared.rows],
            rest_bps=shared.table.rest_bps,
            deadline_unix=shared.table.deadline,
            revenue=shared.revenue,
            remainder=RemainderOut(owed=shared.remainder_owed, claimed=shared.remainder_claimed),
        )


class CurrencyRevenueOut(Model):
    """All of a work's money in one currency. `travels_with_title` goes along when the title moves.

    That is what is in escrow and what was received as royalties, before others have their parts of it, and
    the remainders that the holder has not claimed.
    """

    currency: AddressValue
    escrowed: EscrowedOut
    received_undistributed: BigInteger
    travels_with_title: BigInteger
    tables: list[SharedOut]

    @classmethod
    def of(cls, revenue: CurrencyRevenue) -> Self:
        """One currency."""
        escrowed = EscrowedOut(
            total=revenue.escrowed_total,
            count=revenue.escrowed_count,
            payments=[PaymentOut.of(payment) for payment in revenue.payments],
        )
        return cls(
            currency=revenue.currency,
            escrowed=escrowed,
            received_undistributed=revenue.received_undistributed,
            travels_with_title=revenue.travelling,
            tables=[SharedOut.of(table) for table in revenue.tables],
        )


class ContributorOut(Model):
    """A contributor and its share, in hundredths of a percent."""

    account: AddressValue
    bps: int


class ShareTableOut(Model):
    """The table that shares what is released now; `deadline` is part of what its hash commits to.

    The carrier that an offer names and the parents are paid before it, up to everything. `table_hash` is null
    while there is no table.
    """

    series: int
    epoch: int
    table_hash: HashValue | None
    contributors: list[ContributorOut]
    rest_bps: int
    deadline_unix: BigInteger

    @classmethod
    def of(cls, table: ShareTable) -> Self:
        """The table."""
        pairs = zip(table.contributors, table.bps, strict=True)
        return cls(
            series=table.series,
            epoch=table.epoch,
            table_hash=table_hash(table),
            contributors=[ContributorOut(account=account, bps=bps) for account, bps in pairs],
            rest_bps=table.rest_bps,
            deadline_unix=table.deadline,
        )


class RevenueOut(Model):
    """What a work earned, who is owed what of it, and the links that royalties follow.

    `held_until`: an admitted dispute is decided, and until then, at the latest, royalties received cannot be
    divided.
    """

    work_id: WorkIdValue
    currencies: list[CurrencyRevenueOut]
    shares: ShareTableOut
    links: list[LinkOut]
    held_until: Moment | None

    @classmethod
    def of(cls, revenue: WorkRevenue) -> Self:
        """The answer for a work."""
        return cls(
            work_id=revenue.work_id,
            currencies=[CurrencyRevenueOut.of(one) for one in revenue.currencies],
            shares=ShareTableOut.of(revenue.shares),
            links=[LinkOut.of(link) for link in revenue.links],
            held_until=None if revenue.held_until is None else from_unix(revenue.held_until),
        )
