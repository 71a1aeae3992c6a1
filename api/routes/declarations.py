"""Into the log without a file: ready-signed declarations, and bare digests of them."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from api.dependencies import ClientDep, RegistryDep
from api.openapi import problems
from api.schemas.declarations import DeclarationsIn, DeclarationsOut, DigestIn, DigestOut
from registry.errors import InvalidValueError, QuotaSpentError

router = APIRouter(tags=["log"])


@router.post("/declarations", responses=problems(InvalidValueError, QuotaSpentError))
def record_declarations(registry: RegistryDep, client: ClientDep, body: DeclarationsIn) -> DeclarationsOut:
    """Log up to 200 ready-signed declarations, durably and at once. One faulty item stops no other.

    One address of the network logs so many new ones an hour.
    """
    items = [item.signed() for item in body.items]
    return DeclarationsOut.of(registry.record_declarations(items, client))


@router.post("/log/digests", status_code=HTTPStatus.CREATED, responses=problems(QuotaSpentError))
def log_digest(registry: RegistryDep, client: ClientDep, body: DigestIn) -> DigestOut:
    """Log 32 bytes without their statement, so many a day for one address of the network."""
    return DigestOut.of(registry.log_digest(body.digest, client))
