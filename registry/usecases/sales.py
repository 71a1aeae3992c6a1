"""What bears on selling licences to a work: its flags, its links to parents, the grants that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from registry.licensing.holds import Holds
from registry.model import Address, ChainEvent, GrantId, Hash32, Offer, OfferFlags, WorkId
from registry.usecases import facts

GrantEvents = Mapping[GrantId, Sequence[ChainEvent]]
_ENDS = ("GrantEnded", "PaymentRefunded")


class TitleFlags(IntFlag):
    """What the title's slot says beside holder, date and series (contracts/src/libraries/TitleFlags.sol)."""

    RETRACTED = 1
    CANCELLED = 2
    DISPUTED = 4
    UPHELD = 8
    ASSIGNED = 16


class SalesState(StrEnum):
    """Whether licences to a work are sold: yes; no more, by the holder's will or by a ruling; or not now."""

    OPEN = "open"
    RETRACTED = "retracted"
    STOPPED = "stopped"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Link:
    """A licence that backs a declared parent. `end` is when it ends, in Unix seconds."""

    parent: WorkId
    grant_id: GrantId
    royalty_bps: int
    share_alike: bool
    terms_hash: Hash32
    end: int


def flags_of(events: Sequence[ChainEvent]) -> TitleFlags:
    """A recorded title's flags."""
    flags = TitleFlags(0)
    for event in events:
        if event.name == "WorkRetracted":
            flags |= TitleFlags.RETRACTED
        elif event.name == "TitleMarked":
            flags = TitleFlags(facts.number(event, "flags"))
        elif event.name == "TitleAssigned":  # what the former holder did, or was ruled to have done, ends
            flags = flags & ~(TitleFlags.RETRACTED | TitleFlags.UPHELD) | TitleFlags.ASSIGNED
    return flags


def sales_state(flags: TitleFlags, holds: Holds, now: int) -> SalesState:
    """Whether licences are sold at a Unix second, as far as title and disputes go."""
    if TitleFlags.UPHELD in flags:
        return SalesState.STOPPED
    if TitleFlags.RETRACTED in flags:
        return SalesState.RETRACTED
    return SalesState.DISPUTED if now < holds.admitted_until else SalesState.OPEN


def holder_of(events: Sequence[ChainEvent]) -> Address:
    """Who holds a recorded work's title."""
    transfers = [event for event in events if (event.contract, event.name) == ("WorkRegistry", "Transfer")]
    return facts.account(transfers[-1], "to")


def series_of(events: Sequence[ChainEvent]) -> int:
    """The series that offers must name."""
    advanced = [event for event in events if event.name == "SeriesAdvanced"]
    return facts.number(advanced[-1], "series") if advanced else 0


def linked_grants(events: Sequence[ChainEvent]) -> set[GrantId]:
    """The licences that back a work's parents, or did: `links_of` wants their events."""
    return {facts.grant(event) for event in events if event.name == "DerivativeLinked"}


def links_of(events: Sequence[ChainEvent], grants: GrantEvents) -> tuple[Link, ...]:
    """A work's links, in the order in which parents were first linked: that in which they are paid.

    A ruling that gives the title to somebody else ends them all.
    """
    links: dict[WorkId, Link] = {}
    for event in events:
        if event.name == "DerivativeLinked":
            parent, grant_id = facts.work(event, "parent"), facts.grant(event)
            links[parent] = Link(
                parent=parent,
                grant_id=grant_id,
                royalty_bps=facts.number(event, "royalty_bps"),
                share_alike=bool(event.facts["share_alike"]),
                terms_hash=facts.digest(event, "terms_hash"),
                end=end_of(facts.number(event, "end"), grants.get(grant_id, ())),
            )
        elif event.name == "RevenueReset":
            links.clear()
    return tuple(links.values())


def end_of(end: int, events: Sequence[ChainEvent]) -> int:
    """When a grant ends that was issued or linked with an end: a refund or a ruling may have cut it short."""
    cut = (facts.number(event, "end") for event in events if event.name in _ENDS)
    return min((end, *cut))


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Until when grants run on a title, and until when an exclusive one does; Unix seconds."""

    live_until: int = 0
    exclusive_until: int = 0

    def bars(self, offer: Offer, now: int) -> bool:
        """Whether a grant that runs bars a purchase at a Unix second."""
        exclusive = OfferFlags.EXCLUSIVE in offer.flags
        return now < self.exclusive_until or (exclusive and now < self.live_until)


def occupancy_of(events: Sequence[ChainEvent]) -> Occupancy:
    """As LicenseLedger counts it: an exclusive grant that ends early makes room, an ordinary one does not."""
    live_until = exclusive_until = 0
    exclusive: dict[GrantId, int] = {}
    for event in events:
        if event.name == "GrantIssued":
            end = facts.number(event, "end")
            live_until = max(live_until, end)
            if OfferFlags.EXCLUSIVE in OfferFlags(facts.number(event, "flags")):
                exclusive[facts.grant(event)] = exclusive_until = end
        elif event.name in _ENDS:
            grant_id, end = facts.grant(event), facts.number(event, "end")
            if end < exclusive.get(grant_id, 0):
                live_until = exclusive_until = exclusive[grant_id] = end
    return Occupancy(live_until, exclusive_until)
