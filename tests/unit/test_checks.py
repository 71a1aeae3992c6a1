"""The project's own checks: each finds what it looks for, and says nothing of what is in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from check_hygiene import HOSTS, MAX_BYTES, MAX_LINES, OUTSIDE, ROOT, complaints_about
from check_no_skips import main as check_no_skips

FORGE = (
    "Ran 4 test suites in 1.20s (2.00s CPU time): 20 tests passed, 0 failed, {skipped} skipped (20 total)\n"
)
NODE_COUNTS = ("tests 5", "pass {passed}", "fail 0", "cancelled 0", "skipped 0", "todo {todo}")
NODE = "".join(f"{{mark}} {count}\n" for count in NODE_COUNTS)
INFORMATION = "\N{INFORMATION SOURCE}"  # what node begins its counts with on a terminal
BOTH = ["--runner", "forge", "--runner", "node"]


def log(folder: Path, mark: str = "#", *, skipped: int = 0, passed: int = 5, todo: int = 0) -> Path:
    path = folder / "run.log"
    path.write_text(FORGE.format(skipped=skipped) + NODE.format(mark=mark, passed=passed, todo=todo), "utf-8")
    return path


def junit(folder: Path, cases: str) -> Path:
    path = folder / "report.xml"
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", "utf-8")
    return path


@pytest.mark.parametrize("mark", ["#", INFORMATION, f"\x1b[34m{INFORMATION}"])
def test_a_run_in_which_everything_ran_passes(tmp_path: Path, mark: str) -> None:
    report = junit(tmp_path, '<testcase classname="a" name="b"/>')
    assert check_no_skips(["--junit", str(report), "--log", str(log(tmp_path, mark)), *BOTH]) == 0


@pytest.mark.parametrize("counts", [(1, 5, 0), (0, 0, 0), (0, 5, 2)])
def test_a_log_that_tells_of_a_gap_fails(tmp_path: Path, counts: tuple[int, int, int]) -> None:
    skipped, passed, todo = counts
    path = log(tmp_path, skipped=skipped, passed=passed, todo=todo)
    assert check_no_skips(["--log", str(path), *BOTH]) == 1


def test_a_log_without_the_runners_last_word_fails(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(FORGE.format(skipped=0), "utf-8")
    assert check_no_skips(["--log", str(path), *BOTH]) == 1


@pytest.mark.parametrize(
    "cases",
    ["", '<testcase name="a"/><testcase name="b"><skipped type="pytest.xfail"/></testcase>'],
)
def test_a_report_without_a_test_or_with_one_left_out_fails(tmp_path: Path, cases: str) -> None:
    assert check_no_skips(["--junit", str(junit(tmp_path, cases))]) == 1


def test_a_report_that_was_never_written_fails(tmp_path: Path) -> None:
    assert check_no_skips(["--junit", str(tmp_path / "report.xml")]) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"see https://{HOSTS[0]}/simple\n", "names the package host"),
        (f"open('/{'home'}/somebody/x.py')\n", "names a folder of one machine"),
        (f"open('{ROOT}/x')\n", "names a folder of one machine"),
        (f"open('{OUTSIDE}/x')\n", "names a folder outside the project"),
        ("import os  # " + "noqa\n", "silences a checker"),
        ("x: int = ''  # type" + ": ignore\n", "silences a checker"),
        ("x = 1\n" * (MAX_LINES + 1), "lines, over"),
        ("#" * (MAX_BYTES + 1), "bytes, over"),
    ],
)
def test_hygiene_finds(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "room.py"
    path.write_text(content, "utf-8")
    assert [complaint for complaint in complaints_about(path) if words in complaint]


def test_hygiene_leaves_ordinary_files_alone(tmp_path: Path) -> None:
    path = tmp_path / "room.py"
    path.write_text("import os  # noqa: F401\nPATH = 'sqlite:////var/lib/colophon/home/users'\n", "utf-8")
    assert list(complaints_about(path)) == []
