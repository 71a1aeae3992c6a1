"""Offers that cannot be made or bought."""

from __future__ import annotations

from registry.errors.base import RegistryError


class NotTitleHolderError(RegistryError):
    """The licensor does not hold the title."""

    code = "not-title-holder"

    def __init__(self, work_id: str, licensor: str, holder: str | None) -> None:
        super().__init__(
            f"{licensor} does not hold the title of {work_id}",
            work_id=work_id,
            licensor=licensor,
            holder=holder,
        )


class StaleOfferError(RegistryError):
    """The title has moved to another series since the offer, or the share table, was signed."""

    code = "stale-offer"

    def __init__(self, offer_series: int, title_series: int) -> None:
        super().__init__(
            f"it was signed for series {offer_series}, the title is at {title_series}",
            offer_series=offer_series,
            title_series=title_series,
        )


class OfferUnavailableError(RegistryError):
    """The offer is cancelled, sold out, outside its window, or barred by an exclusive grant."""

    code = "offer-unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the offer is not available: {reason}", reason=reason)


class PriceOverLimitError(RegistryError):
    """The price is over the buyer's limit."""

    code = "price-over-limit"

    def __init__(self, price_wei: int, limit_wei: int) -> None:
        super().__init__(
            f"the price of {price_wei} wei is over the limit of {limit_wei} wei",
            price_wei=str(price_wei),
            limit_wei=str(limit_wei),
        )
