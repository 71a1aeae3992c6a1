"""`colophon recovery`: who may take over from a lost account, and taking over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.naming import work_named
from registry.cli.plain import format_duration, parse_duration
from registry.client import Answer
from registry.model import (
    ZERO_ADDRESS,
    Act,
    Address,
    CancelRecovery,
    GrantId,
    RecoverGrants,
    RecoverTitles,
    SetRecovery,
    StartRecovery,
    WorkId,
)

_PAGE = "100"
_AT_ONCE = 50  # titles or licences a transaction: well below what a block holds


def set_recovery(caller: Caller, successor: str | None, delay: str) -> None:
    """Name who may take over what the caller holds, or nobody."""
    named = Address(successor) if successor else ZERO_ADDRESS
    act = SetRecovery(named, 0 if named == ZERO_ADDRESS else parse_duration(delay))
    heading = "Nobody may take over" if named == ZERO_ADDRESS else "A successor is named"
    _perform(caller, [act], heading, caller.address())


def start_recovery(caller: Caller, account: str) -> None:
    """Say that an account is lost, as the successor that it named."""
    lost = Address(account)
    _perform(caller, [StartRecovery(lost)], "The recovery runs", lost)


def cancel_recovery(caller: Caller) -> None:
    """Object to the recovery of the caller's own account."""
    _perform(caller, [CancelRecovery()], "The recovery has ended", caller.address())


def take_over(caller: Caller, account: str, works: Sequence[str], grants: Sequence[str]) -> None:
    """Move titles and licences of a lost account to its successor; without names, what it declared or bought.

    Raises:
        CommandError: There is nothing to take.
    """
    lost = Address(account)
    if works or grants:
        titles = tuple(work_named(one) for one in works)
        licences = tuple(GrantId.parse(one.lower()) for one in grants)
    else:
        titles, licences = _titles_of(caller, lost), _grants_of(caller, lost)
    acts: list[Act] = [
        *(RecoverTitles(lost, titles[place : place + _AT_ONCE]) for place in range(0, len(titles), _AT_ONCE)),
        *(
            RecoverGrants(lost, licences[place : place + _AT_ONCE])
            for place in range(0, len(licences), _AT_ONCE)
        ),
    ]
    if not acts:
        raise CommandError(
            "nothing-to-take",
            f"{lost} holds nothing that it declared or bought here",
            "name what came to it in other ways: --work ID, --grant ID",
        )
    _perform(caller, acts, "Taken over", lost)


def show_recovery(caller: Caller, account: str) -> None:
    """Who may take over from an account, and how far that is."""
    asked = Address(account)
    told = caller.client.account(asked)
    terminal = caller.terminal
    terminal.document(told)
    terminal.heading(f"Recovery of {asked}")
    recovery = told.optional_inner("recovery")
    if recovery is None:
        terminal.fact("successor", "nobody")
        following = "colophon recovery set --successor ADDRESS"
    else:
        following = _tell(caller, recovery, asked)
    terminal.closing(f"{caller.client.base_url}/", following)


def _tell(caller: Caller, recovery: Answer, account: Address) -> str:
    terminal = caller.terminal
    terminal.fact("successor", recovery.text("successor"))
    terminal.fact("may object for", format_duration(recovery.integer("delay_seconds")))
    completes = recovery.optional_text("completes_at")
    if completes is None:
        terminal.fact("runs", "no")
        return f"colophon recovery start {account}"
    terminal.fact("may object until", completes)
    return f"colophon recovery take {account}"


def _perform(caller: Caller, acts: Sequence[Act], heading: str, account: Address) -> None:
    page = f"{caller.client.base_url}/"
    perform(caller, acts, Ending(heading, page, f"colophon recovery show {account}"))


def _titles_of(caller: Caller, account: Address) -> tuple[WorkId, ...]:
    """Titles it declared and still holds, as far as the registry knows."""
    found = []
    for page in _pages(caller, "works", claimant=account):
        for record in page.items_of("records"):
            title = record.optional_inner("title")
            if title is not None and title.text("holder") == account:
                found.append(WorkId.parse(record.text("work_id")))
    return tuple(found)


def _grants_of(caller: Caller, account: Address) -> tuple[GrantId, ...]:
    """Licences it was issued and still holds, as far as the registry knows."""
    return tuple(
        GrantId.parse(grant.text("grant_id"))
        for page in _pages(caller, "grants", licensee=account)
        for grant in page.items_of("grants")
        if grant.text("holder") == account
    )


def _pages(caller: Caller, what: str, **narrowed: str) -> Iterator[Answer]:
    read = {"works": caller.client.works, "grants": caller.client.grants}[what]
    asked = {"limit": _PAGE, **narrowed}
    while True:
        page = read(**asked)
        yield page
        cursor = page.optional_text("next_cursor")
        if cursor is None:
            return
        asked["cursor"] = cursor
