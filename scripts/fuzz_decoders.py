"""Damaged files of every kind, sent to the decoders: each must end in a fingerprint or a typed refusal.

`python scripts/fuzz_decoders.py --seconds 60` takes the example files of every medium (`tests/media`),
changes them (`fuzzing/damage.py`) and has them fingerprinted in real workers, for so many seconds a medium.
Refusals are told by their codes. A traceback, a worker that died, or a code that no file may end in is a
failure: the file is kept in `--keep`, and the exit status is 1. The same `--seed` makes the same files.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# A script sees its own folder alone, and the example files lie beside the tests.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzzing.damage import damaged
from fuzzing.seeds import seeds_of
from registry.errors import (
    DecoderMemoryError,
    DecoderTimeoutError,
    MediaTooLargeError,
    RegistryError,
    UndecodableMediaError,
    UnsupportedMediaError,
)
from registry.fingerprint.detect import MEDIA
from registry.fingerprint.pool import DecoderPool

REFUSALS = frozenset(
    failure.code
    for failure in (
        DecoderMemoryError,
        DecoderTimeoutError,
        MediaTooLargeError,
        UndecodableMediaError,
        UnsupportedMediaError,
    )
)
FINGERPRINTED = "fingerprinted"
_PROCESSES = 2


def main() -> int:
    """Fuzz each medium in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for each medium")
    parser.add_argument("--medium", choices=sorted(MEDIA), action="append", help="only these")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("reports/fuzz"), help="where failures are kept")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    failures = 0
    for medium in options.medium or sorted(MEDIA):
        counts = fuzz(medium, options.seconds, options.seed, options.keep)
        told = ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))
        print(f"{medium}: {counts.total():,} files in {options.seconds:.0f} s: {told}", flush=True)
        failures += sum(count for code, count in counts.items() if code not in {FINGERPRINTED, *REFUSALS})
    if failures:
        print(f"{failures} files ended as none may: see {options.keep}", file=sys.stderr)
    return 1 if failures else 0


def fuzz(medium: str, seconds: float, seed: int, keep: Path) -> Counter[str]:
    """How many files of a medium came to which end."""
    seeds, ends, counts = seeds_of(medium), time.monotonic() + seconds, Counter[str]()
    with DecoderPool(_PROCESSES, wait_seconds=120) as pool, ThreadPoolExecutor(_PROCESSES) as threads:

        def work_off(lane: int) -> Counter[str]:
            chance = random.Random(f"{medium} {seed} {lane}")  # noqa: S311 - the same in every run
            told = Counter[str]()
            while time.monotonic() < ends:
                told[_one(pool, keep, f"{medium}-{lane}", chance, seeds)] += 1
            return told

        for told in threads.map(work_off, range(_PROCESSES)):
            counts.update(told)
    return counts


def _one(pool: DecoderPool, keep: Path, lane: str, chance: random.Random, seeds: Sequence[bytes]) -> str:
    """Damage a file and have it read; the code that it ended in."""
    data = damaged(chance.choice(seeds), seeds, chance)
    path = keep / f"{lane}.now"
    path.write_bytes(data)
    try:
        pool.extract(path)
    except RegistryError as refusal:
        if refusal.code not in REFUSALS:
            path.rename(keep / f"{lane}-{refusal.code}-{chance.getrandbits(32):08x}")
        path.unlink(missing_ok=True)
        return refusal.code
    path.unlink()
    return FINGERPRINTED


if __name__ == "__main__":
    sys.exit(main())
