"""Offers: prepared for the title's holder to sign, published, and read with whether they can be bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from registry import statements
from registry.errors import (
    DeadlineExpiredError,
    InvalidValueError,
    NotFoundError,
    NotTitleHolderError,
    OfferUnavailableError,
    StaleOfferError,
)
from registry.licensing.terms import terms_hash
from registry.model import (
    MAX_BPS,
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Address,
    ChainEvent,
    Offer,
    OfferFlags,
    OfferHash,
    WorkId,
    from_unix,
    to_unix,
)
from registry.ports import Chain, Clock, Ids, OfferEntry, Store, UnitOfWork
from registry.statements import Domain
from registry.usecases.records import Record, RecordReader
from registry.usecases.sales import Link, Occupancy, SalesState, occupancy_of
from registry.usecases.signatures import require_signed
from registry.usecases.standing import standings
from registry.usecases.viewer import NOBODY

DEFAULT_WINDOW = timedelta(days=90)
NO_FLAGS = OfferFlags(0)
FIRST_SERIES = 0  # of every title, until it moves or its offers are withdrawn
CLOCK_SKEW = timedelta(minutes=5)  # the chain's clock may lag behind the one that wrote `valid_from`


class Availability(StrEnum):
    """Whether an offer can be bought now, or why not.

    `stopped`: sales of the work are; `unlicensed`: a licence for a parent has ended, or parents and carrier
    would receive more than the price; `terms-not-shared`: a parent asks for its own terms.
    """

    AVAILABLE = "available"
    CANCELLED = "cancelled"
    STALE = "stale"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    SOLD_OUT = "sold-out"
    BARRED = "barred"
    STOPPED = "stopped"
    UNLICENSED = "unlicensed"
    TERMS_NOT_SHARED = "terms-not-shared"


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What a licensor chooses. Prices in wei, duration in seconds from purchase; zero licensee is anybody."""

    terms: Mapping[str, Any]
    price: int
    flags: OfferFlags = NO_FLAGS
    duration: int = PERPETUAL
    max_grants: int = UNLIMITED_GRANTS
    licensee: Address = ZERO_ADDRESS
    royalty_bps: int = 0
    valid_for: timedelta = DEFAULT_WINDOW


@dataclass(frozen=True, slots=True)
class OfferToSign:
    """An offer made ready, and the domain its signature is bound to."""

    offer: Offer
    offer_hash: OfferHash
    domain: Domain


@dataclass(frozen=True, slots=True)
class PublishedOffer:
    """A signed offer with what became of it."""

    entry: OfferEntry
    availability: Availability
    issued: int


@dataclass(frozen=True, slots=True)
class PrepareOffer:
    """Make an offer ready for the holder of a title to sign."""

    store: Store
    chain: Chain
    clock: Clock
    ids: Ids

    def __call__(self, work_id: WorkId, licensor: Address, chosen: OfferTerms) -> OfferToSign:
        """Fill in series, window and salt.

        Raises:
            NotFoundError: There is no title of that work.
            NotTitleHolderError: The licensor does not hold it.
            OfferUnavailableError: Licences to the work are not sold any more.
            InvalidValueError, InvalidDocumentError: A choice outside what the contract or the terms allow.
        """
        with self.store.read() as unit:
            seller = seller_of(unit, work_id, self.chain, self.clock)
        if seller.holder != licensor:
            raise NotTitleHolderError(str(work_id), licensor, seller.holder)
        if seller.sales in (SalesState.RETRACTED, SalesState.STOPPED):
            raise OfferUnavailableError("sales are stopped for good")
        now = self.clock.now()
        offer = Offer(
            licensor=licensor,
            work_id=work_id,
            series=seller.series,
            terms_hash=terms_hash(chosen.terms),
            flags=chosen.flags,
            price=chosen.price,
            valid_from=to_unix(now - CLOCK_SKEW),
            valid_until=to_unix(now + chosen.valid_for),
            salt=self.ids.salt(),
            royalty_bps=chosen.royalty_bps,
            max_grants=chosen.max_grants,
            licensee=chosen.licensee,
            duration=chosen.duration,
        )
        return OfferToSign(offer, statements.offer_hash(offer), ledger_domain(self.chain))


