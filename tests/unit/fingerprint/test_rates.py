import json
from pathlib import Path

import pytest

from registry.errors import InvalidValueError
from registry.fingerprint import rates
from registry.fingerprint.rates import Rate, levels_of, rate_of, read
from registry.model import Judgement, Verdict


def _judgement(score: int, compared: str = "sha-256/1", verdict: Verdict = Verdict.COPY) -> Judgement:
    return Judgement(verdict, 0, 0, "bits", compared, score)


def _document(*levels: tuple[int, int, int, int]) -> dict[str, object]:
    names = ("score", "false", "pairs", "at_most_per_million")
    return {"algorithms": {"made-up/1": [dict(zip(names, level, strict=True)) for level in levels]}}


def _table(monkeypatch: pytest.MonkeyPatch, *levels: tuple[int, int, int, int]) -> None:
    monkeypatch.setattr(rates, "_table", lambda: read(_document(*levels)))


def test_a_match_has_the_rate_of_the_highest_score_that_it_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    _table(monkeypatch, (1000, 7, 10_000, 1315), (2000, 0, 10_000, 300))
    weak, strong = Rate(7, 10_000, 1315), Rate(0, 10_000, 300)
    found = [rate_of(_judgement(score, "made-up/1:mirrored")) for score in (1000, 1999, 2000, 90_000)]
    assert found == [weak, weak, strong, strong]


def test_no_match_and_no_measurement_have_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    _table(monkeypatch, (1000, 0, 10_000, 300))
    assert rate_of(_judgement(999, "made-up/1", Verdict.NONE)) is None
    assert rate_of(_judgement(1000, "made-up/2")) is None


@pytest.mark.parametrize(
    "levels",
    [
        [(1000, 2, 1, 1_000_000)],
        [(1000, -1, 10, 300_000)],
        [(1000, 0, 0, 1_000_000)],
        [(1000, 5, 10, 499_999)],
        [(1000, 5, 10, 1_000_001)],
        [(1000, 0, 10, 300_000), (1000, 0, 10, 300_000)],
    ],
)
def test_rates_that_cannot_be_are_refused(levels: list[tuple[int, int, int, int]]) -> None:
    with pytest.raises(InvalidValueError):
        read(_document(*levels))


def test_the_table_holds_integers_and_strings_and_tells_on_what_it_was_measured() -> None:
    told = json.loads(Path(rates.__file__).with_name(rates.TABLE).read_text("utf-8"), parse_float=pytest.fail)
    assert told["format"] == "colophon.rates/1"
    assert all(run["works"] and run["queries"] for run in told["measured_on"])
    for levels in told["algorithms"].values():
        assert levels[0]["score"] == 1000


def test_the_same_bytes_were_never_found_where_they_are_not() -> None:
    (level,) = levels_of("sha-256/1")
    assert level.rate.false == 0
    assert level.rate.pairs > 10_000
