"""Purchases and grants. The buyer's own key sends the purchase: there is one money path."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import NotFoundError, PriceOverLimitError
from registry.model import (
    Act,
    Address,
    Grant,
    GrantId,
    Offer,
    OfferHash,
    Purchase,
    PurchaseUnregistered,
    Sale,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.ports import Chain, Clock, GrantFilter, Position, Store, UnitOfWork
from registry.usecases import facts
from registry.usecases.act import TransactionStatus, request_of
from registry.usecases.grants import grant_of
from registry.usecases.log_reading import LoggedRegistration, logged_registration
from registry.usecases.read import cursor_of, position_of
from registry.usecases.records import RecordReader
from registry.usecases.sold import sales_of
from registry.usecases.viewer import NOBODY

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class PreparedPurchase:
    """The transaction for the buyer's key, beside the offer it buys."""

    offer: Offer
    transaction: TransactionRequest


@dataclass(frozen=True, slots=True)
class PurchaseReceipt:
    """What became of a purchase transaction, and the grants it issued."""

    transaction_hash: TransactionHash
    status: TransactionStatus
    grants: tuple[Grant, ...]
    gas_used: int | None


@dataclass(frozen=True, slots=True)
class GrantPage:
    """Grants, newest first, and the cursor of the next page if there is one."""

    grants: tuple[Grant, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PreparePurchase:
    """Build the purchase for the buyer to sign; nothing is stored."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(
        self, offer_hash: OfferHash, buyer: Address, licensee: Address, max_price: int
    ) -> PreparedPurchase:
        """The chain is asked first whether the purchase would go through now.

        Raises:
            NotFoundError: There is no such offer.
            PriceOverLimitError: The price is over what the buyer would pay.
            OfferUnavailableError, StaleOfferError, NotTitleHolderError, TransactionRejectedError: The
                contract would refuse it.
            ChainUnavailableError: Nobody can tell.
        """
        with self.store.read() as unit:
            entry = unit.journal.offers([offer_hash]).get(offer_hash)
            if entry is None:
                raise NotFoundError("offer", str(offer_hash))
            logged = self._logged(unit, entry.offer.work_id)
        offer, signature = entry.offer, entry.signature
        if offer.price > max_price:
            raise PriceOverLimitError(offer.price, max_price)
        act: Act = Purchase(offer, signature, licensee, max_price)
        if logged is not None:
            act = PurchaseUnregistered(
                logged.registration,
                logged.signature,
                logged.inclusion,
                offer,
                signature,
                licensee,
                max_price,
            )
        return PreparedPurchase(offer, request_of(self.chain, buyer, act))

    def _logged(self, unit: UnitOfWork, work_id: WorkId) -> LoggedRegistration | None:
        """What makes the title within the purchase, where there is none yet."""
        record = RecordReader(self.chain, self.clock).read(unit, [work_id], NOBODY).get(work_id)
        return None if record is None or record.title is not None else logged_registration(unit, record)


@dataclass(frozen=True, slots=True)
class ReadPurchase:
    """What became of a purchase transaction."""

    store: Store
    chain: Chain

    def __call__(self, transaction_hash: TransactionHash) -> PurchaseReceipt:
        """Its receipt, and its grants once they are taken in.

        Raises:
            NotFoundError: The chain knows no such transaction to our contracts yet.
        """
        with self.store.read() as unit:
            events = unit.views.events_of_transaction(transaction_hash)
            issued = [facts.grant(event) for event in events if event.name == "GrantIssued"]
            grants = tuple(grant_of(one) for one in unit.views.events_of_grants(issued).values())
        receipt = self.chain.receipt(transaction_hash)
        if receipt is None:
            raise NotFoundError("transaction", str(transaction_hash))
        if not receipt.succeeded:
            return PurchaseReceipt(transaction_hash, TransactionStatus.FAILED, (), receipt.gas_used)
        status = TransactionStatus.MINED if grants else TransactionStatus.PENDING
        return PurchaseReceipt(transaction_hash, status, grants, receipt.gas_used)


@dataclass(frozen=True, slots=True)
class ReadGrants:
    """Grants by id, work or licensee."""

    store: Store

    def one(self, grant_id: GrantId) -> Grant:
        """One grant.

        Raises:
            NotFoundError: There is none on chain.
        """
        with self.store.read() as unit:
            return _grant(unit, grant_id)

    def sale(self, grant_id: GrantId) -> Sale:
        """The whole offer and the serial that a grant's id commits to, whoever published the offer.

        Raises:
            NotFoundError: There is no such grant on chain.
        """
        with self.store.read() as unit:
            return sales_of(unit, [_grant(unit, grant_id)])[grant_id]

    def page(self, narrowed: GrantFilter, cursor: str | None, limit: int) -> GrantPage:
        """A page of at most `limit` (1 to 100) grants, newest first.

        Raises:
            InvalidCursorError: The cursor was not made by this list.
        """
        limit = max(1, min(limit, MAX_PAGE))
        after = position_of(cursor) if cursor else None
        with self.store.read() as unit:
            issued = unit.views.grant_events(narrowed, after, limit + 1)
            ids = [facts.grant(event) for event in issued[:limit]]
            events = unit.views.events_of_grants(ids)
            grants = [grant_of(events[grant_id]) for grant_id in ids]
        last = issued[limit - 1] if len(issued) > limit else None
        return GrantPage(
            tuple(grants), cursor_of(Position(last.block_number, last.log_index)) if last else None
        )


def _grant(unit: UnitOfWork, grant_id: GrantId) -> Grant:
    events = unit.views.events_of_grants([grant_id]).get(grant_id, [])
    if not any(event.name == "GrantIssued" for event in events):
        raise NotFoundError("grant", str(grant_id))
    return grant_of(events)
