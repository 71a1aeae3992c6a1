"""The views on SQL: the chain's blocks and events, and what of the journal is searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from registry.errors import DeepReorgError, InvalidValueError
from registry.model import (
    Address,
    Block,
    ChainEvent,
    DisputeId,
    GrantId,
    Hash32,
    OfferHash,
    TransactionHash,
    WorkId,
)
from registry.ports import GrantFilter, Position, RegistrationEntry, WorkFilter
from registry.store import listing
from registry.store.folding import fold
from registry.store.view_schema import (
    view_anchored,
    view_anchors,
    view_blocks,
    view_clashes,
    view_events,
    view_leaves,
    view_rebuild,
    view_works,
)

Key = TypeVar("Key")
Clash = tuple[WorkId, Mapping[str, Any]]

# Those that name blocks first, so that nothing is deleted twice.
_TABLES = (view_clashes, view_anchored, view_anchors, view_events, view_blocks, view_leaves, view_works)
_NEWEST_FIRST = (view_events.c.block_number.desc(), view_events.c.log_index.desc())
_CHAIN_ORDER = (view_events.c.block_number, view_events.c.log_index)


class SqlViews:
    """See `registry.ports.Views`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- blocks -------------------------------------------------------------------------------------------

    def head(self) -> Block | None:
        """The newest block taken in."""
        return self._block(select(view_blocks).order_by(view_blocks.c.number.desc()).limit(1))

    def block(self, number: int) -> Block | None:
        """A block taken in."""
        return self._block(select(view_blocks).where(view_blocks.c.number == number))

    def blocks(self, numbers: Sequence[int]) -> dict[int, Block]:
        """The blocks of these numbers that were taken in."""
        rows = self._connection.execute(select(view_blocks).where(view_blocks.c.number.in_(numbers)))
        return {row["number"]: _block(row) for row in rows.mappings()}

    def final_number(self) -> int:
        """The newest block marked final, -1 before the first."""
        newest = select(func.max(view_blocks.c.number)).where(view_blocks.c.final)
        found = self._connection.scalar(newest)
        return -1 if found is None else int(found)

    def add_block(self, block: Block, events: Sequence[ChainEvent]) -> None:
        """Take in a block that follows the head.

        Raises:
            InvalidValueError: The block's parent is not the head, or an event is of another block.
        """
        _require_succession(self.head(), block, events)
        self._connection.execute(
            insert(view_blocks),
            {
                "number": block.number,
                "hash": block.hash,
                "parent_hash": block.parent_hash,
                "timestamp": block.timestamp,
                "final": False,
            },
        )
        if events:
            self._connection.execute(insert(view_events), [_event_row(event) for event in events])

    def mark_final(self, number: int) -> None:
        """Blocks up to a number can no longer be rewound."""
        newly = view_blocks.c.number.between(self.final_number() + 1, number)
        self._connection.execute(update(view_blocks).where(newly).values(final=True))

    def rewind(self, number: int) -> list[WorkId]:
        """Drop every block above a number, with its events and clashes; the works no longer on chain.

        Raises:
            DeepReorgError: A block above the number was marked final.
        """
        if (final := self.final_number()) > number:
            raise DeepReorgError(final)
        titled = select(view_events.c.work_id).where(
            view_events.c.name == "WorkRegistered", view_events.c.block_number > number
        )
        dated = select(view_anchored.c.work_id).where(view_anchored.c.block_number > number)
        fallen = set(self._connection.scalars(titled)) | set(self._connection.scalars(dated))
        self._connection.execute(delete(view_blocks).where(view_blocks.c.number > number))
        return sorted(fallen - self._on_chain(sorted(fallen)))

    # --- events -------------------------------------------------------------------------------------------

    def work_events(self, work_ids: Sequence[WorkId]) -> dict[WorkId, list[ChainEvent]]:
        """Each work's events in chain order; a work without events is absent."""
        events = self._events(select(view_events).where(view_events.c.work_id.in_(work_ids)))
        return _grouped((event.work_id, event) for event in events)

    def grant_events(self, narrowed: GrantFilter, after: Position | None, limit: int) -> list[ChainEvent]:
        """`GrantIssued` events, newest first, beginning below `after`."""
        wanted = select(view_events).where(view_events.c.name == "GrantIssued", *_grant_conditions(narrowed))
        rows = self._connection.execute(_page(wanted, after, limit)).mappings()
        return [_event(row) for row in rows]

    def events_of_grants(self, grant_ids: Sequence[GrantId]) -> dict[GrantId, list[ChainEvent]]:
        """Each grant's events in chain order; a grant without events is absent."""
        events = self._events(select(view_events).where(view_events.c.grant_id.in_(grant_ids)))
        return _grouped((event.grant_id, event) for event in events)

    def events_of_transaction(self, transaction_hash: TransactionHash) -> list[ChainEvent]:
        """A transaction's events in chain order."""
        return self._events(select(view_events).where(view_events.c.transaction_hash == transaction_hash))

    def events_of_dispute(self, dispute_id: DisputeId) -> list[ChainEvent]:
        """A dispute's events in chain order, empty if there is no such dispute."""
        return self._events(select(view_events).where(view_events.c.dispute_id == dispute_id))

    def offer_cancellations(self, offer_hashes: Sequence[OfferHash]) -> set[tuple[Address, OfferHash]]:
        """Which (licensor, offer) pairs the licensor has cancelled."""
        wanted = select(view_events.c.licensor, view_events.c.offer_hash).where(
            view_events.c.name == "OfferCancelled", view_events.c.offer_hash.in_(offer_hashes)
        )
        return {(licensor, offer) for licensor, offer in self._connection.execute(wanted)}

    # --- works --------------------------------------------------------------------------------------------

    def registered(
        self, narrowed: WorkFilter, after: Position | None, limit: int
    ) -> list[tuple[Position, WorkId]]:
        """Works with a title or a date on chain, newest first by what they had first, from below `after`."""
        found: list[tuple[Position, WorkId]] = []
        for wanted in (listing.titled(narrowed), listing.dated(narrowed)):
            rows = self._connection.execute(listing.page(wanted, after, limit))
            found += [(Position(*place), work_id) for *place, work_id in rows]
        return sorted(found, key=listing.place, reverse=True)[:limit]

    def add_registrations(self, entries: Sequence[RegistrationEntry]) -> None:
        """Make journalled declarations searchable; the same again changes nothing."""
        asked = view_works.c.work_id.in_([entry.work_id for entry in entries])
        known = set(self._connection.scalars(select(view_works.c.work_id).where(asked)))
        rows = {entry.work_id: _work_row(entry) for entry in entries if entry.work_id not in known}
        if rows:
            self._connection.execute(insert(view_works), list(rows.values()))

    def forget_words(self, work_ids: Sequence[WorkId]) -> None:
        """Find works by their titles and creators no longer; all else about them stays."""
        asked = view_works.c.work_id.in_(work_ids)
        self._connection.execute(update(view_works).where(asked).values(search_text=""))

    # --- clashes ------------------------------------------------------------------------------------------

    def add_clash(
        self, first: WorkId, second: WorkId, block_number: int, judgement: Mapping[str, Any]
    ) -> None:
        """Two confirmed works of different claimants resemble each other; symmetric, kept once."""
        low, high = sorted((first, second))
        pair = select(view_clashes.c.low).where(view_clashes.c.low == low, view_clashes.c.high == high)
        if self._connection.scalar(pair) is None:
            self._connection.execute(
                insert(view_clashes),
                {"low": low, "high": high, "block_number": block_number, "judgement": judgement},
            )

    def clashes(self, work_ids: Sequence[WorkId]) -> dict[WorkId, list[Clash]]:
        """The works that clash with each, with how near they are, by id; without any it is absent."""
        wanted = select(view_clashes).where(
            or_(view_clashes.c.low.in_(work_ids), view_clashes.c.high.in_(work_ids))
        )
        asked, found = set(work_ids), defaultdict(list)
        for row in self._connection.execute(wanted).mappings():
            for one, other in ((row["low"], row["high"]), (row["high"], row["low"])):
                if one in asked:
                    found[one].append((other, row["judgement"]))
        return {one: sorted(others, key=lambda clash: clash[0]) for one, others in found.items()}

    def clear(self) -> None:
        """Drop everything, to be made again."""
        for table in _TABLES:
            self._connection.execute(delete(table))

    def rebuild_mark(self) -> int | None:
        """See `Views.rebuild_mark`."""
        return self._connection.execute(select(view_rebuild.c.replayed)).scalar()

    def mark_rebuild(self, replayed: int | None) -> None:
        """See `Views.mark_rebuild`."""
        self._connection.execute(delete(view_rebuild))
        if replayed is not None:
            self._connection.execute(insert(view_rebuild), {"number": 1, "replayed": replayed})

    def _on_chain(self, work_ids: Sequence[WorkId]) -> set[WorkId]:
        titled = select(view_events.c.work_id).where(
            view_events.c.name == "WorkRegistered", view_events.c.work_id.in_(work_ids)
        )
        dated = select(view_anchored.c.work_id).where(view_anchored.c.work_id.in_(work_ids))
        return set(self._connection.scalars(titled)) | set(self._connection.scalars(dated))

    def _block(self, wanted: Select[Any]) -> Block | None:
        row = self._connection.execute(wanted).mappings().one_or_none()
        return None if row is None else _block(row)

    def _events(self, wanted: Select[Any]) -> list[ChainEvent]:
        return [_event(row) for row in self._connection.execute(wanted.order_by(*_CHAIN_ORDER)).mappings()]


