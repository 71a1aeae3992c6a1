"""Adverse claims: confirmed works of different claimants that are identical or similar."""

from __future__ import annotations

from dataclasses import dataclass

from registry.fingerprint import exact, matching
from registry.model import ChainEvent, Extraction, Judgement, WorkId
from registry.ports import Blobs, RegistrationEntry, UnitOfWork
from registry.usecases.records import declaration_of, registration_event
from registry.usecases.similarity import identical, similar


@dataclass(frozen=True, slots=True)
class ClashFinder:
    """Looks again for similar works when a record is confirmed, when both are known to everybody.

    The pairs and their distances do not depend on which of two works was handed in first, nor on whether the
    chain or the journal was read first: the later on chain is always the query. So a rebuild finds the same.
    """

    blobs: Blobs

    def extraction(self, entry: RegistrationEntry) -> Extraction:
        """The stored fingerprint with its features, as it was taken from the file."""
        return Extraction.parse(entry.fingerprint, self.blobs.get)

    def index_declared(self, unit: UnitOfWork, entry: RegistrationEntry, extraction: Extraction) -> None:
        """Make a journalled declaration searchable; if it is on chain already, note what it clashes with."""
        unit.views.add_registration(entry)
        unit.index.add(entry.work_id, matching.postings(extraction))
        event = registration_event(unit.views.work_events([entry.work_id]).get(entry.work_id, []))
        if event is not None:
            self.note_clashes(unit, event)

    def index_confirmed(self, unit: UnitOfWork, event: ChainEvent) -> None:
        """Make a work found on chain searchable by its hash at least, and note what it clashes with."""
        declaration = declaration_of(event.facts)
        unit.index.add(_work_id(event), [exact.posting_of(declaration.content_hash)])
        self.note_clashes(unit, event)

    def note_clashes(self, unit: UnitOfWork, event: ChainEvent) -> None:
        """Keep a clash with each similar work of another claimant that is on chain and no relative."""
        work_id = _work_id(event)
        entry = unit.journal.registrations([work_id]).get(work_id)
        matches = (
            similar(unit.index, self.extraction(entry))
            if entry
            else identical(unit.index, declaration_of(event.facts).content_hash)
        )
        others = [match.work_id for match in matches if match.work_id != work_id]
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
        query, reference = (self.extraction(entries[work_id]) for work_id in ids)
        return matching.compare(query, reference)


def _work_id(event: ChainEvent) -> WorkId:
    return WorkId.parse(str(event.work_id))


def _are_rivals(one: ChainEvent, two: ChainEvent) -> bool:
    first, second = declaration_of(one.facts), declaration_of(two.facts)
    related = _work_id(two) in first.parents or _work_id(one) in second.parents
    return first.claimant != second.claimant and not related
