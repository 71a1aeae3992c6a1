"""Grants as the chain tells them."""

from __future__ import annotations

from collections.abc import Sequence

from registry.model import ChainEvent, Grant, OfferFlags, OfferHash, Payment
from registry.usecases import facts
from registry.usecases.sales import end_of


def grant_of(events: Sequence[ChainEvent]) -> Grant:
    """Fold a grant from its events: held by whoever received it last, ended early by a refund or a ruling."""
    issued = next(event for event in events if event.name == "GrantIssued")
    transfers = [event for event in events if (event.contract, event.name) == ("LicenseLedger", "Transfer")]
    bound = [event for event in events if event.name == "DerivativeLinked"]
    return Grant(
        grant_id=facts.grant(issued),
        work_id=facts.work(issued),
        offer_hash=OfferHash(facts.digest(issued, "offer_hash")),
        serial=facts.number(issued, "serial"),
        licensor=facts.account(issued, "licensor"),
        licensee=facts.account(issued, "licensee"),
        payer=facts.account(issued, "payer"),
        holder=facts.account(transfers[-1], "to") if transfers else facts.account(issued, "licensee"),
        terms_hash=facts.digest(issued, "terms_hash"),
        currency=facts.account(issued, "currency"),
        price=facts.number(issued, "price"),
        start=facts.number(issued, "start"),
        end=end_of(facts.number(issued, "end"), events),
        flags=OfferFlags(facts.number(issued, "flags")),
        payment=_payment(facts.number(issued, "price"), events),
        bound_to=facts.work(bound[-1]) if bound else None,
    )


def _payment(price: int, events: Sequence[ChainEvent]) -> Payment:
    names = {event.name for event in events}
    if "PaymentRefunded" in names:
        return Payment.REFUNDED
    if "PaymentReleased" in names:
        return Payment.RELEASED
    return Payment.ESCROWED if price else Payment.NONE
