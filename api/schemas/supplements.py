"""Supplements: metadata that a title's holder signs beside a registration, and the registry carries."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import WithJsonSchema

from api.schemas.drafts import FactsIn
from api.schemas.values import (
    BigIntegerIn,
    BytesValue,
    HashValue,
    Model,
    Moment,
    SmallInteger,
    TransactionHashValue,
    WorkIdValue,
)
from registry import schemas, statements
from registry.model import Supplement, WorkId
from registry.usecases.carried import CarriedState
from registry.usecases.supplement import SupplementRecord, SupplementToSign

_METADATA_SCHEMA = {
    key: value for key, value in schemas.schema("metadata").items() if not key.startswith("$")
}
MetadataDocument = Annotated[dict[str, Any], WithJsonSchema(_METADATA_SCHEMA)]


class SupplementFactsIn(Model):
    """What is said anew; what the registered metadata say of the file stays as it is."""

    facts: FactsIn


class SupplementMetadataIn(Model):
    """A whole `colophon.metadata/1`, its salt included."""

    metadata: MetadataDocument


class SupplementDocument(Model):
    """A supplement, field by field as it is signed; its deadline in Unix seconds."""

    work_id: WorkIdValue
    metadata_hash: HashValue
    sequence: SmallInteger
    deadline: BigIntegerIn

    @classmethod
    def of(cls, supplement: Supplement) -> Self:
        """The supplement as it is told."""
        return cls.model_validate(
            {
                "work_id": supplement.work_id,
                "metadata_hash": supplement.metadata_hash,
                "sequence": supplement.sequence,
                "deadline": str(supplement.deadline),
            }
        )

    def supplement(self) -> Supplement:
        """The domain's supplement.

        Raises:
            InvalidValueError: A field outside what the contract accepts.
        """
        return Supplement(self.work_id, self.metadata_hash, self.sequence, self.deadline)


class SupplementDraftOut(Model):
    """A supplement to sign with `eth_signTypedData_v4`, and what signing it means in one sentence."""

    supplement: SupplementDocument
    metadata: MetadataDocument
    typed_data: dict[str, Any]
    reading: str

    @classmethod
    def of(cls, made: SupplementToSign) -> Self:
        """The answer for a supplement that is ready to sign."""
        return cls(
            supplement=SupplementDocument.of(made.supplement),
            metadata=dict(made.metadata),
            typed_data=statements.typed_data(made.supplement, made.domain),
            reading=statements.plain(made.supplement),
        )


class SignedSupplementIn(Model):
    """A supplement as it was made ready, its metadata, and the signature of the title's holder."""

    supplement: SupplementDocument
    metadata: MetadataDocument
    signature: BytesValue


class SupplementOut(Model):
    """A supplement and what became of it; `metadata` where they came through here and were not erased."""

    work_id: WorkIdValue
    sequence: int
    metadata_hash: HashValue
    state: CarriedState
    problem: str | None
    received_at: Moment | None
    metadata: MetadataDocument | None
    transaction_hash: TransactionHashValue | None

    @classmethod
    def of(cls, work_id: WorkId, record: SupplementRecord) -> Self:
        """The supplement as it stands."""
        entry, event = record.entry, record.event
        return cls(
            work_id=work_id,
            sequence=record.sequence,
            metadata_hash=record.metadata_hash,
            state=record.carried.state,
            problem=record.carried.problem,
            received_at=entry.received_at if entry else None,
            metadata=dict(entry.metadata) if entry and entry.metadata is not None else None,
            transaction_hash=event.transaction_hash if event else None,
        )


class SupplementListOut(Model):
    """A work's supplements by sequence: those on chain, and those that came in and are not there."""

    work_id: WorkIdValue
    supplements: list[SupplementOut]
