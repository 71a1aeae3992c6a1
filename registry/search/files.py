"""The index in files, in the caller's transaction: what it changes waits, and is seen, in the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select

from registry.model import WorkId
from registry.model.postings import Codes, Hits, Indexed, Near, Postings
from registry.search.answers import Read, chosen, hits_of, in_order, near_of
from registry.search.arrays import Small, stacked
from registry.search.folder import IndexFolder
from registry.search.hamming import CodeTable, joined, nothing_near, words_of
from registry.search.packed import packed
from registry.search.runs import PostingsTable, Run, dead_in, run_of, without
from registry.search.schema import changes, removed_works
from registry.search.standing import SegmentEntry, claim, forget, read_state, write_segments
from registry.search.works import IndexedWorks, ReadFeature

KIND: Final = "file"

_WAITING: Final = select(changes.c.token, func.length(changes.c.data)).order_by(changes.c.sequence)
_REMOVED: Final = select(removed_works.c.removal, removed_works.c.work)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A run, and the forgotten works that it may still have rows of."""

    run: Run
    dead: Small


@dataclass(slots=True)
class _Snapshot:
    """What the transaction sees: files, what is in none (by token, with its bytes), and forgotten works."""

    segments: list[SegmentEntry]
    waiting: dict[bytes, int]
    removed: dict[int, int]
    sources: list[Source] | None = None

    def dead(self, after: int, first: int, last: int) -> Small:
        """Works that were forgotten after a removal, between two works, ascending."""
        works = sorted(work for removal, work in self.removed.items() if removal > after)
        return dead_in(np.array(works, dtype=np.uint32), first, last)


