"""Make the title of a logged work: only what licences, shares and disputes need costs gas for each work."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import NotFoundError, NotPossibleError
from registry.model import RegisterFromLog, WorkId
from registry.ports import Chain, Clock, Intent, IntentState, Store, UnitOfWork
from registry.usecases.log_reading import LoggedRegistration, logged_registration
from registry.usecases.quota import ClientQuota
from registry.usecases.records import Record, RecordReader
from registry.usecases.titling import title_key
from registry.usecases.viewer import NOBODY


@dataclass(frozen=True, slots=True)
class MakeTitle:
    """Carry a logged statement on chain with its proof, for whoever asks: it harms nobody."""

    store: Store
    chain: Chain
    clock: Clock
    quota: ClientQuota

    def __call__(self, work_id: WorkId, client: str) -> Record:
        """The record, whose title is pending; it comes with a block.

        A work that has one, or is to get it, is left alone. One whose title could not be made is tried again.

        Raises:
            NotFoundError: Everybody sees no such work.
            NotPossibleError: Its claimant withdrew the signature, or it never came through the log.
            QuotaSpentError: The registry has made enough titles for this client today. Anybody can make one
                with a transaction of their own.
        """
        with self.store.write() as unit:
            record = self._read(unit, work_id)
            if record.title is not None:
                return record
            logged = logged_registration(unit, record)
            if logged is None or record.cancelled:
                raise NotPossibleError("no anchor dates the statement, or its signature was withdrawn")
            self._queue(unit, self._carrying(logged), client)
            return self._read(unit, work_id)

    def _read(self, unit: UnitOfWork, work_id: WorkId) -> Record:
        record = RecordReader(self.chain, self.clock).read(unit, [work_id], NOBODY).get(work_id)
        if record is None:
            raise NotFoundError("work", str(work_id))
        return record

    def _queue(self, unit: UnitOfWork, intent: Intent, client: str) -> None:
        state = unit.outbox.states([intent.key]).get(intent.key)
        if state not in (None, IntentState.FAILED):
            return
        self.quota.spend(unit, client)
        if state is None:
            unit.outbox.put(intent)
        else:
            unit.outbox.requeue(intent.key)

    def _carrying(self, logged: LoggedRegistration) -> Intent:
        act = RegisterFromLog(logged.registration, logged.signature, logged.inclusion)
        key = title_key(logged.digest, logged.inclusion.root)
        return Intent(key, self.chain.call(act), work_id=logged.record.work_id)
