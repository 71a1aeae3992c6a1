"""Redactions: the statement that has what is said of a work erased, and the tombstone that is left."""

from __future__ import annotations

from typing import Any, Self

from api.schemas.values import (
    AddressValue,
    BigIntegerIn,
    BytesValue,
    HashValue,
    Model,
    Moment,
    WorkIdValue,
)
from registry import statements
from registry.model import Redaction
from registry.usecases.redact import Redacted, RedactionToSign


class RedactionDocument(Model):
    """A redaction, field by field as it is signed; its deadline in Unix seconds.

    `metadata_hash` is that of the work's declaration.
    """

    work_id: WorkIdValue
    metadata_hash: HashValue
    deadline: BigIntegerIn

    @classmethod
    def of(cls, redaction: Redaction) -> Self:
        """The redaction as it is told."""
        return cls.model_validate(
            {
                "work_id": redaction.work_id,
                "metadata_hash": redaction.metadata_hash,
                "deadline": str(redaction.deadline),
            }
        )

    def redaction(self) -> Redaction:
        """The domain's redaction.

        Raises:
            InvalidValueError: No time is such a deadline.
        """
        return Redaction(self.work_id, self.metadata_hash, self.deadline)


class RedactionDraftOut(Model):
    """A redaction for `signer` to sign with `eth_signTypedData_v4`, and what that means in one sentence.

    The signer is the holder of the title or, as long as there is none, the claimant.
    """

    redaction: RedactionDocument
    signer: AddressValue
    typed_data: dict[str, Any]
    reading: str

    @classmethod
    def of(cls, made: RedactionToSign) -> Self:
        """The answer for a redaction that is ready to sign."""
        return cls(
            redaction=RedactionDocument.of(made.redaction),
            signer=made.signer,
            typed_data=statements.typed_data(made.redaction, made.domain),
            reading=statements.plain(made.redaction),
        )


class SignedRedactionIn(Model):
    """A redaction as it was made ready, and its signature."""

    redaction: RedactionDocument
    signature: BytesValue


class RedactionOut(Model):
    """The tombstone: who asked for it and when, and the leaf of the log that its `digest` is.

    The metadata's hash stays with the record, and its salt is gone.
    """

    work_id: WorkIdValue
    metadata_hash: HashValue
    redacted_at: Moment
    signer: AddressValue
    digest: HashValue
    leaf_index: int

    @classmethod
    def of(cls, redacted: Redacted) -> Self:
        """The tombstone as it is told."""
        entry = redacted.entry
        return cls(
            work_id=entry.work_id,
            metadata_hash=entry.redaction.metadata_hash,
            redacted_at=entry.received_at,
            signer=entry.signer,
            digest=entry.digest,
            leaf_index=redacted.leaf_index,
        )
