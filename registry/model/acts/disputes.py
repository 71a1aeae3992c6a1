"""Acts of the dispute desk."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import DeskAct
from registry.model.disputes import Answer, DisputeStatus
from registry.model.money import Sale
from registry.model.values import Address, DisputeId, Hash32, WorkId


@dataclass(frozen=True, slots=True)
class OpenDispute(DeskAct):
    """Contest a title with a bond in wei, which is sent along."""

    function = "open"
    work_id: WorkId
    tag: Hash32
    evidence_hash: Hash32
    assignee: Address
    bond: int

    @property
    def value(self) -> int:
        """The bond."""
        return self.bond


@dataclass(frozen=True, slots=True)
class AdmitDispute(DeskAct):
    """Take a dispute seriously, as its arbiter."""

    function = "admit"
    dispute_id: DisputeId


@dataclass(frozen=True, slots=True)
class AnswerDispute(DeskAct):
    """Answer a dispute as the holder of the title."""

    function = "answer"
    dispute_id: DisputeId
    evidence_hash: Hash32


@dataclass(frozen=True, slots=True)
class AnswerDisputeFor(DeskAct):
    """Carry a holder's signed answer."""

    function = "answerFor"
    answer: Answer
    signature: bytes


@dataclass(frozen=True, slots=True)
class RuleDispute(DeskAct):
    """Decide a dispute, as its arbiter; `bad_faith` grants end with it."""

    function = "rule"
    dispute_id: DisputeId
    outcome: DisputeStatus
    bad_faith: tuple[Sale, ...]


@dataclass(frozen=True, slots=True)
class LapseDispute(DeskAct):
    """End a dispute that can no longer be ruled on."""

    function = "lapse"
    dispute_id: DisputeId


@dataclass(frozen=True, slots=True)
class ClaimBonds(DeskAct):
    """Pay an account the bonds it is owed."""

    function = "claimBonds"
    account: Address
    receiver: Address


@dataclass(frozen=True, slots=True)
class OfferArbiter(DeskAct):
    """Name who shall follow as arbiter."""

    function = "offerArbiter"
    candidate: Address


@dataclass(frozen=True, slots=True)
class AcceptArbiter(DeskAct):
    """Become the arbiter, having been named."""

    function = "acceptArbiter"
