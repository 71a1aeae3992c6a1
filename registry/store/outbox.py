"""The outbox on SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, delete, exists, func, insert, or_, select, update

from registry.errors import InvalidValueError, NotFoundError
from registry.model import Address, Call, Fees, Hash32, SignedTransaction, TransactionRequest, WorkId
from registry.ports import Attempt, Intent, IntentState, OutboxItem
from registry.store.schema import outbox, outbox_attempts, outbox_batches, outbox_charges, outbox_nonces


class SqlOutbox:
    """See `registry.ports.Outbox`. Times are kept to the second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, intent: Intent) -> None:
        """Store what must be sent; a key that is there changes nothing."""
        if self._connection.scalar(select(outbox.c.number).where(outbox.c.key == intent.key)) is not None:
            return
        self._connection.execute(
            insert(outbox),
            {
                "key": intent.key,
                "state": IntentState.QUEUED.value,
                "to_address": intent.call.to,
                "data": intent.call.data,
                "value_wei": intent.call.value,
                "deadline": intent.deadline,
                "work_id": intent.work_id,
            },
        )
        if intent.batch:
            number = self._number(intent.key)
            rows = [{"number": number, "work_id": work_id} for work_id in intent.batch]
            self._connection.execute(insert(outbox_batches), rows)

    def charge(self, account: Address, day: int, statements: int = 1) -> int:
        """Count one more statement, or several, that are carried for an account on a day; how many by now."""
        self._connection.execute(delete(outbox_charges).where(outbox_charges.c.day < day))
        place, counted = {"account": account, "day": day}, outbox_charges.c.statements
        more = update(outbox_charges).filter_by(**place).values(statements=counted + statements)
        if self._connection.execute(more).rowcount == 0:
            self._connection.execute(insert(outbox_charges), {**place, "statements": statements})
        return int(self._connection.scalar(select(counted).filter_by(**place)) or 0)

    def item(self, key: Hash32) -> OutboxItem | None:
        """One intent."""
        found = self._items(outbox.c.key == key)
        return found[0] if found else None

    def states(self, keys: Sequence[Hash32]) -> dict[Hash32, IntentState]:
        """Where intents stand, by their keys; one that is not there is absent."""
        if not keys:
            return {}
        wanted = select(outbox.c.key, outbox.c.state).where(outbox.c.key.in_(keys))
        return {key: IntentState(state) for key, state in self._connection.execute(wanted)}

    def in_state(self, state: IntentState, limit: int = 100) -> list[OutboxItem]:
        """Intents in a state, oldest first."""
        return self._items(outbox.c.state == state.value, limit)

    def due(self, now: int, limit: int = 100) -> list[OutboxItem]:
        """Queued intents that are not postponed beyond `now` (Unix seconds), oldest first."""
        ready = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now)
        return self._items((outbox.c.state == IntentState.QUEUED.value) & ready, limit)

    def items_of(self, work_id: WorkId) -> list[OutboxItem]:
        """Intents about a work, batches with it among them, oldest first."""
        alone = select(outbox.c.number).where(outbox.c.work_id == work_id)
        batched = select(outbox_batches.c.number).where(outbox_batches.c.work_id == work_id)
        return self._items(outbox.c.number.in_(alone.union_all(batched)))

    def next_nonce(self, chain_id: int, account: Address) -> int:
        """One above the highest nonce ever reserved, 0 if none was."""
        highest = self._connection.scalar(
            select(func.max(outbox_nonces.c.nonce)).where(
                outbox_nonces.c.chain_id == chain_id, outbox_nonces.c.account == account
            )
        )
        return 0 if highest is None else int(highest) + 1

    def add_attempt(self, key: Hash32, attempt: Attempt) -> None:
        """Keep signed bytes, with their nonce, before they are broadcast; the intent becomes `signed`.

        Raises:
            NotFoundError: There is no such intent.
            InvalidValueError: The nonce was reserved before, or is not that of the intent's other attempts.
        """
        number = self._number(key)
        known = self._attempts([number]).get(number, [])
        if known:
            _require_same_nonce(known[0].request, attempt.request)
        else:
            self._reserve(number, attempt.request)
        self._connection.execute(insert(outbox_attempts), _attempt_row(number, len(known), attempt))
        self._set(key, state=IntentState.SIGNED.value, receipt_block=None, problem=None)

    def postpone(self, key: Hash32, until: int) -> None:
        """Leave a queued intent alone until a Unix second.

        Raises:
            NotFoundError: There is no such intent.
        """
        self._set(key, not_before=until)

    def mark_mined(self, key: Hash32, block_number: int) -> None:
        """The intent had its effect in that block.

        Raises:
            NotFoundError: There is no such intent.
        """
        self._set(key, state=IntentState.MINED.value, receipt_block=block_number, problem=None)

    def mark_failed(self, key: Hash32, problem: str) -> None:
        """The intent will not be sent (again).

        Raises:
            NotFoundError: There is no such intent.
        """
        self._set(key, state=IntentState.FAILED.value, receipt_block=None, problem=problem)

    def requeue(self, key: Hash32) -> None:
        """Forget the attempts and queue the intent again, with a new nonce; the old one stays reserved.

        Raises:
            NotFoundError: There is no such intent.
        """
        self._connection.execute(delete(outbox_attempts).where(outbox_attempts.c.number == self._number(key)))
        self._set(key, state=IntentState.QUEUED.value, receipt_block=None, problem=None)

    def reopen_mined_above(self, block_number: int) -> int:
        """After a reorg: intents mined above a block are `signed` again; how many.

        One that somebody else's transaction fulfilled has no bytes of ours to send: it is `queued` again.
        """
        fallen = outbox.c.receipt_block > block_number
        sent = exists().where(outbox_attempts.c.number == outbox.c.number)
        return sum(
            self._connection.execute(
                update(outbox).where(fallen, condition).values(state=state.value, receipt_block=None)
            ).rowcount
            for condition, state in ((sent, IntentState.SIGNED), (~sent, IntentState.QUEUED))
        )

    def _number(self, key: Hash32) -> int:
        number = self._connection.scalar(select(outbox.c.number).where(outbox.c.key == key))
        if number is None:
            raise NotFoundError("intent", str(key))
        return int(number)

    def _set(self, key: Hash32, **values: object) -> None:
        change: Update = update(outbox).where(outbox.c.key == key).values(**values)
        if self._connection.execute(change).rowcount == 0:
            raise NotFoundError("intent", str(key))

    def _reserve(self, number: int, request: TransactionRequest) -> None:
        place = {"chain_id": request.chain_id, "account": request.sender, "nonce": request.nonce}
        taken = select(outbox_nonces.c.nonce).filter_by(**place)
        if self._connection.scalar(taken) is not None:
            raise InvalidValueError("nonce", f"{request.nonce} of {request.sender} was reserved before")
        self._connection.execute(insert(outbox_nonces), {**place, "number": number})

    def _items(self, condition: Any, limit: int | None = None) -> list[OutboxItem]:  # noqa: ANN401
        wanted = select(outbox).where(condition).order_by(outbox.c.number).limit(limit)
        rows = self._connection.execute(wanted).mappings().all()
        numbers = [row["number"] for row in rows]
        if not numbers:
            return []
        attempts, batches = self._attempts(numbers), self._batches(numbers)
        return [_item(row, attempts[row["number"]], batches[row["number"]]) for row in rows]

    def _batches(self, numbers: Sequence[int]) -> defaultdict[int, list[WorkId]]:
        wanted = (
            select(outbox_batches.c.number, outbox_batches.c.work_id)
            .where(outbox_batches.c.number.in_(numbers))
            .order_by(outbox_batches.c.number, outbox_batches.c.work_id)
        )
        found: defaultdict[int, list[WorkId]] = defaultdict(list)
        for number, work_id in self._connection.execute(wanted):
            found[number].append(work_id)
        return found

    def _attempts(self, numbers: Sequence[int]) -> defaultdict[int, list[Attempt]]:
        wanted = (
            select(outbox_attempts)
            .where(outbox_attempts.c.number.in_(numbers))
            .order_by(outbox_attempts.c.number, outbox_attempts.c.place)
        )
        found: defaultdict[int, list[Attempt]] = defaultdict(list)
        for row in self._connection.execute(wanted).mappings():
            found[row["number"]].append(_attempt(row))
        return found


