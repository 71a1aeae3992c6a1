"""The application: routes, page, limits and failures around one registry."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse

from api.answers import add_handlers
from api.body_limit import BodyLimit
from api.openapi import openapi_document
from api.routes import (
    declarations,
    disputes,
    drafts,
    evidence,
    licensing,
    log,
    operations,
    redactions,
    rpc,
    statements,
    transactions,
    verifications,
    works,
)
from api.security_headers import SecurityHeaders
from api.uploads import remove_left_over
from api.web import pages
from registry.compose import Registry

VERSION = "1"
UPLOAD_PATHS = re.compile("/v1/drafts|/v1/verifications|/v1/works/[^/]+/file|/verify")


def create_app(registry: Registry) -> FastAPI:
    """The service over a registry that somebody else starts and closes."""
    app = _routes()
    app.state.registry = registry
    app.add_middleware(
        BodyLimit, upload_paths=UPLOAD_PATHS, max_upload_bytes=registry.settings.max_upload_bytes
    )
    app.add_middleware(SecurityHeaders)
    remove_left_over(registry.settings)
    return app


def openapi() -> dict[str, Any]:
    """The OpenAPI document; it needs no registry."""
    return openapi_document(_routes())


def _routes() -> FastAPI:
    app = FastAPI(
        title="Colophon",
        version=VERSION,
        summary="A copyright registry on Ethereum.",
        description="A registration is a claim with a date, not a finding of ownership.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    v1 = APIRouter(prefix="/v1")
    groups = (
        log,  # routes are tried in turn, and these are asked for most often
        drafts,
        declarations,
        statements,
        works,
        evidence,
        verifications,
        licensing,
        transactions,
        disputes,
        operations,
        redactions,
    )
    for routes in groups:
        v1.include_router(routes.router)
    v1.include_router(works.files)
    app.include_router(v1)
    app.include_router(log.tiles)
    app.include_router(rpc.router)
    pages.add_pages(app)
    add_handlers(app)

    @app.get("/v1/openapi.json", include_in_schema=False)
    def read_openapi() -> JSONResponse:
        """The description of this API."""
        return JSONResponse(openapi_document(app))

    return app
