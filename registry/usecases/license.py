"""Purchases and grants. The buyer's own key sends the purchase: there is one money path."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import NotFoundError, PriceOverLimitError
from registry.model import (
    Address,
    Grant,
    GrantId,
    Offer,
    OfferHash,
    Purchase,
    TransactionHash,
    TransactionRequest,
)
from registry.ports import Chain, GrantFilter, Position, Store
from registry.usecases import facts
from registry.usecases.act import TransactionStatus, request_of
from registry.usecases.grants import grant_of
from registry.usecases.read import cursor_of, position_of

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
        if entry.offer.price > max_price:
            raise PriceOverLimitError(entry.offer.price, max_price)
        act = Purchase(entry.offer, entry.signature, licensee, max_price)
        return PreparedPurchase(entry.offer, request_of(self.chain, buyer, act))


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
            events = unit.views.events_of_grants([grant_id]).get(grant_id, [])
        if not any(event.name == "GrantIssued" for event in events):
            raise NotFoundError("grant", str(grant_id))
        return grant_of(events)

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
