from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from registry.cli.folders.filing import Answering
from registry.cli.folders.progress import Pace, shown
from registry.cli.folders.reading import size
from registry.cli.terminal import Terminal
from registry.client import Answer
from registry.model import Address

MINE, OTHERS = Address("0x" + "11" * 20), Address("0x" + "22" * 20)
WORK = "0x" + "ab" * 32


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (1_999_999, "1.9 MB"),
        (3_200_000_000, "3.2 GB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_a_size_is_told_as_people_say_it(count: int, told: str) -> None:
    assert size(count) == told


def test_a_pace_is_that_of_the_last_half_minute() -> None:
    pace = Pace(1_000, now=0.0)
    assert pace.told(0, 1.0) == "0 of 1,000"
    assert pace.told(100, 10.0) == "100 of 1,000, 10.0 a second, 1 min 30 s left"
    assert pace.told(110, 50.0) == "110 of 1,000, 0.2 a second, 59 min 20 s left"
    assert pace.told(1_000, 60.0) == "1,000 of 1,000, 18.0 a second"


def test_progress_is_lines_where_nothing_can_be_redrawn(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(Terminal(), 3) as tell:
        tell(Counter({"registered": 2}))
    assert capsys.readouterr().err == "handing in 3 files …\n"


def match(verdict: str, claimant: Address) -> Answer:
    fields: dict[str, Any] = {"work_id": WORK, "verdict": verdict, "claimant": str(claimant)}
    return Answer(fields)


@pytest.mark.parametrize(
    ("answering", "verdict", "claimant", "answer"),
    [
        (Answering({}), "copy", OTHERS, None),
        (Answering({}), "copy", MINE, "acknowledged"),
        (Answering({}, "derivative"), "copy", OTHERS, "derivative"),
        (Answering({}, "derivative"), "copy", MINE, "acknowledged"),
        (Answering({}, "acknowledged"), "identical", OTHERS, None),
        (Answering({}, "adverse-claim"), "identical", OTHERS, "adverse-claim"),
        (Answering({WORK[:8]: "derivative"}, "acknowledged"), "copy", MINE, "derivative"),
        (Answering({"0xcdcdcd": "derivative"}), "copy", OTHERS, None),
    ],
)
def test_matches_are_answered_as_was_said_and_no_answer_is_stretched(
    answering: Answering, verdict: str, claimant: Address, answer: str | None
) -> None:
    assert answering.to(match(verdict, claimant), MINE) == answer
