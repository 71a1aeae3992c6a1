"""Redactions: have what is said of a work erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import RegistryDep, ViewerDep
from api.openapi import problems
from api.schemas.redactions import RedactionDraftOut, RedactionOut, SignedRedactionIn
from api.schemas.values import WorkIdValue
from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    RedactedError,
    TooEarlyError,
)

router = APIRouter(prefix="/works/{work_id}", tags=["records"])

WorkIdPath = Annotated[WorkIdValue, Path()]


@router.post("/redaction-drafts", responses=problems(NotFoundError, RedactedError, TooEarlyError))
def prepare_redaction(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> RedactionDraftOut:
    """Make the statement ready that has what is said of a work erased; nothing is stored."""
    return RedactionDraftOut.of(registry.prepare_redaction(work_id, viewer))


@router.post(
    "/redaction",
    responses=problems(
        NotFoundError,
        InvalidValueError,
        InvalidSignatureError,
        DeadlineExpiredError,
        TooEarlyError,
    ),
)
def redact_work(
    registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath, body: SignedRedactionIn
) -> RedactionOut:
    """Erase metadata, salt, report, preview and deposit copy for good. A second redaction changes nothing."""
    redaction = body.redaction.redaction()
    if redaction.work_id != work_id:
        raise InvalidValueError("work_id", f"the statement is about {redaction.work_id}, not {work_id}")
    return RedactionOut.of(registry.redact_work(redaction, body.signature, viewer))
