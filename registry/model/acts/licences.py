"""Acts on licences: buy, hand over, withdraw an offer, take money back."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import LedgerAct
from registry.model.licence import Offer
from registry.model.money import Sale
from registry.model.proofs import Inclusion
from registry.model.values import ZERO_ADDRESS, Address, GrantId
from registry.model.work import Registration


@dataclass(frozen=True, slots=True)
class Purchase(LedgerAct):
    """Buy a grant for no more than `max_price`."""

    function = "purchase"
    offer: Offer
    signature: bytes
    licensee: Address
    max_price: int

    @property
    def value(self) -> int:
        """The price, where it is in the native coin."""
        return self.offer.price if self.offer.currency == ZERO_ADDRESS else 0


@dataclass(frozen=True, slots=True)
class PurchaseUnregistered(LedgerAct):
    """Record a logged work if nobody has yet, and buy a grant to it."""

    function = "purchaseUnregistered"
    registration: Registration
    registration_signature: bytes
    inclusion: Inclusion
    offer: Offer
    signature: bytes
    licensee: Address
    max_price: int

    @property
    def value(self) -> int:
        """The price, where it is in the native coin."""
        return self.offer.price if self.offer.currency == ZERO_ADDRESS else 0


@dataclass(frozen=True, slots=True)
class CancelOffer(LedgerAct):
    """Withdraw one offer of one's own."""

    function = "cancelOffer"
    offer: Offer


@dataclass(frozen=True, slots=True)
class TransferGrant(LedgerAct):
    """Hand a licence over."""

    function = "transferFrom"
    holder: Address
    receiver: Address
    grant_id: GrantId


@dataclass(frozen=True, slots=True)
class Refund(LedgerAct):
    """Take back what was paid for a grant, after a dispute about the title was upheld."""

    function = "refund"
    sale: Sale
    receiver: Address