@dataclass(frozen=True, slots=True)
class PublishOffer:
    """Take a signed offer into the journal."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, offer: Offer, terms: Mapping[str, Any], signature: bytes) -> PublishedOffer:
        """The same offer again changes nothing.

        Raises:
            InvalidValueError: The terms are not those the offer names, or it asks for another coin.
            InvalidSignatureError: The licensor did not sign it.
            DeadlineExpiredError: Its window has closed.
            NotFoundError, NotTitleHolderError, StaleOfferError: The title is not theirs, or has moved.
        """
        if terms_hash(terms) != offer.terms_hash:
            raise InvalidValueError("terms", "are not those whose hash the offer names")
        if offer.currency != ZERO_ADDRESS:
            raise InvalidValueError("currency", "this registry carries offers in the native coin")
        digest = statements.digest(offer, ledger_domain(self.chain))
        require_signed(self.chain, offer.licensor, digest, signature)
        now = self.clock.now()
        if offer.valid_until < to_unix(now):
            raise DeadlineExpiredError(from_unix(offer.valid_until))
        entry = OfferEntry(statements.offer_hash(offer), digest, offer, signature, now, terms)
        with self.store.write() as unit:
            self._require_title(unit, offer)
            if entry.offer_hash not in unit.journal.offers([entry.offer_hash]):
                unit.journal.append(entry)
        return ReadOffers(self.store, self.chain, self.clock).one(entry.offer_hash)

    def _require_title(self, unit: UnitOfWork, offer: Offer) -> None:
        seller = seller_of(unit, offer.work_id, self.chain, self.clock)
        if seller.holder != offer.licensor:
            raise NotTitleHolderError(str(offer.work_id), offer.licensor, seller.holder)
        if seller.series != offer.series:
            raise StaleOfferError(offer.series, seller.series)


@dataclass(frozen=True, slots=True)
class ReadOffers:
    """Offers by work or by hash, with whether they can be bought now."""

    store: Store
    chain: Chain
    clock: Clock

    def of_work(self, work_id: WorkId) -> list[PublishedOffer]:
        """A work's offers, oldest first.

        Raises:
            NotFoundError: There is no such work on chain.
        """
        with self.store.read() as unit:
            if work_id not in standings(unit, [work_id]):
                raise NotFoundError("work", str(work_id))
            return self._published(unit, unit.journal.offers_of(work_id))

    def one(self, offer_hash: OfferHash) -> PublishedOffer:
        """One offer.

        Raises:
            NotFoundError: There is none.
        """
        with self.store.read() as unit:
            entry = unit.journal.offers([offer_hash]).get(offer_hash)
            if entry is None:
                raise NotFoundError("offer", str(offer_hash))
            return self._published(unit, [entry])[0]

    def _published(self, unit: UnitOfWork, entries: Sequence[OfferEntry]) -> list[PublishedOffer]:
        work_ids = list({entry.offer.work_id for entry in entries})
        records = RecordReader(self.chain, self.clock).read(unit, work_ids, NOBODY)
        events = unit.views.work_events(work_ids)
        cancelled = unit.views.offer_cancellations([entry.offer_hash for entry in entries])
        now = to_unix(self.clock.now())
        published = []
        for entry in entries:
            its = events.get(entry.offer.work_id, [])
            issued = sum(_is_issued(entry, event) for event in its)
            reasons = {
                Availability.CANCELLED: (entry.offer.licensor, entry.offer_hash) in cancelled,
                Availability.SOLD_OUT: issued >= entry.offer.max_grants,
                **_obstacles(entry.offer, records.get(entry.offer.work_id), occupancy_of(its), now),
            }
            published.append(PublishedOffer(entry, _availability(reasons), issued))
        return published


@dataclass(frozen=True, slots=True)
class Seller:
    """Who can sell licences to a work, and in which series of its title."""

    holder: Address
    series: int
    sales: SalesState


def seller_of(unit: UnitOfWork, work_id: WorkId, chain: Chain, clock: Clock) -> Seller:
    """The title's holder; of a dated work without one, the claimant: the first purchase makes the title.

    Raises:
        NotFoundError: Everybody sees no such work.
    """
    record = RecordReader(chain, clock).read(unit, [work_id], NOBODY).get(work_id)
    if record is None:
        raise NotFoundError("work", str(work_id))
    return _seller(record)


def _seller(record: Record) -> Seller:
    title = record.title
    if title is not None:
        return Seller(title.holder, title.series, title.sales)
    # A withdrawn signature makes no title any more.
    sales = SalesState.RETRACTED if record.cancelled else SalesState.OPEN
    return Seller(record.declaration.claimant, FIRST_SERIES, sales)


def ledger_domain(chain: Chain) -> Domain:
    """What offers are bound to."""
    return Domain("LicenseLedger", chain.contracts.chain_id, chain.contracts.license_ledger)


def _is_issued(entry: OfferEntry, event: ChainEvent) -> bool:
    return event.name == "GrantIssued" and event.facts["offer_hash"] == str(entry.offer_hash)


def _obstacles(
    offer: Offer, record: Record | None, occupancy: Occupancy, now: int
) -> Mapping[Availability, bool]:
    seller = _seller(record) if record else None
    links = record.links if record else ()
    return {
        Availability.STALE: seller is None
        or (seller.holder, seller.series) != (offer.licensor, offer.series),
        Availability.EXPIRED: now > offer.valid_until,
        Availability.NOT_YET: now < offer.valid_from,
        Availability.STOPPED: seller is not None and seller.sales is not SalesState.OPEN,
        Availability.BARRED: occupancy.bars(offer, now),
        Availability.UNLICENSED: not _is_licensed(offer, links, now),
        Availability.TERMS_NOT_SHARED: not _shares_terms(offer, links),
    }


def _is_licensed(offer: Offer, links: Sequence[Link], now: int) -> bool:
    royalties = sum(link.royalty_bps for link in links)
    return all(now < link.end for link in links) and (not links or royalties + offer.carrier_bps <= MAX_BPS)


def _shares_terms(offer: Offer, links: Sequence[Link]) -> bool:
    asked = {link.terms_hash for link in links if link.share_alike}
    return not asked or (asked == {offer.terms_hash} and OfferFlags.SHARE_ALIKE in offer.flags)


def _availability(reasons: Mapping[Availability, bool]) -> Availability:
    return next((one for one in Availability if reasons.get(one)), Availability.AVAILABLE)
