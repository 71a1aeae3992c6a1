"""The demo tells the same story every time, and the README tells it too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"<!-- demo -->\s*```\w*\n(.*?)```\s*<!-- /demo -->", re.DOTALL)
_SHORTENED_ID = re.compile(r"0x[0-9a-fA-F]{8}…")
_GAS = re.compile(r"([1-9][\d,]*) gas")


def normal_form(story: str) -> list[str]:
    """The story without what differs from run to run: ids, because they are salted, and with them the gas."""
    masked = _GAS.sub("… gas", _SHORTENED_ID.sub("0x…", story))
    return [line.rstrip() for line in masked.strip().splitlines()]


def gas(story: str) -> list[int]:
    return [int(number.replace(",", "")) for number in _GAS.findall(story)]


@pytest.fixture(scope="module")
def told() -> str:
    command = [sys.executable, "-m", "registry.cli", "demo", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def written() -> str:
    found = _BLOCK.search(README.read_text("utf-8"))
    assert found is not None, "README.md has no ``` block between <!-- demo --> and <!-- /demo -->"
    return found[1]


def test_the_story_in_the_readme_is_the_one_that_is_told(told: str, written: str) -> None:
    assert normal_form(written) == normal_form(told)


def test_what_the_readme_says_it_costs_is_what_it_costs(told: str, written: str) -> None:
    # Salted hashes hold more or fewer zero bytes, and those are cheaper (EIP-2028): a few times 12 gas. The
    # purchase that makes a title proves its leaf by a sibling or two, some thousand gas each.
    assert gas(written) == [pytest.approx(paid, abs=4_000) for paid in gas(told)]


def test_the_altered_copies_are_found_and_the_stranger_is_not(told: str) -> None:
    found = told[told.index("found again from altered copies") :]
    assert re.search(r"copy: work A .* pdq-256/1:mirrored", found)
    assert re.search(r"(copy|contains): work C .* landmarks/2", found)
    assert "nothing registered here matches" in found


def test_the_second_claimant_could_only_contest(told: str) -> None:
    assert "refused [invalid-answer]" in told
    assert re.search(r"work A \(0x[0-9a-f]{8}…\) tells of work D", told)
    assert re.search(r"work D \(0x[0-9a-f]{8}…\) tells of work A", told)
