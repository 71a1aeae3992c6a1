"""The hard binding: the SHA-256 of a file's bytes, and finding the same bytes again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from registry.errors import EmptyFileError
from registry.model import Extraction, Hash32, Hit, Judgement, Posting, Verdict

SCHEME = "sha-256/1"
_CHUNK_BYTES = 1 << 20
_KEY_BYTES = 4  # keys of the index are unsigned 32-bit integers


def content_hash(path: Path) -> tuple[Hash32, int]:
    """The SHA-256 of a file and its size in bytes, read in chunks.

    Raises:
        EmptyFileError: The file has no bytes.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    if not size:
        raise EmptyFileError
    return Hash32(digest.digest()), size


def postings(extraction: Extraction) -> Iterator[Posting]:
    """The one key of these bytes: where a work is indexed, and what a query looks up."""
    yield posting_of(extraction.content_hash)


def posting_of(content_hash: Hash32) -> Posting:
    """The same for a work of which only the hash is known."""
    return Posting(SCHEME, int.from_bytes(content_hash[:_KEY_BYTES], "big"), bytes(content_hash))


def judge(extraction: Extraction, hits: Sequence[Hit]) -> Judgement | None:
    """Identical if a hit carries the whole hash; the key alone is only its first four bytes."""
    met = any(hit.scheme == SCHEME and hit.stored == extraction.content_hash for hit in hits)
    return IDENTICAL if met else None


def compare(query: Extraction, reference: Extraction) -> Judgement | None:
    """Identical if both are of the same bytes."""
    return IDENTICAL if query.content_hash == reference.content_hash else None


IDENTICAL = Judgement(Verdict.IDENTICAL, distance=0, threshold=0, unit="bits of 256", compared=SCHEME)
