import json

import pytest

import gas

FIGURES = {"register": {"first": 80_000, "later": 60_000}, "cancel": {"first": 10**9, "later": 1}}


def test_the_committed_figures_are_of_the_operations_that_are_measured() -> None:
    assert sorted(json.loads(gas.COMMITTED.read_text("utf-8"))) == sorted(gas.OPERATIONS)
    assert gas.BARS.keys() <= gas.OPERATIONS.keys()


def test_a_figure_that_moved_by_more_than_one_percent_is_told() -> None:
    moved = {**FIGURES, "register": {"first": 80_801, "later": 60_600}}
    assert gas.deviations(moved, FIGURES) == ["register (first) costs 80,801 gas, 80,000 are committed"]


def test_operations_on_one_side_only_are_told() -> None:
    other = {"register": FIGURES["register"], "anchor": {"first": 1, "later": 1}}
    assert gas.deviations(other, FIGURES) == [
        "cancel is committed but not measured",
        "anchor is measured but not committed",
    ]


def test_a_figure_over_its_bar_needs_a_reason_and_no_other_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gas, "REASONS", {})
    assert gas.unexplained(FIGURES) == []
    over = {"register": {"first": 80_001, "later": 60_000}}
    assert gas.unexplained(over) == ["register is over its bar and no reason is given"]
    monkeypatch.setattr(gas, "REASONS", {"register": "a guarantee"})
    assert gas.unexplained(over) == []
    assert gas.unexplained(FIGURES) == ["register keeps its bar and needs no reason"]
