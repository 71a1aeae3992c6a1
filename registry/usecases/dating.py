"""What an anchor over its leaf says of a logged declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.model import Anchor, WorkId, from_unix
from registry.ports import AnchoredStatement, RegistrationEntry, UnitOfWork


@dataclass(frozen=True, slots=True)
class Dated:
    """What the chain says of a logged declaration: its leaf, and the first anchor over it, made when."""

    leaf_index: int
    anchor: Anchor
    anchored_at: datetime


def dated_of(found: AnchoredStatement | None, times: Mapping[int, int]) -> Dated | None:
    """A work's date by the log, if it has one; `times` are Unix seconds by block number."""
    if found is None:
        return None
    at = from_unix(times.get(found.anchor.block_number, 0))
    return Dated(found.statement.leaf_index, found.anchor, at)


def entries_of(
    unit: UnitOfWork, work_ids: Sequence[WorkId], anchored: Mapping[WorkId, AnchoredStatement]
) -> dict[WorkId, RegistrationEntry]:
    """What was signed: the statement that is dated, or else the newest one of a work."""
    entries = unit.journal.registrations(work_ids)
    digests = {work_id: dated.statement.digest for work_id, dated in anchored.items()}
    others = [digest for work_id, digest in digests.items() if entries[work_id].digest != digest]
    if others:
        found = unit.journal.registrations_by_digest(others)
        entries |= {found[digest].work_id: found[digest] for digest in others}
    return entries
