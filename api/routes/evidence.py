"""What proves a record without this registry: its bundle, its certificate, its credential."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.dependencies import RegistryDep, SiteDep, ViewerDep
from api.openapi import problems
from api.schemas.values import WorkIdValue
from registry.errors import (
    BrokenEvidenceError,
    BusyError,
    EvidenceNotReadyError,
    NotFoundError,
    UnsupportedHeaderError,
    UnsupportedReceiptError,
)

router = APIRouter(prefix="/works", tags=["evidence"])

WorkIdPath = Annotated[WorkIdValue, Path()]
JSON, PDF, CREDENTIAL = "application/json", "application/pdf", "application/vc"
BRIEFLY = "public, max-age=60"  # only what everybody may see is handed out; a reorganisation makes it anew
FAILURES = problems(
    NotFoundError,
    EvidenceNotReadyError,
    UnsupportedHeaderError,
    UnsupportedReceiptError,
    BusyError,
    BrokenEvidenceError,
)


@router.get(
    "/{work_id}/evidence",
    response_class=Response,
    responses={
        **FAILURES,
        200: {
            "description": "The bundle `colophon.evidence/1`, canonical JSON, as docs/EVIDENCE.md has it.",
            "content": {JSON: {"schema": {"type": "object"}}},
        },
    },
)
def read_evidence(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> Response:
    """One file that proves a record on chain offline, with this registry gone."""
    return _file(registry.read_evidence(work_id, viewer).bundle, JSON, _name(work_id, "evidence.json"))


@router.get(
    "/{work_id}/certificate",
    response_class=Response,
    responses={
        **FAILURES,
        200: {
            "description": "A PDF/A-3 file; the evidence bundle and the credential are attached to it.",
            "content": {PDF: {"schema": {"type": "string", "contentMediaType": PDF}}},
        },
    },
)
def read_certificate(
    registry: RegistryDep, viewer: ViewerDep, site: SiteDep, work_id: WorkIdPath
) -> Response:
    """A certificate for people, with the bundle inside."""
    page = f"{site}/works/{work_id}"
    certificate = registry.issue_certificate.certificate(work_id, viewer, page)
    return _file(certificate, PDF, _name(work_id, "certificate.pdf"))


@router.get(
    "/{work_id}/credential",
    response_class=Response,
    responses={
        **FAILURES,
        200: {
            "description": "A W3C Verifiable Credential 2.0, secured by `eddsa-jcs-2022`.",
            "content": {CREDENTIAL: {"schema": {"type": "object"}}},
        },
    },
)
def read_credential(registry: RegistryDep, viewer: ViewerDep, site: SiteDep, work_id: WorkIdPath) -> Response:
    """The facts of the certificate, signed by the registry; the proof of them is the bundle that it names."""
    page = f"{site}/works/{work_id}"
    credential = registry.issue_certificate.credential(work_id, viewer, page)
    return _file(credential, CREDENTIAL, _name(work_id, "credential.json"))


def _name(work_id: WorkIdValue, kind: str) -> str:
    return f"colophon-{str(work_id)[2:14]}.{kind}"


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Cache-Control": BRIEFLY, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