def _require_same_nonce(first: TransactionRequest, other: TransactionRequest) -> None:
    if (first.chain_id, first.sender, first.nonce) != (other.chain_id, other.sender, other.nonce):
        raise InvalidValueError("nonce", f"{other.nonce} does not replace {first.nonce} of {first.sender}")


def _attempt_row(number: int, place: int, attempt: Attempt) -> dict[str, Any]:
    request = attempt.request
    return {
        "number": number,
        "place": place,
        "chain_id": request.chain_id,
        "account": request.sender,
        "nonce": request.nonce,
        "to_address": request.call.to,
        "data": request.call.data,
        "value_wei": request.call.value,
        "gas": request.gas,
        "max_fee_wei": request.fees.max_fee,
        "max_priority_fee_wei": request.fees.max_priority_fee,
        "transaction_hash": attempt.signed.hash,
        "raw": attempt.signed.raw,
        "made_at": attempt.at,
    }


def _attempt(row: RowMapping) -> Attempt:
    return Attempt(
        TransactionRequest(
            chain_id=row["chain_id"],
            sender=row["account"],
            nonce=row["nonce"],
            call=_call(row),
            gas=row["gas"],
            fees=Fees(row["max_fee_wei"], row["max_priority_fee_wei"]),
        ),
        SignedTransaction(row["transaction_hash"], row["raw"]),
        row["made_at"],
    )


def _call(row: RowMapping) -> Call:
    return Call(row["to_address"], row["data"], row["value_wei"])


def _item(row: RowMapping, attempts: Sequence[Attempt], batch: Sequence[WorkId]) -> OutboxItem:
    return OutboxItem(
        Intent(row["key"], _call(row), row["deadline"], row["work_id"], tuple(batch)),
        IntentState(row["state"]),
        tuple(attempts),
        row["receipt_block"],
        row["problem"],
    )
