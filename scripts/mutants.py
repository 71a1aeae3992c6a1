"""Take every guard of the contracts away in turn, and see whether a test notices.

`python scripts/mutants.py` makes one mutant of each condition that leads to a revert or an early return, of
each `_require…(…)` call and of each lock in `contracts/src`, and adds those written by hand in
`contracts/mutants.toml`. All are compiled once, each behind a switch; then the Foundry tests run against one
after the other. A mutant that survives and is not explained in that file fails the run, and so does an
explanation that nothing needs. An invariant listed there must be the only test that kills its mutant.

What was found is kept in `reports/mutants`, so a run that was stopped goes on where it was, as long as
sources and tests are the same. `--only PATTERN` and `--sample N` try some of the mutants; `--again` forgets
what was found.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock

from mutating.switches import Mutant, MutationError, Written, mutants_of
from mutating.trial import Bench, build, sources_of

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
REPORTS = ROOT / "reports" / "mutants"
PARALLEL = 2
SAMPLE_SEED = 1
LEAST_WRITTEN = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What `contracts/mutants.toml` says.

    Attributes:
        written: Mutants written by hand.
        explained: Why a mutant survives, by its name.
        alone: Which invariant alone kills a mutant, by the mutant's name.
    """

    written: tuple[Written, ...]
    explained: dict[str, str]
    alone: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read the file.

        Raises:
            MutationError: It lists too few mutants of arithmetic and ordering.
        """
        document = tomllib.loads(path.read_text("utf-8"))
        alone = {one["mutant"]: one["test"] for one in document.get("invariant", [])}
        written = tuple(Written(**one) for one in document.get("written", []))
        if sum(one.name not in alone for one in written) < LEAST_WRITTEN:
            raise MutationError(
                f"{path.name} writes fewer than {LEAST_WRITTEN} mutants beside the invariants'"
            )
        explained = {one["mutant"]: one["reason"] for one in document.get("explained", [])}
        return cls(written, explained, alone)


class Findings:
    """What killed each mutant, or that nothing did, kept in a file as soon as it is known."""

    def __init__(self, path: Path, digest: str) -> None:
        self._path, self._digest, self._lock = path, digest, Lock()
        self._found: dict[str, str | None] = {}
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            if kept["digest"] == digest:
                self._found = kept["killers"]

    def get(self, name: str, find: Callable[[], str | None]) -> str | None:
        """The killer of a mutant, found now if it is not known; None if it survives."""
        if name not in self._found:
            killer = find()
            with self._lock:
                self._found[name] = killer
                document = {"digest": self._digest, "killers": self._found}
                self._path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        return self._found[name]


def digest_of(contracts: Path) -> str:
    """A digest of everything that what was found depends on."""
    digest = sha256()
    paths = [*contracts.glob("src/**/*.sol"), *contracts.glob("test/**/*.sol"), contracts / "foundry.toml"]
    paths += [contracts / "mutants.toml", *(ROOT / "scripts" / "mutating").glob("*.py")]
    for path in sorted(paths):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def prepared(contracts: Path, mutants: Iterable[Mutant], digest: str) -> Bench:
    """A bench for these mutants, built now if the last one was built of anything else.

    Raises:
        MutationError: Sources or tests do not compile, or tests fail without any mutant.
    """
    place, stamp = REPORTS / "contracts", REPORTS / "built"
    place.mkdir(parents=True, exist_ok=True)
    bench = Bench(place)
    if stamp.exists() and stamp.read_text("utf-8") == digest:
        return bench
    stamp.unlink(missing_ok=True)
    print("mutants: compiling, once", flush=True)
    build(contracts, place, mutants)
    if failed := bench.run(0).failed:
        raise MutationError(f"tests fail without any mutant: {', '.join(failed)}")
    stamp.write_text(digest, "utf-8")
    return bench


def chosen(mutants: list[Mutant], only: str | None, sample: int | None) -> list[Mutant]:
    """Those whose names match a pattern, and of these as many as are asked for, always the same."""
    found = [mutant for mutant in mutants if only is None or re.search(only, mutant.name)]
    if sample is None or sample >= len(found):
        return found
    drawn = random.Random(SAMPLE_SEED).sample(found, sample)  # noqa: S311 (nothing secret hangs on it)
    return sorted(drawn, key=lambda mutant: mutant.number)


def try_all(bench: Bench, mutants: list[Mutant], findings: Findings) -> dict[str, str | None]:
    """What kills each mutant, by its name, two tried at a time."""

    def tried(mutant: Mutant) -> str | None:
        killer = findings.get(mutant.name, lambda: bench.first_killer(mutant.number))
        print(f"{mutant.file}:{mutant.line} {mutant.name}: {killer or 'SURVIVES'}", flush=True)
        return killer

    with ThreadPoolExecutor(PARALLEL) as pool:
        return dict(zip((mutant.name for mutant in mutants), pool.map(tried, mutants), strict=True))


def complaints_of(killers: dict[str, str | None], explained: dict[str, str]) -> list[str]:
    """One sentence for each mutant that survives unexplained, and for each needless explanation."""
    survivors = {name for name, killer in killers.items() if killer is None}
    unexplained = sorted(survivors - explained.keys())
    sentences = [f"{name} survives and nothing explains it" for name in unexplained]
    needless = (explained.keys() & killers.keys()) - survivors
    return sentences + [f"{name} is explained and {killers[name]} kills it" for name in sorted(needless)]


def complaint_alone(bench: Bench, mutant: Mutant, test: str) -> str | None:
    """Why this test is not the only one that kills the mutant; None if it is."""
    pattern = rf"^{test}\("
    if others := bench.run(mutant.number, "--no-match-test", pattern).failed:
        return f"{mutant.name} is killed by {', '.join(others)} beside {test}"
    if not bench.run(mutant.number, "--match-test", pattern).failed:
        return f"{mutant.name} is not killed by {test}"
    return None


def judge(options: argparse.Namespace) -> list[str]:
    """Try what was asked for, and say what is wrong.

    Raises:
        MutationError: The mutants cannot be made or tried.
    """
    contracts: Path = options.contracts
    plan = Plan.read(contracts / "mutants.toml")
    mutants = mutants_of(sources_of(contracts), plan.written)
    names = {mutant.name for mutant in mutants}
    strangers = sorted((plan.explained.keys() | plan.alone.keys()) - names)
    sentences = [f"{name} is listed in mutants.toml and is no mutant" for name in strangers]
    asked = chosen(mutants, options.only, options.sample)

    REPORTS.mkdir(parents=True, exist_ok=True)
    digest = digest_of(contracts)
    if options.again:
        (REPORTS / "found.json").unlink(missing_ok=True)
    bench = prepared(contracts, mutants, digest)
    findings = Findings(REPORTS / "found.json", digest)
    killers = try_all(bench, [mutant for mutant in asked if mutant.name not in plan.alone], findings)
    sentences += complaints_of(killers, plan.explained)
    for mutant in asked:
        if test := plan.alone.get(mutant.name):
            held = partial(complaint_alone, bench, mutant, test)
            complaint = findings.get(f"{mutant.name} by {test} alone", held)
            print(f"{mutant.file}:{mutant.line} {mutant.name}: {complaint or f'{test} alone'}", flush=True)
            sentences += [complaint] if complaint else []
    killed = sum(killer is not None for killer in killers.values())
    print(f"mutants: {killed} of {len(killers)} killed, {len(asked) - len(killers)} held by one invariant")
    return sentences


def main() -> int:
    """Try the mutants; 1 if one of them tells of a test that is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="PATTERN", help="try the mutants whose names match")
    parser.add_argument("--sample", metavar="N", type=int, help="try so many of them, always the same")
    parser.add_argument("--again", action="store_true", help="forget what was found before")
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, help="another folder of contracts")
    try:
        sentences = judge(parser.parse_args())
    except MutationError as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 1
    for sentence in sentences:
        print(f"mutants: {sentence}", file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
