"""Answers to disputes: signed by the holder of the title, carried by the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry import statements
from registry.errors import (
    DeadlineExpiredError,
    NotPossibleError,
    TooEarlyError,
    TooLateError,
)
from registry.model import (
    Address,
    Answer,
    AnswerDisputeFor,
    DisputeId,
    DisputeStatus,
    Hash32,
    from_unix,
    to_unix,
)
from registry.ports import AnswerEntry, Chain, Clock, Intent, Store, UnitOfWork
from registry.statements import Domain
from registry.usecases.carried import Carried, CarriedState, Titles, carried, holds
from registry.usecases.declare import STATEMENT_LIFETIME
from registry.usecases.disputes import Dispute, DisputeNow, ReadDisputes
from registry.usecases.quota import Quota
from registry.usecases.records import from_unix_clamped
from registry.usecases.signatures import require_signed


@dataclass(frozen=True, slots=True)
class AnswerToSign:
    """An answer made ready, and the domain its signature is bound to."""

    answer: Answer
    domain: Domain


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer that came in, and what became of it."""

    entry: AnswerEntry
    carried: Carried


@dataclass(frozen=True, slots=True)
class PrepareAnswer:
    """A hash of evidence becomes a statement for the holder of the title to sign; nothing is stored."""

    chain: Chain
    clock: Clock
    disputes: ReadDisputes

    def __call__(self, dispute_id: DisputeId, evidence_hash: Hash32) -> AnswerToSign:
        """The answer, good until the time to answer is over.

        Raises:
            NotFoundError: There is no such dispute.
            NotPossibleError, TooLateError: It cannot be answered any more.
        """
        now = self.disputes.one(dispute_id)
        _require_answerable(now, self.clock)
        last = now.dispute.answers_until(now.terms) - 1
        deadline = min(to_unix(self.clock.now() + STATEMENT_LIFETIME), last)
        answer = Answer(dispute_id, evidence_hash, deadline)
        return AnswerToSign(answer, statements.domain_of(answer, self.chain.contracts))


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Take a signed answer into the journal and carry it."""

    store: Store
    chain: Chain
    clock: Clock
    disputes: ReadDisputes
    quota: Quota

    def __call__(self, answer: Answer, signature: bytes) -> AnswerRecord:
        """Acknowledged means committed. The same answer again changes nothing.

        Raises:
            NotFoundError: There is no such dispute.
            InvalidSignatureError: The holder of the title did not sign it.
            DeadlineExpiredError: It must not be carried any more.
            NotPossibleError, TooLateError: The dispute cannot be answered any more.
            TooEarlyError: Another answer waits to be recorded.
            QuotaSpentError: The registry carries no more for the holder today.
        """
        digest = statements.digest(answer, statements.domain_of(answer, self.chain.contracts))
        asked = self.disputes.one(answer.dispute_id)
        work_id = asked.dispute.work_id
        with self.store.read() as unit:
            given = answers_within(unit, asked.dispute, self.clock)
            _, title = Titles(self.chain, self.clock).record(unit, work_id)
        known = next((one for one in given if one.entry.digest == digest), None)
        if known is not None:
            self._require_same(known, title.holder, signature)
            return known
        _require_answerable(asked, self.clock)
        require_signed(self.chain, title.holder, digest, signature)
        now = self.clock.now()
        if answer.deadline < to_unix(now):
            raise DeadlineExpiredError(from_unix_clamped(answer.deadline))
        entry = AnswerEntry(work_id, digest, answer, signature, now)
        with self.store.write() as unit:
            others = answers_within(unit, asked.dispute, self.clock)
            if all(one.entry.digest != digest for one in others):
                _require_none_waiting(others)
                self.quota.spend(unit, title.holder)
                unit.journal.append(entry)
                unit.outbox.put(carrying(self.chain, entry))
        return self._read(asked.dispute, digest)

    def _require_same(self, known: AnswerRecord, holder: Address, signature: bytes) -> None:
        entry = known.entry
        if entry.signature == signature or known.carried.state is CarriedState.RECORDED:
            return
        if not holds(self.chain, holder, entry.digest, entry.signature):
            raise NotPossibleError("an earlier holder of the title signed this very answer; make a new one")

    def _read(self, dispute: Dispute, digest: Hash32) -> AnswerRecord:
        with self.store.read() as unit:
            given = answers_within(unit, dispute, self.clock)
        return next(one for one in given if one.entry.digest == digest)


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """Answers to a dispute that came in through the registry."""

    store: Store
    clock: Clock
    disputes: ReadDisputes

    def __call__(self, dispute_id: DisputeId) -> list[AnswerRecord]:
        """Oldest first.

        Raises:
            NotFoundError: There is no such dispute.
        """
        dispute = self.disputes.one(dispute_id).dispute
        with self.store.read() as unit:
            return answers_within(unit, dispute, self.clock)


def answers_within(unit: UnitOfWork, dispute: Dispute, clock: Clock) -> list[AnswerRecord]:
    """What came in as an answer to a dispute, oldest first."""
    now, said = clock.now(), dispute.answer
    found = []
    for entry in unit.journal.answers_of(dispute.work_id):
        if entry.answer.dispute_id == dispute.dispute_id:
            recorded = said is not None and said.evidence_hash == entry.answer.evidence_hash
            state = carried(unit, entry.digest, entry.answer.deadline, now, recorded=recorded)
            found.append(AnswerRecord(entry, state))
    return found


def carrying(chain: Chain, entry: AnswerEntry) -> Intent:
    """The operator's part."""
    call = chain.call(AnswerDisputeFor(entry.answer, entry.signature))
    return Intent(entry.digest, call, entry.answer.deadline, entry.work_id)


def _require_answerable(asked: DisputeNow, clock: Clock) -> None:
    dispute = asked.dispute
    if dispute.status is not DisputeStatus.OPEN:
        raise NotPossibleError("the dispute has ended")
    if dispute.answer is not None:
        raise NotPossibleError("the holder has answered")
    until = dispute.answers_until(asked.terms)
    if to_unix(clock.now()) >= until:
        raise TooLateError("the time to answer is over", from_unix(until))


def _require_none_waiting(answers: Sequence[AnswerRecord]) -> None:
    if any(one.carried.state is CarriedState.PENDING for one in answers):
        raise TooEarlyError("another answer waits to be recorded", None)
