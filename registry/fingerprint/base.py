"""What every medium must be able to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from registry.model import Extraction, Hash32, Hit, Judgement, Posting

HEAD_BYTES = 4096  # what `sniff` sees: every magic number, and the codec in the first page of an Ogg file


class Medium(Protocol):
    """One kind of work. Everything but `extract` is pure and works from a stored extraction.

    A check runs again when a record is confirmed, from the record and its features alone: nothing but
    `extract` may need the file.
    """

    @property
    def name(self) -> str:
        """The medium's name in records: "image", "audio"."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of file it reads, as people call them: "PNG", "FLAC"."""
        ...

    def sniff(self, head: bytes) -> str | None:
        """The media type told by the first `HEAD_BYTES`, or None if the file is not of this medium."""
        ...

    def prepare(self) -> None:
        """Load all that `extract` needs, so that the first file is not slower than the second."""
        ...

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """Decode a file and take its fingerprint. Only ever called inside a limited worker.

        Raises:
            UndecodableMediaError: Damaged, truncated, or not what its first bytes say.
            MediaTooLargeError: More pixels, frames, channels or seconds than are accepted.
        """
        ...

    def postings(self, extraction: Extraction) -> Iterable[Posting]:
        """What a registered work is indexed under."""
        ...

    def probes(self, extraction: Extraction) -> Iterable[Posting]:
        """The keys a query looks up; each payload is handed back in `Hit.query`."""
        ...

    def judge(self, extraction: Extraction, hits: Sequence[Hit]) -> Judgement | None:
        """How near the query is to one work, from all its hits with that work; None if it is not near."""
        ...

    def compare(self, query: Extraction, reference: Extraction) -> Judgement | None:
        """As `judge`, by brute force and without an index: the oracle that the index is held against."""
        ...


Media = Mapping[str, Medium]
