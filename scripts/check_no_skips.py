"""Fail if a test run ran nothing, or left something out.

`python scripts/check_no_skips.py REPORT...` reads what runners wrote: JUnit XML (pytest; an expected failure
counts as skipped there) and plain logs (forge and node, by their closing counts). A log in which one of the
runners asked for by `--runner` has no closing count is a failure as well.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

# What runners print last: forge `20 tests passed, 0 failed, 1 skipped (21 total tests)`, node a line a count.
CLOSING = {
    "forge": re.compile(r"(?P<passed>\d+) tests? passed, \d+ failed, (?P<skipped>\d+) skipped \(\d+ total"),
    "node": re.compile(
        r"^[^a-z\n]*pass (?P<passed>\d+)$"
        r".*?^[^a-z\n]*skipped (?P<skipped>\d+)$"
        r".*?^[^a-z\n]*todo (?P<todo>\d+)$",
        re.MULTILINE | re.DOTALL,
    ),
}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ReportError(Exception):
    """A report cannot be read, or does not tell what it must."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tests one runner ran, and which or how many it left out."""

    runner: str
    ran: int
    left_out: tuple[str, ...]

    def complaint(self) -> str | None:
        """What is wrong with it, None if nothing is."""
        if self.left_out:
            return f"{self.runner} left out {', '.join(self.left_out)}"
        return None if self.ran else f"{self.runner} ran no test"


def junit_tally(path: Path) -> Tally:
    """Count the test cases of a JUnit file.

    Raises:
        ReportError: There is no such file, or it is not XML: the run ended before its report.
    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314 (the file was written by the run before)
    except (OSError, ET.ParseError) as error:
        raise ReportError(f"{path} is no test report: {error}") from error
    cases = list(root.iter("testcase"))
    left_out = tuple(
        f"{case.get('classname')}::{case.get('name')}" for case in cases if case.find("skipped") is not None
    )
    return Tally("pytest", len(cases) - len(left_out), left_out)


def log_tally(path: Path, runner: str) -> Tally:
    """Read a runner's closing counts from a log.

    Raises:
        ReportError: There is no such file, or the runner's closing line is not in it.
    """
    try:
        text = COLOUR.sub("", path.read_text("utf-8"))
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error}") from error
    closings = list(CLOSING[runner].finditer(text))
    if not closings:
        raise ReportError(f"{runner} has not said in {path} how many tests it ran")
    left_out = sum(
        int(count) for closing in closings for name, count in closing.groupdict().items() if name != "passed"
    )
    ran = sum(int(closing["passed"]) for closing in closings)
    return Tally(runner, ran, (f"{left_out} tests",) if left_out else ())


def main(arguments: list[str] | None = None) -> int:
    """Print one line a runner; 1 if one of them ran nothing or left something out."""
    parser = argparse.ArgumentParser(description="Fail if a test run ran nothing, or left something out.")
    parser.add_argument("--junit", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--log", type=Path, metavar="FILE", help="where the runners' output was kept")
    parser.add_argument(
        "--runner", choices=sorted(CLOSING), action="append", default=[], help="who wrote the log"
    )
    given = parser.parse_args(arguments)
    if not given.junit and not (given.log and given.runner):
        parser.error("name a JUnit file, or a log and who wrote it")
    try:
        tallies = [junit_tally(path) for path in given.junit]
        tallies += [log_tally(given.log, runner) for runner in given.runner]
    except ReportError as error:
        print(f"check_no_skips: {error}", file=sys.stderr)
        return 1
    for tally in tallies:
        print(f"{tally.runner}: {tally.ran} tests ran, {len(tally.left_out) or 'none'} left out")
    complaints = [complaint for tally in tallies if (complaint := tally.complaint())]
    for complaint in complaints:
        print(f"check_no_skips: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
