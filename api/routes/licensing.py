"""Offers, purchases and grants. The buyer's own key sends the purchase: there is one money path."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import RegistryDep
from api.openapi import problems
from api.schemas.grants import GrantOut, GrantPageOut, PurchaseDraftOut, PurchaseIn, PurchaseOut, SaleOut
from api.schemas.offers import (
    OfferDraftIn,
    OfferDraftOut,
    OfferOut,
    SignedOfferIn,
    TermsListOut,
    TermsOut,
)
from api.schemas.values import AddressValue, GrantIdValue, OfferHashValue, TransactionHashValue, WorkIdValue
from registry.compose import Registry
from registry.errors import (
    ChainUnavailableError,
    DeadlineExpiredError,
    InvalidCursorError,
    InvalidDocumentError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    NotTitleHolderError,
    OfferUnavailableError,
    PriceOverLimitError,
    StaleOfferError,
    TransactionRejectedError,
)
from registry.licensing.terms import STANDARD, terms_hash
from registry.model import to_unix
from registry.ports import GrantFilter
from registry.usecases.license import MAX_PAGE

router = APIRouter(tags=["license"])

_LAST_YEAR_SECONDS = 253_402_300_799  # year 9999
AtQuery = Annotated[str | None, Query(max_length=40, description="RFC 3339 or Unix seconds; absent: now.")]


@router.get("/terms", responses=problems())
def list_terms() -> TermsListOut:
    """The standard terms, which an offer may name."""
    return TermsListOut(
        terms=[
            TermsOut(name=name, hash=terms_hash(terms), terms=dict(terms)) for name, terms in STANDARD.items()
        ]
    )


@router.post(
    "/offer-drafts",
    responses=problems(
        NotFoundError, NotTitleHolderError, OfferUnavailableError, InvalidValueError, InvalidDocumentError
    ),
)
def prepare_offer(registry: RegistryDep, body: OfferDraftIn) -> OfferDraftOut:
    """Make an offer ready for the title's holder to sign; nothing is stored."""
    made = registry.prepare_offer(body.work_id, body.licensor, body.chosen())
    return OfferDraftOut.of(made, body.terms_document())


@router.post(
    "/offers",
    status_code=HTTPStatus.CREATED,
    responses=problems(
        DeadlineExpiredError,
        InvalidDocumentError,
        InvalidSignatureError,
        InvalidValueError,
        NotFoundError,
        NotTitleHolderError,
        StaleOfferError,
    ),
)
def publish_offer(registry: RegistryDep, body: SignedOfferIn) -> OfferOut:
    """Publish a signed offer. The same offer again changes nothing."""
    return OfferOut.of(registry.publish_offer(body.offer.offer(), body.terms, body.signature))


@router.get("/offers/{offer_hash}", responses=problems(NotFoundError))
def read_offer(registry: RegistryDep, offer_hash: Annotated[OfferHashValue, Path()]) -> OfferOut:
    """One offer, and whether it can be bought now."""
    return OfferOut.of(registry.read_offers.one(offer_hash))


@router.post(
    "/purchases",
    responses=problems(
        NotFoundError,
        InvalidValueError,
        NotTitleHolderError,
        OfferUnavailableError,
        PriceOverLimitError,
        StaleOfferError,
        TransactionRejectedError,
    ),
)
def prepare_purchase(registry: RegistryDep, body: PurchaseIn) -> PurchaseDraftOut:
    """Build the purchase for the buyer's own key to sign and send; nothing is stored."""
    prepared = registry.prepare_purchase(body.offer_hash, body.buyer, body.for_whom(), body.max_price_wei)
    return PurchaseDraftOut.of(prepared, body)


@router.get("/purchases/{transaction_hash}", responses=problems(NotFoundError))
def read_purchase(
    registry: RegistryDep, transaction_hash: Annotated[TransactionHashValue, Path()]
) -> PurchaseOut:
    """What became of a purchase transaction, and the grants it issued."""
    return PurchaseOut.of(registry.read_purchase(transaction_hash), _now(registry))


@router.get("/grants", responses=problems(InvalidCursorError))
def list_grants(
    registry: RegistryDep,
    work_id: Annotated[WorkIdValue | None, Query()] = None,
    licensee: Annotated[AddressValue | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
) -> GrantPageOut:
    """Grants, newest first, with whether each is valid now."""
    page = registry.read_grants.page(GrantFilter(work_id, licensee), cursor, limit)
    return GrantPageOut.of(page, _now(registry))


@router.get("/grants/{grant_id}", responses=problems(NotFoundError, InvalidValueError, ChainUnavailableError))
def read_grant(
    registry: RegistryDep, grant_id: Annotated[GrantIdValue, Path()], at: AtQuery = None
) -> GrantOut:
    """One grant, and whether it is valid at a time; for a time to come that is a forecast."""
    now = _now(registry)
    asked = now if at is None else moment_asked(at)
    return GrantOut.of(registry.read_grants.one(grant_id), asked, now)


@router.get("/grants/{grant_id}/sale", responses=problems(NotFoundError))
def read_sale(registry: RegistryDep, grant_id: Annotated[GrantIdValue, Path()]) -> SaleOut:
    """The whole offer under which a grant was issued, whoever published it."""
    return SaleOut.of(grant_id, registry.read_grants.sale(grant_id))


def moment_asked(text: str) -> int:
    """Unix seconds from RFC 3339 or from Unix seconds.

    Raises:
        InvalidValueError: Neither, or a time without its offset from UTC.
    """
    if re.fullmatch(r"[0-9]{1,12}", text):
        seconds = int(text)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as problem:
            raise InvalidValueError("at", "is neither RFC 3339 nor Unix seconds") from problem
        if moment.tzinfo is None:
            raise InvalidValueError("at", "lacks its offset from UTC; end it with Z")
        seconds = to_unix(moment)
    if not 0 <= seconds <= _LAST_YEAR_SECONDS:
        raise InvalidValueError("at", "is outside the years 1970 to 9999")
    return seconds


def _now(registry: Registry) -> int:
    return to_unix(registry.read_work.clock.now())
