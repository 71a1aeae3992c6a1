"""Acts of one's own account: prepared here, signed and sent by whoever holds the key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import RegistryDep, ViewerDep
from api.openapi import problems
from api.schemas.acts import TransactionDraftOut, TransactionIn, TransactionResultOut
from api.schemas.values import TransactionHashValue
from registry.errors import (
    DeadlineExpiredError,
    InvalidProofError,
    InvalidSignatureError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
    NotTitleHolderError,
    OfferUnavailableError,
    TitleFrozenError,
    TooEarlyError,
    TooLateError,
    TransactionRejectedError,
)

router = APIRouter(prefix="/transactions", tags=["act"])


@router.post(
    "",
    responses=problems(
        DeadlineExpiredError,
        InvalidProofError,
        InvalidSignatureError,
        InvalidValueError,
        NotAllowedError,
        NotFoundError,
        NotPossibleError,
        NotTitleHolderError,
        OfferUnavailableError,
        TitleFrozenError,
        TooEarlyError,
        TooLateError,
        TransactionRejectedError,
    ),
)
def prepare_transaction(registry: RegistryDep, viewer: ViewerDep, body: TransactionIn) -> TransactionDraftOut:
    """Build a transaction for the sender's own key, and say in one sentence what it does; nothing is stored.

    The chain is asked first whether it would go through now.
    """
    act = body.act
    prepared = registry.prepare_act(body.sender, viewer, lambda known: act.act(body.sender, known))
    return TransactionDraftOut.of(act.kind, prepared)


@router.get("/{transaction_hash}", responses=problems(NotFoundError))
def read_transaction(
    registry: RegistryDep, transaction_hash: Annotated[TransactionHashValue, Path()]
) -> TransactionResultOut:
    """What became of a transaction, and what our contracts said in it."""
    return TransactionResultOut.of(registry.read_transaction(transaction_hash))
