"""Records: made from a signed draft, read, and listed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Response, UploadFile

from api.dependencies import ClientDep, RegistryDep, ViewerDep
from api.openapi import FILE_ERRORS, problems
from api.schemas.disputes import DisputeListOut, DisputeOut
from api.schemas.documents import DocumentOut, FingerprintOut
from api.schemas.drafts import SignedDraftIn
from api.schemas.log import WorkInclusionOut
from api.schemas.offers import OfferListOut, OfferOut
from api.schemas.revenue import RevenueOut
from api.schemas.values import AddressValue, HashValue, Text, WorkIdValue
from api.schemas.works import HistoryOut, RecordedOut, RecordOut, RecordPageOut
from api.uploads import received
from registry.errors import (
    AlreadyRegisteredError,
    DeadlineExpiredError,
    DraftNotReadyError,
    InvalidCursorError,
    InvalidSignatureError,
    NotFoundError,
    NotPossibleError,
    OtherFileError,
    QuotaSpentError,
    RedactedError,
    UnsupportedWayError,
)
from registry.model import Status
from registry.ports import RegistrationEntry, WorkFilter
from registry.usecases.read import MAX_PAGE, ReadWork
from registry.usecases.records import redacted
from registry.usecases.viewer import Viewer

router = APIRouter(prefix="/works", tags=["records"])
files = APIRouter(prefix="/works", tags=["verify"], form_limits={"max_files": 1, "max_fields": 8})

MAX_LEAF = 2**53 - 1
WorkIdPath = Annotated[WorkIdValue, Path()]
PUBLIC_PREVIEW = "public, max-age=300"  # short: a claimant may withdraw it
JPEG = {"image/jpeg": {"schema": {"type": "string", "contentMediaType": "image/jpeg"}}}


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    tags=["register"],
    responses=problems(
        NotFoundError,
        UnsupportedWayError,
        DraftNotReadyError,
        InvalidSignatureError,
        DeadlineExpiredError,
        AlreadyRegisteredError,
        RedactedError,
    ),
)
def register_work(registry: RegistryDep, body: SignedDraftIn) -> RecordedOut:
    """Record a signed draft. The same call again gives the same record and the same receipt token."""
    return RecordedOut.of(registry.register_work(body.draft_id, body.signature, body.via))


@router.get("", responses=problems(InvalidCursorError))
def list_works(  # each is one parameter of the query
    registry: RegistryDep,
    text: Annotated[Text | None, Query(max_length=300, description="In titles and creators.")] = None,
    claimant: Annotated[AddressValue | None, Query()] = None,
    medium: Annotated[str | None, Query(pattern="^[a-z]{1,20}$")] = None,
    content_hash: Annotated[HashValue | None, Query()] = None,
    leaf_index: Annotated[int | None, Query(ge=0, le=MAX_LEAF)] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
) -> RecordPageOut:
    """Works on chain, newest first; by a leaf of the log, the one work that it dates."""
    narrowed = WorkFilter(text, claimant, medium, content_hash, leaf_index)
    return RecordPageOut.of(registry.list_works(narrowed, cursor, limit))


@router.get("/{work_id}", responses=problems(NotFoundError))
def read_work(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> RecordOut:
    """One record; before it is confirmed, with its receipt token alone."""
    return RecordOut.of(registry.read_work(work_id, viewer))


@router.get("/{work_id}/history", responses=problems(NotFoundError))
def read_history(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> HistoryOut:
    """All that happened to a work, in order."""
    return HistoryOut.of(work_id, registry.read_history(work_id, viewer))


@router.get(
    "/{work_id}/preview",
    response_class=Response,
    responses={
        **problems(NotFoundError, RedactedError),
        200: {"description": "A JPEG of at most 512 px a side.", "content": JPEG},
    },
)
def read_preview(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> Response:
    """The picture that the claimant asked to be shown."""
    record = registry.read_work(work_id, viewer)
    shown = record.status in (Status.CONFIRMED, Status.FINAL)
    headers = {"Cache-Control": PUBLIC_PREVIEW} if shown else {}
    return Response(registry.read_preview(work_id, viewer), media_type="image/jpeg", headers=headers)


@router.get("/{work_id}/metadata", responses=problems(NotFoundError, RedactedError))
def read_metadata(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> DocumentOut:
    """What the claimant says of the work, `colophon.metadata/1`, whose hash the declaration names."""
    entry = _documents(registry.read_work, work_id, viewer)
    if entry.metadata is None:
        raise redacted(entry)
    return DocumentOut(hash=entry.registration.declaration.metadata_hash, document=dict(entry.metadata))


@router.get("/{work_id}/fingerprint", responses=problems(NotFoundError))
def read_fingerprint(registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdPath) -> FingerprintOut:
    """What the file shows, `colophon.fingerprint/1`, whose hash the declaration names."""
    return FingerprintOut.of(_documents(registry.read_work, work_id, viewer))


@files.post("/{work_id}/file", responses=problems(*FILE_ERRORS, NotFoundError, OtherFileError))
def check_file(
    registry: RegistryDep,
    viewer: ViewerDep,
    work_id: WorkIdPath,
    file: Annotated[UploadFile, File(description="The very file that was declared.")],
) -> RecordOut:
    """Show the file of a work that was declared without it: `fingerprint_check` says what came of it.

    It is deleted before the answer. The registry's own fingerprint is kept, as unsigned data of the index.
    """
    with received(file, registry.settings) as path:
        return RecordOut.of(registry.check_file(work_id, path, viewer))


@router.get("/{work_id}/inclusion", tags=["log"], responses=problems(NotFoundError))
def read_inclusion(registry: RegistryDep, work_id: WorkIdPath) -> WorkInclusionOut:
    """What carries a logged work on chain: its statement's place under the first anchored root over it."""
    return WorkInclusionOut.of(registry.read_inclusion(work_id))


