"""Run the Foundry tests against one mutant at a time, from one compilation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mutating.switches import VARIABLE, Mutant, MutationError, switched

# Colours are off, so the end is always the same sentence, and a failure is a line of its own. An invariant's
# name comes after the calls that led to it; what passes has a word before it.
FAILED = re.compile(r"^(?:\[FAIL.*?\])? (\w+)\(.*\) \((?:runs|gas): ", re.MULTILINE)
SUMMARY = re.compile(r"(\d+) tests? passed, (\d+) failed, \d+ skipped \(\d+ total")
SECONDS_LIMIT = 900
# A fuzz test that notices a missing guard at all notices it within a few runs.
FUZZ_RUNS = 32
# Nothing here is deployed for real, and code that is not optimised compiles in a fraction of the time.
# Warnings about switches help nobody.
SETTINGS = {"FOUNDRY_OPTIMIZER": "false", "FOUNDRY_DENY": "never", "NO_COLOR": "1"}


def sources_of(contracts: Path) -> dict[str, str]:
    """Text of every source by its path below `src`."""
    root = contracts / "src"
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in sorted(root.rglob("*.sol"))}


def build(contracts: Path, place: Path, mutants: Iterable[Mutant]) -> None:
    """Compile the tests and the switched sources of `contracts` in a copy at `place`.

    Raises:
        MutationError: They do not compile.
    """
    for name in ("src", "test"):
        shutil.rmtree(place / name, ignore_errors=True)
    shutil.copytree(contracts / "test", place / "test")
    for name in ("foundry.toml", "package.json", "solc"):
        shutil.copy2(contracts / name, place / name)
    modules = place / "node_modules"
    if not modules.exists():
        modules.symlink_to((contracts / "node_modules").resolve())
    # Tests read the golden vectors beside the contracts' folder.
    shutil.copytree(
        contracts.resolve().parent / "tests" / "vectors",
        place.parent / "tests" / "vectors",
        dirs_exist_ok=True,
    )
    for file, text in switched(sources_of(contracts), mutants).items():
        target = place / "src" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    finished = _forge(place, ["build"])
    if "Compiler run failed" in finished or not list((place / "out").glob("*.t.sol")):
        raise MutationError(f"the switched contracts do not compile:\n{finished[-4000:]}")


def _forge(place: Path, words: list[str], environment: dict[str, str] | None = None) -> str:
    """What forge prints; its npm launcher's exit code tells nothing."""
    finished = subprocess.run(
        [str(place / "node_modules" / ".bin" / "forge"), *words],
        cwd=place,
        env=os.environ | SETTINGS | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_LIMIT,
        check=False,
    )
    return finished.stdout


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which tests failed, and how many ran."""

    failed: tuple[str, ...]
    ran: int


@dataclass(frozen=True, slots=True)
class Bench:
    """A place where `build` has been, to try mutants in."""

    place: Path

    def run(self, number: int, *words: str) -> Outcome:
        """Run the tests that `words` select under the mutant of this number, 0 being none.

        Raises:
            MutationError: Forge did not come to an end.
        """
        with tempfile.TemporaryDirectory() as own:
            # Forge writes its cache even if nothing changed, and who reads it half written compiles again.
            place = Path(own) / self.place.name
            shutil.copytree(self.place, place, symlinks=True)
            shutil.copytree(self.place.parent / "tests", Path(own) / "tests")
            # What failed under one mutant must not be tried first under the next one.
            environment = {
                VARIABLE: str(number),
                "FOUNDRY_FUZZ_FAILURE_PERSIST_DIR": f"{own}/fuzz",
                "FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR": f"{own}/invariant",
                "FOUNDRY_TEST_FAILURES_FILE": f"{own}/failures",
                "FOUNDRY_FUZZ_SEED": "0x1",
                "FOUNDRY_FUZZ_RUNS": str(FUZZ_RUNS),
                # Nobody reads the shortest way to a failure, and to look for it takes longer than to fail.
                "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0",
            }
            output = _forge(place, ["test", *words], environment)
        summary = SUMMARY.search(output)
        if summary is None:
            raise MutationError(f"forge did not finish under mutant {number}:\n{output[-4000:]}")
        passed, failed = int(summary[1]), int(summary[2])
        names = tuple(dict.fromkeys(FAILED.findall(output)))
        if bool(failed) != bool(names):
            raise MutationError(f"forge names {len(names)} failures of {failed}:\n{output[-4000:]}")
        return Outcome(names, passed + failed)

    def first_killer(self, number: int) -> str | None:
        """A test that fails under this mutant.

        All are run at once: before forge picks tests by name it compiles anew to see their names.
        """
        failed = self.run(number, "--fail-fast").failed
        return failed[0] if failed else None
