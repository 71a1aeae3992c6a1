"""Show the registry the very file that was declared without it: the fingerprint becomes checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.errors import NotFoundError, OtherFileError
from registry.fingerprint import exact
from registry.model import Extraction, WorkId
from registry.ports import Blobs, Clock, Extractor
from registry.usecases.clashes import ClashFinder
from registry.usecases.read import ReadWork
from registry.usecases.records import Record
from registry.usecases.standing import standings
from registry.usecases.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CheckFile:
    """Takes a fingerprint of a declared file; nothing else of the file is kept.

    Whoever has the bytes may show them: that they are the declared ones, their hash proves (SHA-256). What
    was signed stays as it is. The registry's own fingerprint is data of the index, and is what the work is
    found and compared by from then on.
    """

    works: ReadWork
    extractor: Extractor
    blobs: Blobs
    clock: Clock

    def __call__(self, work_id: WorkId, file: Path, viewer: Viewer) -> Record:
        """The record, which tells what came of it. The same file again changes nothing.

        Raises:
            NotFoundError: There is no such record, none that the viewer may see, or one without documents.
            OtherFileError: The file has another hash than the one declared; it was not decoded.
            EmptyFileError, UnsupportedMediaError, … : As `Extractor.extract`.
            StoreUnavailableError, StorageFullError: Nothing was kept; safe to retry.
        """
        record = self.works(work_id, viewer)
        if record.entry is None:
            raise NotFoundError("fingerprint of work", str(work_id))
        declared, (found, _) = record.declaration.content_hash, exact.content_hash(file)
        if found != declared:
            raise OtherFileError(str(work_id), str(declared), str(found))
        if record.entry.is_checked:
            return record
        self._keep(work_id, self.extractor.extract(file))
        return self.works(work_id, viewer)

    def _keep(self, work_id: WorkId, extraction: Extraction) -> None:
        """For all records of these bytes, and searchable, if this one is on chain; else for it alone."""
        for feature in extraction.features:
            self.blobs.put(feature.data)
        content_hash, fingerprint = extraction.content_hash, extraction.record()
        with self.works.store.write() as unit:
            stands = bool(standings(unit, [work_id]))
            counts_for = content_hash if stands else work_id
            if unit.journal.keep_seen(counts_for, fingerprint, self.clock.now()) and stands:
                ClashFinder(self.blobs).add_seen(unit, content_hash)
