"""Find the registered works that a file is, copies or contains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.fingerprint import matching
from registry.model import Extraction, Match
from registry.ports import Blobs, Chain, Clock, Extractor, Store, UnitOfWork
from registry.usecases.records import Record, RecordReader
from registry.usecases.similarity import own_pending, similar
from registry.usecases.viewer import Viewer

MAX_MATCHES = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """What a file was compared by, and the records it matches; none is an empty list.

    The viewer's own pending records stand first, then those on chain, nearest first.
    """

    extraction: Extraction
    compared: tuple[str, ...]
    matches: tuple[tuple[Match, Record], ...]


@dataclass(frozen=True, slots=True)
class VerifyFile:
    """Looks a file up; nothing of it is kept."""

    store: Store
    chain: Chain
    extractor: Extractor
    blobs: Blobs
    clock: Clock

    def __call__(self, file: Path, viewer: Viewer) -> Verification:
        """Compare the file with confirmed works, and with pending ones whose receipt the viewer holds.

        A copy of the whole is found at a glance; only where there is none are its parts looked at.

        Raises:
            EmptyFileError, UnsupportedMediaError, … : As `Extractor.extract`.
        """
        glanced = None if viewer.token_hashes else self.extractor.glance(file)
        if glanced is not None:
            with self.store.read() as unit:
                matches = similar(unit.index, glanced)
                if matching.is_settled(glanced, unit.index):
                    return self._told(unit, glanced, matches, viewer)
        extraction = self.extractor.look(file)
        with self.store.read() as unit:
            own = own_pending(unit, extraction, viewer, self.blobs.get)
            return self._told(unit, extraction, [*own, *similar(unit.index, extraction)], viewer)

    def _told(
        self, unit: UnitOfWork, extraction: Extraction, matches: Sequence[Match], viewer: Viewer
    ) -> Verification:
        reader = RecordReader(self.chain, self.clock)
        records = reader.read(unit, [match.work_id for match in matches], viewer)
        seen = [(match, records[match.work_id]) for match in matches if match.work_id in records]
        return Verification(extraction, tuple(matching.compared(extraction)), tuple(seen[:MAX_MATCHES]))
