"""Send what the outbox holds: each intent once, from one account, whatever dies in between.

Order matters. The nonce and the signed bytes are committed before they leave, so that after a crash the *same
bytes* go out again; an intent is done only when its receipt is seen, and reopened when a reorg takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from registry.errors import (
    ChainUnavailableError,
    NotFoundError,
    RegistryError,
    TooEarlyError,
    TransactionRejectedError,
)
from registry.model import Fees, Hash32, Receipt, TransactionRequest, WorkId, to_unix
from registry.ports import Attempt, Chain, Clock, IntentState, OutboxItem, Store, UnitOfWork
from registry.usecases.records import registration_event

REPLACE_AFTER = timedelta(minutes=2)  # some ten slots: the fees were too low for the present base fee
REPLACEMENT_PERCENT = 125  # nodes ask for at least 10 % more on both fees to replace a pending transaction
MOST_REPLACEMENTS = 10  # 1.25 to the tenth is nine times the first fee: more is a person's decision
REBROADCAST_AFTER = timedelta(seconds=15)  # a slot and a bit: a node may have forgotten what it was given
ASK_AGAIN_SECONDS = 2  # while something else has to be mined before
BATCH = 50
_FINAL_REASONS = ("reverted", "halted", "gas")  # the code itself ends the call: asking again changes nothing


@dataclass(frozen=True, slots=True)
class SendIntents:
    """One step of the sender; only one process may run it for an account."""

    store: Store
    chain: Chain
    clock: Clock
    _left_at: dict[Hash32, datetime] = field(default_factory=dict)  # empty after a restart: all is sent again

    def __call__(self) -> bool:
        """Sign and broadcast what is queued, follow what is under way; True if anything moved.

        Raises:
            ChainUnavailableError: Nothing is lost; call again later.
            StoreUnavailableError: As above.
        """
        with self.store.read() as unit:
            queued = unit.outbox.due(self._now(unit), BATCH)
            under_way = unit.outbox.in_state(IntentState.SIGNED, BATCH)
        followed = [self._follow(item) for item in under_way]
        sent = [self._send(item) for item in queued]
        return any(followed) or any(sent)

    def _now(self, unit: UnitOfWork) -> int:
        """The later of the two clocks, because what is waited for comes by the chain's."""
        head = unit.views.head()
        return max(to_unix(self.clock.now()), head.timestamp if head else 0)

    def _send(self, item: OutboxItem) -> bool:
        intent = item.intent
        if self._is_done(item):
            return True
        if intent.deadline is not None and intent.deadline < to_unix(self.clock.now()):
            return self._fail(item, "the deadline passed before it could be sent")
        try:
            gas = self.chain.estimate_gas(self.chain.operator, intent.call)
        except ChainUnavailableError:
            raise
        except RegistryError as problem:
            return self._refused(item, problem)
        fees, mined_nonce = self.chain.fees(), self.chain.next_nonce(self.chain.operator)
        chain_id = self.chain.contracts.chain_id
        with self.store.write() as unit:
            nonce = max(unit.outbox.next_nonce(chain_id, self.chain.operator), mined_nonce)
            request = TransactionRequest(chain_id, self.chain.operator, nonce, intent.call, gas, fees)
            attempt = Attempt(request, self.chain.sign(request), self.clock.now())
            unit.outbox.add_attempt(intent.key, attempt)
        self._broadcast(attempt)
        return True

    def _is_done(self, item: OutboxItem) -> bool:
        """A batch is done once each of its works is recorded, by whomever: all would be skipped."""
        if not item.intent.batch:
            return False
        with self.store.write() as unit:
            events = unit.views.work_events(item.intent.batch)
            recorded = [registration_event(events.get(work_id, [])) for work_id in item.intent.batch]
            blocks = [event.block_number for event in recorded if event is not None]
            if len(blocks) < len(recorded):
                return False
            unit.outbox.mark_mined(item.intent.key, max(blocks))
        return True

    def _refused(self, item: OutboxItem, problem: RegistryError) -> bool:
        """What comes by itself is waited for; any other refusal of a contract is the end of it."""
        if isinstance(problem, TooEarlyError):
            return self._postpone(item, problem.facts.get("possible_at"))
        if isinstance(problem, NotFoundError) and self._may_appear(item, str(problem.facts["what"])):
            return self._postpone(item, None)
        if _may_pass(problem):
            return False
        return self._fail(item, problem.message)

    def _may_appear(self, item: OutboxItem, what: str) -> bool:
        """Whether what is missing on chain is on its way there, as is everything after a deep reorg."""
        if what == "commitment":
            return True
        work_id: WorkId | None = item.intent.work_id
        if what != "work" or work_id is None:
            return False
        with self.store.read() as unit:
            others = [one for one in unit.outbox.items_of(work_id) if one.intent.key != item.intent.key]
        return any(one.state in (IntentState.QUEUED, IntentState.SIGNED) for one in others)

    def _postpone(self, item: OutboxItem, possible_at: object) -> bool:
        with self.store.write() as unit:
            now = self._now(unit)
            known = to_unix(possible_at) if isinstance(possible_at, datetime) else now + ASK_AGAIN_SECONDS
            unit.outbox.postpone(item.intent.key, max(known, now + 1))
        return False

    def _follow(self, item: OutboxItem) -> bool:
        receipt = self._receipt(item)
        if receipt is not None:
            return self._settle(item, receipt)
        last = item.attempts[-1]
        if self.chain.next_nonce(self.chain.operator) > last.request.nonce:
            return self._lost_its_nonce(item)
        if self._is_outbid(item):
            last = self._replace(item)
        self._broadcast(last)
        return False

    def _is_due(self, attempt: Attempt) -> bool:
        left_at = self._left_at.get(attempt.signed.hash)
        return left_at is None or self.clock.now() - left_at > REBROADCAST_AFTER

    def _receipt(self, item: OutboxItem) -> Receipt | None:
        receipts = (self.chain.receipt(attempt.signed.hash) for attempt in item.attempts)
        return next((receipt for receipt in receipts if receipt is not None), None)

    def _settle(self, item: OutboxItem, receipt: Receipt) -> bool:
        """Believe a receipt once sync has taken in its very block: else no rewind would reopen the intent."""
        with self.store.write() as unit:
            block = unit.views.block(receipt.block_number)
            if block is None or block.hash != receipt.block_hash:
                return False
            if receipt.succeeded:
                unit.outbox.mark_mined(item.intent.key, receipt.block_number)
            else:  # asked again before it is sent again: the contract then says why, if it still refuses
                unit.outbox.requeue(item.intent.key)
        for attempt in item.attempts:
            self._left_at.pop(attempt.signed.hash, None)
        return True

    def _lost_its_nonce(self, item: OutboxItem) -> bool:
        """Another transaction took the nonce, and none of ours has a receipt: none can be mined now."""
        if self._receipt(item) is not None:  # mined between the two questions
            return False
        with self.store.write() as unit:
            unit.outbox.requeue(item.intent.key)
        return True

    def _replace(self, item: OutboxItem) -> Attempt:
        last, now_fees = item.attempts[-1], self.chain.fees()
        tip = max(now_fees.max_priority_fee, _raised(last.request.fees.max_priority_fee))
        fees = Fees(max(now_fees.max_fee, _raised(last.request.fees.max_fee)), tip)
        request = replace(last.request, fees=fees)
        attempt = Attempt(request, self.chain.sign(request), self.clock.now())
        with self.store.write() as unit:
            unit.outbox.add_attempt(item.intent.key, attempt)
        return attempt

    def _is_outbid(self, item: OutboxItem) -> bool:
        """Whether it waits because blocks are made that pay better, and is still worth sending.

        A chain that makes no block is not outbid, and a statement past its deadline can only be refused.
        """
        last, deadline = item.attempts[-1], item.intent.deadline
        now = self.clock.now()
        if now - last.at < REPLACE_AFTER or (deadline is not None and deadline < to_unix(now)):
            return False
        if len(item.attempts) > MOST_REPLACEMENTS:
            return False
        asked, offered = self.chain.fees(), last.request.fees
        outbid = asked.max_fee > offered.max_fee or asked.max_priority_fee > offered.max_priority_fee
        return outbid and self.chain.head().timestamp > to_unix(last.at)

    def _broadcast(self, attempt: Attempt) -> None:
        if not self._is_due(attempt):
            return
        self._left_at[attempt.signed.hash] = self.clock.now()
        try:
            self.chain.broadcast(attempt.signed.raw)
        except TransactionRejectedError:
            # The next step tells a used nonce from a passing refusal, by receipts and the account's nonce.
            return

    def _fail(self, item: OutboxItem, problem: str) -> bool:
        with self.store.write() as unit:
            unit.outbox.mark_failed(item.intent.key, problem)
        return True


def _raised(fee: int) -> int:
    return fee * REPLACEMENT_PERCENT // 100 + 1


def _may_pass(problem: RegistryError) -> bool:
    """Whether waiting may help: what the contract does not refuse is the chain's or registry's trouble."""
    return isinstance(problem, TransactionRejectedError) and problem.facts.get("reason") not in _FINAL_REASONS
