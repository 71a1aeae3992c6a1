"""Keeps the files of the index few: merges what is too large to merge while others wait to write."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.model.postings import Postings
from registry.ports import Store
from registry.search.files import FileIndex


@dataclass(frozen=True, slots=True)
class TidyIndex:
    """One step merges a few files into one and puts it in their place; the last removes what is not needed.

    The merging itself is done outside of every unit of work, from files that never change.
    """

    store: Store

    def __call__(self) -> bool:
        """True if files were merged. Call until it returns False.

        Raises:
            IndexDamagedError: A file is missing or damaged.
            StorageFullError, StoreUnavailableError: Nothing changed; call again later.
        """
        with self.store.read() as unit:
            index = unit.index
            if not isinstance(index, FileIndex):
                return False
            entries = index.mergeable()
            if not entries:
                index.sweep()
                return False
        merged = index.merge(entries)
        with self.store.write() as unit:
            now = unit.index
            return isinstance(now, FileIndex) and now.replace(entries, merged)

    def check(self) -> None:
        """See whether the index can be used.

        Raises:
            IndexDamagedError: A file is missing or damaged, or the works are in an index of another kind.
        """
        nothing = Postings("", np.empty(0, dtype=np.uint32), np.empty((0, 0), dtype=np.uint8))
        with self.store.read() as unit:
            unit.index.hits(nothing)
