"""Disputes, who decides them, and accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import RegistryDep
from api.openapi import problems
from api.schemas.accounts import AccountOut
from api.schemas.disputes import ArbitrationOut, DisputeOut
from api.schemas.values import AddressValue, DisputeIdValue
from registry.errors import NotFoundError
from registry.model import ZERO_ADDRESS

router = APIRouter(tags=["dispute"])

MAX_CURRENCIES = 20  # each is a question to the chain


@router.get("/disputes/{dispute_id}", responses=problems(NotFoundError))
def read_dispute(registry: RegistryDep, dispute_id: Annotated[DisputeIdValue, Path()]) -> DisputeOut:
    """One dispute as it stands."""
    return DisputeOut.of(registry.read_disputes.one(dispute_id))


@router.get("/arbitration", responses=problems())
def read_arbitration(registry: RegistryDep) -> ArbitrationOut:
    """Who decides disputes that are opened now, what opening one takes, and what the arbiter can do."""
    return ArbitrationOut.of(registry.read_arbitration())


@router.get("/accounts/{account}", tags=["act"], responses=problems())
def read_account(
    registry: RegistryDep,
    account: Annotated[AddressValue, Path()],
    currency: Annotated[
        list[AddressValue] | None, Query(max_length=MAX_CURRENCIES, description="Absent: the native coin.")
    ] = None,
) -> AccountOut:
    """Who may take over from an account, and what it is owed in bonds and for sales it carried."""
    return AccountOut.of(registry.read_account(account, currency or [ZERO_ADDRESS]))
