"""Offers, purchases and grants."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema

from api.schemas.values import (
    AddressValue,
    BigInteger,
    BigIntegerIn,
    BytesValue,
    GrantIdValue,
    HashValue,
    Model,
    Moment,
    OfferHashValue,
    SmallInteger,
    TransactionHashValue,
    UnixTime,
    WorkIdValue,
    moment_of,
    to_hex,
)
from api.words import plain_purchase
from registry import schemas, statements
from registry.errors import InvalidValueError
from registry.licensing.terms import STANDARD
from registry.model import (
    MAX_BPS,
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Address,
    Grant,
    Offer,
    OfferFlags,
    TransactionRequest,
    from_unix,
)
from registry.usecases.license import GrantPage, PreparedPurchase, PurchaseReceipt, PurchaseStatus
from registry.usecases.offer import Availability, OfferTerms, OfferToSign, PublishedOffer

FLAGS = {
    "transferable": OfferFlags.TRANSFERABLE,
    "derivatives": OfferFlags.DERIVATIVES,
    "share-alike": OfferFlags.SHARE_ALIKE,
    "exclusive": OfferFlags.EXCLUSIVE,
}
FlagName = Literal["transferable", "derivatives", "share-alike", "exclusive"]
Flags = Annotated[list[FlagName], Field(max_length=len(FLAGS), json_schema_extra={"uniqueItems": True})]
YEAR_SECONDS = 365 * 86_400

_TERMS_SCHEMA = {key: value for key, value in schemas.schema("terms").items() if not key.startswith("$")}
TermsDocument = Annotated[dict[str, Any], WithJsonSchema(_TERMS_SCHEMA)]
TermsName = Literal["editorial", "commercial", "training"]


def flags_of(names: list[FlagName]) -> OfferFlags:
    """The flags by their names."""
    return reduce(lambda flags, name: flags | FLAGS[name], names, OfferFlags(0))


def flag_names(flags: OfferFlags) -> list[FlagName]:
    """The names of flags, in the order of their bits."""
    names: tuple[FlagName, ...] = ("transferable", "derivatives", "share-alike", "exclusive")
    return [name for name in names if FLAGS[name] in flags]


class OfferDocument(Model):
    """An offer, field by field as it is signed: times in Unix seconds, prices in wei."""

    licensor: AddressValue
    work_id: WorkIdValue
    series: SmallInteger
    terms_hash: HashValue
    flags: Flags
    currency: AddressValue
    price_wei: BigIntegerIn
    royalty_bps: SmallInteger
    max_grants: SmallInteger
    licensee: AddressValue
    valid_from: BigIntegerIn
    valid_until: BigIntegerIn
    duration: BigIntegerIn
    carrier: AddressValue
    carrier_bps: SmallInteger
    salt: HashValue

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """The offer as it is told."""
        return cls.model_validate(
            {
                "licensor": offer.licensor,
                "work_id": offer.work_id,
                "series": offer.series,
                "terms_hash": offer.terms_hash,
                "flags": flag_names(offer.flags),
                "currency": offer.currency,
                "price_wei": str(offer.price),
                "royalty_bps": offer.royalty_bps,
                "max_grants": offer.max_grants,
                "licensee": offer.licensee,
                "valid_from": str(offer.valid_from),
                "valid_until": str(offer.valid_until),
                "duration": str(offer.duration),
                "carrier": offer.carrier,
                "carrier_bps": offer.carrier_bps,
                "salt": offer.salt,
            }
        )

    def offer(self) -> Offer:
        """The domain's offer.

        Raises:
            InvalidValueError: A field outside what the contract accepts.
        """
        return Offer(
            licensor=self.licensor,
            work_id=self.work_id,
            series=self.series,
            terms_hash=self.terms_hash,
            flags=flags_of(self.flags),
            price=self.price_wei,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            salt=self.salt,
            currency=self.currency,
            royalty_bps=self.royalty_bps,
            max_grants=self.max_grants,
            licensee=self.licensee,
            duration=self.duration,
            carrier=self.carrier,
            carrier_bps=self.carrier_bps,
        )


class OfferDraftIn(Model):
    """What a licensor chooses. Absent `duration_seconds` is without end, absent `max_grants` without limit,
    absent `licensee` anybody."""

    work_id: WorkIdValue
    licensor: AddressValue
    terms: TermsName | TermsDocument
    price_wei: BigIntegerIn
    flags: Flags = Field(default_factory=list)
    duration_seconds: Annotated[SmallInteger | None, Field(ge=1, le=2**53 - 1)] = None
    max_grants: Annotated[SmallInteger | None, Field(ge=1, le=UNLIMITED_GRANTS)] = None
    licensee: AddressValue | None = None
    royalty_bps: Annotated[SmallInteger, Field(ge=0, le=MAX_BPS)] = 0
    valid_for_seconds: Annotated[SmallInteger, Field(ge=60, le=10 * YEAR_SECONDS)] = 90 * 86_400

    def terms_document(self) -> dict[str, Any]:
        """The terms, the standard ones by their name."""
        return dict(STANDARD[self.terms]) if isinstance(self.terms, str) else self.terms

    def chosen(self) -> OfferTerms:
        """The licensor's choice."""
        return OfferTerms(
            terms=self.terms_document(),
            price=self.price_wei,
            flags=flags_of(self.flags),
            duration=self.duration_seconds or PERPETUAL,
            max_grants=self.max_grants or UNLIMITED_GRANTS,
            licensee=self.licensee or ZERO_ADDRESS,
            royalty_bps=self.royalty_bps,
            valid_for=timedelta(seconds=self.valid_for_seconds),
        )


