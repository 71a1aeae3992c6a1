"""Answers to disputes, signed by the holder of the title and carried by the registry."""

from __future__ import annotations

from typing import Any, Self

from api.schemas.values import (
    BigIntegerIn,
    BytesValue,
    DisputeIdValue,
    HashValue,
    Model,
    Moment,
    WorkIdValue,
)
from registry import statements
from registry.model import Answer
from registry.usecases.answer import AnswerRecord, AnswerToSign
from registry.usecases.carried import CarriedState


class AnswerDraftIn(Model):
    """The hash of what the holder says and shows."""

    evidence_hash: HashValue


class AnswerDocument(Model):
    """An answer to a dispute as it is signed; its deadline in Unix seconds."""

    dispute_id: DisputeIdValue
    evidence_hash: HashValue
    deadline: BigIntegerIn

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The answer as it is told."""
        return cls.model_validate(
            {
                "dispute_id": answer.dispute_id,
                "evidence_hash": answer.evidence_hash,
                "deadline": str(answer.deadline),
            }
        )

    def answer(self) -> Answer:
        """The domain's answer.

        Raises:
            InvalidValueError: A deadline that is none.
        """
        return Answer(self.dispute_id, self.evidence_hash, self.deadline)


class AnswerDraftOut(Model):
    """An answer to sign with `eth_signTypedData_v4`, and what signing it means in one sentence."""

    answer: AnswerDocument
    typed_data: dict[str, Any]
    reading: str

    @classmethod
    def of(cls, made: AnswerToSign) -> Self:
        """The answer that is ready to sign."""
        return cls(
            answer=AnswerDocument.of(made.answer),
            typed_data=statements.typed_data(made.answer, made.domain),
            reading=statements.plain(made.answer),
        )


class SignedAnswerIn(Model):
    """An answer as it was made ready, and the signature of the title's holder."""

    answer: AnswerDocument
    signature: BytesValue


class CarriedAnswerOut(Model):
    """An answer that came in, and what became of it."""

    answer: AnswerDocument
    work_id: WorkIdValue
    state: CarriedState
    problem: str | None
    received_at: Moment

    @classmethod
    def of(cls, record: AnswerRecord) -> Self:
        """The answer as it stands."""
        return cls(
            answer=AnswerDocument.of(record.entry.answer),
            work_id=record.entry.work_id,
            state=record.carried.state,
            problem=record.carried.problem,
            received_at=record.entry.received_at,
        )


class CarriedAnswerListOut(Model):
    """Answers to a dispute that came in through this registry, oldest first."""

    dispute_id: DisputeIdValue
    answers: list[CarriedAnswerOut]
