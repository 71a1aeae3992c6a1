"""Licence terms and offers."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema

from api.schemas.values import (
    AddressValue,
    BigIntegerIn,
    BytesValue,
    HashValue,
    Model,
    Moment,
    OfferHashValue,
    SmallInteger,
    WorkIdValue,
    moment_of,
)
from registry import schemas, statements
from registry.licensing.terms import STANDARD
from registry.model import (
    MAX_BPS,
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Offer,
    OfferFlags,
)
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
    """What a licensor chooses.

    Absent `duration_seconds` is without end, absent `max_grants` without limit, absent `licensee` anybody.
    """

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
    """A published offer and whether it can be bought now, between `valid_from` and `valid_until`."""

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
