"""Drafts: a file and its facts become a statement to sign."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, UploadFile
from pydantic import Json

from api.dependencies import RegistryDep, ViewerDep
from api.openapi import FILE_ERRORS, problems
from api.schemas.drafts import AnswersIn, DraftOut, FactsIn, ToSignOut
from api.schemas.values import AddressValue
from api.uploads import received
from registry.errors import (
    AlreadyRegisteredError,
    DraftRecordedError,
    InvalidAnswerError,
    InvalidDocumentError,
    NotFoundError,
    UnansweredMatchesError,
)
from registry.usecases.declare import Keep

router = APIRouter(prefix="/drafts", tags=["register"], form_limits={"max_files": 1, "max_fields": 8})

DraftId = Annotated[str, Path(min_length=1, max_length=100)]


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problems(*FILE_ERRORS, AlreadyRegisteredError, InvalidDocumentError),
)
def create_draft(  # each is one field of the form
    registry: RegistryDep,
    viewer: ViewerDep,
    file: Annotated[UploadFile, File(description="The work itself.")],
    claimant: Annotated[AddressValue, Form(description="The account that will sign.")],
    facts: Annotated[Json[FactsIn], Form(description="What the claimant says of the work, as JSON.")],
    *,
    keep_preview: Annotated[bool, Form(description="Show a preview of at most 512 px to everybody.")] = False,
    keep_deposit: Annotated[bool, Form(description="Keep the file, for the claimant alone.")] = False,
) -> DraftOut:
    """Fingerprint a file and report which registered works it resembles."""
    with received(file, registry.settings) as path:
        keep = Keep(preview=keep_preview, deposit=keep_deposit)
        prepared = registry.prepare_draft(path, claimant, facts.document(), keep, viewer)
    return DraftOut.of(prepared)


@router.put(
    "/{draft_id}/answers",
    responses=problems(
        NotFoundError, UnansweredMatchesError, InvalidAnswerError, DraftRecordedError, InvalidDocumentError
    ),
)
def answer_draft(registry: RegistryDep, draft_id: DraftId, body: AnswersIn) -> ToSignOut:
    """Answer each match of the report; the statement to sign comes back. New answers make a new statement."""
    return ToSignOut.of(registry.answer_draft(draft_id, body.by_work()))
