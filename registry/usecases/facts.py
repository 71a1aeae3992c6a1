"""The facts of an event as domain values: they are JSON, with large integers, ids and addresses as text."""

from __future__ import annotations

from typing import Any, cast

from registry.model import (
    ZERO_ADDRESS,
    Address,
    ChainEvent,
    DisputeId,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    WorkId,
)


def number(event: ChainEvent, name: str) -> int:
    """An integer of any size."""
    return int(str(event.facts[name]))


def account(event: ChainEvent, name: str) -> Address:
    """An address."""
    return Address(str(event.facts[name]))


def account_or_none(event: ChainEvent, name: str) -> Address | None:
    """An address, where zero stands for nobody."""
    found = account(event, name)
    return None if found == ZERO_ADDRESS else found


def digest(event: ChainEvent, name: str) -> Hash32:
    """A hash."""
    return Hash32.parse(str(event.facts[name]))


def work(event: ChainEvent, name: str = "work_id") -> WorkId:
    """A work's id."""
    return WorkId.parse(str(event.facts[name]))


def grant(event: ChainEvent) -> GrantId:
    """A grant's id."""
    return GrantId.parse(str(event.facts["grant_id"]))


def dispute(event: ChainEvent) -> DisputeId:
    """A dispute's id."""
    return DisputeId.parse(str(event.facts["dispute_id"]))


def offer(event: ChainEvent) -> Offer:
    """The whole offer of an `OfferTaken`."""
    told = cast("dict[str, Any]", event.facts["offer"])
    return Offer(
        licensor=Address(told["licensor"]),
        work_id=WorkId.parse(told["work_id"]),
        series=int(told["series"]),
        terms_hash=Hash32.parse(told["terms_hash"]),
        flags=OfferFlags(int(told["flags"])),
        currency=Address(told["currency"]),
        price=int(told["price"]),
        royalty_bps=int(told["royalty_bps"]),
        max_grants=int(told["max_grants"]),
        licensee=Address(told["licensee"]),
        valid_from=int(told["valid_from"]),
        valid_until=int(told["valid_until"]),
        duration=int(told["duration"]),
        carrier=Address(told["carrier"]),
        carrier_bps=int(told["carrier_bps"]),
        salt=Hash32.parse(told["salt"]),
    )


def several(event: ChainEvent, name: str) -> list[Any]:
    """A list."""
    return cast("list[Any]", event.facts[name])