class FileIndex:
    """See `registry.ports.SimilarityIndex`. Commits nothing: the connection's owner does, after `settle`.

    Raises, from any look-up:
        IndexDamagedError: A file is missing or damaged, or the works are in an index of another kind.
    """

    def __init__(self, connection: Connection, folder: IndexFolder, read: ReadFeature | None = None) -> None:
        self._connection, self.folder = connection, folder
        self._works = IndexedWorks(connection, read)
        self._added: list[tuple[WorkId, Indexed]] = []
        self._snapshot: _Snapshot | None = None

    def add(self, work_id: WorkId, indexed: Indexed) -> None:
        """Index a work, or add to what it is indexed under; the same rows again change nothing."""
        self._added.append((work_id, indexed))

    def remove(self, work_id: WorkId) -> None:
        """Forget a work."""
        self._write()
        number = self._works.remove(work_id)
        if number is not None:
            self._connection.execute(insert(removed_works), {"work": number})
            self._snapshot = None

    def clear(self) -> None:
        """Forget everything."""
        self._added.clear()
        self._works.clear()
        forget(self._connection)
        self._snapshot = None

    def settle(self) -> None:
        """Write what was added; the last call of a unit of work."""
        self._write()

    def hits(self, probes: Postings) -> Hits:
        """See `base.Lookup.hits`."""
        keys = np.unique(probes.keys)
        tables = list(self._postings(probes.scheme))
        limits = self.folder.limits
        counts = np.zeros(len(keys), dtype=np.int64)
        for table, dead in tables:
            counts += table.counts(keys, limits.bucket_cap, dead)
        places = chosen(np.minimum(counts, limits.bucket_cap), limits.most_hits)
        parts = [table.rows(keys[places], limits.bucket_cap, dead) for table, dead in tables]
        none = np.empty(0, dtype=np.int64)
        read = Read(
            places[np.concatenate([none, *(part.sought for part in parts)])],
            np.concatenate([none, *(part.numbers for part in parts)]),
            stacked([part.payloads for part in parts]),
        )
        return hits_of(probes, keys.astype(np.int64), in_order(read, limits.bucket_cap), self._works.names)

    def near(self, sought: Codes, radius: int) -> Near:
        """See `base.Lookup.near`."""
        words = words_of(sought.codes)
        parts = [nothing_near()]
        if len(words):
            parts += [table.near(words, radius, dead) for table, dead in self._codes(sought.scheme)]
        return near_of(joined(parts), self._works.names)

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """See `base.Lookup.features`."""
        self._write()
        return self._works.features(scheme, work_ids)

    def mergeable(self) -> list[SegmentEntry]:
        """Files that should be one; see `IndexFolder.mergeable`."""
        return self.folder.mergeable(self._seen().segments)

    def merge(self, entries: Sequence[SegmentEntry]) -> SegmentEntry | None:
        """Merge files into a new one, of which the database learns by `replace`."""
        seen = self._seen()
        removals = max(seen.removed, default=0)
        first, last = min(entry.first for entry in entries), max(entry.last for entry in entries)
        runs = self.folder.checked(entries)
        dead = seen.dead(min(entry.removals for entry in entries), first, last)
        return self.folder.write(runs, dead, removals)

    def replace(self, entries: Sequence[SegmentEntry], merged: SegmentEntry | None) -> bool:
        """Put a file in the place of those that it was merged from; False if they are no longer there."""
        seen = self._seen()
        if not {entry.name for entry in entries} <= {entry.name for entry in seen.segments}:
            return False
        names = {entry.name for entry in entries}
        kept = [entry for entry in seen.segments if entry.name not in names]
        self._keep([*kept, merged] if merged else kept)
        self.folder.retire(entries)
        return True

    def sweep(self) -> None:
        """Remove files that are no part of the index; to be asked in a unit of work that only reads."""
        self.folder.sweep(self._seen().segments)

    def _write(self) -> None:
        """Number the works that were added, and put their rows where all transactions will see them."""
        if not self._added:
            return
        added, self._added = self._added, []
        claim(self._connection, KIND)
        numbers, last = self._works.number_all(list(dict.fromkeys(work_id for work_id, _ in added)))
        self._works.keep((numbers[work_id], each) for work_id, indexed in added for each in indexed.features)
        run = run_of([(numbers[work_id], indexed) for work_id, indexed in added])
        known = np.array(sorted(number for number in numbers.values() if number <= last), dtype=np.uint32)
        if len(known):
            run = without(run, known, (source.run for source in self._sources()))
        if len(run):
            self._put(run)

    def _put(self, run: Run) -> None:
        seen, pace = self._seen(), self.folder.pace
        data = packed(run)
        is_too_many = len(seen.waiting) >= pace.waiting_units
        if is_too_many or sum(seen.waiting.values()) + len(data) > pace.waiting_bytes:
            self._flush(run)
            return
        token = secrets.token_bytes(8)
        self._connection.execute(insert(changes), {"token": token, "data": data})
        self.folder.keep_waiting(token, run)
        seen.waiting[token] = len(data)
        seen.sources = None

    def _flush(self, run: Run) -> None:
        """Write all that waits into a file, and merge the files that have become too many."""
        seen = self._seen()
        runs = [*self.folder.waiting(list(seen.waiting), self._read_waiting), run]
        entry = self.folder.write(runs, seen.dead(0, 0, 1 << 32), max(seen.removed, default=0))
        self._connection.execute(delete(changes))
        seen.waiting = {}
        self._keep([*seen.segments, entry] if entry else seen.segments)
        while small := self.mergeable():
            if sum(entry.size for entry in small) > self.folder.pace.merge_bytes:
                break
            self.replace(small, self.merge(small))

    def _keep(self, segments: list[SegmentEntry]) -> None:
        seen = self._seen()
        write_segments(self._connection, segments)
        seen.segments, seen.sources = segments, None
        if not seen.waiting:
            self._forget_removed(seen)

    def _forget_removed(self, seen: _Snapshot) -> None:
        """A forgotten work of which no file can have a row needs no more to be remembered as such."""
        gone = [
            removal
            for removal, work in seen.removed.items()
            if all(
                entry.removals >= removal or not entry.first <= work <= entry.last for entry in seen.segments
            )
        ]
        if gone:
            self._connection.execute(delete(removed_works).where(removed_works.c.removal.in_(gone)))
            for removal in gone:
                del seen.removed[removal]

    def _postings(self, scheme: str) -> Iterator[tuple[PostingsTable, Small]]:
        for source in self._sources():
            if scheme in source.run.postings:
                yield source.run.postings[scheme], source.dead

    def _codes(self, scheme: str) -> Iterator[tuple[CodeTable, Small]]:
        for source in self._sources():
            if scheme in source.run.codes:
                yield source.run.codes[scheme], source.dead

    def _sources(self) -> list[Source]:
        self._write()
        seen = self._seen()
        if seen.sources is None:
            seen.sources = [
                Source(self.folder.run(entry), seen.dead(entry.removals, entry.first, entry.last))
                for entry in seen.segments
            ]
            dead = seen.dead(0, 0, 1 << 32)
            runs = self.folder.waiting(list(seen.waiting), self._read_waiting)
            seen.sources += [Source(run, dead) for run in runs]
        return seen.sources

    def _seen(self) -> _Snapshot:
        if self._snapshot is None:
            segments = read_state(self._connection, KIND) or []
            waiting = dict(self._connection.execute(_WAITING).all())
            removed = dict(self._connection.execute(_REMOVED).all())
            self._snapshot = _Snapshot(segments, waiting, removed)
        return self._snapshot

    def _read_waiting(self) -> Mapping[bytes, bytes]:
        return dict(self._connection.execute(select(changes.c.token, changes.c.data)).all())
