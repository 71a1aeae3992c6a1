import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matched.catalogue import catalogue
from matched.engine import work_id
from matched.lane import Done, Failure
from matched.outcome import Outcome, outcome
from matched.processor_time import Reading, reading
from matched.questions import Question, questions
from matched.streaming import GrowingDocument
from matched.summary import percentile, summary
from peering.judging import Row, judged, threshold_at
from registry.model import Judgement, Match, Verdict


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("works/one.png", "works/deep/two.png", "works/deep/one.png", "works/.git/config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def test_a_work_goes_by_its_name_or_its_path_and_hidden_files_are_none(folder: Path) -> None:
    works = catalogue(folder / "works")
    assert works.names == ["deep/one.png", "two.png", "one.png"]
    assert works.resolve("two.png") == works.resolve("deep/two.png") == {1}
    assert works.resolve(str(folder / "works" / "one.png")) == {2}
    assert works.resolve("one.png") == {0, 2}
    assert works.resolve("three.png") == frozenset()


def test_a_file_of_the_table_lies_beside_it_or_in_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "works")
    table = folder / "asked.csv"
    table.write_text(
        "\ufeffFILE , Expected,who\r\nworks/one.png,two.png,me\r\n\r\ndeep/two.png,\r\nnowhere,x\r\n", "utf-8"
    )
    asked = questions(table, catalogue(folder / "works"))
    assert [each.file for each in asked] == ["works/one.png", "deep/two.png", "nowhere"]
    assert asked[0].path == folder / "works" / "one.png"
    assert asked[1].path == Path("deep/two.png")
    assert [sorted(each.right) for each in asked] == [[1], [], []]


@pytest.mark.parametrize("text", [b"file;expected\na;b\n", b"", b"\xff\xfefile,expected\n"])
def test_a_table_without_its_columns_is_refused(folder: Path, text: bytes) -> None:
    (folder / "asked.csv").write_bytes(text)
    with pytest.raises(ValueError, match=r"columns|decode"):
        questions(folder / "asked.csv", catalogue(folder / "works"))


def test_the_document_can_be_read_after_every_item(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    with GrowingDocument(path, "queries", {"references": 3}) as growing:
        assert json.loads(path.read_text()) == {"references": 3, "queries": []}
        for number in range(3):
            growing.add({"file": f"{number}"})
            assert len(json.loads(path.read_text())["queries"]) == number + 1
        growing.finish({"failures": []})
    told = json.loads(path.read_text())
    assert list(told) == ["references", "queries", "failures"]
    assert [each["file"] for each in told["queries"]] == ["0", "1", "2"]


_BUSY = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\nsys.stdin.read()"


def test_processor_time_is_that_of_children_too_before_and_after_their_end() -> None:
    before = reading()
    with subprocess.Popen(
        [sys.executable, "-c", _BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        living = reading()
        assert living.children[child.pid] >= 0.2
        assert living.started_since(before) == living.children[child.pid]
        child.communicate("")
    ended = reading()
    assert child.pid not in ended.children
    assert ended.own - before.own >= 0.2
    assert ended.total >= living.total >= before.total


def test_what_a_new_child_takes_to_start_is_no_cost_of_the_file_before_it() -> None:
    before = Reading(1.0, {7: 5.0})
    after = Reading(7.5, {8: 3.0})  # the old worker has ended after half a second, a new one was started
    assert after.started_since(before) == 3.0
    assert after.since(before) == pytest.approx(1.5)


def test_time_that_is_slept_is_no_processor_time() -> None:
    before = reading()
    time.sleep(0.3)
    os.getpid()
    assert reading().since(before) < 0.2


def _match(place: int, verdict: Verdict, score: int = 1000) -> Match:
    return Match(work_id(place), Judgement(verdict, 1, 31, "bits", "made-up/1", score))


def _asked(right: Sequence[int], *matches: Match, failure: Failure | None = None) -> Outcome:
    question = Question("file", Path("file"), "work" if right else "", frozenset(right))
    done = Done(0.01, 0.0, failure, "" if failure else "image", matches=matches)
    return outcome(question, done, [frozenset({0, 1}), frozenset({0, 1}), frozenset({2}), frozenset({3})])


def test_a_work_counts_as_found_if_it_stands_first_and_is_accepted() -> None:
    found = _asked([2], _match(2, Verdict.COPY), _match(3, Verdict.CONTAINS))
    twin = _asked([0], _match(1, Verdict.IDENTICAL))
    second = _asked([2], _match(3, Verdict.COPY), _match(2, Verdict.COPY))
    rejected = _asked([2], _match(2, Verdict.NONE, 900))
    unreadable = _asked([3], failure=Failure("empty-file", ""))
    assert [each.is_found for each in (found, twin, second, rejected, unreadable)] == [
        True,
        True,
        *[False] * 3,
    ]
    told = summary([found, twin, second, rejected, unreadable])
    assert told["recall"] == 0.4
    assert told["found_as"] == {"copy": 2, "identical": 1, "none": 1}
    assert told["false_on_wrong_references"] == {"contains": 1, "copy": 1}


def test_matches_of_what_is_not_registered_are_false_and_near_misses_are_not() -> None:
    told = summary([_asked([], _match(2, Verdict.COPY), _match(3, Verdict.NONE, 1)), _asked([])])
    assert told["false_on_unregistered"] == {"copy": 1}
    assert told["unregistered_with_a_match"] == 1
    assert told["recall"] is None


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5.0], 95) == 5.0
    assert percentile([float(each) for each in range(1, 101)], 95) == 95.0
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0


def _row(half: int, distances: Sequence[float], right: int | None = 0) -> Row:
    related = np.array([place == right for place in range(len(distances))])
    return Row("turned", half, right, related, np.array(distances))


def test_a_threshold_lets_no_more_than_its_share_of_unrelated_pairs_through() -> None:
    rows = [_row(0, [5.0, *range(10, 110)])]
    assert threshold_at(rows, 0.0) == 10.0
    assert threshold_at(rows, 0.02) == 12.0


def test_a_threshold_is_chosen_on_one_half_and_judged_on_the_other() -> None:
    first = [_row(0, [5.0, 10.0, 20.0])]
    near, far, second_best = (
        _row(1, [9.0, 30.0, 40.0]),
        _row(1, [10.0, 30.0, 40.0]),
        _row(1, [9.0, 8.0, 40.0]),
    )
    told = judged([*first, near, far, second_best], 0.0, customary=10.0)
    assert told["threshold"] == 10.0
    assert told["recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert (told["false"], told["pairs"]) == (1, 6)
    assert told["customary"]["recall"] == pytest.approx(2 / 3, abs=1e-3)
