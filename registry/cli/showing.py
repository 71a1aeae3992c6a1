"""`colophon show`: whatever an id, an offer's hash or a registration number names."""

from __future__ import annotations

import re
from collections.abc import Callable

from registry.cli.failures import CommandError
from registry.cli.plain import wei_argument
from registry.cli.records import is_settled, print_grant, print_offer, print_offer_line, print_record
from registry.cli.session import Session
from registry.client import Answer, ProblemError

_NUMBER = re.compile(r"\d{1,20}-(?:L(\d{1,15})|T(\d{1,15})-\d{1,9})")
_HASH = re.compile(r"0x[0-9a-f]{64}")
_PAGE = "100"
_CONTESTED = ("disputed", "stopped")  # what an offer is signed for now, nobody can buy


def show(session: Session, named: str, at: str | None) -> None:
    """Find what is meant, and print it.

    Raises:
        CommandError: Nothing visible has that name.
    """
    if _NUMBER.fullmatch(named):
        _show_work(session, _by_number(session, named))
        return
    if not _HASH.fullmatch(named.lower()):
        raise CommandError(
            "invalid-value",
            f"{named!r} is no id (0x and 64 hex digits) and no registration number like 31337-L5 or "
            "31337-T5-0",
        )
    kinds: tuple[tuple[Callable[[], Answer], Callable[[Session, Answer], None]], ...] = (
        (lambda: session.client.work(named.lower()), _show_work),
        (lambda: session.client.offer(named.lower()), _show_offer),
        (lambda: session.client.grant(named.lower(), at), _show_grant),
    )
    for read, tell in kinds:
        found = _unless_unknown(read)
        if found is not None:
            tell(session, found)
            return
    raise CommandError(
        "not-found",
        f"no work, offer or grant {named} is visible here",
        "a work that waits for the chain is shown to the holder of its receipt alone",
    )


def _unless_unknown(read: Callable[[], Answer]) -> Answer | None:
    try:
        return read()
    except ProblemError as problem:
        if problem.code != "not-found":
            raise
        return None


def _by_number(session: Session, number: str) -> Answer:
    """By its leaf; one of a title by walking the list from its newest end until its block is passed."""
    found = _NUMBER.fullmatch(number)
    leaf, block = (found[1], int(found[2] or 0)) if found else (None, 0)
    narrowed = {"limit": _PAGE} if leaf is None else {"leaf_index": str(int(leaf) - 1)}
    while True:
        page = session.client.works(**narrowed)
        for record in page.items_of("records"):
            if record.optional_text("registration_number") == number:
                return record
            title = record.optional_inner("title")
            if title is not None and title.integer("block_number") < block:
                page["next_cursor"] = None
        cursor = page.optional_text("next_cursor")
        if cursor is None:
            raise CommandError(
                "not-found", f"there is no registration {number}; it is given once a record is final"
            )
        narrowed["cursor"] = cursor


def _show_work(session: Session, record: Answer) -> None:
    work_id = record.text("work_id")
    offers = session.client.offers_of(work_id).items_of("offers") if is_settled(record) else []
    grants = session.client.grants(work_id=work_id).items_of("grants") if is_settled(record) else []
    session.terminal.document({**record, "offers": offers, "grants": grants})
    print_record(session.terminal, record)
    for offer in offers:
        print_offer_line(session.terminal, offer)
    for grant in grants:
        valid = "valid now" if grant.flag("valid") else "not valid now"
        session.terminal.fact("licence", f"{grant.text('grant_id')} of {grant.text('holder')}, {valid}")
    available = [offer for offer in offers if offer.text("availability") == "available"]
    session.terminal.closing(session.page(work_id), _after(record, available))


def _after(record: Answer, available: list[Answer]) -> str:
    if available:
        return _buy(available[-1])
    work_id = record.text("work_id")
    if not is_settled(record):
        return f"colophon show {work_id}"
    if record.optional_text("sales") in _CONTESTED:
        return f"colophon dispute show {work_id}"
    return f"colophon offer {work_id} --price 0.01eth --terms editorial"


def _buy(published: Answer) -> str:
    price = published.inner("offer").integer("price_wei")
    return f"colophon buy {published.text('offer_hash')} --max-price {wei_argument(price)}"


def _show_offer(session: Session, published: Answer) -> None:
    session.terminal.document(published)
    print_offer(session.terminal, published)
    offer = published.inner("offer")
    work_id = offer.text("work_id")
    following = f"colophon show {work_id}"
    if published.text("availability") == "available":
        following = _buy(published)
    session.terminal.closing(session.page(work_id), following)


def _show_grant(session: Session, grant: Answer) -> None:
    session.terminal.document(grant)
    print_grant(session.terminal, grant)
    work_id = grant.text("work_id")
    session.terminal.closing(session.page(work_id), f"colophon show {work_id}")
