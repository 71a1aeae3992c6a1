"""The registry's own search, in the form in which peers are measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from matched.engine import place_of
from matched.ingesting import fingerprint_bytes
from peering.base import Distances, Peer
from registry.fingerprint import exact
from registry.fingerprint.detect import detect, read_head
from registry.model import ACCEPTED_SCORE, Extraction, Match

Search = Callable[[Extraction], Sequence[Match]]


def ours(search: Search) -> Peer:
    """A distance is the score below zero: what the search does not speak of scores nothing.

    References are in the index that is searched, by their places.
    """

    def distances(query: Extraction, references: Sequence[Extraction]) -> Distances:
        found = np.zeros(len(references))
        scores: Mapping[int, int] = {
            place_of(match.work_id): match.judgement.score for match in search(query)
        }
        for place, score in scores.items():
            found[place] = -score
        return found

    return Peer("Colophon", extracted, distances, fingerprint_bytes, customary=-ACCEPTED_SCORE)


def extracted(path: Path) -> Extraction:
    """A file's fingerprint, taken in this process."""
    content_hash, size = exact.content_hash(path)
    medium, media_type = detect(read_head(path))
    return medium.extract(path, content_hash, size, media_type)
