"""Signed statements to documents and back: EIP-712 messages in which no integer is too big for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.canonical import SAFE_INTEGER
from registry.model import (
    Address,
    Answer,
    Declaration,
    DisputeId,
    Hash32,
    Offer,
    OfferFlags,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)
from registry.statements import Statement, message


def to_document(statement: Statement) -> dict[str, Any]:
    """The EIP-712 message, integers beyond 2^53 - 1 as decimal strings."""
    document: dict[str, Any] = _safe(message(statement))
    return document


def to_registration(document: Mapping[str, Any]) -> Registration:
    """The registration that `to_document` wrote."""
    declaration = document["declaration"]
    previous = int(declaration["previous"])
    return Registration(
        Declaration(
            claimant=Address(declaration["claimant"]),
            content_hash=Hash32.parse(declaration["contentHash"]),
            fingerprint_hash=Hash32.parse(declaration["fingerprintHash"]),
            metadata_hash=Hash32.parse(declaration["metadataHash"]),
            parents=tuple(WorkId.from_int(int(parent)) for parent in declaration["parents"]),
            previous=WorkId.from_int(previous) if previous else None,
        ),
        deadline=int(document["deadline"]),
    )


def to_supplement(document: Mapping[str, Any]) -> Supplement:
    """The supplement that `to_document` wrote."""
    return Supplement(
        work_id=WorkId.from_int(int(document["workId"])),
        metadata_hash=Hash32.parse(document["metadataHash"]),
        sequence=int(document["sequence"]),
        deadline=int(document["deadline"]),
    )


def to_offer(document: Mapping[str, Any]) -> Offer:
    """The offer that `to_document` wrote."""
    return Offer(
        licensor=Address(document["licensor"]),
        work_id=WorkId.from_int(int(document["workId"])),
        series=int(document["series"]),
        terms_hash=Hash32.parse(document["termsHash"]),
        flags=OfferFlags(int(document["flags"])),
        currency=Address(document["currency"]),
        price=int(document["price"]),
        royalty_bps=int(document["royaltyBps"]),
        max_grants=int(document["maxGrants"]),
        licensee=Address(document["licensee"]),
        valid_from=int(document["validFrom"]),
        valid_until=int(document["validUntil"]),
        duration=int(document["duration"]),
        carrier=Address(document["carrier"]),
        carrier_bps=int(document["carrierBps"]),
        salt=Hash32.parse(document["salt"]),
    )


def to_share_table(document: Mapping[str, Any]) -> ShareTable:
    """The share table that `to_document` wrote."""
    return ShareTable(
        work_id=WorkId.from_int(int(document["workId"])),
        series=int(document["series"]),
        epoch=int(document["epoch"]),
        contributors=tuple(Address(account) for account in document["contributors"]),
        bps=tuple(int(share) for share in document["bps"]),
        deadline=int(document["deadline"]),
    )


def to_redaction(document: Mapping[str, Any]) -> Redaction:
    """The redaction that `to_document` wrote."""
    return Redaction(
        work_id=WorkId.from_int(int(document["workId"])),
        metadata_hash=Hash32.parse(document["metadataHash"]),
        deadline=int(document["deadline"]),
    )


def to_answer(document: Mapping[str, Any]) -> Answer:
    """The answer that `to_document` wrote."""
    return Answer(
        dispute_id=DisputeId.from_int(int(document["disputeId"])),
        evidence_hash=Hash32.parse(document["evidenceHash"]),
        deadline=int(document["deadline"]),
    )


def _safe(value: Any) -> Any:  # noqa: ANN401  # walks JSON of any shape
    match value:
        case dict():
            return {key: _safe(inner) for key, inner in value.items()}
        case list():
            return [_safe(inner) for inner in value]
        case int() if value > SAFE_INTEGER:
            return str(value)
        case _:
            return value
