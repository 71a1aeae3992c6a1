"""What an account does in disputes: as opener, holder, arbiter, or anybody."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.values import AddressValue, DisputeIdValue, GrantIdValue, HashValue, Model, WorkIdValue
from registry import model
from registry.model import ZERO_ADDRESS, Act, Address, DisputeStatus
from registry.usecases.act import Known

MAX_ENDED = 32  # DisputeDesk's limit: a ruling visits every grant it ends in one transaction
_OUTCOMES = {
    "dismissed": DisputeStatus.DISMISSED,
    "upheld": DisputeStatus.UPHELD,
    "assigned": DisputeStatus.ASSIGNED,
}


class OpenDisputeIn(Model):
    """Contest a title with a bond, which is lost if the dispute is dismissed.

    `tag` is what it is about, a short text padded with zeros or a hash; absent `assignee` is nobody.

    Until the arbiter admits it the holder can escape it by passing the title on. What the arbiter opens is
    admitted at once.
    """

    kind: Literal["open-dispute"]
    work_id: WorkIdValue
    tag: HashValue
    evidence_hash: HashValue
    assignee: AddressValue | None = None

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        assignee = self.assignee or ZERO_ADDRESS
        return model.OpenDispute(self.work_id, self.tag, self.evidence_hash, assignee, known.bond())


class AdmitDisputeIn(Model):
    """As arbiter: the title stays where it is, sales stop and payments wait until it is decided."""

    kind: Literal["admit-dispute"]
    dispute_id: DisputeIdValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.AdmitDispute(self.dispute_id)


class AnswerDisputeIn(Model):
    """Answer as the holder of the title, or as who has taken over from its lost account.

    `evidence_hash` is of what the holder says and shows.
    """

    kind: Literal["answer-dispute"]
    dispute_id: DisputeIdValue
    evidence_hash: HashValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.AnswerDispute(self.dispute_id, self.evidence_hash)


class RuleDisputeIn(Model):
    """Decide as arbiter; `bad_faith` licences end with an upheld dispute, all others stay valid."""

    kind: Literal["rule-dispute"]
    dispute_id: DisputeIdValue
    outcome: Literal["dismissed", "upheld", "assigned"]
    bad_faith: Annotated[list[GrantIdValue], Field(max_length=MAX_ENDED)] = Field(default_factory=list)

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.RuleDispute(self.dispute_id, _OUTCOMES[self.outcome], known.sales(self.bad_faith))


class LapseDisputeIn(Model):
    """End a dispute whose time for a ruling is over; its bond goes back."""

    kind: Literal["lapse-dispute"]
    dispute_id: DisputeIdValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.LapseDispute(self.dispute_id)


class ClaimBondsIn(Model):
    """Pay an account the bonds it is owed; absent `receiver` is the account.

    Anybody may pay them to an account without code. One with code asks itself, or who has taken over from it.
    """

    kind: Literal["claim-bonds"]
    account: AddressValue
    receiver: AddressValue | None = None

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.ClaimBonds(self.account, self.receiver or self.account)


class OfferArbiterIn(Model):
    """As arbiter, name who shall follow; the zero account for nobody."""

    kind: Literal["offer-arbiter"]
    candidate: AddressValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.OfferArbiter(self.candidate)


class AcceptArbiterIn(Model):
    """Become the arbiter of new disputes, having been named."""

    kind: Literal["accept-arbiter"]

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.AcceptArbiter()
