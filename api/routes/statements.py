"""Statements that the registry carries: their signers need no coin."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import RegistryDep
from api.openapi import problems
from api.schemas.batches import BatchIn, BatchOut
from api.schemas.dispute_answers import (
    AnswerDraftIn,
    AnswerDraftOut,
    CarriedAnswerListOut,
    CarriedAnswerOut,
    SignedAnswerIn,
)
from api.schemas.shares import (
    ShareConsentIn,
    ShareConsentsListOut,
    ShareConsentsOut,
    ShareDraftIn,
    ShareDraftOut,
)
from api.schemas.supplements import (
    SignedSupplementIn,
    SupplementDraftOut,
    SupplementFactsIn,
    SupplementListOut,
    SupplementMetadataIn,
    SupplementOut,
)
from api.schemas.values import DisputeIdValue, WorkIdValue
from registry.errors import (
    DeadlineExpiredError,
    InvalidDocumentError,
    InvalidSignatureError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    QuotaSpentError,
    RedactedError,
    TooEarlyError,
    TooLateError,
)
from registry.model import Hash32

router = APIRouter(tags=["carry"])

WorkIdPath = Annotated[WorkIdValue, Path()]
DisputeIdPath = Annotated[DisputeIdValue, Path()]


@router.post("/works/batch", tags=["register"], responses=problems(InvalidValueError))
def register_batch(registry: RegistryDep, body: BatchIn) -> BatchOut:
    """Record up to 100 signed drafts together. One faulty item stops no other."""
    return BatchOut.of(registry.register_works(body.drafts(), body.via))


@router.post(
    "/works/{work_id}/supplement-drafts",
    responses=problems(NotFoundError, RedactedError, InvalidDocumentError, TooEarlyError),
)
def prepare_supplement(
    registry: RegistryDep, work_id: WorkIdPath, body: SupplementFactsIn | SupplementMetadataIn
) -> SupplementDraftOut:
    """Make new metadata ready for the title's holder to sign; nothing is stored."""
    if isinstance(body, SupplementFactsIn):
        return SupplementDraftOut.of(registry.prepare_supplement(work_id, body.facts.document()))
    return SupplementDraftOut.of(registry.prepare_supplement.of_document(work_id, body.metadata))


@router.post(
    "/works/{work_id}/supplements",
    status_code=HTTPStatus.CREATED,
    responses=problems(
        NotFoundError,
        InvalidDocumentError,
        InvalidValueError,
        InvalidSignatureError,
        DeadlineExpiredError,
        TooEarlyError,
        NotPossibleError,
        QuotaSpentError,
    ),
)
def add_supplement(registry: RegistryDep, work_id: WorkIdPath, body: SignedSupplementIn) -> SupplementOut:
    """Carry a signed supplement. The same supplement again changes nothing."""
    supplement = body.supplement.supplement()
    _require_same("work_id", work_id, supplement.work_id)
    return SupplementOut.of(work_id, registry.add_supplement(supplement, body.metadata, body.signature))


@router.get("/works/{work_id}/supplements", responses=problems(NotFoundError))
def list_supplements(registry: RegistryDep, work_id: WorkIdPath) -> SupplementListOut:
    """A work's supplements, with what became of each."""
    found = registry.read_supplements(work_id)
    return SupplementListOut(
        work_id=work_id, supplements=[SupplementOut.of(work_id, record) for record in found]
    )


@router.post("/works/{work_id}/share-drafts", responses=problems(NotFoundError, InvalidValueError))
def prepare_shares(registry: RegistryDep, work_id: WorkIdPath, body: ShareDraftIn) -> ShareDraftOut:
    """Make the next share table ready for everybody whom it concerns to sign; nothing is stored."""
    return ShareDraftOut.of(registry.prepare_shares(work_id, body.shares()))


@router.post(
    "/works/{work_id}/share-consents",
    status_code=HTTPStatus.CREATED,
    responses=problems(
        NotFoundError,
        InvalidValueError,
        InvalidSignatureError,
        DeadlineExpiredError,
        NotAllowedError,
        NotPossibleError,
        QuotaSpentError,
    ),
)
def consent_to_shares(registry: RegistryDep, work_id: WorkIdPath, body: ShareConsentIn) -> ShareConsentsOut:
    """Take one signature under a share table, the holder's first; the last one sends it on its way."""
    table = body.table.table()
    _require_same("work_id", work_id, table.work_id)
    return ShareConsentsOut.of(registry.consent_to_shares(table, body.signer, body.signature))


@router.get("/works/{work_id}/share-consents", responses=problems(NotFoundError))
def list_share_consents(registry: RegistryDep, work_id: WorkIdPath) -> ShareConsentsListOut:
    """The share tables of a work that came in, with who signed each."""
    tables = registry.read_share_consents(work_id)
    return ShareConsentsListOut(work_id=work_id, tables=[ShareConsentsOut.of(one) for one in tables])


@router.post(
    "/disputes/{dispute_id}/answer-drafts",
    tags=["dispute"],
    responses=problems(NotFoundError, NotPossibleError, TooLateError),
)
def prepare_answer(registry: RegistryDep, dispute_id: DisputeIdPath, body: AnswerDraftIn) -> AnswerDraftOut:
    """Make an answer ready for the title's holder to sign; nothing is stored."""
    return AnswerDraftOut.of(registry.prepare_answer(dispute_id, body.evidence_hash))


@router.post(
    "/disputes/{dispute_id}/answers",
    status_code=HTTPStatus.CREATED,
    tags=["dispute"],
    responses=problems(
        NotFoundError,
        InvalidValueError,
        InvalidSignatureError,
        DeadlineExpiredError,
        NotPossibleError,
        TooEarlyError,
        TooLateError,
        QuotaSpentError,
    ),
)
def give_answer(registry: RegistryDep, dispute_id: DisputeIdPath, body: SignedAnswerIn) -> CarriedAnswerOut:
    """Carry a signed answer to a dispute. The same answer again changes nothing."""
    answer = body.answer.answer()
    _require_same("dispute_id", dispute_id, answer.dispute_id)
    return CarriedAnswerOut.of(registry.give_answer(answer, body.signature))


@router.get("/disputes/{dispute_id}/answers", tags=["dispute"], responses=problems(NotFoundError))
def list_answers(registry: RegistryDep, dispute_id: DisputeIdPath) -> CarriedAnswerListOut:
    """Answers to a dispute that came in through this registry, with what became of each."""
    found = registry.read_answers(dispute_id)
    return CarriedAnswerListOut(
        dispute_id=dispute_id, answers=[CarriedAnswerOut.of(record) for record in found]
    )


def _require_same(name: str, asked: Hash32, stated: Hash32) -> None:
    if asked != stated:
        raise InvalidValueError(name, f"the statement is about {stated}, not {asked}")
