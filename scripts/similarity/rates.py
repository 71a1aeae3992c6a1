"""How often a match is none: measured on altered works, written beside the code that tells it.

`python scripts/similarity/rates.py BENCH --runs DIR` takes `BENCH/image`, `BENCH/audio`, `BENCH/text` and
`BENCH/video`, as far as they exist: folders of works of which an eighth stay unregistered. Where there are
no films, some are made of the pictures and sounds. The others are altered (`alter.py`) and looked up
(`scripts/benchmarks/match.py`) in `DIR/<medium>`, unless that was done before. Counted are, by algorithm, the
pairs of a query and a work that it shares nothing with, and those of them that were matches of at least some
score; pairs that truly share something (`shared.py`) are left out. `registry/fingerprint/rates.json` gets the
figures; matches between unrelated works are printed, for somebody to look at.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

# A script sees its own folder alone.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scipy.stats import beta

from registry.model import ACCEPTED_SCORE
from similarity import films
from similarity.altering import MEDIA
from similarity.shared import SOURCES, Sharing

SCORES = tuple(ACCEPTED_SCORE * percent // 100 for percent in (100, 125, 150, 200, 300, 500, 1000))
CONFIDENCE = 0.95

_SCRIPTS = Path(__file__).resolve().parent.parent
_TABLE = _SCRIPTS.parent / "registry" / "fingerprint" / "rates.json"
# Alterations of each work: all works take part, each in a few ways. A sound takes seconds to alter.
_EACH = {"image": 2, "audio": 3, "text": 3, "video": 3}


@dataclass(slots=True)
class Tally:
    """Pairs and false matches by algorithm, of one medium."""

    medium: str
    works: int
    queries: int = 0
    alterations: set[str] = field(default_factory=set)
    pairs: Counter[str] = field(default_factory=Counter)
    false: dict[str, list[int]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def count(self, query: Mapping[str, Any], unrelated: frozenset[str]) -> None:
        """One query, and the names of the works that it shares nothing with."""
        self.queries += 1
        self.alterations.add(query["alteration"])
        for algorithm in query["compared"]:
            self.pairs[algorithm] += len(unrelated)
        for match in query["matches"]:
            if match["verdict"] != "none" and match["reference"] in unrelated:
                self.false.setdefault(match["compared"].partition(":")[0], []).append(match["score"])
                self.told.append(
                    f"{query['file']}  {match['verdict']} {match['score']} of {match['reference']}"
                    f"  {match['compared']}"
                )

    def algorithms(self) -> Iterator[tuple[str, list[dict[str, int]]]]:
        """What is known of each algorithm, by score: up to the first that nothing false reached."""
        for algorithm, pairs in sorted(self.pairs.items()):
            levels = []
            for score in SCORES:
                false = sum(each >= score for each in self.false.get(algorithm, ()))
                bound = at_most_per_million(false, pairs)
                levels.append({"score": score, "false": false, "pairs": pairs, "at_most_per_million": bound})
                if not false:
                    break
            yield algorithm, levels


def at_most_per_million(false: int, pairs: int) -> int:
    """The upper end of the one-sided 95 % interval of Clopper and Pearson (1934), rounded up.

    With nothing false it is the rule of three: 3 / pairs. Pairs of one query are not independent of each
    other, so it is a guide and not a proof.
    """
    if false >= pairs:
        return 1_000_000
    return ceil(1_000_000 * float(beta.ppf(CONFIDENCE, false + 1, pairs - false)))


def tallied(medium: str, run: Mapping[str, Any], references: Sequence[str], sharing: Sharing) -> Tally:
    """The counts of one run of match.py."""
    tally = Tally(medium, len(references))
    unrelated: dict[str, frozenset[str]] = {}
    for query in run["queries"]:
        sources = query["source"]
        if sources not in unrelated:
            apart = sources.split(SOURCES)
            unrelated[sources] = frozenset(name for name in references if not sharing.is_related(apart, name))
        tally.count(query, unrelated[sources])
    return tally


def document(tallies: Sequence[Tally]) -> dict[str, Any]:
    """What stands in `rates.json`. An algorithm of several media has the figures of all of them together."""
    algorithms: dict[str, list[dict[str, int]]] = {}
    shared = Tally("all", 0)
    for tally in tallies:
        shared.pairs.update(tally.pairs)
        for algorithm, scores in tally.false.items():
            shared.false.setdefault(algorithm, []).extend(scores)
    algorithms = dict(shared.algorithms())
    return {
        "format": "colophon.rates/1",
        "confidence_percent": round(100 * CONFIDENCE),
        "measured_on": [
            {
                "medium": tally.medium,
                "works": tally.works,
                "queries": tally.queries,
                "alterations": len(tally.alterations),
            }
            for tally in tallies
        ],
        "algorithms": algorithms,
    }


def main() -> None:
    """Alter, look up, count, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bench", type=Path, help="a folder with a folder of works for each medium")
    parser.add_argument("--runs", type=Path, required=True, help="where queries and answers are kept")
    parser.add_argument("--works", type=int, default=1_000_000, help="how many are altered, of each medium")
    parser.add_argument("--films", type=int, default=40, help="made of pictures and sounds if there are none")
    parser.add_argument("--out", type=Path, default=_TABLE, help="the table that is written")
    options = parser.parse_args()
    tallies = []
    for medium in MEDIA:
        works = _works(options.bench, options.runs, medium, options.films)
        if works.is_dir():
            run = _run(works, options.runs / medium, medium, options.works)
            references = sorted(path.name for path in (options.runs / medium / "references").iterdir())
            tallies.append(tallied(medium, run, references, Sharing(medium, works)))
            print(
                f"{medium}: {len(tallies[-1].told)} matches between unrelated works",
                *tallies[-1].told,
                sep="\n  ",
            )
    options.out.write_text(json.dumps(document(tallies), indent=1) + "\n", "utf-8")


def _works(bench: Path, runs: Path, medium: str, count: int) -> Path:
    """The folder of works. Films are made of pictures and sounds, once, where there are none."""
    works = bench / medium
    if medium != "video" or works.is_dir() or not count:
        return works
    if not (runs / "films").is_dir() and (bench / "image").is_dir() and (bench / "audio").is_dir():
        films.make(bench, runs / "films", count)
    return runs / "films"


def _run(folder: Path, run: Path, medium: str, works: int) -> dict[str, Any]:
    """The answers of match.py, found there or made."""
    answers = run / "answers.json"
    if not (run / "queries.csv").exists():
        shutil.rmtree(run, ignore_errors=True)
        sample = ("--works", str(works), "--each", str(_EACH[medium]))
        _script("similarity/alter.py", folder, run, "--medium", medium, *sample)
    if not answers.exists():
        unfinished = run / "unfinished.json"
        asked = ("--queries", run / "queries.csv", "--references", run / "references")
        _script("benchmarks/match.py", *asked, "--json", unfinished)
        unfinished.rename(answers)
    found: dict[str, Any] = json.loads(answers.read_text("utf-8"))
    return found


def _script(name: str, *arguments: str | Path) -> None:
    subprocess.run(
        [sys.executable, _SCRIPTS / name, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
