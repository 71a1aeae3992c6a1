"""The rules of dividing money, by themselves; `tests/chain/test_revenue.py` holds them equal to the vault."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.licensing.royalties import Division, divide, owed, part
from registry.model import MAX_BPS, MAX_PRICE_WEI

AMOUNTS = st.integers(0, MAX_PRICE_WEI)
BPS = st.integers(0, MAX_BPS)


def test_parts_are_rounded_down_and_the_rest_is_shared() -> None:
    assert divide(10_007, 250, [1_000, 333]) == Division(250, (1_000, 333), 8_424)
    assert divide(1, 9_999, [9_999]) == Division(0, (0,), 1)
    assert part(9_999, 1) == 0


def test_a_parent_linked_after_the_sale_gets_no_more_than_is_left() -> None:
    assert divide(100, 5_000, [4_000, 6_000, 1_000]) == Division(50, (40, 10, 0), 0)


@given(gross=AMOUNTS, carrier=BPS, rates=st.lists(BPS, max_size=8))
def test_what_goes_out_is_what_came_in(gross: int, carrier: int, rates: list[int]) -> None:
    division = divide(gross, carrier, rates)
    assert division.carried + sum(division.royalties) + division.rest == gross
    assert min(division.carried, division.rest, *division.royalties, gross) >= 0


@given(revenues=st.lists(AMOUNTS, min_size=1, max_size=5), data=st.data())
def test_rows_together_never_pass_the_revenue_and_leave_less_than_a_unit_each(
    revenues: list[int], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, MAX_BPS - 1), max_size=32)))
    rows = [high - low for low, high in zip([0, *cuts], [*cuts, MAX_BPS], strict=True)]
    taken, total = [0] * len(rows), 0
    for revenue in revenues:
        total += revenue
        for place, bps in enumerate(rows):
            taken[place] += owed(total, bps, taken[place])
    assert total - len(rows) < sum(taken) <= total
