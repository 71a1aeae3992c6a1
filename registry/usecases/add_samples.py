"""Register the sample works under a throw-away key, so that an empty registry has something to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from registry import statements
from registry.errors import AlreadyRegisteredError
from registry.model import Address, Hash32, Via, WorkId
from registry.samples import Sample
from registry.usecases.declare import AnswerDraft, Keep, PrepareDraft
from registry.usecases.register import RegisterWork
from registry.usecases.viewer import NOBODY


class DigestSigner(Protocol):
    """A key that signs 32-byte digests."""

    @property
    def address(self) -> Address:
        """The account it signs for."""

    def sign_digest(self, digest: Hash32) -> bytes:
        """The 65-byte r, s, v signature."""


@dataclass(frozen=True, slots=True)
class AddSamples:
    """Walks each sample through the same drafts, answers and signature as anybody's work."""

    prepare: PrepareDraft
    answer: AnswerDraft
    register: RegisterWork
    signer: DigestSigner
    samples: Sequence[Sample]

    def __call__(self) -> list[WorkId]:
        """The works that were added; samples that are there already are left alone."""
        added = []
        for sample in self.samples:
            with tempfile.TemporaryDirectory(prefix="colophon-sample-") as folder:
                file = Path(folder) / sample.file_name
                file.write_bytes(sample.read())
                try:
                    added.append(self._add(sample, file))
                except AlreadyRegisteredError:
                    continue
        return added

    def _add(self, sample: Sample, file: Path) -> WorkId:
        facts = {
            "title": f"{sample.title} (sample)",
            "creators": [{"name": sample.creator}],
            "year": sample.year,
            "how_made": "human",
        }
        prepared = self.prepare(file, self.signer.address, facts, Keep(preview=True), NOBODY)
        answers = {
            match["work_id"]: "adverse-claim" if match["verdict"] == "identical" else "acknowledged"
            for match in prepared.draft.report["matches"]
        }
        ready = self.answer(prepared.draft_id, answers)
        signature = self.signer.sign_digest(statements.digest(ready.registration, ready.domain))
        return self.register(prepared.draft_id, signature, Via.LOG.value).record.work_id
