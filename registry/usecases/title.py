"""Make the title of a logged work: only what licences, shares and disputes need costs gas for each work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from registry.errors import NotFoundError, NotPossibleError
from registry.model import Hash32, RegisterFromLog, WorkId
from registry.ports import Chain, Clock, Intent, Store
from registry.usecases.log_reading import LoggedRegistration, logged_registration
from registry.usecases.quota import ClientQuota
from registry.usecases.records import Record, RecordReader
from registry.usecases.viewer import NOBODY


@dataclass(frozen=True, slots=True)
class MakeTitle:
    """Carry a logged statement on chain with its proof, for whoever asks: it harms nobody."""

    store: Store
    chain: Chain
    clock: Clock
    quota: ClientQuota

    def __call__(self, work_id: WorkId, client: str) -> Record:
        """The record; the title comes with a block. A work that has one, or is to get it, is left alone.

        Raises:
            NotFoundError: Everybody sees no such work.
            NotPossibleError: Its claimant withdrew the signature, or it never came through the log.
            QuotaSpentError: The registry has made enough titles for this client today. Anybody can make one
                with a transaction of their own.
        """
        with self.store.write() as unit:
            record = RecordReader(self.chain, self.clock).read(unit, [work_id], NOBODY).get(work_id)
            if record is None:
                raise NotFoundError("work", str(work_id))
            if record.title is not None:
                return record
            logged = logged_registration(unit, record)
            if logged is None or record.cancelled:
                raise NotPossibleError("no anchor dates the statement, or its signature was withdrawn")
            intent = self._carrying(logged)
            if unit.outbox.item(intent.key) is None:
                self.quota.spend(unit, client)
                unit.outbox.put(intent)
            return record

    def _carrying(self, logged: LoggedRegistration) -> Intent:
        key = hashlib.sha256(b"colophon title " + logged.digest + logged.inclusion.root).digest()
        act = RegisterFromLog(logged.registration, logged.signature, logged.inclusion)
        return Intent(Hash32(key), self.chain.call(act), work_id=logged.record.work_id)
