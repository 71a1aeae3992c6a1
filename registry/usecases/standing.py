"""Since when works stand on chain: by a title, by an anchor over their logged statement, or by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.model import ChainEvent, Declaration, WorkId
from registry.ports import AnchoredStatement, Position, UnitOfWork
from registry.usecases.records import declaration_of, registration_event


@dataclass(frozen=True, slots=True)
class Standing:
    """A work that everybody may see, and the place on chain from which on they may."""

    work_id: WorkId
    declaration: Declaration
    position: Position

    @property
    def place(self) -> tuple[int, int, int]:
        """The position, to be compared."""
        return self.position.block_number, self.position.log_index, self.position.leaf_index


def standings(unit: UnitOfWork, work_ids: Sequence[WorkId]) -> dict[WorkId, Standing]:
    """Those of the works that stand on chain."""
    events = unit.views.work_events(work_ids)
    found: dict[WorkId, Standing] = {}
    anchored = unit.anchored.of_works(work_ids)
    entries = unit.journal.registrations_by_digest([dated.statement.digest for dated in anchored.values()])
    for work_id, dated in anchored.items():
        declared = entries[dated.statement.digest].registration.declaration
        found[work_id] = Standing(work_id, declared, position_of_anchor(dated))
    for work_id, its in events.items():
        title = registration_event(its)
        if title is not None:
            titled = Standing(work_id, declaration_of(title.facts), position_of_title(title))
            earlier = found.get(work_id, titled)
            found[work_id] = min(titled, earlier, key=lambda standing: standing.place)
    return found


def position_of_title(event: ChainEvent) -> Position:
    """Where a title was made."""
    return Position(event.block_number, event.log_index)


def position_of_anchor(dated: AnchoredStatement) -> Position:
    """Where a leaf was dated."""
    return Position(dated.anchor.block_number, dated.anchor.log_index, dated.statement.leaf_index)
