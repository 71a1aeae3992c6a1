"""How many lines and branches of `contracts/src` the Foundry tests reach.

`python scripts/coverage_contracts.py` prints a table and fails if fewer than 95 of 100 lines are reached. The
invariants are left out: what only a long random walk reaches is not tested.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
REPORTS = ROOT / "reports" / "coverage"
LEAST_PERCENT_OF_LINES = 95
SECONDS_LIMIT = 900


class CoverageError(Exception):
    """There is no report; the message says why."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How much of one source is reached, in lines and branches."""

    lines: int
    lines_reached: int
    branches: int
    branches_reached: int

    def __add__(self, other: Reached) -> Reached:
        return Reached(
            self.lines + other.lines,
            self.lines_reached + other.lines_reached,
            self.branches + other.branches,
            self.branches_reached + other.branches_reached,
        )


def report() -> str:
    """What forge found, in lcov's format.

    Raises:
        CoverageError: The contracts do not compile, or a test fails.
    """
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / "contracts.lcov"
    path.unlink(missing_ok=True)
    words = ["coverage", "--ir-minimum", "--report", "lcov", "--report-file", str(path)]
    finished = subprocess.run(
        [str(CONTRACTS / "node_modules" / ".bin" / "forge"), *words, "--no-match-test", "^invariant"],
        cwd=CONTRACTS,
        # Code made for measuring is not the code of the tests.
        env=os.environ | {"FOUNDRY_OUT": str(REPORTS / "out"), "FOUNDRY_CACHE_PATH": str(REPORTS / "cache")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_LIMIT,
        check=False,
    )
    if not path.exists() or "[FAIL" in finished.stdout:
        raise CoverageError(finished.stdout[-4000:])
    return path.read_text("utf-8")


def reached_of(lcov: str) -> dict[str, Reached]:
    """How much of each source below `src` is reached; interfaces have nothing to reach."""
    found = {}
    for record in lcov.split("end_of_record"):
        pairs = [line.partition(":") for line in record.splitlines()]
        fields = {name: value for name, _, value in pairs}
        source = fields.get("SF", "")
        counts = [int(fields.get(name, 0)) for name in ("LF", "LH", "BRF", "BRH")]
        if source.startswith("src/") and counts[0]:
            found[source.removeprefix("src/")] = Reached(*counts)
    return found


def _percent(reached: int, of: int) -> str:
    return f"{100 * reached / of:.1f} %" if of else "-"


def table(found: Mapping[str, Reached]) -> str:
    """The figures for a reader."""
    lines = [f"{'source':<34}{'lines':>16}{'branches':>19}"]
    for source, one in found.items():
        line_part = f"{one.lines_reached:>4} of {one.lines:<4}{_percent(one.lines_reached, one.lines):>7}"
        share = _percent(one.branches_reached, one.branches)
        lines.append(f"{source:<34}{line_part}{one.branches_reached:>6} of {one.branches:<4}{share:>7}")
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 if too few lines are reached."""
    try:
        found = reached_of(report())
    except CoverageError as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 1
    total = sum(found.values(), Reached(0, 0, 0, 0))
    print(table({**found, "all": total}))
    if not total.lines or 100 * total.lines_reached < LEAST_PERCENT_OF_LINES * total.lines:
        print(f"coverage: fewer than {LEAST_PERCENT_OF_LINES} % of the lines are reached", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
