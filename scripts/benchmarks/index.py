"""The similarity index against faiss and a scan: exact search within 31 bits among N codes of 256 bits.

`python scripts/benchmarks/index.py --codes N --queries M [--pictures DIR] [--json FILE]` fills the index in
files through units of work, as the registry does (each commits to the disk), merges its files, opens it
again, and looks up codes that lie up to 31 bits from stored ones, so many at a time. The SQL table takes part
up to 300,000 codes, faiss where it is installed (`pip install faiss-cpu`). Codes are uniform, and with
`--pictures` also those of the pictures of a folder with noise added. What is found is compared with the scan
on a sample. Times are of one core: `cpu` is what the process used, `wall` what passed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A script sees its own folder alone.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from registry.fingerprint import pdq, picture
from registry.fingerprint.base import MOST_NEAR
from registry.fingerprint.detect import detect, read_head
from registry.model import WorkId
from registry.model.postings import CODE_BYTES, Codes, Indexed
from registry.ports import Store
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder
from registry.search.sql import SqlIndex
from registry.search.standing import read_state
from registry.search.tidying import TidyIndex
from registry.store import SqlStore, migrate, open_engine

RADIUS: Final = 31
SCHEME: Final = "pdq-256/1"
SQL_CODES: Final = 300_000
SAMPLE: Final = 20  # queries that the scan answers too
WORKS_A_UNIT: Final = 5_000
PICTURES: Final = 400
NOISE_BITS: Final = (8, 96)  # from a recompressed copy to another picture of the same composition

Rows = NDArray[np.uint8]
Answers = list[set[int]]
Search = Callable[[Rows], Answers]


def main() -> None:
    """Measure, print and write."""
    options = _options()
    kinds = {"uniform": _uniform(options.codes)}
    if options.pictures:
        kinds["pictures"] = _noisy(_codes_of(options.pictures), options.codes)
    figures = {kind: _measured(kind, codes, options) for kind, codes in kinds.items()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--codes", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200, help="codes that are looked up")
    parser.add_argument("--batch", type=int, default=8, help="codes looked up at a time, as of one picture")
    parser.add_argument("--per-work", type=int, default=2, help="codes of one work")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args()


def _measured(kind: str, codes: Rows, options: argparse.Namespace) -> dict[str, Any]:
    print(f"{len(codes):,} {kind} codes")
    rng = np.random.default_rng(2)
    stored = rng.integers(0, len(codes), options.queries)
    queries = _flipped(codes[stored], rng.integers(0, RADIUS + 1, options.queries), rng)
    truth = [_scanned(codes, query) for query in queries[:SAMPLE]]
    works = [{row // options.per_work for row in rows} for rows in truth]
    figures: dict[str, Any] = {"index": _index(codes, queries, works, options)}
    if len(codes) <= SQL_CODES:
        figures["sql"] = _sql(codes, queries, works, options)
    if not options.no_peers:
        figures |= _peers(codes, queries, truth, options.batch)
    return figures


def _index(codes: Rows, queries: Rows, truth: Answers, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/store.db")
        migrate(engine)
        files = IndexFolder(Path(folder) / "index")
        figures = _filled(SqlStore(engine, lambda connection: FileIndex(connection, files)), codes, options)
        with engine.connect() as connection:
            entries = read_state(connection, "file") or []
        engine.dispose()
        files.sweep(entries, grace_seconds=0)
        figures["files"] = len(entries)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        figures["bytes_a_code"] = size / len(codes)
        before, began = _resident(), time.perf_counter()
        engine = open_engine(f"sqlite:///{folder}/store.db")
        again = IndexFolder(Path(folder) / "index")
        with engine.connect() as connection:
            FileIndex(connection, again).near(_sought(queries[:1]), RADIUS)
        figures["reopening_s"] = time.perf_counter() - began
        search = _searching(engine, lambda each: FileIndex(each, again), options)
        figures |= _timed(search, queries, options.batch, truth)
        figures["anonymous_mb"], figures["mapped_mb"] = (
            now - then for now, then in zip(_resident(), before, strict=True)
        )
        engine.dispose()
    return _told("index", figures)


def _filled(store: Store, codes: Rows, options: argparse.Namespace) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    payload = np.zeros((options.per_work, 1), dtype=np.uint8)
    starts = range(0, len(codes), options.per_work)
    for first in range(0, len(starts), WORKS_A_UNIT):
        with store.write() as unit:
            for start in starts[first : first + WORKS_A_UNIT]:
                of_work = codes[start : start + options.per_work]
                indexed = Indexed(codes=(Codes(SCHEME, of_work, payload[: len(of_work)]),))
                unit.index.add(WorkId(start.to_bytes(CODE_BYTES, "little")), indexed)
    inserted_wall, inserted_cpu = time.perf_counter() - wall, time.process_time() - cpu
    tidy = TidyIndex(store)
    while tidy():
        pass
    return {
        "codes_inserted_a_second": len(codes) / inserted_wall,
        "codes_inserted_a_cpu_second": len(codes) / inserted_cpu,
        "merging_cpu_s": time.process_time() - cpu - inserted_cpu,
    }


def _searching(
    engine: Engine, make: Callable[[Connection], FileIndex | SqlIndex], options: argparse.Namespace
) -> Search:
    """Look codes up in a unit of work of their own; what is found is told by its place among all codes."""

    def search(queries: Rows) -> Answers:
        with engine.connect() as connection:
            near = make(connection).near(_sought(queries), RADIUS)
        found: Answers = [set() for _ in queries]
        for work, probe in zip(near.works.tolist(), near.probes.tolist(), strict=True):
            found[probe].add(int.from_bytes(near.work_ids[work], "little") // options.per_work)
        return found

    return search


def _sql(codes: Rows, queries: Rows, truth: Answers, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/store.db")
        migrate(engine)
        figures = _filled(SqlStore(engine, SqlIndex), codes, options)
        size = (Path(folder) / "store.db").stat().st_size
        figures["bytes_a_code"] = size / len(codes)
        figures |= _timed(_searching(engine, SqlIndex, options), queries, options.batch, truth)
        engine.dispose()
    return _told("sql", figures)


def _peers(codes: Rows, queries: Rows, truth: Answers, batch: int) -> dict[str, Any]:
    def scan(asked: Rows) -> Answers:
        return [_scanned(codes, query) for query in asked]

    figures = {"scan": _told("numpy scan", _timed(scan, queries[:SAMPLE], batch, truth))}
    try:
        import faiss  # noqa: PLC0415  # type: ignore[import-untyped]
    except ImportError:
        print("  faiss is not installed: pip install faiss-cpu")
        return figures
    faiss.omp_set_num_threads(1)
    flat, hashed = faiss.IndexBinaryFlat(8 * CODE_BYTES), faiss.IndexBinaryMultiHash(8 * CODE_BYTES, 16, 16)
    hashed.nflip = 1
    for name, index in (("faiss_flat", flat), ("faiss_multi_hash", hashed)):
        began = time.process_time()
        index.add(codes)
        figure = {"codes_inserted_a_cpu_second": len(codes) / (time.process_time() - began)}
        figure |= _timed(_of_faiss(index), queries[: 10 * SAMPLE], batch, truth)
        figures[name] = _told(name, figure)
    return figures


def _of_faiss(index: Any) -> Search:  # noqa: ANN401 - faiss has no types
    def search(queries: Rows) -> Answers:
        limits, _, rows = index.range_search(queries, RADIUS + 1)
        return [set(rows[first:last].tolist()) for first, last in pairwise(limits)]

    return search


def _timed(search: Search, queries: Rows, batch: int, truth: Answers) -> dict[str, Any]:
    """Milliseconds a code, and whether the first answers are those of the scan."""
    answers: Answers = []
    wall: list[float] = []
    cpu: list[float] = []
    for start in range(0, len(queries), batch):
        asked = queries[start : start + batch]
        began, used = time.perf_counter(), time.process_time()
        answers += search(asked)
        wall.append(1000 * (time.perf_counter() - began) / len(asked))
        cpu.append(1000 * (time.process_time() - used) / len(asked))
    for place, rows in enumerate(truth[: len(answers)]):
        if not _agree(answers[place], rows):
            sys.exit(f"query {place}: found {len(answers[place])}, the scan {len(rows)}")
    return {
        "ms_p50_wall": median(wall),
        "ms_mean_wall": fmean(wall),
        "ms_p50_cpu": median(cpu),
        "ms_mean_cpu": fmean(cpu),
        "found_a_query": fmean(len(rows) for rows in answers),
        "exact": True,
    }


def _agree(found: set[int], expected: set[int]) -> bool:
    """The same, or where the answer is cut to the nearest, some of them."""
    return found == expected or (len(expected) > MOST_NEAR // 2 and found < expected)


def _sought(queries: Rows) -> Codes:
    return Codes(SCHEME, queries, np.empty((len(queries), 0), dtype=np.uint8))


def _scanned(codes: Rows, query: Rows) -> set[int]:
    bits = np.bitwise_count(codes.view("<u8") ^ query.view("<u8")).sum(axis=1)
    return set(np.flatnonzero(bits <= RADIUS).tolist())


def _uniform(count: int) -> Rows:
    return np.random.default_rng(1).integers(0, 256, (count, CODE_BYTES), dtype=np.uint8)


def _codes_of(folder: Path) -> Rows:
    codes = []
    for path in sorted(folder.iterdir())[:PICTURES]:
        _, media_type = detect(read_head(path))
        working = picture.working_copy(picture.read(path, media_type)[0])
        codes.append(pdq.code(pdq.reduced(picture.squared(picture.luminance(working)))))
    return np.frombuffer(b"".join(codes), dtype=np.uint8).reshape(len(codes), CODE_BYTES)


def _noisy(codes: Rows, count: int) -> Rows:
    """So many codes: each of the pictures' in turn, with bits flipped."""
    rng = np.random.default_rng(3)
    return _flipped(codes[np.arange(count) % len(codes)], rng.integers(*NOISE_BITS, count), rng)


def _flipped(codes: Rows, bits: NDArray[np.int64], rng: np.random.Generator) -> Rows:
    """Codes with so many bits of each flipped."""
    flipped = codes.copy()
    for start in range(0, len(codes), 10_000):
        part = slice(start, start + 10_000)
        ranks = rng.random((len(bits[part]), 8 * CODE_BYTES)).argsort(axis=1).argsort(axis=1)
        flipped[part] ^= np.packbits(ranks < bits[part, None], axis=1)
    return flipped


def _resident() -> tuple[float, float]:
    """Anonymous and mapped memory of this process in megabytes."""
    facts = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(int(facts[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))  # type: ignore[return-value]


def _told(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    rounded = {key: value if isinstance(value, bool) else round(value, 3) for key, value in figures.items()}
    print(f"  {name:17}" + "  ".join(f"{key} {value}" for key, value in rounded.items()), flush=True)
    return rounded


if __name__ == "__main__":
    main()
