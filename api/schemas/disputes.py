"""Disputes, and who decides them."""

from __future__ import annotations

from typing import Self

from api.schemas.values import (
    AddressValue,
    BigInteger,
    DisputeIdValue,
    HashValue,
    Model,
    Moment,
    TransactionHashValue,
    WorkIdValue,
)
from api.words import arbiter_powers
from registry.model import DeskTerms, from_unix
from registry.statements import tag_words
from registry.usecases.disputes import DisputeNow, DisputeState, GivenAnswer


class AnswerOut(Model):
    """What the holder of the title said: the hash of it."""

    holder: AddressValue
    evidence_hash: HashValue
    answered_at: Moment

    @classmethod
    def of(cls, answer: GivenAnswer) -> Self:
        """The answer."""
        return cls(holder=answer.holder, evidence_hash=answer.evidence_hash, answered_at=from_unix(answer.at))


class DisputeOut(Model):
    """A dispute about a title: to be answered before `answers_until`, and then ruled on before `rules_until`.

    `holder` held the title when it was opened. `frozen_until`: the title stays where it is until then.
    `held_until`: sales stop and payments wait until then, at the latest, since it was admitted. `moved_on`:
    somebody else holds the title now; unless it comes back the dispute can only lapse. `tag_text` is the tag
    where it is a text.
    """

    dispute_id: DisputeIdValue
    work_id: WorkIdValue
    opener: AddressValue
    tag: HashValue
    tag_text: str | None
    evidence_hash: HashValue
    assignee: AddressValue | None
    arbiter: AddressValue
    holder: AddressValue
    bond_wei: BigInteger
    status: DisputeState
    moved_on: bool
    answer: AnswerOut | None
    opened_at: Moment
    answers_until: Moment
    rules_until: Moment
    frozen_until: Moment
    held_until: Moment | None
    ended_at: Moment | None
    bond_to: AddressValue | None
    transaction_hash: TransactionHashValue

    @classmethod
    def of(cls, now: DisputeNow) -> Self:
        """The dispute as it stands."""
        dispute = now.dispute
        return cls(
            dispute_id=dispute.dispute_id,
            work_id=dispute.work_id,
            opener=dispute.opener,
            tag=dispute.tag,
            tag_text=tag_words(dispute.tag),
            evidence_hash=dispute.evidence_hash,
            assignee=dispute.assignee,
            arbiter=dispute.arbiter,
            holder=dispute.holder,
            bond_wei=dispute.bond,
            status=now.state,
            moved_on=now.moved_on,
            answer=AnswerOut.of(dispute.answer) if dispute.answer else None,
            opened_at=from_unix(dispute.opened_at),
            answers_until=from_unix(dispute.answers_until(now.terms)),
            rules_until=from_unix(dispute.rules_until(now.terms)),
            frozen_until=from_unix(dispute.frozen_until),
            held_until=None if dispute.held_until is None else from_unix(dispute.held_until),
            ended_at=None if dispute.ended_at is None else from_unix(dispute.ended_at),
            bond_to=dispute.bond_to,
            transaction_hash=dispute.transaction_hash,
        )


class DisputeListOut(Model):
    """A work's disputes, in the order in which they were opened."""

    work_id: WorkIdValue
    disputes: list[DisputeOut]


class PeriodsOut(Model):
    """How long things take, in seconds.

    From a payment until it is due, how much longer a dispute can hold it, from opening until a ruling is
    possible, and until it is so no more.
    """

    escrow_seconds: int
    hold_seconds: int
    answer_seconds: int
    ruling_seconds: int


class ArbitrationOut(Model):
    """Who decides disputes that are opened now, what opening one takes, and what the arbiter can do."""

    arbiter: AddressValue
    bond_wei: BigInteger
    periods: PeriodsOut
    powers: list[str]

    @classmethod
    def of(cls, terms: DeskTerms) -> Self:
        """The desk's terms."""
        periods = PeriodsOut(
            escrow_seconds=terms.escrow,
            hold_seconds=terms.hold,
            answer_seconds=terms.answer,
            ruling_seconds=terms.ruling,
        )
        return cls(
            arbiter=terms.arbiter, bond_wei=terms.bond, periods=periods, powers=list(arbiter_powers(terms))
        )
