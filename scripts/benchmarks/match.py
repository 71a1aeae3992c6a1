"""Whether files are found again: any folder of references, any queries, the registry's own engine.

`python scripts/benchmarks/match.py --references DIR --queries FILE.csv --json FILE` fingerprints every file
of a folder (and of folders in it; hidden files are left out), indexes them, and looks up each file that the
CSV names. Its columns are `file` (absolute, or from the folder of the CSV file, else from the working folder)
and `expected` (the reference's file name, or its path in the folder where several have that name; empty where
the work is not registered). Columns `alteration` and `source` are handed on; others are passed over.

Told are, by query, the ranked matches with verdict, score, region and processor time, then up to ten works
that were compared and are not near enough (verdict `none`), and at the end: recall (the right work first, and
accepted), false matches by verdict, on queries without a registered work and on wrong references, and what it
cost. Files that cannot be read are counted by the code of their error, and count as not found. References of
the same bytes answer for each other.

Processor time is that of all processes together. `cpu_ms` of a query is decoding, fingerprint and search,
`ingest_cpu_ms` the mean of a work: decoding, fingerprint and writing the index (`ingest_cpu_ms_total` of all
of them, files that failed included). Starting processes, and the first look-up of each medium in each, is
`startup_cpu_ms`. `bytes_per_work` is the fingerprint (features, and codes as text) and the files of the index
together, each also by itself. Figures of the query list stand before it, the others after it; the list grows
as it is measured, and the file can be read at any time.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

# A script sees its own folder alone, and a second script there would be another benchmark.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matched import engine, lane, telling
from matched.catalogue import Catalogue, catalogue
from matched.ingesting import Ingested
from matched.outcome import Outcome, outcome
from matched.parallel import in_order
from matched.questions import Question, questions
from matched.streaming import GrowingDocument
from matched.summary import summary

_AHEAD = 4  # files given out for each process: none waits for another


def main() -> int:
    """Measure, print, write the figures."""
    options = _options()
    try:
        references = catalogue(options.references)
        asked = questions(options.queries, references)
    except (OSError, ValueError, csv.Error) as error:
        print(error, file=sys.stderr)
        return 2
    telling.unknown(asked)
    signal.signal(
        signal.SIGTERM, lambda number, _: sys.exit(128 + number)
    )  # so that no process outlives this one
    with tempfile.TemporaryDirectory() as folder, _lanes(options.workers, Path(folder)) as lanes:
        _run(references, asked, Path(folder), lanes, options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--references", type=Path, required=True, help="a folder of works")
    parser.add_argument("--queries", type=Path, required=True, help="a CSV file: file,expected")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="files at work at a time")
    options = parser.parse_args()
    if options.workers < 1:
        parser.error("--workers is at least 1")
    return options


@contextmanager
def _lanes(workers: int, folder: Path) -> Iterator[Executor]:
    """Processes of their own, not forks: each loads what a server would, and that is told as start-up."""
    index = folder / "index"
    index.mkdir()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, lane.start, (index,)) as executor:
        yield executor


def _run(
    references: Catalogue,
    asked: Sequence[Question],
    folder: Path,
    lanes: Executor,
    options: argparse.Namespace,
) -> None:
    startup, ahead = time.process_time(), _AHEAD * options.workers
    ingested = Ingested()
    with engine.adding(folder / "index") as add:
        for place, done in enumerate(in_order(lanes, lane.fingerprint, references.paths, ahead)):
            ingested.take(place, done, add)
            telling.progress("fingerprinted", place + 1, len(references.paths))
    startup += ingested.startup_seconds
    head = ingested.figures(engine.stored_bytes(folder / "index"))
    telling.failed_references(references, ingested.failures)
    same_bytes = ingested.same_bytes(references)
    outcomes: list[Outcome] = []
    with GrowingDocument(options.json, "queries", head) if options.json else nullcontext() as document:
        answers = in_order(lanes, lane.look_up, [each.path for each in asked], ahead)
        for question, done in zip(asked, answers, strict=True):
            startup += done.startup
            outcomes.append(outcome(question, done, same_bytes))
            telling.query(outcomes[-1], references.names)
            if document:
                document.add(outcomes[-1].document(references.names.__getitem__))
        tail = _tail(references, ingested, outcomes, startup)
        if document:
            document.finish(tail)
    telling.figures({**head, **tail})


def _tail(
    references: Catalogue, ingested: Ingested, outcomes: Sequence[Outcome], startup: float
) -> dict[str, Any]:
    failures = [
        {
            "role": "reference",
            "file": references.names[place],
            "code": failure.code,
            "message": failure.message,
        }
        for place, failure in ingested.failures
    ] + [
        {
            "role": "query",
            "file": each.question.file,
            "code": each.failure.code,
            "message": each.failure.message,
        }
        for each in outcomes
        if each.failure is not None
    ]
    return {
        "startup_cpu_ms": round(1000 * startup, 3),
        "failures": failures,
        "failures_by_code": dict(Counter(failure["code"] for failure in failures)),
        "summary": summary(outcomes),
    }


if __name__ == "__main__":
    sys.exit(main())
