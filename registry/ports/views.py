"""Derived tables and the similarity index: what can be thrown away and made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from registry.fingerprint.base import Lookup
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
from registry.model.postings import Indexed
from registry.ports.journal import RegistrationEntry


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list of works is narrowed to; `text` is searched in titles and creators.

    With `leaf_index` it is the work that this leaf of the log dates, and no other.
    """

    text: str | None = None
    claimant: Address | None = None
    medium: str | None = None
    content_hash: Hash32 | None = None
    leaf_index: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event stands on the chain: the order of lists, and what a cursor holds.

    One anchor dates many works: they stand in the order of their leaves.
    """

    block_number: int
    log_index: int
    leaf_index: int = 0


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """What a list of grants is narrowed to."""

    work_id: WorkId | None = None
    licensee: Address | None = None
    offer_hash: OfferHash | None = None


class Views(Protocol):
    """Derived tables: the chain's blocks and events, and what of the journal is searched."""

    def head(self) -> Block | None:
        """The newest block taken in."""

    def block(self, number: int) -> Block | None:
        """A block taken in."""

    def blocks(self, numbers: Sequence[int]) -> dict[int, Block]:
        """The blocks of these numbers that were taken in."""

    def final_number(self) -> int:
        """The newest block marked final, -1 before the first."""

    def add_block(self, block: Block, events: Sequence[ChainEvent]) -> None:
        """Take in a block that follows the head; the first may have any number.

        Raises:
            InvalidValueError: Its parent is not the head, or an event is of another block.
        """

    def mark_final(self, number: int) -> None:
        """Blocks up to a number can no longer be rewound."""

    def rewind(self, number: int) -> list[WorkId]:
        """Drop every block above a number, with all that it brought; the works that are on chain no longer.

        Raises:
            DeepReorgError: One of them was marked final.
        """

    def work_events(self, work_ids: Sequence[WorkId]) -> dict[WorkId, list[ChainEvent]]:
        """Each work's events in chain order (`GrantIssued` included); a work without events is absent."""

    def grant_events(self, narrowed: GrantFilter, after: Position | None, limit: int) -> list[ChainEvent]:
        """`GrantIssued` events, newest first, beginning below `after`."""

    def events_of_grants(self, grant_ids: Sequence[GrantId]) -> dict[GrantId, list[ChainEvent]]:
        """Each grant's events in chain order; a grant without events is absent."""

    def events_of_transaction(self, transaction_hash: TransactionHash) -> list[ChainEvent]:
        """A transaction's events in chain order."""

    def events_of_dispute(self, dispute_id: DisputeId) -> list[ChainEvent]:
        """A dispute's events in chain order, empty if there is no such dispute."""

    def offer_cancellations(self, offer_hashes: Sequence[OfferHash]) -> set[tuple[Address, OfferHash]]:
        """Which (licensor, offer) pairs the licensor has cancelled."""

    def registered(
        self, narrowed: WorkFilter, after: Position | None, limit: int
    ) -> list[tuple[Position, WorkId]]:
        """Works with a title or a date on chain, newest first by what they had first, from below `after`."""

    def add_registrations(self, entries: Sequence[RegistrationEntry]) -> None:
        """Make journalled declarations searchable; the same again changes nothing."""

    def forget_words(self, work_ids: Sequence[WorkId]) -> None:
        """Find works by their titles and creators no longer; all else about them stays."""

    def add_clash(
        self, first: WorkId, second: WorkId, block_number: int, judgement: Mapping[str, Any]
    ) -> None:
        """Two confirmed works of different claimants resemble each other; symmetric, kept once."""

    def clashes(self, work_ids: Sequence[WorkId]) -> dict[WorkId, list[tuple[WorkId, Mapping[str, Any]]]]:
        """The works that clash with each, with how near they are, by id; without any it is absent."""

    def clear(self) -> None:
        """Drop everything, to be made again; a rebuild's mark stays."""

    def rebuild_mark(self) -> int | None:
        """The journal entry up to which a rebuild has come that has not ended; None if none is under way."""

    def mark_rebuild(self, replayed: int | None) -> None:
        """A rebuild has put the journal back up to an entry; with None it has ended."""


class SimilarityIndex(Lookup, Protocol):
    """The inverted index (DESIGN.md section 6): what is near a query, exactly as its rows say.

    A change is part of the unit of work that it is made in. Of a key that more rows have than an index reads,
    those of the works indexed first are read, so that nobody hides a work by adding others.
    """

    def add(self, work_id: WorkId, indexed: Indexed) -> None:
        """Index a work, or add to what it is indexed under; the same rows again change nothing."""

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""

    def clear(self) -> None:
        """Forget everything."""