@router.post(
    "/{work_id}/title",
    status_code=HTTPStatus.ACCEPTED,
    tags=["log"],
    responses=problems(NotFoundError, NotPossibleError, QuotaSpentError),
)
def make_title(registry: RegistryDep, client: ClientDep, work_id: WorkIdPath) -> RecordOut:
    """Have the registry make a logged work's title; it comes with a block. So many a day for one client."""
    return RecordOut.of(registry.make_title(work_id, client))


@router.get("/{work_id}/revenue", tags=["license"], responses=problems(NotFoundError))
def read_revenue(registry: RegistryDep, work_id: WorkIdPath) -> RevenueOut:
    """What a work earned, what waits in escrow, and who is owed what of it."""
    return RevenueOut.of(registry.read_revenue(work_id))


@router.get("/{work_id}/disputes", tags=["dispute"], responses=problems(NotFoundError))
def list_disputes(registry: RegistryDep, work_id: WorkIdPath) -> DisputeListOut:
    """Disputes about a work's title, in the order in which they were opened."""
    disputes = registry.read_disputes.of_work(work_id)
    return DisputeListOut(work_id=work_id, disputes=[DisputeOut.of(dispute) for dispute in disputes])


@router.get("/{work_id}/offers", tags=["license"], responses=problems(NotFoundError))
def list_offers(registry: RegistryDep, work_id: WorkIdPath) -> OfferListOut:
    """A work's offers, oldest first, with whether each can be bought now."""
    offers = registry.read_offers.of_work(work_id)
    return OfferListOut(work_id=work_id, offers=[OfferOut.of(offer) for offer in offers])


def _documents(read_work: ReadWork, work_id: WorkIdValue, viewer: Viewer) -> RegistrationEntry:
    record = read_work(work_id, viewer)
    if record.entry is None:
        raise NotFoundError("document of", str(work_id))
    return record.entry
