"""Records, offers and grants as lines of text. Words that claim no more than the registry knows."""

from __future__ import annotations

from registry.cli.failures import CommandError
from registry.cli.plain import format_duration, format_wei, short
from registry.cli.terminal import Terminal
from registry.client import Answer
from registry.model import PERPETUAL, UNLIMITED_GRANTS, ZERO_ADDRESS
from registry.statements import percent

_CHECKS = {
    "unchecked": "unchecked: the registry has not seen the file, no copy is found by it (colophon check)",
    "differs": "differs from the registry's own of the same file, by which the work is found",
}
SETTLED = ("confirmed", "final")


def state_of(record: Answer) -> str:
    """A record's state."""
    return record.inner("status").text("state")


def is_settled(record: Answer) -> bool:
    """Whether everybody can see the record."""
    return state_of(record) in SETTLED


def title_of(record: Answer) -> str:
    """What the claimant calls the work."""
    work = record.optional_inner("work")
    if work is None:
        return "A work whose documents are not here"
    return "Redacted: title and creators were erased" if work.flag("redacted") else f"“{work.text('title')}”"


def held_title(record: Answer) -> Answer:
    """A work's title.

    Raises:
        CommandError: It is dated by the log alone.
    """
    title = record.optional_inner("title")
    if title is None:
        work_id = record.text("work_id")
        raise CommandError("untitled", "the work has no title yet", f"colophon title {work_id} makes one")
    return title


def dated(record: Answer) -> str:
    """The earliest time a record proves, and to whom."""
    date = record.optional_text("effective_date")
    note = record.optional_text("date_note")
    if date is None:
        return "not yet"
    return f"{date} ({note})" if note else date


def print_record(terminal: Terminal, record: Answer) -> None:
    """A record: a claim with a date."""
    status, declaration = record.inner("status"), record.inner("declaration")
    terminal.heading(title_of(record))
    terminal.fact("work", record.text("work_id"))
    if record.optional_text("registration_number"):
        terminal.fact("number", record.text("registration_number"))
    confirmations = f"{status.integer('confirmations')} of {status.integer('confirmations_needed')}"
    terminal.fact("status", f"{status.text('state')} ({confirmations})")
    terminal.fact("dated", dated(record))
    place = record.optional_inner("log")
    if place:
        terminal.fact("in the log", f"leaf {place.integer('leaf_index')}")
    terminal.fact("claimant", declaration.text("claimant"))
    title = record.optional_inner("title")
    if title and title.text("holder") != declaration.text("claimant"):
        terminal.fact("title held by", title.text("holder"))
    _print_work(terminal, record)
    terminal.fact("SHA-256", declaration.text("content_hash"))
    _print_standing(terminal, record)
    if record.optional_text("problem"):
        terminal.fact("problem", record.text("problem"))
    for claim in record.items_of("adverse_claims"):
        kind = "the same bytes" if claim.text("verdict") == "identical" else "a similar work"
        terminal.fact("adverse claim", f"{claim.text('claimant')} declares {kind}: {claim.text('work_id')}")
    terminal.fact("note", record.text("note"))


def _print_standing(terminal: Terminal, record: Answer) -> None:
    """What became of the declaration, its parents and its title since."""
    for link in record.items_of("links"):
        royalty = percent(link.integer("royalty_bps"))
        end = link.optional_text("end")
        runs = f"until {end}" if end else "without end"
        terminal.fact("derived from", f"{link.text('parent')}, licensed here {runs} for {royalty} of revenue")
    for parent in record.get("unlicensed_parents") or []:
        terminal.fact("derived from", f"{parent}, not licensed here")
    for supplement in record.items_of("supplements"):
        terminal.fact("supplement", f"{supplement.integer('sequence')}: {supplement.text('metadata_hash')}")
    if record.flag("cancelled"):
        terminal.fact("cancelled", "the claimant withdrew every signature over it")
    sales = record.optional_text("sales")
    if sales is not None and sales != "open":
        terminal.fact("sales", sales)
    for dispute in record.get("disputes") or []:
        terminal.fact("dispute", dispute)


