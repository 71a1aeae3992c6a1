"""Log 32 bytes whose meaning stays with whoever hands them in, until the log's anchor is final."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model import Hash32
from registry.ports import Clock, LeafKind, LoggedLeaf, NewLeaf, Store
from registry.usecases.quota import ClientQuota


@dataclass(frozen=True, slots=True)
class LogDigest:
    """A bare digest becomes a leaf; its statement can be handed in later and finds it there."""

    store: Store
    clock: Clock
    quota: ClientQuota

    def __call__(self, digest: Hash32, client: str) -> LoggedLeaf:
        """The leaf, committed. The same digest again is the same leaf, and costs nothing.

        Raises:
            QuotaSpentError: This client has logged enough today (UTC).
            StoreUnavailableError, StorageFullError: Nothing was logged; safe to retry.
        """
        with self.store.write() as unit:
            if digest not in unit.log.places([digest]):
                self.quota.spend(unit, client)
                unit.log.append([NewLeaf(digest, LeafKind.DIGEST, self.clock.now())])
            return unit.log.places([digest])[digest]
