"""Read records, their history and previews, and list what is on chain."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.errors import InvalidCursorError, NotFoundError
from registry.model import Block, ChainEvent, TransactionHash, WorkId, from_unix
from registry.ports import Blobs, Chain, Clock, Position, RedactionEntry, Store, UnitOfWork, WorkFilter
from registry.usecases.dating import Dated
from registry.usecases.records import Record, RecordReader, redacted
from registry.usecases.viewer import NOBODY, Viewer

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One thing that happened to a work: a statement received, or an event on chain."""

    at: datetime
    what: str
    facts: Mapping[str, Any]
    transaction_hash: TransactionHash | None
    block_number: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Records, newest first, and the cursor of the next page if there is one."""

    records: tuple[Record, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ReadWork:
    """One record."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, work_id: WorkId, viewer: Viewer) -> Record:
        """The record as the viewer may see it.

        Raises:
            NotFoundError: There is none, or none that the viewer may see.
        """
        with self.store.read() as unit:
            return self.within(unit, work_id, viewer)

    def within(self, unit: UnitOfWork, work_id: WorkId, viewer: Viewer) -> Record:
        """The same in a unit of work that is open already."""
        records = RecordReader(self.chain, self.clock).read(unit, [work_id], viewer)
        if work_id not in records:
            raise NotFoundError("work", str(work_id))
        return records[work_id]


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """All that happened to a work, in order."""

    works: ReadWork

    def __call__(self, work_id: WorkId, viewer: Viewer) -> list[HistoryItem]:
        """The statement's arrival, then the chain's events; its redaction among them by the clock.

        Raises:
            NotFoundError: As `ReadWork`.
        """
        with self.works.store.read() as unit:
            record = self.works.within(unit, work_id, viewer)
            events = unit.views.work_events([work_id]).get(work_id, [])
            blocks = unit.views.blocks(sorted({event.block_number for event in events}))
            redaction = unit.journal.redactions([work_id]).get(work_id)
        items = [_event_item(event, blocks[event.block_number]) for event in events]
        if record.dated is not None:
            items.append(_anchor_item(record.dated))
            items.sort(key=lambda item: item.block_number or 0)  # a stable sort: events keep their order
        if record.entry is not None:
            facts = {"claimant": str(record.declaration.claimant), "via": record.entry.via.value}
            items.insert(0, HistoryItem(record.entry.received_at, "DeclarationReceived", facts, None, None))
        if redaction is not None:
            item = _redaction_item(redaction)
            items.insert(sum(other.at <= item.at for other in items), item)
        return items


@dataclass(frozen=True, slots=True)
class ReadPreview:
    """The picture a claimant asked to be shown."""

    works: ReadWork
    blobs: Blobs

    def __call__(self, work_id: WorkId, viewer: Viewer) -> bytes:
        """JPEG bytes of at most 512 px a side.

        Raises:
            NotFoundError: No visible record, or one without a preview.
            RedactedError: It was erased, if there was one.
        """
        record = self.works(work_id, viewer)
        if record.entry is not None and record.entry.redacted_at is not None:
            raise redacted(record.entry)
        if record.entry is None or record.entry.preview is None:
            raise NotFoundError("preview", str(work_id))
        return self.blobs.get(record.entry.preview)


@dataclass(frozen=True, slots=True)
class ListWorks:
    """Works on chain, newest first."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, narrowed: WorkFilter, cursor: str | None, limit: int) -> Page:
        """A page of at most `limit` (1 to 100) records.

        Raises:
            InvalidCursorError: The cursor was not made by this list.
        """
        limit = max(1, min(limit, MAX_PAGE))
        after = position_of(cursor) if cursor else None
        with self.store.read() as unit:
            found = unit.views.registered(narrowed, after, limit + 1)
            ids = [work_id for _, work_id in found[:limit]]
            records = RecordReader(self.chain, self.clock).read(unit, ids, NOBODY)
        more = len(found) > limit
        return Page(
            tuple(records[work_id] for work_id in ids), cursor_of(found[limit - 1][0]) if more else None
        )


def _anchor_item(dated: Dated) -> HistoryItem:
    anchor = dated.anchor
    facts = {
        "leaf_index": dated.leaf_index,
        "log": str(anchor.log),
        "root": str(anchor.root),
        "size": anchor.size,
    }
    return HistoryItem(
        dated.anchored_at, "CheckpointAnchored", facts, anchor.transaction_hash, anchor.block_number
    )


def _redaction_item(entry: RedactionEntry) -> HistoryItem:
    facts = {"signer": str(entry.signer), "digest": str(entry.digest)}
    return HistoryItem(entry.received_at, "MetadataRedacted", facts, None, None)


def cursor_of(position: Position) -> str:
    """An opaque text for a place in a list."""
    text = f"{position.block_number}.{position.log_index}.{position.leaf_index}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    """The place a cursor stands for.

    Raises:
        InvalidCursorError: It was not made by `cursor_of`.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except ValueError as problem:
        raise InvalidCursorError from problem
    if not re.fullmatch(r"\d{1,15}\.\d{1,9}\.\d{1,15}", text):
        raise InvalidCursorError
    return Position(*map(int, text.split(".")))


def _event_item(event: ChainEvent, block: Block) -> HistoryItem:
    at = from_unix(block.timestamp)
    return HistoryItem(at, event.name, event.facts, event.transaction_hash, event.block_number)
