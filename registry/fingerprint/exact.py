"""The hard binding: the SHA-256 of a file's bytes, and finding the same bytes again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from registry.errors import EmptyFileError
from registry.fingerprint.base import Lookup
from registry.model import ACCEPTED_SCORE, Extraction, Hash32, Judgement, Verdict, WorkId
from registry.model.postings import Postings

SCHEME = "sha-256/1"
_CHUNK_BYTES = 1 << 20
HASH_BYTES = 32
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


def postings_of(content_hashes: Sequence[Hash32]) -> Postings:
    """The one key of each file's bytes: where a work is indexed, and what a query looks up."""
    rows = np.frombuffer(b"".join(content_hashes), dtype=np.uint8).reshape(-1, HASH_BYTES)
    keys = rows[:, :_KEY_BYTES].copy().view(">u4").astype(np.uint32).reshape(-1)
    return Postings(SCHEME, keys, rows)


def found(content_hashes: Sequence[Hash32], lookup: Lookup) -> dict[Hash32, list[WorkId]]:
    """Indexed works of each of these bytes; the key alone is only the first four of a hash."""
    works: dict[Hash32, list[WorkId]] = {content_hash: [] for content_hash in content_hashes}
    wanted = list(works)
    hits = lookup.hits(postings_of(wanted))
    for place, row, payload in zip(hits.works.tolist(), hits.probes.tolist(), hits.payloads, strict=True):
        if payload.tobytes() == wanted[row]:
            works[wanted[row]].append(hits.work_ids[place])
    return works


def search(extraction: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Works of the same bytes are identical."""
    return dict.fromkeys(found([extraction.content_hash], lookup)[extraction.content_hash], IDENTICAL)


IDENTICAL: Final = Judgement(
    Verdict.IDENTICAL,
    distance=0,
    threshold=0,
    unit="bits of 256",
    compared=SCHEME,
    score=100 * ACCEPTED_SCORE,
)
