"""What became of a statement that the registry carries, and whose it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry.errors import InvalidSignatureError, NotFoundError
from registry.model import Address, Hash32, WorkId
from registry.ports import Chain, Clock, IntentState, UnitOfWork
from registry.usecases.records import EXPIRY_GRACE, Record, RecordReader, Title, from_unix_clamped
from registry.usecases.signatures import require_signed
from registry.usecases.viewer import NOBODY


class CarriedState(StrEnum):
    """On its way, on chain, refused there, or too late for it."""

    PENDING = "pending"
    RECORDED = "recorded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a statement stands, and why it failed if it did."""

    state: CarriedState
    problem: str | None = None


def carried(unit: UnitOfWork, key: Hash32, deadline: int, now: datetime, *, recorded: bool) -> Carried:
    """What became of a statement; `recorded` is whether the chain shows its effect."""
    if recorded:
        return Carried(CarriedState.RECORDED)
    item = unit.outbox.item(key)
    if from_unix_clamped(deadline) + EXPIRY_GRACE < now:
        return Carried(CarriedState.EXPIRED, item.problem if item else None)
    if item is not None and item.state is IntentState.FAILED:
        return Carried(CarriedState.FAILED, item.problem)
    return Carried(CarriedState.PENDING)


@dataclass(frozen=True, slots=True)
class Titles:
    """Works with a title on chain."""

    chain: Chain
    clock: Clock

    def record(self, unit: UnitOfWork, work_id: WorkId) -> tuple[Record, Title]:
        """The work as everybody sees it, and its title.

        Raises:
            NotFoundError: There is no such work, or it is dated by the log alone.
        """
        record = RecordReader(self.chain, self.clock).read(unit, [work_id], NOBODY).get(work_id)
        if record is None:
            raise NotFoundError("work", str(work_id))
        if record.title is None:
            raise NotFoundError("title of work", str(work_id))
        return record, record.title


def holds(chain: Chain, signer: Address, digest: Hash32, signature: bytes) -> bool:
    """Whether a signature is (still) the signer's: a contract may change its mind.

    Raises:
        ChainUnavailableError: Nobody can tell.
    """
    try:
        require_signed(chain, signer, digest, signature)
    except InvalidSignatureError:
        return False
    return True
