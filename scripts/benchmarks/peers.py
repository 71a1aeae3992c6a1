"""The registry's search and the libraries of others, on the same altered works, at one rate of false matches.

`python scripts/benchmarks/peers.py FOLDER --medium image|audio|text --works N --json FILE` takes the files of
a folder as works, keeps an eighth of them unregistered, and alters N of the others in every way of our tables
(`--alterations` names a Python file with another, see `similarity/altering.py`). Every method looks up the
same files. Its threshold is the one at which a share of `--rate` of all pairs of a query and a work that it
shares nothing with are accepted, chosen on the works in even places; told is the recall on those in odd
places, the mean over the alterations: the work is accepted, and nearer than any that the query shares nothing
with. Beside it stands what the customary threshold finds (our own verdicts, for ours).

Times are processor time of one process, in milliseconds: `ask` a query's fingerprint and its search, `take` a
work's. Needs the packages of the extra `bench`, and for sounds libchromaprint (Debian: libchromaprint1) and
ffmpeg with rubberband.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # times are of one core
# A script sees its own folder alone, and a second script there would be another benchmark.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from matched import engine
from matched.telling import progress
from peering.base import Peer
from peering.judging import Row, judged
from peering.ours import extracted, ours
from similarity.alter import Query, collection, laid_out
from similarity.shared import SOURCES, Sharing

_MODULES = {"image": "peering.pictures", "audio": "peering.sounds", "text": "peering.texts"}
_WIDTH = 32


def main() -> int:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="works of one medium")
    parser.add_argument("--medium", choices=sorted(_MODULES), required=True)
    parser.add_argument("--works", type=int, default=48, help="how many are altered")
    parser.add_argument("--each", type=int, default=0, help="in how many ways each; 0 is all")
    parser.add_argument("--alterations", type=Path, help="a Python file with other alterations")
    parser.add_argument("--rate", type=float, default=1e-4, help="unrelated pairs that are accepted")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    try:
        peers: list[Peer] = importlib.import_module(_MODULES[options.medium]).peers()
    except ImportError as error:
        print(f"{error}: install the extra `bench` (pip install 'colophon[bench]')", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        figures = _measured(peers, Path(scratch), options)
    _print(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


def _measured(peers: Sequence[Peer], scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    works = collection(options.folder)
    queries = list(laid_out(works, scratch, options.medium, options.works, options.each, options.alterations))
    sharing = Sharing(options.medium, options.folder)
    names = [path.name for path in works.registered]
    related = _related(queries, names, sharing)
    asked = [scratch / query.file for query in queries]
    figures = {}
    with engine.adding(scratch) as add:
        for place, path in enumerate(works.registered):
            add(place, extracted(path))
    with engine.searching(scratch) as search:
        for peer in (ours(search), *peers):
            figures[peer.name] = _figures(peer, works.registered, queries, asked, related, options.rate)
            progress(peer.name, 1, 1)
    return {"references": len(names), "queries": len(queries), "rate": options.rate, "methods": figures}


def _related(queries: Sequence[Query], names: Sequence[str], sharing: Sharing) -> list[Any]:
    """By query, which references are truly in it; each set of sources is compared once."""
    known = {
        sources: np.array([sharing.is_related(sources.split(SOURCES), name) for name in names])
        for sources in {query.source for query in queries}
    }
    return [known[query.source] for query in queries]


def _figures(
    peer: Peer,
    references: Sequence[Path],
    queries: Sequence[Query],
    asked: Sequence[Path],
    related: Sequence[Any],
    rate: float,
) -> dict[str, Any]:
    taken, take_ms = _timed(peer, references)
    places = {path.name: place for place, path in enumerate(references)}
    ask = peer.ask or peer.take
    rows, ask_ms = [], []
    for place, (query, path) in enumerate(zip(queries, asked, strict=True)):
        began = time.process_time()
        distances = peer.distances(ask(path), taken)
        ask_ms.append(1000 * (time.process_time() - began))
        right = places.get(query.expected)
        half = (place if right is None else right) % 2
        rows.append(Row(query.alteration, half, right, related[place], distances))
    return {
        **judged(rows, rate, peer.customary),
        "ask_ms": round(fmean(ask_ms), 2),
        "take_ms": round(fmean(take_ms), 2),
        "bytes_per_work": round(fmean(peer.bytes_of(each) for each in taken)),
    }


def _timed(peer: Peer, references: Sequence[Path]) -> tuple[list[Any], list[float]]:
    taken, times = [], []
    for path in references:
        began = time.process_time()
        taken.append(peer.take(path))
        times.append(1000 * (time.process_time() - began))
    return taken, times


def _print(figures: dict[str, Any]) -> None:
    print(f"{figures['queries']} queries, {figures['references']} works, rate {figures['rate']:g}")
    print(f"{'':<{_WIDTH}}  recall  false of pairs       customary (false)   ask ms  take ms  bytes")
    for name, told in figures["methods"].items():
        usual = told.get("customary")
        beside = f"{usual['recall']:.3f} ({usual['false']})" if usual else "-"
        print(
            f"{name:<{_WIDTH}}  {told['recall']:.3f}   {told['false']:>4} of {told['pairs']:<9}"
            f"  {beside:>17}  {told['ask_ms']:>7}  {told['take_ms']:>7}  {told['bytes_per_work']:>5}"
        )


if __name__ == "__main__":
    sys.exit(main())
