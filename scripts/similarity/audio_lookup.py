"""A folder of sounds, most of them in an index in memory, and look-ups in it as the registry makes them."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile

from registry.fingerprint import audio_extraction
from registry.fingerprint.audio import AudioMedium
from registry.model import Extraction, Hash32, Judgement, WorkId
from registry.model.postings import Codes, Hits, Indexed, Near, Postings
from similarity import audio_alterations as alter

MEDIUM = AudioMedium()
SEED = 20
UNREGISTERED_ONE_IN = 8
GROUPS = {"usual": alter.usual, "hard": alter.hard, "other ratios": alter.other_ratios}


@dataclass(frozen=True, slots=True)
class Query:
    """An altered file, and the place of its work among all."""

    group: str
    alteration: str
    place: int
    path: Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What one query found, by place, best first, and the CPU that its search took."""

    query: Query
    judged: Mapping[int, Judgement]
    cpu_ms: float


class Memory:
    """Rows of all works sorted by key: see `registry.fingerprint.base.Lookup`."""

    def __init__(self, works: Mapping[WorkId, Indexed]) -> None:
        self._ids = tuple(works)
        self._features = {
            work_id: {each.algorithm: each.data for each in indexed.features}
            for work_id, indexed in works.items()
        }
        parts = [(work, each) for work, indexed in enumerate(works.values()) for each in indexed.postings]
        keys = np.concatenate([each.keys for _, each in parts]).astype(np.int64)
        owners = np.concatenate([np.full(len(each), work) for work, each in parts])
        payloads = np.concatenate([each.payloads for _, each in parts])
        order = np.lexsort((owners, keys))
        self._keys, self._owners, self._payloads = keys[order], owners[order], payloads[order]

    def hits(self, probes: Postings) -> Hits:
        """Every row, with no cap on how many."""
        keys = probes.keys.astype(np.int64)
        first, last = np.searchsorted(self._keys, keys), np.searchsorted(self._keys, keys, side="right")
        number = last - first
        asked = np.repeat(np.arange(len(keys)), number)
        rows = (
            np.arange(len(asked)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
        )
        order = np.lexsort((asked, self._owners[rows]))
        rows, asked = rows[order], asked[order]
        met, works = np.unique(self._owners[rows], return_inverse=True)
        ids = tuple(self._ids[place] for place in met.tolist())
        return Hits(ids, works.astype(np.int64), asked, self._payloads[rows], number)

    def near(self, sought: Codes, radius: int) -> Near:
        """Not asked of sounds."""
        raise NotImplementedError

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """Those of works that have one."""
        return {each: self._features[each][scheme] for each in work_ids if scheme in self._features[each]}


class Shelf:
    """The sounds, one in `UNREGISTERED_ONE_IN` not registered, and the index of the others."""

    def __init__(self, folder: Path) -> None:
        self.paths = sorted(path for path in folder.iterdir() if path.is_file())
        places = list(range(len(self.paths)))
        random.Random(SEED).shuffle(places)  # noqa: S311 - a sample, no secret
        cut = len(places) // UNREGISTERED_ONE_IN
        self.unregistered, self.registered = places[:cut], places[cut:]
        self.extract_cpu_ms, self.seconds, self.bytes = 0.0, 0.0, 0
        works = {}
        for place in self.registered:
            extraction = self._extracted(self.paths[place])
            works[WorkId(place.to_bytes(32, "big"))] = indexed = MEDIUM.indexed(extraction)
            self.seconds += int(extraction.facts["milliseconds"]) / 1000
            self.bytes += sum(len(each.data) for each in extraction.features)
            self.bytes += sum(each.keys.nbytes + each.payloads.nbytes for each in indexed.postings)
        self._index = Memory(works)

    def queries(self, number: int, folder: Path, same: Collection[tuple[int, int]]) -> Iterator[Query]:
        """All alterations of as many works of even as of odd place, kept in a folder as FLAC.

        What is mixed in is not registered, nor the `same` as anything that is.
        """
        known = {place for pair in same for place in pair}
        strangers = [place for place in self.unregistered if place not in known]
        others = alter.Others([alter.loaded(self.paths[place]) for place in strangers])
        even, odd = ([place for place in self.registered if place % 2 == half] for half in (0, 1))
        for place in [*chain.from_iterable(zip(even, odd, strict=False))][:number]:
            for group, table in GROUPS.items():
                for name, change in table(others).items():
                    path = folder / f"{self.paths[place].stem}~{name.replace('/', '_')}.flac"
                    if not path.exists():
                        self._make(place, name, change, path)
                    yield Query(group, name, place, path)

    def look_up(self, query: Query) -> Answer:
        """Search for it."""
        extraction = self._extracted(query.path)
        start = time.process_time()
        found = MEDIUM.search(extraction, self._index)
        cpu_ms = 1000 * (time.process_time() - start)
        ranked = sorted(found.items(), key=lambda each: -each[1].score)
        return Answer(query, {int.from_bytes(key, "big"): judgement for key, judgement in ranked}, cpu_ms)

    def _make(self, place: int, name: str, change: alter.Alteration, path: Path) -> None:
        chance = np.random.default_rng(zlib.crc32(f"{place} {name}".encode()))
        altered = np.clip(change(alter.loaded(self.paths[place]), chance), -1, 1)
        part = path.with_suffix(".part")
        soundfile.write(part, altered, alter.RATE, format="FLAC")
        part.rename(path)

    def _extracted(self, path: Path) -> Extraction:
        media_type = MEDIUM.sniff(path.read_bytes()[:4096])
        if media_type is None:
            raise SystemExit(f"{path} is no sound")
        start = time.process_time()
        extraction = audio_extraction.extract(path, Hash32(bytes(32)), path.stat().st_size, media_type)
        self.extract_cpu_ms += 1000 * (time.process_time() - start)
        return extraction