def _block(row: RowMapping) -> Block:
    return Block(row["number"], row["hash"], row["parent_hash"], row["timestamp"])


def _require_succession(head: Block | None, block: Block, events: Sequence[ChainEvent]) -> None:
    if head is not None and (block.number, block.parent_hash) != (head.number + 1, head.hash):
        raise InvalidValueError(
            "block", f"{block.number} {block.hash} does not follow {head.number} {head.hash}"
        )
    if any(event.block_number != block.number for event in events):
        raise InvalidValueError("events", f"not all of them are of block {block.number}")


def _event_row(event: ChainEvent) -> dict[str, Any]:
    facts = event.facts
    return {
        "block_number": event.block_number,
        "log_index": event.log_index,
        "transaction_hash": event.transaction_hash,
        "contract": event.contract,
        "name": event.name,
        "facts": facts,
        "work_id": event.work_id,
        "grant_id": event.grant_id,
        "claimant": _address(facts.get("claimant")),
        "content_hash": _hash(Hash32, facts.get("content_hash")),
        "licensor": _address(facts.get("licensor")),
        "licensee": _address(facts.get("licensee")),
        "offer_hash": _hash(OfferHash, facts.get("offer_hash")),
        "dispute_id": _hash(DisputeId, facts.get("dispute_id")),
    }


