"""What every medium must be able to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from registry.model import Extraction, Hash32, Judgement, WorkId
from registry.model.postings import Codes, Hits, Indexed, Near, Postings

BUCKET_CAP = 2_000
# Rows of one key that an index reads: a key that more have tells nothing, and reading all would take long.
MOST_HITS = 2_000_000
# Rows that one question reads in all, those of the rarest keys first.
MOST_NEAR = 4_096
# Rows within reach of one sought code.
HEAD_BYTES = 4096  # what `sniff` sees: every magic number, and the codec in the first page of an Ogg file


class Lookup(Protocol):
    """What a medium asks of an index."""

    def hits(self, probes: Postings) -> Hits:
        """Every stored row that shares scheme and key with a probe.

        Of a key at most `BUCKET_CAP` rows are read, by the order in which their works were indexed, then by
        payload. Keys are read whole (up to that) or not at all, those with the fewest rows first, then the
        lowest, until the next would make more than `MOST_HITS` rows; a key that several probes have is
        read once.
        """
        ...

    def near(self, sought: Codes, radius: int) -> Near:
        """Every stored code of the scheme within `radius` bits (at most 31) of a sought one, exactly.

        At most `MOST_NEAR` rows of a sought code, the nearest first, then those of the works indexed first.
        """
        ...

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> Mapping[WorkId, bytes]:
        """The feature of this scheme of each of the works; works without one are absent."""
        ...


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

    def indexed(self, extraction: Extraction) -> Indexed:
        """What a registered work is found by."""
        ...

    def compared(self, extraction: Extraction) -> Sequence[str]:
        """The algorithms that take part in a search for this file, as `Judgement.compared` names them."""
        ...

    def search(self, extraction: Extraction, lookup: Lookup) -> Mapping[WorkId, Judgement]:
        """How near the file is to each work that it was compared with, from its fingerprint alone.

        Those that turn out not to be near have the verdict `none`. Works that nothing speaks for are absent.
        """
        ...


@runtime_checkable
class Glancing(Protocol):
    """A medium that settles most searches by a part of the fingerprint that is quickly taken."""

    def glance(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """As `Medium.extract`, but only what a look-up by global codes needs."""
        ...

    def look(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """As `Medium.extract`, without what no search needs."""
        ...


Media = Mapping[str, Medium]
