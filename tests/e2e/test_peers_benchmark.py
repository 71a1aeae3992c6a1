"""The benchmark against libraries of others, small: the same files for all, thresholds from one half."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import peers
from tests.media.text_files import prose

METHODS = {"Colophon", "MinHash of 3 words", "ISCC text 256"}


def test_texts_are_looked_up_by_all_at_one_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    works = tmp_path / "works"
    works.mkdir()
    for number in range(16):
        (works / f"{number:02}.txt").write_text(prose(number), "utf-8")
    asked = [str(works), "--medium", "text", "--works", "6", "--each", "4", "--json", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["peers.py", *asked])
    assert peers.main() == 0
    told = json.loads((tmp_path / "out").read_text("utf-8"))
    assert (told["references"], told["queries"]) == (14, 6 * 4 + 2)
    assert set(told["methods"]) == METHODS
    ours = told["methods"]["Colophon"]
    assert ours["recall"] == ours["customary"]["recall"] == 1.0
    assert ours["false"] == ours["customary"]["false"] == 0
    # Works in odd places are judged: their queries, and one of the two that are not registered.
    assert all(0 < each["pairs"] < 14 * (6 * 4 + 2) for each in told["methods"].values())
    assert all(each["bytes_per_work"] > 0 for each in told["methods"].values())
