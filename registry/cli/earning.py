"""Revenue: shown, released out of escrow, divided, and claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.naming import account_named, sale_named, work_named
from registry.cli.plain import format_wei
from registry.cli.told import currency_told, table_told
from registry.client import Answer
from registry.model import (
    ZERO_ADDRESS,
    Act,
    Address,
    ClaimCarried,
    ClaimRemainder,
    ClaimShare,
    Distribute,
    Refund,
    Release,
    ShareTable,
    WorkId,
)
from registry.statements import PAID_BEFORE_TABLES, percent

_RELEASED_AT_ONCE = 20  # each may pay eight parents: well below what a block holds


def show_revenue(caller: Caller, work: str) -> None:
    """What a work earned: in escrow, to be divided, shared, owed and claimed, by currency."""
    work_id = work_named(work)
    told = caller.client.revenue(str(work_id))
    terminal = caller.terminal
    terminal.document(told)
    terminal.heading(f"Revenue of work {work_id}")
    for sums in told.items_of("currencies"):
        _tell_sums(caller, sums)
    if told.optional_text("held_until"):
        terminal.fact("held", f"royalties are divided after the dispute, by {told.text('held_until')}")
    if told.inner("shares").items_of("contributors"):
        terminal.fact("note", f"tables share what is left {PAID_BEFORE_TABLES}")
    if not told.items_of("currencies"):
        terminal.fact("paid", "nothing yet")
    for link in told.items_of("links"):
        terminal.fact("royalty", f"{percent(link.integer('royalty_bps'))} go to {link.text('parent')}")
    terminal.closing(caller.session.page(str(work_id)), f"colophon release {work_id}")


def release(caller: Caller, work: str) -> None:
    """Take every payment for a work that is due out of escrow, and divide it.

    Raises:
        CommandError: No payment is due.
    """
    work_id = work_named(work)
    told = caller.client.revenue(str(work_id))
    due = [
        payment.text("grant_id")
        for sums in told.items_of("currencies")
        for payment in sums.inner("escrowed").items_of("payments")
        if payment.text("state") == "due"
    ]
    if not due:
        raise CommandError(
            "nothing-due", f"no payment for {work_id} is due", f"see when: colophon revenue {work_id}"
        )
    sales = tuple(sale_named(caller.client, one) for one in due)
    acts = [
        Release(sales[place : place + _RELEASED_AT_ONCE]) for place in range(0, len(sales), _RELEASED_AT_ONCE)
    ]
    _perform(caller, work_id, acts, "Released", f"colophon claim {work_id}")


def distribute(caller: Caller, work: str, currency: str | None) -> None:
    """Divide the royalties that a work received from its derivatives."""
    work_id = work_named(work)
    act = Distribute(work_id, account_named(currency, ZERO_ADDRESS))
    _perform(caller, work_id, [act], "Divided", f"colophon claim {work_id}")


def claim(caller: Caller, work: str, account: str | None, receiver: str | None) -> None:
    """Take all that an account is owed of a work: its shares, what belongs to the title, what it carried.

    Raises:
        CommandError: It is owed nothing.
    """
    work_id = work_named(work)
    whose = account_named(account, caller.address())
    to = account_named(receiver, whose)
    acts = [*_of_work(caller, work_id, whose, to), *_carried(caller, whose, to)]
    if not acts:
        raise CommandError(
            "nothing-owed",
            f"{whose} is owed nothing of {work_id}",
            f"payments may be in escrow still: colophon revenue {work_id}",
        )
    _perform(caller, work_id, acts, "Claimed", f"colophon revenue {work_id}")


def refund(caller: Caller, grant: str, receiver: str | None) -> None:
    """Take back what was paid for a licence, after a dispute about the title was upheld."""
    sale = sale_named(caller.client, grant)
    act = Refund(sale, account_named(receiver, caller.address()))
    _perform(
        caller, sale.offer.work_id, [act], "Refunded: the licence has ended", f"colophon show {grant.lower()}"
    )


def _of_work(caller: Caller, work_id: WorkId, account: Address, to: Address) -> Iterator[Act]:
    told = caller.client.revenue(str(work_id))
    title = caller.client.work(str(work_id)).optional_inner("title")
    holds = title is not None and title.text("holder") == account
    for sums in told.items_of("currencies"):
        currency = currency_told(sums)
        for row in sums.items_of("tables"):
            yield from _of_table(row, table_told(row, work_id), currency, (account, to), holds=holds)


def _of_table(
    row: Answer, table: ShareTable, currency: Address, whose: tuple[Address, Address], *, holds: bool
) -> Iterator[Act]:
    """The claims under one table. What a registry overstates the vault pays as it is owed."""
    account, to = whose
    owed = {one.text("account"): one.integer("owed") for one in row.items_of("contributors")}
    if account in table.contributors and owed.get(account, 0):
        yield ClaimShare(table, table.contributors.index(account), currency, to)
    if holds and row.inner("remainder").integer("owed"):
        yield ClaimRemainder(table, currency, to)


def _carried(caller: Caller, account: Address, to: Address) -> Iterator[Act]:
    for sums in caller.client.account(account).items_of("carried"):
        if sums.integer("amount"):
            yield ClaimCarried(account, currency_told(sums), to)


def _tell_sums(caller: Caller, sums: Answer) -> None:
    terminal, currency = caller.terminal, currency_told(sums)

    def amount(of: Answer, field: str) -> str:
        number = of.integer(field)
        return format_wei(number) if currency == ZERO_ADDRESS else f"{number} units of {currency}"

    escrowed = sums.inner("escrowed")
    terminal.fact("in escrow", amount(escrowed, "total"))
    for payment in escrowed.items_of("payments"):
        when = f"{payment.text('state')}, due {payment.text('due_at')}"
        terminal.fact("", f"{amount(payment, 'amount')} {when}: {payment.text('grant_id')}")
    terminal.fact("to be divided", amount(sums, "received_undistributed"))
    for table in sums.items_of("tables"):
        named = "table" if table.optional_text("table_hash") else "without table"
        terminal.fact(f"{named} {table.integer('epoch')}", f"{amount(table, 'revenue')} to be shared")
        for one in table.items_of("contributors"):
            owed = f"{amount(one, 'owed')} owed, {amount(one, 'claimed')} claimed"
            terminal.fact("", f"{percent(one.integer('bps'))} of {one.text('account')}: {owed}")
        rest = table.inner("remainder")
        owed = f"{amount(rest, 'owed')} owed, {amount(rest, 'claimed')} claimed"
        terminal.fact("", f"{percent(table.integer('rest_bps'))} of the title's holder: {owed}")


def _perform(caller: Caller, work_id: WorkId, acts: Sequence[Act], heading: str, following: str) -> None:
    perform(caller, acts, Ending(heading, caller.session.page(str(work_id)), following))
