"""Offers and grants (CONTRACTS.md, LicenseLedger)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag, StrEnum

from registry.errors import InvalidValueError
from registry.model.values import UINT64_MAX, ZERO_ADDRESS, Address, GrantId, Hash32, OfferHash, WorkId

MAX_PRICE_WEI = 2**128 - 1
MAX_BPS = 10_000
UNLIMITED_GRANTS = 2**32 - 1
PERPETUAL = UINT64_MAX


class OfferFlags(IntFlag):
    """What a grant allows or demands."""

    TRANSFERABLE = 1
    DERIVATIVES = 2
    SHARE_ALIKE = 4
    EXCLUSIVE = 8


ALL_FLAGS = OfferFlags.TRANSFERABLE | OfferFlags.DERIVATIVES | OfferFlags.SHARE_ALIKE | OfferFlags.EXCLUSIVE


@dataclass(frozen=True, slots=True)
class Offer:
    """Signed terms, price and availability. Zero licensee is anybody, zero currency the native coin.

    Raises:
        InvalidValueError: A field outside what LicenseLedger accepts.
    """

    licensor: Address
    work_id: WorkId
    series: int
    terms_hash: Hash32
    flags: OfferFlags
    price: int
    valid_from: int
    valid_until: int
    salt: Hash32
    currency: Address = ZERO_ADDRESS
    royalty_bps: int = 0
    max_grants: int = UNLIMITED_GRANTS
    licensee: Address = ZERO_ADDRESS
    duration: int = PERPETUAL
    carrier: Address = ZERO_ADDRESS
    carrier_bps: int = 0

    def __post_init__(self) -> None:
        bounds = {
            "series": (self.series, 0, UNLIMITED_GRANTS),
            "price": (self.price, 0, MAX_PRICE_WEI),
            "royalty_bps": (self.royalty_bps, 0, MAX_BPS),
            "carrier_bps": (self.carrier_bps, 0, MAX_BPS),
            "max_grants": (self.max_grants, 1, UNLIMITED_GRANTS),
            "duration": (self.duration, 1, PERPETUAL),
            "valid_from": (self.valid_from, 0, UINT64_MAX),
            "valid_until": (self.valid_until, self.valid_from, UINT64_MAX),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                raise InvalidValueError(name, f"{value} is not between {low} and {high}")
        if int(self.flags) & ~int(ALL_FLAGS):  # IntFlag inverts within its own bits only
            raise InvalidValueError("flags", f"unknown bits in {int(self.flags)}")
        if (self.carrier == ZERO_ADDRESS) != (self.carrier_bps == 0):
            raise InvalidValueError("carrier", "a carrier and its share go together")


class Payment(StrEnum):
    """Where what was paid for a grant is; `none` where it was free."""

    NONE = "none"
    ESCROWED = "escrowed"
    RELEASED = "released"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Grant:
    """An issued licence, as the chain tells it. Times are Unix seconds; `end` is exclusive.

    `bound_to` is the derivative that it was brought to back: since then it can neither move nor be refunded.
    """

    grant_id: GrantId
    work_id: WorkId
    offer_hash: OfferHash
    serial: int
    licensor: Address
    licensee: Address
    payer: Address
    holder: Address
    terms_hash: Hash32
    currency: Address
    price: int
    start: int
    end: int
    flags: OfferFlags
    payment: Payment = Payment.NONE
    bound_to: WorkId | None = None

    def is_valid_at(self, time: int) -> bool:
        """Whether the grant gives its right at a Unix second; for a future time a forecast."""
        return self.start <= time < self.end
