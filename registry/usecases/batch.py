"""Record many signed declarations at once: one unit of work, and one transaction on chain or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import (
    ChainUnavailableError,
    InvalidValueError,
    RegistryError,
    StorageFullError,
    StoreUnavailableError,
    UnsupportedWayError,
)
from registry.model import Hash32, RegisterBatch, Via
from registry.ports import Chain, Intent, RegistrationEntry, Store
from registry.usecases.register import CheckedEntry, Recorded, RegisterWork

MAX_ITEMS = 100  # with eight parents each they still fit a transaction of 128 KiB, the most that nodes take

TOGETHER = (Via.BATCH, Via.LOG)

_NOBODYS_FAULT = (ChainUnavailableError, StoreUnavailableError, StorageFullError)


@dataclass(frozen=True, slots=True)
class SignedDraft:
    """A draft and the claimant's signature over its statement."""

    draft_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class RegisterWorks:
    """Signed drafts become records, carried together."""

    store: Store
    chain: Chain
    register: RegisterWork

    def __call__(self, items: Sequence[SignedDraft], via: str = Via.BATCH) -> list[Recorded | RegistryError]:
        """What became of each item, in their order: its record, or what is wrong with it.

        Via `batch` one transaction carries them, via `log` they are leaves of the log.

        One faulty item stops no other. The same items again give the same records.

        Raises:
            InvalidValueError: No items, or more than 100.
            UnsupportedWayError: `via` is none of the two.
            ChainUnavailableError, StoreUnavailableError, StorageFullError: Nothing was recorded; try again.
        """
        if not 1 <= len(items) <= MAX_ITEMS:
            raise InvalidValueError("items", f"{len(items)}, not 1 to {MAX_ITEMS}")
        if via not in TOGETHER:
            raise UnsupportedWayError(via, [way.value for way in TOGETHER])
        faults: dict[int, RegistryError] = {}
        entries: dict[int, CheckedEntry] = {}
        for place, item in enumerate(items):
            try:
                entry = self.register.entry_of(item.draft_id, item.signature, Via(via))
            except _NOBODYS_FAULT:
                raise
            except RegistryError as fault:
                faults[place] = fault
            else:
                if entry is not None:
                    entries[place] = entry
        faults |= self._keep(items, entries)
        return [
            faults[place] if place in faults else self.register.recorded(item.draft_id)
            for place, item in enumerate(items)
        ]

    def _keep(
        self, items: Sequence[SignedDraft], entries: dict[int, CheckedEntry]
    ) -> dict[int, RegistryError]:
        faults: dict[int, RegistryError] = {}
        kept: list[RegistrationEntry] = []
        with self.store.write() as unit:
            for place, entry in entries.items():
                try:
                    if self.register.keep(unit, entry, items[place].draft_id):
                        kept.append(entry.entry)
                except _NOBODYS_FAULT:
                    raise
                except RegistryError as fault:
                    faults[place] = fault
            if kept and kept[0].via is Via.BATCH:
                unit.outbox.put(carrying(self.chain, kept))
        return faults


def carrying(chain: Chain, entries: Sequence[RegistrationEntry]) -> Intent:
    """The operator's part: one transaction for all. It is useless once the last deadline has passed."""
    act = RegisterBatch(
        tuple(entry.registration for entry in entries), tuple(entry.signature for entry in entries)
    )
    key = hashlib.sha256(b"colophon batch " + b"".join(entry.digest for entry in entries)).digest()
    return Intent(
        Hash32(key),
        chain.call(act),
        max(entry.registration.deadline for entry in entries),
        batch=tuple(sorted(entry.work_id for entry in entries)),
    )