def _print_work(terminal: Terminal, record: Answer) -> None:
    work = record.optional_inner("work")
    if work is None:
        return
    if not work.flag("redacted"):
        _print_said(terminal, work)
    terminal.fact(
        "medium", f"{work.text('medium')}, {work.text('media_type')}, {work.integer('bytes')} bytes"
    )
    check = work.text("fingerprint_check")
    if check != "agrees":
        terminal.fact("fingerprint", _CHECKS.get(check, check))


def _print_said(terminal: Terminal, work: Answer) -> None:
    terminal.fact("by", ", ".join(creator.text("name") for creator in work.items_of("creators")))
    if work.get("year") is not None:
        terminal.fact("year", work["year"])
    terminal.fact("made", work.text("how_made"))
    preferences = work.inner("usage_preferences")
    if preferences:
        terminal.fact(
            "preferences", ", ".join(f"{use} {preferences.text(use)}" for use in sorted(preferences))
        )


def print_offer(terminal: Terminal, published: Answer) -> None:
    """A signed offer and whether it can be bought."""
    offer, terms = published.inner("offer"), published.inner("terms")
    terminal.heading(f"Offer: {terms.text('name')} for {format_wei(offer.integer('price_wei'))}")
    terminal.fact("offer", published.text("offer_hash"))
    terminal.fact("work", offer.text("work_id"))
    terminal.fact("licensor", offer.text("licensor"))
    terminal.fact("terms", terms.text("text"))
    terminal.fact("can be bought", _availability(published))
    terminal.fact("licence runs", _length(offer.integer("duration")))
    issued, most = published.integer("issued"), offer.integer("max_grants")
    terminal.fact("issued", f"{issued}" if most == UNLIMITED_GRANTS else f"{issued} of {most}")
    if offer.text("licensee") != ZERO_ADDRESS:
        terminal.fact("only for", offer.text("licensee"))
    flags = offer.get("flags")
    if flags:
        terminal.fact("flags", ", ".join(str(flag) for flag in flags))


def print_offer_line(terminal: Terminal, published: Answer) -> None:
    """An offer in one line, under the record it is of."""
    offer, terms = published.inner("offer"), published.inner("terms")
    price, name = format_wei(offer.integer("price_wei")), terms.text("name")
    terminal.fact("offer", f"{name}, {price}, {_availability(published)}: {published.text('offer_hash')}")


def print_grant(terminal: Terminal, grant: Answer) -> None:
    """A licence, and whether it is valid at the time that was asked."""
    terminal.heading(f"Licence {short(grant.text('grant_id'))}")
    terminal.fact("grant", grant.text("grant_id"))
    terminal.fact("work", grant.text("work_id"))
    terminal.fact("held by", grant.text("holder"))
    terminal.fact("licensor", grant.text("licensor"))
    terminal.fact("paid", format_wei(grant.integer("price_wei")))
    terminal.fact("from", grant.optional_text("start") or "the beginning of time")
    terminal.fact("until", grant.optional_text("end") or "without end")
    answer = "valid" if grant.flag("valid") else "not valid"
    forecast = ", as things stand now" if grant.flag("forecast") else ""
    terminal.fact("at", f"{grant.text('at')}: {answer}{forecast}")
    terminal.fact("terms hash", grant.text("terms_hash"))
    terminal.fact("payment", grant.text("payment"))
    if grant.optional_text("bound_to"):
        terminal.fact("backs", grant.text("bound_to"))


def _availability(published: Answer) -> str:
    state = published.text("availability")
    until = published.optional_text("valid_until")
    return (
        f"until {until}"
        if state == "available" and until
        else f"no: {state}"
        if state != "available"
        else "yes"
    )


def _length(seconds: int) -> str:
    return "without end" if seconds == PERPETUAL else f"{format_duration(seconds)} from purchase"
