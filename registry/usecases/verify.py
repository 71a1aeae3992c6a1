"""Find the registered works that a file is, copies or contains."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.model import Extraction, Match
from registry.ports import Blobs, Chain, Clock, Extractor, Store
from registry.usecases.records import Record, RecordReader
from registry.usecases.similarity import compared, own_pending, similar
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

        Raises:
            EmptyFileError, UnsupportedMediaError, … : As `Extractor.extract`.
        """
        extraction = self.extractor.extract(file)
        with self.store.read() as unit:
            own = own_pending(unit, extraction, viewer, self.blobs.get)
            matches = [*own, *similar(unit.index, extraction)]
            reader = RecordReader(self.chain, self.clock)
            records = reader.read(unit, [match.work_id for match in matches], viewer)
        seen = [(match, records[match.work_id]) for match in matches if match.work_id in records]
        return Verification(extraction, tuple(compared(extraction)), tuple(seen[:MAX_MATCHES]))
