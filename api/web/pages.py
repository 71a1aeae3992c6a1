"""The page's routes. They call the same use cases as the API, and work without JavaScript."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, File, Request, UploadFile
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from api.dependencies import RegistryDep, ViewerDep, from_this_site
from api.problems import problem_document
from api.schemas.values import WorkIdValue
from api.uploads import received
from api.web import wording
from api.web.event_wording import NOT_SHOWN, event_words
from api.words import amount, arbiter_powers, ether, short
from registry.compose import Registry
from registry.errors import ChainUnavailableError, NotFoundError, RegistryError
from registry.model import DeskTerms, WorkId
from registry.ports import WorkFilter
from registry.statements import ESCAPED_BY_PASSING_ON, PAID_BEFORE_TABLES, percent
from registry.usecases.records import from_unix_clamped
from registry.usecases.verify import Verification
from registry.usecases.viewer import NOBODY

HERE = Path(__file__).parent
RECENT = 12
USUAL_URL = "http://127.0.0.1:8000"  # where `colophon` looks without --url
SAMPLES_SECONDS = 20  # until the samples are on chain; a block takes one
_POLL_SECONDS = 0.1

router = APIRouter(include_in_schema=False, form_limits={"max_files": 1, "max_fields": 8})


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for words in (
        wording.day,
        wording.distance_words,
        wording.rate_words,
        event_words,
        wording.file_words,
        wording.moment,
        from_unix_clamped,
        wording.offer_words,
        wording.region_words,
        wording.tag_text,
        wording.verdict_words,
        amount,
        ether,
        percent,
        short,
    ):
        environment.filters[words.__name__] = words
    return environment


_TEMPLATES = _environment()


def add_pages(app: FastAPI) -> None:
    """Put the page and its static files on the application."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


@router.get("/")
def home(request: Request, registry: RegistryDep) -> HTMLResponse:
    """Verify a file, and see what was registered last."""
    return _home(request, registry)


@router.post("/verify", dependencies=[Depends(from_this_site)])
def verify(
    request: Request, registry: RegistryDep, viewer: ViewerDep, file: Annotated[UploadFile, File()]
) -> HTMLResponse:
    """The answer for a file, on the page it was asked from."""
    try:
        with received(file, registry.settings) as path:
            verification = registry.verify_file(path, viewer)
    except RegistryError as error:
        return _home(request, registry, failure=problem_document(error))
    return _home(request, registry, verification=verification)


@router.post("/samples", dependencies=[Depends(from_this_site)])
def add_samples(registry: RegistryDep) -> RedirectResponse:
    """Register the sample works, and come back when they are on chain."""
    if registry.add_samples is None:
        raise NotFoundError("set of samples", "on this chain")
    _wait_for(registry, registry.add_samples())
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


@router.get("/works/{work_id}")
def work(request: Request, registry: RegistryDep, viewer: ViewerDep, work_id: WorkIdValue) -> HTMLResponse:
    """One record with its history, its offers, its money, and the disputes about its title."""
    record = registry.read_work(work_id, viewer)
    history = registry.read_history(work_id, viewer)
    terms = _arbitration(registry)
    told = record.title is not None and terms is not None
    html = _filled(
        "work.html",
        request,
        registry,
        record=record,
        history=[item for item in history if item.what not in NOT_SHOWN],
        offers=registry.read_offers.of_work(work_id) if record.recorded_at else [],
        revenue=registry.read_revenue(work_id) if told else None,
        disputes=registry.read_disputes.of_work(work_id) if told else [],
        arbitration=terms,
        powers=arbiter_powers(terms) if terms else (),
        sales_words=wording.SALES_WORDS[record.title.sales] if record.title else "",
        dispute_words=wording.DISPUTE_WORDS,
        payment_words=wording.PAYMENT_WORDS,
        paid_before_tables=PAID_BEFORE_TABLES,
        escaped_by_passing_on=ESCAPED_BY_PASSING_ON,
        status_words=wording.STATUS_WORDS[record.status],
        claim_words=wording.CLAIM_WORDS,
        check_words=wording.CHECK_WORDS,
        use_words=wording.USE_WORDS,
        how_made=wording.made_words(record),
    )
    return HTMLResponse(html)


def _arbitration(registry: Registry) -> DeskTerms | None:
    """Who decides disputes and when payments are due; None if the chain has never told."""
    try:
        return registry.read_arbitration.lately()
    except ChainUnavailableError:
        return None


def failure_page(document: Mapping[str, Any], headers: Mapping[str, str] | None) -> HTMLResponse:
    """A failure, told in the same house."""
    html = _TEMPLATES.get_template("failure.html").render(failure=document)
    return HTMLResponse(html, int(document["status"]), headers=dict(headers or {}))


def _home(
    request: Request,
    registry: Registry,
    verification: Verification | None = None,
    failure: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    page = registry.list_works(WorkFilter(), None, RECENT)
    register = f'{_program()} register photo.jpg --title "My photograph" --creator "My name" --preview'
    html = _filled(
        "home.html",
        request,
        registry,
        verification=verification,
        failure=failure,
        records=page.records,
        can_add_samples=registry.add_samples is not None,
        register_line=register + _at_url(request),
    )
    return HTMLResponse(html, int(failure["status"]) if failure else HTTPStatus.OK)


def _filled(template: str, request: Request, registry: Registry, **values: object) -> str:
    return _TEMPLATES.get_template(template).render(
        chain=registry.contracts,
        date_proof=wording.date_proof(registry.proof_level),
        program=_program(),
        at_url=_at_url(request),
        **values,
    )


def _wait_for(registry: Registry, work_ids: list[WorkId]) -> None:
    """Until everybody can see the works, so that the next page shows them; a slow chain is not waited out."""
    deadline = time.monotonic() + SAMPLES_SECONDS
    for work_id in work_ids:
        while time.monotonic() < deadline and not _is_public(registry, work_id):
            time.sleep(_POLL_SECONDS)


def _is_public(registry: Registry, work_id: WorkId) -> bool:
    try:
        registry.read_work(work_id, NOBODY)
    except NotFoundError:
        return False
    return True


def _program() -> str:
    """The command as it can be typed where the registry was started."""
    local = Path(".venv/bin/colophon")
    return str(local) if shutil.which("colophon") is None and local.exists() else "colophon"


def _at_url(request: Request) -> str:
    url = str(request.base_url).rstrip("/")
    return "" if url == USUAL_URL else f" --url {shlex.quote(url)}"
