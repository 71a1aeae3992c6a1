"""Whole offers of licences that were sold: published here, or told by the chain with their first grant.

Releasing, refunding, linking and ruling name a sale by its whole offer, and anybody may have sold it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.errors import NotFoundError
from registry.model import ChainEvent, Grant, GrantId, Offer, OfferHash, Sale
from registry.ports import GrantFilter, UnitOfWork
from registry.usecases import facts


def offers_taken(events: Sequence[ChainEvent]) -> dict[OfferHash, ChainEvent]:
    """What told the offers of a work's grants, by their hashes; `facts.offer` reads one."""
    return {OfferHash(facts.digest(one, "offer_hash")): one for one in events if one.name == "OfferTaken"}


def offer_of(unit: UnitOfWork, offer_hash: OfferHash) -> Offer:
    """An offer that was published here or taken on chain.

    Raises:
        NotFoundError: Neither.
    """
    entry = unit.journal.offers([offer_hash]).get(offer_hash)
    if entry is not None:
        return entry.offer
    issued = unit.views.grant_events(GrantFilter(offer_hash=offer_hash), None, 1)
    works = unit.views.work_events([facts.work(event) for event in issued])
    for events in works.values():
        taken = offers_taken(events)
        if offer_hash in taken:
            return facts.offer(taken[offer_hash])
    raise NotFoundError("offer", str(offer_hash))


def sales_of(unit: UnitOfWork, grants: Sequence[Grant]) -> Mapping[GrantId, Sale]:
    """The sales that issued these grants, by the grants' ids.

    Raises:
        NotFoundError: An offer is neither here nor on chain, so the views lack a block.
    """
    published = unit.journal.offers([grant.offer_hash for grant in grants])
    offers = {offer_hash: entry.offer for offer_hash, entry in published.items()}
    elsewhere = {grant.offer_hash: grant.work_id for grant in grants if grant.offer_hash not in offers}
    events = unit.views.work_events(sorted(set(elsewhere.values())))
    taken = {work_id: offers_taken(its) for work_id, its in events.items()}
    for offer_hash, work_id in elsewhere.items():
        if offer_hash not in taken.get(work_id, {}):
            raise NotFoundError("offer", str(offer_hash))
        offers[offer_hash] = facts.offer(taken[work_id][offer_hash])
    return {grant.grant_id: Sale(offers[grant.offer_hash], grant.serial) for grant in grants}
