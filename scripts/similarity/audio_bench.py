"""How well altered sounds are found again, and what is found that should not be.

`python scripts/similarity/audio_bench.py FOLDER` takes the files of a folder as works, keeps an eighth of
them unregistered, alters a sample of the others (`audio_alterations.py`, needs ffmpeg) and looks each up.
Works are divided in two halves: the evidence at which one pair in ten thousand is accepted wrongly is chosen
on the first half and used on the second, beside the threshold of the registry. A query finds its work if
that is accepted and stands first. Pairs of sounds that match as they are, before anything is altered, count
neither way and are listed. `--altered FOLDER` keeps altered files for the next run, `--json FILE` writes all
figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

# A script sees its own folder alone.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from registry.model import ACCEPTED_SCORE
from similarity.audio_lookup import GROUPS, Answer, Query, Shelf

FALSE_SHARE = 1e-4
Pair = tuple[int, int]


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="sounds, one a file")
    parser.add_argument("--works", type=int, default=48, help="how many are altered")
    parser.add_argument("--altered", type=Path, help="where altered files are kept")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.altered or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        shelf = Shelf(options.folder)
        costs = _costs(shelf)
        same = _same(shelf)
        answers = [shelf.look_up(query) for query in shelf.queries(options.works, folder, same)]
    figures = costs | measured(shelf, answers, same)
    print(json.dumps(figures, indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


def measured(shelf: Shelf, answers: Sequence[Answer], same: set[Pair]) -> dict[str, Any]:
    """All figures; recall by alteration is of the second half of the works."""
    first, second = ([each for each in answers if each.query.place % 2 == half] for half in (0, 1))
    unrelated = sorted((score for *_, score in _foreign(first, same)), reverse=True)
    allowed = int(len(first) * len(shelf.registered) * FALSE_SHARE)
    chosen = max([1, *unrelated[allowed:][:1]])
    false = [pair for pair in _foreign([*answers], same) if pair[-1] >= ACCEPTED_SCORE]
    return {
        "references": len(shelf.registered),
        "queries": len(answers),
        "search_cpu_ms_mean": round(fmean(each.cpu_ms for each in answers), 1),
        "search_cpu_ms_median": round(median(each.cpu_ms for each in answers), 1),
        "score_chosen_on_first_half": chosen,
        "at_chosen": _at(shelf, second, same, chosen),
        "at_threshold": _at(shelf, second, same, ACCEPTED_SCORE),
        "at_threshold_first_half": _at(shelf, first, same, ACCEPTED_SCORE),
        "same_as_they_are": sorted([shelf.paths[one].name, shelf.paths[other].name] for one, other in same),
        "false": [
            [shelf.paths[one].name, name, shelf.paths[other].name, score] for one, name, other, score in false
        ],
        "verdicts_on_unrelated": dict(Counter(name for _, name, *_ in false)),
    }


def _costs(shelf: Shelf) -> dict[str, Any]:
    return {
        "extract_cpu_ms_a_minute": round(shelf.extract_cpu_ms / shelf.seconds * 60, 1),
        "bytes_a_second": round(shelf.bytes / shelf.seconds),
    }


def _same(shelf: Shelf) -> set[Pair]:
    """Pairs of different files that match unaltered, and each one's with the strangers that match it."""
    found = set()
    for place in [*shelf.registered, *shelf.unregistered]:
        for other, judgement in shelf.look_up(Query("", "", place, shelf.paths[place])).judged.items():
            if other != place and judgement.is_match:
                found |= {(place, other), (other, place)}
    return found


def _at(shelf: Shelf, answers: Sequence[Answer], same: set[Pair], threshold: int) -> dict[str, Any]:
    """Recall by alteration, its mean by group, and the share of unrelated pairs that are accepted."""
    recall: dict[str, defaultdict[str, list[bool]]] = {group: defaultdict(list) for group in GROUPS}
    for answer in answers:
        found = _is_found(answer, same, threshold)
        recall[answer.query.group][answer.query.alteration].append(found)
    accepted = sum(score >= threshold for *_, score in _foreign(answers, same))
    return {
        "mean_recall": {
            group: round(fmean(fmean(found) for found in by_name.values()), 4)
            for group, by_name in recall.items()
            if by_name
        },
        "false_share": accepted / (len(answers) * len(shelf.registered)),
        "recall": {
            name: round(fmean(found), 3) for by_name in recall.values() for name, found in by_name.items()
        },
    }


def _is_found(answer: Answer, same: set[Pair], threshold: int) -> bool:
    """Whether the work is accepted, and before any that it has nothing in common with."""
    place = answer.query.place
    others = [each for each in answer.judged if each == place or (place, each) not in same]
    return others[:1] == [place] and answer.judged[place].score >= threshold


def _foreign(answers: Sequence[Answer], same: set[Pair]) -> Iterator[tuple[int, str, int, int]]:
    """Source, alteration, reference and score of pairs that have nothing in common."""
    for answer in answers:
        for other, judgement in answer.judged.items():
            if other != answer.query.place and (answer.query.place, other) not in same:
                yield answer.query.place, answer.query.alteration, other, judgement.score


if __name__ == "__main__":
    main()
