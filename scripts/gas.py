"""What each operation on the contracts costs in gas, measured from receipts.

Every operation is a real transaction on an in-memory chain (py-evm, prague) with the shipped artifacts.
`first` is the operation by people the contracts have never seen, every storage slot untouched; `later` is the
same operation by the same people once more. Addresses, keys and hashes are fixed, so the figures are too.
A batch is counted per work.

`python scripts/gas.py` prints a table beside the bars that are set; `--write` also writes
`contracts/gas.json`; `--check` compares with it. A figure over its bar without a reason in `REASONS` fails
both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from build_contracts import BuildError, compile_contracts
from measuring import disputing, dividing, registering, selling
from measuring.bench import Bench

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "contracts" / "gas.json"
TEST_TOKEN = {"PermitToken": "test/support/PermitToken.sol"}

TOLERANCE_PERCENT = 1

Figures = dict[str, dict[str, int]]

OPERATIONS: dict[str, Callable[[Bench], list[int]]] = dict(
    sorted(
        {
            **registering.OPERATIONS,
            **selling.OPERATIONS,
            **dividing.OPERATIONS,
            **disputing.OPERATIONS,
        }.items()
    )
)

# What an operation may cost, first and later.
BARS: dict[str, tuple[int, int]] = {
    "anchor": (70_000, 55_000),
    "claim": (65_000, 65_000),
    "purchase": (150_000, 110_000),
    "purchase20Contributors": (150_000, 110_000),
    "purchase8Parents": (150_000, 110_000),
    "register": (80_000, 65_000),
    "registerBatch100": (62_000, 62_000),
    "registerBatch100Same": (42_000, 42_000),
    "registerFor": (90_000, 75_000),
    "registerFromLog20": (115_000, 115_000),
}

# Why an operation may cost more than its bar: which guarantee the bar would take.
REASONS: dict[str, str] = {
    "registerBatch100": "44,200 are the new slots of title and balance, 5,500 two events, 4,500 published"
    " bytes, 3,100 the signature; the rest judges every item by itself, so that none can stop the others",
}


def measure() -> Figures:
    """Gas of every operation, each from the same beginning.

    Raises:
        BuildError: The token that prices are paid in cannot be compiled.
    """
    _, token = compile_contracts(TEST_TOKEN)
    bench = Bench(token["PermitToken"])
    figures = {}
    for name, operation in OPERATIONS.items():
        first, later = operation(bench)
        figures[name] = {"first": first, "later": later}
        bench.restart()
    return figures


def deviations(measured: Figures, committed: Figures) -> list[str]:
    """One sentence for each operation that is missing, superfluous or more than the tolerance off."""
    missing = sorted(committed.keys() - measured.keys())
    sentences = [f"{name} is committed but not measured" for name in missing]
    for name, figures in measured.items():
        if name not in committed:
            sentences.append(f"{name} is measured but not committed")
            continue
        for case, gas in figures.items():
            before = committed[name][case]
            if abs(gas - before) * 100 > TOLERANCE_PERCENT * before:
                sentences.append(f"{name} ({case}) costs {gas:,} gas, {before:,} are committed")
    return sentences


def is_over(name: str, figures: dict[str, int]) -> bool:
    """Whether an operation costs more than its bar; one without a bar never does."""
    first, later = BARS.get(name, (sys.maxsize, sys.maxsize))
    return figures["first"] > first or figures["later"] > later


def unexplained(measured: Figures) -> list[str]:
    """One sentence for each operation over its bar without a reason, and for each needless reason."""
    over = {name for name, figures in measured.items() if is_over(name, figures)}
    sentences = [f"{name} is over its bar and no reason is given" for name in sorted(over - REASONS.keys())]
    return sentences + [f"{name} keeps its bar and needs no reason" for name in sorted(REASONS.keys() - over)]


def table(figures: Figures) -> str:
    """The figures for a reader, each beside its bar."""
    lines = [f"{'operation':<24}{'first':>10}{'later':>10}{'bar':>19}"]
    for name, gas in figures.items():
        bar = " / ".join(f"{limit:,}" for limit in BARS.get(name, ()))
        line = f"{name:<24}{gas['first']:>10,}{gas['later']:>10,}{bar:>19}"
        lines.append(f"{line}  {REASONS.get(name, 'OVER')}" if is_over(name, gas) else line)
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and write or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 if a figure is over 1 %% off")
    parser.add_argument("--write", action="store_true", help="write contracts/gas.json")
    options = parser.parse_args()
    try:
        figures = measure()
    except BuildError as error:
        print(f"gas: {error}", file=sys.stderr)
        return 1
    print(table(figures))
    if options.write:
        COMMITTED.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
    sentences = deviations(figures, json.loads(COMMITTED.read_text("utf-8"))) if options.check else []
    for sentence in sentences:
        print(f"gas: {sentence}; if that is meant, run `python scripts/gas.py --write`", file=sys.stderr)
    complaints = unexplained(figures) if options.check or options.write else []
    for complaint in complaints:
        print(f"gas: {complaint}", file=sys.stderr)
    return 1 if sentences or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
