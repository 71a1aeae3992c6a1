from math import comb
from pathlib import Path
from typing import Any

import pytest

from registry.fingerprint.rates import read
from similarity.rates import Tally, at_most_per_million, document, tallied
from similarity.shared import Sharing


def _match(reference: str, score: int, verdict: str = "contains", compared: str = "a/1:x") -> dict[str, Any]:
    return {"reference": reference, "score": score, "verdict": verdict, "compared": compared}


def _query(
    source: str, *matches: dict[str, Any], compared: tuple[str, ...] = ("a/1", "b/1")
) -> dict[str, Any]:
    return {
        "file": "query",
        "source": source,
        "alteration": "turned",
        "compared": list(compared),
        "matches": list(matches),
    }


@pytest.fixture
def sharing(tmp_path: Path) -> Sharing:
    listed = tmp_path / "listed.csv"
    listed.write_text("medium,one,other,what\nimage,1.jpg,2.jpg,a wallpaper\naudio,1.jpg,3.jpg,a song\n")
    return Sharing("image", tmp_path, listed)


REFERENCES = [f"{number}.jpg" for number in range(1, 11)]


def test_pairs_that_share_something_count_neither_way(sharing: Sharing) -> None:
    run = {"queries": [_query("1.jpg", _match("1.jpg", 9000), _match("2.jpg", 8000))]}
    tally = tallied("image", run, REFERENCES, sharing)
    assert tally.pairs == {"a/1": 8, "b/1": 8}
    assert tally.false == {}
    assert tally.told == []


def test_what_others_are_mixed_with_is_no_false_match_either(sharing: Sharing) -> None:
    run = {"queries": [_query("7.jpg|2.jpg", _match("1.jpg", 2000), _match("3.jpg", 1000))]}
    tally = tallied("image", run, REFERENCES, sharing)
    assert tally.pairs["a/1"] == 7
    assert tally.false == {"a/1": [1000]}


def test_a_match_between_unrelated_works_counts_for_its_algorithm_and_a_near_miss_does_not(
    sharing: Sharing,
) -> None:
    near_miss = _match("5.jpg", 900, verdict="none")
    run = {"queries": [_query("1.jpg", _match("4.jpg", 1300), near_miss), _query("4.jpg", compared=("a/1",))]}
    tally = tallied("image", run, REFERENCES, sharing)
    assert tally.pairs == {"a/1": 8 + 9, "b/1": 8}
    levels = dict(tally.algorithms())
    assert [(level["score"], level["false"]) for level in levels["a/1"]] == [(1000, 1), (1250, 1), (1500, 0)]
    assert [(level["score"], level["false"]) for level in levels["b/1"]] == [(1000, 0)]
    assert len(tally.told) == 1


def test_an_algorithm_of_several_media_has_the_figures_of_all_of_them() -> None:
    one, two = Tally("image", 10), Tally("text", 20)
    one.count(_query("1.jpg", compared=("a/1",)), frozenset({"3.jpg"}))
    two.count(_query("1.txt", _match("2.txt", 1000), compared=("a/1",)), frozenset({"2.txt", "3.txt"}))
    told = document([one, two])
    assert told["algorithms"]["a/1"][0]["pairs"] == 3
    assert told["algorithms"]["a/1"][0]["false"] == 1
    assert [run["queries"] for run in told["measured_on"]] == [1, 1]


def test_the_table_that_is_written_can_be_read() -> None:
    tally = Tally("image", 10)
    tally.count(_query("1.jpg", _match("3.jpg", 1000)), frozenset({"3.jpg", "4.jpg"}))
    assert set(read(document([tally]))) == {"a/1", "b/1"}


@pytest.mark.parametrize(("false", "pairs"), [(0, 3_000), (0, 100), (1, 100), (7, 1_000)])
def test_at_the_bound_so_few_false_matches_come_by_chance_once_in_twenty(false: int, pairs: int) -> None:
    share = at_most_per_million(false, pairs) / 1_000_000
    by_chance = sum(
        comb(pairs, count) * share**count * (1 - share) ** (pairs - count) for count in range(false + 1)
    )
    assert by_chance == pytest.approx(0.05, rel=0.01)


def test_what_is_always_false_is_bounded_by_always() -> None:
    assert at_most_per_million(5, 5) == 1_000_000


def test_texts_share_what_has_sixty_equal_letters_on_end(tmp_path: Path) -> None:
    licence = "Permission is hereby granted, free of charge, to any person obtaining a copy of this work. "
    (tmp_path / "one.txt").write_text("A first story. " + licence)
    (tmp_path / "two.txt").write_text(licence.upper() + "Quite another one.")
    (tmp_path / "three.txt").write_text(licence[:50] + "and no more of it is in this one, that much is sure.")
    (tmp_path / "listed.csv").write_text("medium,one,other,what\n")
    sharing = Sharing("text", tmp_path, tmp_path / "listed.csv")
    assert sharing.is_related(["one.txt"], "two.txt")
    assert not sharing.is_related(["one.txt"], "three.txt")
    assert sharing.is_related(["three.txt", "one.txt"], "two.txt")
