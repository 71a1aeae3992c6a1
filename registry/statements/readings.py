"""The one-sentence reading of what a person is asked to sign, made from the very data that is signed."""

from __future__ import annotations

from registry.model import (
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Answer,
    Hash32,
    Offer,
    OfferFlags,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    from_unix,
)
from registry.statements.encoding import Statement

# What contributors risk, said wherever a table is read or signed: the title's holder signs the offers alone.
PAID_BEFORE_TABLES = (
    "after the carrier that an offer names and the parents of the work, who are paid first and may together "
    "receive everything"
)
LAST_PRINTABLE_SECOND = 253_402_300_799  # the end of the year 9999, where datetime stops


def plain(statement: Statement) -> str:
    """One sentence saying what signing means, made from the very data that is signed."""
    match statement:
        case Registration(declaration=declaration):
            derived = f", a derivative of {len(declaration.parents)} works," if declaration.parents else ""
            return (
                f"I, {declaration.claimant}, declare the work whose file has the SHA-256 "
                f"{declaration.content_hash}{derived} as mine; this may be recorded until "
                f"{moment(statement.deadline)}."
            )
        case Supplement():
            return (
                f"I add metadata {statement.metadata_hash} as supplement {statement.sequence} to work "
                f"{statement.work_id}; this may be recorded until {moment(statement.deadline)}."
            )
        case Redaction():
            return (
                f"I ask the registry to erase for good what is said of work {statement.work_id}: the "
                f"metadata {statement.metadata_hash} with their salt, those of its supplements, the report, "
                f"the preview and the deposit copy, while the record, its date and its fingerprint stay; "
                f"this may be done until {moment(statement.deadline)}."
            )
        case Offer():
            return _plain_offer(statement)
        case ShareTable():
            return _plain_table(statement)
        case Answer():
            return (
                f"I answer dispute {statement.dispute_id} with what has the hash "
                f"{statement.evidence_hash}; this may be recorded until {moment(statement.deadline)}."
            )


def _plain_offer(offer: Offer) -> str:
    who = "anybody" if offer.licensee == ZERO_ADDRESS else str(offer.licensee)
    unit = "wei" if offer.currency == ZERO_ADDRESS else f"units of {offer.currency}"
    count = (
        "any number of grants"
        if offer.max_grants == UNLIMITED_GRANTS
        else f"at most {offer.max_grants} grants"
    )
    length = "without end" if offer.duration == PERPETUAL else f"for {offer.duration} seconds from purchase"
    traits = " | ".join(flag.name or "" for flag in OfferFlags if flag in offer.flags) or "none"
    return (
        f"I, {offer.licensor}, offer {who} a licence of work {offer.work_id} under terms "
        f"{offer.terms_hash} for {offer.price} {unit}{_carried(offer)}, {length}, {count}, flags {traits}, "
        f"derivatives owing {percent(offer.royalty_bps)} of their revenue, to be bought until "
        f"{moment(offer.valid_until)}."
    )


def _carried(offer: Offer) -> str:
    return f", of which {percent(offer.carrier_bps)} go to {offer.carrier}" if offer.carrier_bps else ""


def _plain_table(table: ShareTable) -> str:
    rows = ", ".join(
        f"{percent(share)} to {account}" for account, share in zip(table.contributors, table.bps, strict=True)
    )
    return (
        f"I agree that revenue of work {table.work_id} released from now on is shared: "
        f"{rows or 'nothing to contributors'}, and {percent(table.rest_bps)} to whoever holds the title, "
        f"each of what is left {PAID_BEFORE_TABLES} (table {table.epoch}, for series {table.series} of the "
        f"title); this may be recorded until {moment(table.deadline)}."
    )


def percent(bps: int) -> str:
    """Hundredths of a percent, for a reader."""
    whole, hundredths = divmod(bps, 100)
    return f"{whole} %" if not hundredths else f"{whole}.{hundredths:02d} %"


def tag_words(tag: Hash32) -> str | None:
    """A dispute's tag where it is a text padded with zeros; None where it is a hash."""
    text = bytes(tag).rstrip(b"\0")
    return text.decode("ascii") if text.isascii() and text.decode("ascii").isprintable() and text else None


def moment(seconds: int) -> str:
    """A chain time for a reader."""
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%Y-%m-%d %H:%M:%S} UTC"
