"""Acts as requests, with ids wherever the registry knows what they stand for: each one call of a contract."""

from __future__ import annotations

from typing import Annotated, Any, Self, get_args

from pydantic import Field

from api.schemas.acts_disputes import (
    AcceptArbiterIn,
    AdmitDisputeIn,
    AnswerDisputeIn,
    ClaimBondsIn,
    LapseDisputeIn,
    OfferArbiterIn,
    OpenDisputeIn,
    RuleDisputeIn,
)
from api.schemas.acts_licences import (
    CancelOfferIn,
    ClaimCarriedIn,
    ClaimRemainderIn,
    ClaimShareIn,
    DistributeIn,
    LinkParentIn,
    RefundIn,
    ReleaseIn,
    RenewLinkIn,
    TransferGrantIn,
)
from api.schemas.acts_works import (
    AppendSupplementIn,
    CancelAllOffersIn,
    CancelDeclarationIn,
    CancelRecoveryIn,
    CommitIn,
    RecoverGrantsIn,
    RecoverTitlesIn,
    RegisterFromLogIn,
    RegisterIn,
    RetractWorkIn,
    RevealIn,
    SetRecoveryIn,
    StartRecoveryIn,
    TransferTitleIn,
)
from api.schemas.grants import TransactionOut
from api.schemas.values import AddressValue, Model, TransactionHashValue
from registry.model import ChainEvent
from registry.usecases.act import PreparedAct, TransactionResult, TransactionStatus

ActIn = Annotated[
    RegisterIn
    | CommitIn
    | RevealIn
    | RegisterFromLogIn
    | CancelDeclarationIn
    | AppendSupplementIn
    | CancelAllOffersIn
    | RetractWorkIn
    | TransferTitleIn
    | SetRecoveryIn
    | StartRecoveryIn
    | CancelRecoveryIn
    | RecoverTitlesIn
    | RecoverGrantsIn
    | CancelOfferIn
    | TransferGrantIn
    | RefundIn
    | LinkParentIn
    | RenewLinkIn
    | ReleaseIn
    | DistributeIn
    | ClaimShareIn
    | ClaimRemainderIn
    | ClaimCarriedIn
    | OpenDisputeIn
    | AdmitDisputeIn
    | AnswerDisputeIn
    | RuleDisputeIn
    | LapseDisputeIn
    | ClaimBondsIn
    | OfferArbiterIn
    | AcceptArbiterIn,
    Field(discriminator="kind"),
]
KINDS: tuple[str, ...] = tuple(
    get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(ActIn)[0])
)


class TransactionIn(Model):
    """What an account wants to do."""

    sender: AddressValue
    act: ActIn


class TransactionDraftOut(Model):
    """The transaction for the sender's own key, and what sending it does in one sentence."""

    kind: str
    reading: str
    transaction: TransactionOut

    @classmethod
    def of(cls, kind: str, prepared: PreparedAct) -> Self:
        """The answer for an act that is ready to sign."""
        return cls(kind=kind, reading=prepared.reading, transaction=TransactionOut.of(prepared.transaction))


class EventOut(Model):
    """What one of our contracts said in the transaction."""

    name: str
    contract: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, event: ChainEvent) -> Self:
        """One event."""
        return cls(name=event.name, contract=event.contract, facts=dict(event.facts))


class TransactionResultOut(Model):
    """What became of a transaction. `pending`: mined, and its events are being taken in."""

    transaction_hash: TransactionHashValue
    status: TransactionStatus
    gas_used: int
    events: list[EventOut]

    @classmethod
    def of(cls, result: TransactionResult) -> Self:
        """The result."""
        return cls(
            transaction_hash=result.transaction_hash,
            status=result.status,
            gas_used=result.gas_used,
            events=[EventOut.of(event) for event in result.events],
        )
