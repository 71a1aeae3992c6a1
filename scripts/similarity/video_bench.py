"""How well altered films are found again, at what cost, and what is found that should not be.

`python scripts/similarity/video_bench.py FOLDER --clips N` makes N clips of the pictures and sounds in
`FOLDER/image` and `FOLDER/audio`, no picture in two; keeps one in five unregistered; alters the others in all
the ways of `video_alterations.py`, and looks each up. A query finds its work if that stands first. Recall is
told for the two halves of the works apart: thresholds were chosen on the first. All other matches are listed.
Times are of one core. `--json FILE` writes all figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # times are of one core
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A script sees its own folder alone.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import create_engine

from registry.fingerprint import exact, matching
from registry.fingerprint.detect import detect, read_head
from registry.model import Extraction, Match, WorkId
from registry.search import schema
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.usecases.similarity import closest
from similarity import video_clips
from similarity.video_alterations import TABLE, Encoding
from similarity.video_clips import Clip

SEED = 11
PICTURES_A_CLIP = 5
UNREGISTERED_ONE_IN = 5
_UNREGISTERED = "not registered"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one query found, matches first and then what was near; `place` is that of its work."""

    place: int
    alteration: str
    nearest: Sequence[Match]
    seconds: float  # that the query's film lasts
    extract_s: float
    search_s: float

    @property
    def is_found(self) -> bool:
        """Whether its work stands first."""
        return bool(self.matches) and _place(self.matches[0]) == self.place

    @property
    def matches(self) -> list[Match]:
        """Those near enough."""
        return [match for match in self.nearest if match.judgement.is_match]


class Cinema:
    """Clips, most of them registered, and the index of these."""

    def __init__(self, folder: Path, count: int, scratch: Path, seed: int = SEED) -> None:
        self._scratch = scratch
        self._pictures = sorted((folder / "image").iterdir())
        self._sounds = sorted((folder / "audio").iterdir())
        random.Random(seed).shuffle(self._pictures)  # noqa: S311 - a sample, no secret
        self.places = range(min(count, len(self._pictures) // PICTURES_A_CLIP, len(self._sounds)))
        connection = create_engine("sqlite://").connect()
        schema.metadata.create_all(connection)
        self.index = FileIndex(connection, IndexFolder(scratch / "index"))
        self.index.clear()
        self.feature_bytes, self.seconds = 0, 0.0
        for place in self.places:
            if self.is_registered(place):
                extraction, _ = self._extracted(self.clip(place), Encoding(quality=23))
                self.feature_bytes += sum(len(feature.data) for feature in extraction.features)
                self.seconds += int(extraction.facts["milliseconds"]) / 1000
                self.index.add(WorkId(place.to_bytes(32, "big")), matching.indexed(extraction))
        self.index.settle()

    def is_registered(self, place: int) -> bool:
        """Whether the clip is; of the others only what they resemble is of interest."""
        return place % UNREGISTERED_ONE_IN > 0

    def clip(self, place: int) -> Clip:
        """The clip itself: the same in every run."""
        pictures = self._pictures[place * PICTURES_A_CLIP : (place + 1) * PICTURES_A_CLIP]
        return video_clips.slides(pictures, self._sounds[place], random.Random(place))  # noqa: S311

    def answers(self, names: Sequence[str]) -> Iterator[Answer]:
        """Every alteration of the registered clips, and the unregistered ones as they are."""
        strange = [place for place in self.places if not self.is_registered(place)]
        for place in self.places:
            clip = self.clip(place)
            if not self.is_registered(place):
                yield self._answer(place, _UNREGISTERED, clip, Encoding())
                continue
            other = self.clip(strange[place % len(strange)])
            for name in names:
                encoding, alter = TABLE[name]
                yield self._answer(place, name, alter(clip, other), encoding)

    def _answer(self, place: int, alteration: str, clip: Clip, encoding: Encoding) -> Answer:
        extraction, extract_s = self._extracted(clip, encoding)
        start = time.process_time()
        nearest = closest(self.index, extraction)
        searched = time.process_time() - start
        return Answer(
            place, alteration, nearest, int(extraction.facts["milliseconds"]) / 1000, extract_s, searched
        )

    def _extracted(self, clip: Clip, encoding: Encoding) -> tuple[Extraction, float]:
        path = self._scratch / f"clip{encoding.suffix}"
        video_clips.write(clip, path, encoding.codec, encoding.sound_codec, encoding.quality)
        content_hash, size = exact.content_hash(path)
        medium, media_type = detect(read_head(path))
        start = time.process_time()
        extraction = medium.extract(path, content_hash, size, media_type)
        return extraction, time.process_time() - start


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds image/ and audio/")
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--seed", type=int, default=SEED, help="which pictures go together")
    parser.add_argument("--only", action="append", help="an alteration; all if none is named")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        cinema = Cinema(options.folder, options.clips, Path(scratch), options.seed)
        figures = _figures(cinema, list(cinema.answers(options.only or list(TABLE))))
    for name, value in figures.items():
        print(f"{name:>16}  {json.dumps(value)}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _place(match: Match) -> int:
    return int.from_bytes(match.work_id, "big")


def _figures(cinema: Cinema, answers: Sequence[Answer]) -> dict[str, Any]:
    altered = [answer for answer in answers if answer.alteration != _UNREGISTERED]
    works = list(dict.fromkeys(answer.place for answer in altered))
    halves = (set(works[::2]), set(works[1::2]))
    by_name = defaultdict(list)
    for answer in altered:
        by_name[answer.alteration].append(answer)
    return {
        "works": len(works),
        "queries": len(answers),
        "bytes_a_minute": round(60 * cinema.feature_bytes / cinema.seconds),
        "extract_cpu_a_second": round(
            sum(answer.extract_s for answer in answers) / sum(answer.seconds for answer in answers), 4
        ),
        "search_ms": round(1000 * fmean(answer.search_s for answer in answers), 1),
        "recall": _recall(altered),
        "recall_by_half": [_recall([each for each in altered if each.place in half]) for half in halves],
        "recall_by_name": {name: _recall(of_one) for name, of_one in by_name.items()},
        "scores_by_name": {name: _scores(of_one) for name, of_one in by_name.items()},
        "others": list(_others(answers, are_matches=True)),
        "nearest_others": sorted(_others(answers, are_matches=False), key=lambda other: -int(other["score"]))[
            :12
        ],
    }


def _recall(answers: Sequence[Answer]) -> float:
    return round(fmean(answer.is_found for answer in answers), 4) if answers else 0.0


def _scores(answers: Sequence[Answer]) -> list[int]:
    """The score of the right work in each answer, ascending; 0 where it is not even near."""
    return sorted(
        max((match.judgement.score for match in answer.nearest if _place(match) == answer.place), default=0)
        for answer in answers
    )


def _others(answers: Sequence[Answer], *, are_matches: bool) -> Iterator[dict[str, Any]]:
    """What was found, or found near, of works that a query was not made of."""
    for answer in answers:
        for match in answer.nearest:
            if _place(match) != answer.place and match.judgement.is_match is are_matches:
                yield {
                    "query": answer.place,
                    "alteration": answer.alteration,
                    "work": _place(match),
                    "verdict": match.judgement.verdict.value,
                    "score": match.judgement.score,
                    "compared": match.judgement.compared,
                }


if __name__ == "__main__":
    main()