class OfferDraftOut(Model):
    """An offer to sign with `eth_signTypedData_v4`, and what signing it means in one sentence."""

    offer_hash: OfferHashValue
    offer: OfferDocument
    terms: TermsDocument
    typed_data: dict[str, Any]
    plain: str

    @classmethod
    def of(cls, made: OfferToSign, terms: dict[str, Any]) -> Self:
        """The answer for an offer that is ready to sign."""
        return cls(
            offer_hash=made.offer_hash,
            offer=OfferDocument.of(made.offer),
            terms=terms,
            typed_data=statements.typed_data(made.offer, made.domain),
            plain=statements.plain(made.offer),
        )


class SignedOfferIn(Model):
    """An offer as it was made ready, its terms, and the licensor's signature."""

    offer: OfferDocument
    terms: TermsDocument
    signature: BytesValue


class OfferOut(Model):
    """A published offer and whether it can be bought now. `valid_from` and `valid_until` bound the purchase."""

    offer_hash: OfferHashValue
    offer: OfferDocument
    terms: TermsDocument
    signature: BytesValue
    received_at: Moment
    availability: Availability
    issued: int
    valid_from: Moment | None
    valid_until: Moment | None
    plain: str

    @classmethod
    def of(cls, published: PublishedOffer) -> Self:
        """The published offer."""
        entry = published.entry
        return cls(
            offer_hash=entry.offer_hash,
            offer=OfferDocument.of(entry.offer),
            terms=dict(entry.terms),
            signature=entry.signature,
            received_at=entry.received_at,
            availability=published.availability,
            issued=published.issued,
            valid_from=moment_of(entry.offer.valid_from),
            valid_until=moment_of(entry.offer.valid_until),
            plain=statements.plain(entry.offer),
        )


class OfferListOut(Model):
    """A work's offers, oldest first."""

    work_id: WorkIdValue
    offers: list[OfferOut]


class TermsOut(Model):
    """Terms that can be named in an offer, with the hash that the offer will carry."""

    name: str
    hash: HashValue
    terms: TermsDocument


class TermsListOut(Model):
    """The standard terms."""

    terms: list[TermsOut]


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
        )


class GrantPageOut(Model):
    """Grants, newest first; `next_cursor` asks for the next page."""

    grants: list[GrantOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: GrantPage, now: int) -> Self:
        """The page, with each grant's validity now."""
        return cls(grants=[GrantOut.of(grant, now, now) for grant in page.grants], next_cursor=page.next_cursor)


class PurchaseOut(Model):
    """What became of a purchase transaction. `pending`: mined, and its grant is being taken in."""

    transaction_hash: TransactionHashValue
    status: PurchaseStatus
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
