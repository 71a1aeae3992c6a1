"""Adverse claims: confirmed works of different claimants that are identical or similar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.fingerprint import exact, matching
from registry.fingerprint.others import Others
from registry.model import Extraction, Hash32, Judgement, WorkId
from registry.model.postings import Indexed
from registry.ports import Blobs, LoggedStatement, RegistrationEntry, UnitOfWork
from registry.usecases.similarity import similar, stored
from registry.usecases.standing import Standing, standings

MOST_NEAR = 100  # of a file seen late: each takes a millisecond or two, and near ones share far more


@dataclass(frozen=True, slots=True)
class ClashFinder:
    """Looks again for similar works when a record is confirmed, when both are known to everybody.

    The pairs and their distances do not depend on which of two works was handed in first, nor on whether the
    chain or the journal was read first: the later on chain is always the query. So a rebuild finds the same;
    of parts of pictures, as long as no more works share words with one than are verified.
    A fingerprint that only its claimant has made is compared by the file's hash alone, until the registry has
    seen the file: then its own is compared, with the outcome that it would have had from the beginning.
    """

    blobs: Blobs

    def add_declared(self, unit: UnitOfWork, entries: Sequence[RegistrationEntry]) -> None:
        """Make journalled declarations readable; those on chain already, searchable as well."""
        unit.views.add_registrations(entries)
        logged = unit.log.places([entry.digest for entry in entries])
        unit.anchored.add_statements(
            [_statement(logged[entry.digest].index, entry) for entry in entries if entry.digest in logged]
        )
        self.add_confirmed(unit, sorted({entry.work_id for entry in entries}))
        if logged and unit.anchored.over(min(place.index for place in logged.values())):
            self.add_dated(unit, len(logged))

    def add_dated(self, unit: UnitOfWork, limit: int) -> None:
        """Make so many works searchable that an anchor has dated, in order of their leaves.

        Only then are they shown as dated: nobody sees one before it is known what it clashes with.
        """
        dated = unit.anchored.to_index(limit)
        unit.anchored.mark_indexed([one.statement.leaf_index for one in dated])
        self.add_confirmed(unit, [one.statement.work_id for one in dated])

    def add_confirmed(self, unit: UnitOfWork, work_ids: Sequence[WorkId]) -> None:
        """Make works on chain searchable, by their hash at least, and note what they clash with."""
        standing = standings(unit, work_ids)
        seen = unit.journal.share_seen(sorted(standing))
        entries = unit.journal.registrations(sorted(standing))
        unchecked: list[Standing] = []
        for one in sorted(standing.values(), key=lambda standing: standing.place):
            entry = entries.get(one.work_id)
            if entry is None or not entry.is_checked:
                unchecked.append(one)
            else:
                self._add(unit, one, entry)
        self._add_by_hash(unit, unchecked)
        for content_hash in seen:
            self.add_seen(unit, content_hash)

    def add_seen(self, unit: UnitOfWork, content_hash: Hash32) -> None:
        """Make declared works on chain searchable by more than their hash, now that their file was seen.

        Of so many works of the same bytes as a look-up finds: the others no search would come to.
        """
        entries = unit.journal.registrations(exact.found([content_hash], unit.index)[content_hash])
        declared = [entry for entry in entries.values() if entry.seen is not None]
        if not declared:
            return
        extraction = stored(declared[0], self.blobs.get)  # the same for all: it is of the same bytes
        rivals = self._near(unit, extraction)
        standing = standings(unit, [entry.work_id for entry in declared])
        for one in sorted(standing.values(), key=lambda standing: standing.place):
            unit.index.add(one.work_id, matching.indexed(extraction))
            self._note_clashes(unit, one, rivals)

    def _near(self, unit: UnitOfWork, extraction: Extraction) -> list[WorkId]:
        """Works of other bytes that the file is near, or that are near the file.

        A later work was compared when this one could not be found yet, and a part of a recording finds the
        whole more easily than the whole finds it: so what shares most with it is asked in both directions.
        """
        most = matching.sharing(extraction, unit.index)[:MOST_NEAR]
        asked = {*most, *(match.work_id for match in similar(unit.index, extraction))}
        found = []
        for work_id, entry in sorted(unit.journal.registrations(sorted(asked)).items()):
            if not entry.is_checked or entry.registration.declaration.content_hash == extraction.content_hash:
                continue
            other = stored(entry, self.blobs.get)
            if matching.compare(extraction, other) or matching.compare(other, extraction):
                found.append(work_id)
        return found

    def _add(self, unit: UnitOfWork, standing: Standing, entry: RegistrationEntry) -> None:
        extraction = stored(entry, self.blobs.get)
        unit.index.add(standing.work_id, matching.indexed(extraction))
        # A picture whose whole is found is not looked for in parts: itself must not count as found.
        matches = similar(Others(unit.index, standing.work_id), extraction)
        self._note_clashes(unit, standing, [match.work_id for match in matches])

    def _add_by_hash(self, unit: UnitOfWork, works: Sequence[Standing]) -> None:
        """Works of which no more than the hash counts; looked up together, since an anchor dates many."""
        for one in works:
            unit.index.add(one.work_id, Indexed((exact.postings_of([one.declaration.content_hash]),)))
        found = exact.found([one.declaration.content_hash for one in works], unit.index)
        for one in works:
            self._note_clashes(unit, one, found[one.declaration.content_hash])

    def _note_clashes(self, unit: UnitOfWork, standing: Standing, similar_ones: Sequence[WorkId]) -> None:
        """Keep a clash with each similar work of another claimant that is on chain and no relative."""
        others = [work_id for work_id in similar_ones if work_id != standing.work_id]
        if not others:
            return
        for other in standings(unit, others).values():
            if _are_rivals(standing, other):
                self._note(unit, standing, other)

    def _note(self, unit: UnitOfWork, one: Standing, two: Standing) -> None:
        earlier, later = sorted((one, two), key=lambda standing: standing.place)
        judgement = self._judge(unit, later, earlier)
        if judgement is None:
            return
        facts = {
            "claimants": {str(one.work_id): str(one.declaration.claimant) for one in (earlier, later)},
            "verdict": judgement.verdict.value,
            "distance": judgement.distance,
            "threshold": judgement.threshold,
        }
        unit.views.add_clash(later.work_id, earlier.work_id, later.position.block_number, facts)

    def _judge(self, unit: UnitOfWork, later: Standing, earlier: Standing) -> Judgement | None:
        if later.declaration.content_hash == earlier.declaration.content_hash:
            return exact.IDENTICAL
        ids = [later.work_id, earlier.work_id]
        entries = unit.journal.registrations(ids)
        query, reference = (stored(entries[work_id], self.blobs.get) for work_id in ids)
        return matching.compare(query, reference)


def _statement(leaf_index: int, entry: RegistrationEntry) -> LoggedStatement:
    declaration = entry.registration.declaration
    return LoggedStatement(
        leaf_index=leaf_index,
        digest=entry.digest,
        work_id=entry.work_id,
        claimant=declaration.claimant,
        content_hash=declaration.content_hash,
        deadline=entry.registration.deadline,
    )


def _are_rivals(one: Standing, two: Standing) -> bool:
    first, second = one.declaration, two.declaration
    related = two.work_id in first.parents or one.work_id in second.parents
    return first.claimant != second.claimant and not related
