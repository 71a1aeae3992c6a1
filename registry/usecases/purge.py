"""Forget drafts that nobody finished, and what was kept for them alone."""

from __future__ import annotations

from dataclasses import dataclass

from registry.ports import Blobs, Clock, Store


@dataclass(frozen=True, slots=True)
class PurgeDrafts:
    """One sweep; a file kept for a draft goes with it unless a record names the same bytes."""

    store: Store
    blobs: Blobs
    clock: Clock

    def __call__(self) -> bool:
        """Always False: the next sweep can wait.

        Raises:
            StoreUnavailableError: Call again later.
        """
        with self.store.write() as unit:
            for blob in unit.drafts.purge(self.clock.now()):
                if not unit.journal.names_blob(blob):
                    self.blobs.delete(blob)
        return False
