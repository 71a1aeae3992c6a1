"""Share tables as the chain tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from registry.errors import NotFoundError
from registry.model import Address, ChainEvent, ShareTable, WorkId, no_table
from registry.usecases import facts


def tables_of(work_id: WorkId, events: Sequence[ChainEvent]) -> tuple[ShareTable, ...]:
    """All tables a work ever had, each at the place of its epoch.

    At 0 is what stands for the time before the first (`no_table`). The same is where a ruling gave the title
    to somebody else: from then on nobody shares until a table is set.
    """
    later = (_TABLES[event.name](work_id, event) for event in events if event.name in _TABLES)
    return (no_table(work_id), *later)


def current_table(work_id: WorkId, events: Sequence[ChainEvent]) -> ShareTable:
    """The table that shares what is released now."""
    return tables_of(work_id, events)[-1]


def table_of(work_id: WorkId, epoch: int, events: Sequence[ChainEvent]) -> ShareTable:
    """The table of one epoch.

    Raises:
        NotFoundError: The work never had it.
    """
    tables = tables_of(work_id, events)
    if not 0 <= epoch < len(tables):
        raise NotFoundError("share table", f"{epoch} of {work_id}")
    return tables[epoch]


def _table(work_id: WorkId, event: ChainEvent) -> ShareTable:
    return ShareTable(
        work_id,
        facts.number(event, "series"),
        facts.number(event, "epoch"),
        tuple(Address(one) for one in facts.several(event, "contributors")),
        tuple(facts.several(event, "bps")),
        facts.number(event, "deadline"),
    )


_TABLES: Mapping[str, Callable[[WorkId, ChainEvent], ShareTable]] = {
    "SharesSet": _table,
    "RevenueReset": lambda work_id, event: no_table(work_id, facts.number(event, "epoch")),
}
