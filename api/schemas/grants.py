"""Purchases and grants."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.offers import Flags, OfferDocument, flag_names
from api.schemas.values import (
    AddressValue,
    BigInteger,
    BigIntegerIn,
    GrantIdValue,
    HashValue,
    Model,
    Moment,
    OfferHashValue,
    TransactionHashValue,
    UnixTime,
    WorkIdValue,
    moment_of,
    to_hex,
)
from api.words import plain_purchase
from registry import statements
from registry.errors import InvalidValueError
from registry.model import (
    ZERO_ADDRESS,
    Address,
    Grant,
    GrantId,
    Payment,
    Sale,
    TransactionRequest,
    from_unix,
)
from registry.usecases.act import TransactionStatus
from registry.usecases.license import GrantPage, PreparedPurchase, PurchaseReceipt


class PurchaseIn(Model):
    """What to buy, for whom (absent: the buyer), and the most that the buyer pays."""

    offer_hash: OfferHashValue
    buyer: AddressValue
    licensee: AddressValue | None = None
    max_price_wei: BigIntegerIn

    def for_whom(self) -> Address:
        """The licensee.

        Raises:
            InvalidValueError: The zero account can hold no licence.
        """
        licensee = self.licensee or self.buyer
        if licensee == ZERO_ADDRESS:
            raise InvalidValueError("licensee", "the zero account can hold no licence")
        return licensee


class TransactionOut(Model):
    """A complete unsigned EIP-1559 transaction (type 2); sums in wei as decimal text."""

    type: Literal[2]
    chain_id: int
    sender: Annotated[AddressValue, Field(serialization_alias="from")]
    nonce: int
    to: AddressValue
    value: BigInteger
    data: str
    gas: int
    max_fee_per_gas: BigInteger
    max_priority_fee_per_gas: BigInteger

    @classmethod
    def of(cls, request: TransactionRequest) -> Self:
        """The transaction to be signed by its sender."""
        return cls(
            type=2,
            chain_id=request.chain_id,
            sender=request.sender,
            nonce=request.nonce,
            to=request.call.to,
            value=request.call.value,
            data=to_hex(request.call.data),
            gas=request.gas,
            max_fee_per_gas=request.fees.max_fee,
            max_priority_fee_per_gas=request.fees.max_priority_fee,
        )


class PurchaseDraftOut(Model):
    """The purchase for the buyer's own key, and what sending it means in one sentence."""

    offer_hash: OfferHashValue
    offer: OfferDocument
    transaction: TransactionOut
    plain: str

    @classmethod
    def of(cls, prepared: PreparedPurchase, body: PurchaseIn) -> Self:
        """The answer for a purchase that is ready to sign."""
        return cls(
            offer_hash=body.offer_hash,
            offer=OfferDocument.of(prepared.offer),
            transaction=TransactionOut.of(prepared.transaction),
            plain=plain_purchase(prepared.offer, body.for_whom(), prepared.transaction),
        )


class GrantOut(Model):
    """An issued licence, and whether it gives its right at the time that was asked for.

    `start` to `end`, the end excluded; no end is for ever. For a time to come, `valid` is a forecast.
    What was paid is `escrowed`, `released` or `refunded`. `bound_to` is the derivative that it was brought to
    back: since then it can neither move nor be refunded.
    """

    grant_id: GrantIdValue
    work_id: WorkIdValue
    offer_hash: OfferHashValue
    serial: int
    licensor: AddressValue
    licensee: AddressValue
    payer: AddressValue
    holder: AddressValue
    terms_hash: HashValue
    currency: AddressValue
    price_wei: BigInteger
    flags: Flags
    start: Moment | None
    start_unix: BigInteger
    end: Moment | None
    end_unix: BigInteger
    valid: bool
    at: Moment
    at_unix: UnixTime
    forecast: bool
    payment: Payment
    bound_to: WorkIdValue | None

    @classmethod
    def of(cls, grant: Grant, at: int, now: int) -> Self:
        """The grant at a Unix second, told at another."""
        return cls(
            grant_id=grant.grant_id,
            work_id=grant.work_id,
            offer_hash=grant.offer_hash,
            serial=grant.serial,
            licensor=grant.licensor,
            licensee=grant.licensee,
            payer=grant.payer,
            holder=grant.holder,
            terms_hash=grant.terms_hash,
            currency=grant.currency,
            price_wei=grant.price,
            flags=flag_names(grant.flags),
            start=moment_of(grant.start),
            start_unix=grant.start,
            end=moment_of(grant.end),
            end_unix=grant.end,
            valid=grant.is_valid_at(at),
            at=from_unix(at),
            at_unix=at,
            forecast=at > now,
            payment=grant.payment,
            bound_to=grant.bound_to,
        )


class SaleOut(Model):
    """The sale that a grant's id commits to: its offer as a whole, and its place among the offer's grants.

    Whoever releases, refunds, links or ends a licence names it so. The offer may have been published
    elsewhere.
    """

    grant_id: GrantIdValue
    offer_hash: OfferHashValue
    offer: OfferDocument
    serial: int

    @classmethod
    def of(cls, grant_id: GrantId, sale: Sale) -> Self:
        """The sale."""
        return cls(
            grant_id=grant_id,
            offer_hash=statements.offer_hash(sale.offer),
            offer=OfferDocument.of(sale.offer),
            serial=sale.serial,
        )


class GrantPageOut(Model):
    """Grants, newest first; `next_cursor` asks for the next page."""

    grants: list[GrantOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: GrantPage, now: int) -> Self:
        """The page, with each grant's validity now."""
        return cls(
            grants=[GrantOut.of(grant, now, now) for grant in page.grants], next_cursor=page.next_cursor
        )


class PurchaseOut(Model):
    """What became of a purchase transaction. `pending`: mined, and its grant is being taken in."""

    transaction_hash: TransactionHashValue
    status: TransactionStatus
    gas_used: int | None
    grants: list[GrantOut]

    @classmethod
    def of(cls, receipt: PurchaseReceipt, now: int) -> Self:
        """The receipt, with each grant's validity now."""
        return cls(
            transaction_hash=receipt.transaction_hash,
            status=receipt.status,
            gas_used=receipt.gas_used,
            grants=[GrantOut.of(grant, now, now) for grant in receipt.grants],
        )
