"""Adverse claims: confirmed works of different claimants that are identical or similar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.fingerprint import exact, matching
from registry.model import ChainEvent, Judgement, Match, WorkId
from registry.ports import Blobs, RegistrationEntry, UnitOfWork
from registry.usecases.records import declaration_of, registration_event
from registry.usecases.similarity import identical, similar, stored


@dataclass(frozen=True, slots=True)
class ClashFinder:
    """Looks again for similar works when a record is confirmed, when both are known to everybody.

    The pairs and their distances do not depend on which of two works was handed in first, nor on whether the
    chain or the journal was read first: the later on chain is always the query. So a rebuild finds the same.
    """

    blobs: Blobs

    def add_declared(self, unit: UnitOfWork, entry: RegistrationEntry) -> None:
        """Make a journalled declaration readable; if it is on chain already, searchable as well."""
        unit.views.add_registration(entry)
        event = registration_event(unit.views.work_events([entry.work_id]).get(entry.work_id, []))
        if event is not None:
            self.add_confirmed(unit, event)

    def add_confirmed(self, unit: UnitOfWork, event: ChainEvent) -> None:
        """Make a work on chain searchable, by its hash at least, and note what it clashes with."""
        work_id, content_hash = _work_id(event), declaration_of(event.facts).content_hash
        entry = unit.journal.registrations([work_id]).get(work_id)
        if entry is None:
            unit.index.add(work_id, [exact.posting_of(content_hash)])
            self._note_clashes(unit, event, identical(unit.index, content_hash))
        else:
            extraction = stored(entry, self.blobs.get)
            unit.index.add(work_id, matching.postings(extraction))
            self._note_clashes(unit, event, similar(unit.index, extraction))

    def _note_clashes(self, unit: UnitOfWork, event: ChainEvent, matches: Sequence[Match]) -> None:
        """Keep a clash with each similar work of another claimant that is on chain and no relative."""
        others = [match.work_id for match in matches if match.work_id != _work_id(event)]
        for other_events in unit.views.work_events(others).values():
            other = registration_event(other_events)
            if other is not None and _are_rivals(event, other):
                self._note(unit, event, other)

    def _note(self, unit: UnitOfWork, one: ChainEvent, two: ChainEvent) -> None:
        earlier, later = sorted((one, two), key=lambda event: (event.block_number, event.log_index))
        judgement = self._judge(unit, later, earlier)
        if judgement is None:
            return
        facts = {
            "claimants": {str(event.work_id): event.facts["claimant"] for event in (earlier, later)},
            "verdict": judgement.verdict.value,
            "distance": judgement.distance,
            "threshold": judgement.threshold,
        }
        unit.views.add_clash(_work_id(later), _work_id(earlier), later.block_number, facts)

    def _judge(self, unit: UnitOfWork, later: ChainEvent, earlier: ChainEvent) -> Judgement | None:
        if later.facts["content_hash"] == earlier.facts["content_hash"]:
            return exact.IDENTICAL
        ids = [_work_id(later), _work_id(earlier)]
        entries = unit.journal.registrations(ids)
        query, reference = (stored(entries[work_id], self.blobs.get) for work_id in ids)
        return matching.compare(query, reference)


def _work_id(event: ChainEvent) -> WorkId:
    return WorkId.parse(str(event.work_id))


def _are_rivals(one: ChainEvent, two: ChainEvent) -> bool:
    first, second = declaration_of(one.facts), declaration_of(two.facts)
    related = _work_id(two) in first.parents or _work_id(one) in second.parents
    return first.claimant != second.claimant and not related
