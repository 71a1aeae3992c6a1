"""The references: fingerprinted by all lanes, indexed by this process, and what that cost."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from matched.catalogue import Catalogue
from matched.lane import Done, Failure
from registry.model import Extraction, Hash32


@dataclass(slots=True)
class Ingested:
    """What is in the index. `seconds` are of processor, by medium a figure of each work."""

    index_seconds: float = 0.0
    startup_seconds: float = 0.0
    failed_seconds: float = 0.0
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    record_bytes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, Failure]] = field(default_factory=list)
    hashes: dict[int, Hash32] = field(default_factory=dict)

    @property
    def works(self) -> int:
        """How many works there are."""
        return sum(map(len, self.seconds.values()))

    def take(self, place: int, done: Done, add: Callable[[int, Extraction], None]) -> None:
        """Index what a lane has found, or keep why it found nothing."""
        self.startup_seconds += done.startup
        if done.failure is not None:
            self.failed_seconds += done.cpu
            self.failures.append((place, done.failure))
        if done.extraction is None:
            return
        began = time.process_time()
        add(place, done.extraction)
        self.index_seconds += time.process_time() - began
        self.seconds[done.medium].append(done.cpu)
        self.record_bytes[done.medium] += fingerprint_bytes(done.extraction)
        self.hashes[place] = done.extraction.content_hash

    def same_bytes(self, references: Catalogue) -> list[frozenset[int]]:
        """By place, the works of the same bytes, itself too: an answer with one of them is right."""
        places: defaultdict[Hash32, set[int]] = defaultdict(set)
        for place, content_hash in self.hashes.items():
            places[content_hash].add(place)
        return [
            frozenset(places[self.hashes[place]] if place in self.hashes else {place})
            for place in range(len(references.paths))
        ]

    def figures(self, index_bytes: int) -> dict[str, Any]:
        """What stands in the head of the JSON; of no work, nothing."""
        works = max(1, self.works)
        record_bytes = sum(self.record_bytes.values())
        extraction = sum(map(sum, self.seconds.values()))
        return {
            "references": self.works,
            "bytes_per_work": round((record_bytes + index_bytes) / works),
            "bytes_per_work_fingerprint": round(record_bytes / works),
            "bytes_per_work_index": round(index_bytes / works),
            "ingest_cpu_ms": round(1000 * (extraction + self.index_seconds) / works, 3),
            "ingest_cpu_ms_total": round(1000 * (extraction + self.index_seconds + self.failed_seconds), 3),
            "index_cpu_ms": round(1000 * self.index_seconds / works, 3),
            "media": {medium: self._of(medium, seconds) for medium, seconds in sorted(self.seconds.items())},
        }

    def _of(self, medium: str, seconds: Sequence[float]) -> Mapping[str, Any]:
        return {
            "references": len(seconds),
            "extract_cpu_ms": round(1000 * fmean(seconds), 3),
            "fingerprint_bytes": round(self.record_bytes[medium] / len(seconds)),
        }


def fingerprint_bytes(extraction: Extraction) -> int:
    """What is kept of a fingerprint: its features, and its codes as they stand in the record."""
    features: Iterable[int] = (len(feature.data) for feature in extraction.features)
    return sum(features) + sum(len(code.value) for code in extraction.codes)