def _address(fact: object) -> Address | None:
    return None if fact is None else Address(str(fact))


def _hash(kind: type[Hash32], fact: object) -> Hash32 | None:
    return None if fact is None else kind.parse(str(fact))


def _event(row: RowMapping) -> ChainEvent:
    return ChainEvent(
        block_number=row["block_number"],
        log_index=row["log_index"],
        transaction_hash=row["transaction_hash"],
        contract=row["contract"],
        name=row["name"],
        facts=row["facts"],
        work_id=row["work_id"],
        grant_id=row["grant_id"],
    )


def _grouped(keyed: Iterable[tuple[Key | None, ChainEvent]]) -> dict[Key, list[ChainEvent]]:
    found: defaultdict[Key, list[ChainEvent]] = defaultdict(list)
    for key, event in keyed:
        if key is not None:
            found[key].append(event)
    return dict(found)


def _page(wanted: Select[Any], after: Position | None, limit: int) -> Select[Any]:
    if after is not None:
        wanted = wanted.where(tuple_(*_CHAIN_ORDER) < tuple_(after.block_number, after.log_index))
    return wanted.order_by(*_NEWEST_FIRST).limit(limit)


def _grant_conditions(narrowed: GrantFilter) -> list[Any]:
    pairs = (
        (view_events.c.work_id, narrowed.work_id),
        (view_events.c.licensee, narrowed.licensee),
        (view_events.c.offer_hash, narrowed.offer_hash),
    )
    return [column == value for column, value in pairs if value is not None]


def _work_row(entry: RegistrationEntry) -> dict[str, Any]:
    said = entry.metadata
    words = [] if said is None else [said["title"], *(creator["name"] for creator in said["creators"])]
    return {
        "work_id": entry.work_id,
        "medium": entry.fingerprint["medium"],
        "search_text": "\n".join(map(fold, words)),
    }
