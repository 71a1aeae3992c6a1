"""What of the log the chain shows: which anchor dates which statement, through reorgs and late arrivals."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from registry.model import Address, Anchor, TransactionHash, WorkId
from registry.ports import LoggedStatement, Position, Store, UnitOfWork, WorkFilter
from tests.ports.values import account, block, hash_of, registered_event, work_id

OURS, THEIRS = account(1), account(2)
START = 1_790_000_000  # the time of block 0, as `values.block` has it


def statement(leaf: int, work: int | None = None, deadline: int = 2_000_000_000) -> LoggedStatement:
    work = leaf if work is None else work
    return LoggedStatement(
        leaf, hash_of("digest", leaf), work_id(work), account(50 + work), hash_of("content", work), deadline
    )


def anchor(number: int, size: int, log: Address = OURS, log_index: int = 0) -> Anchor:
    transaction = TransactionHash(hash_of("anchoring", number, log_index))
    return Anchor(log, hash_of("root", size), size, number, log_index, transaction)


def grow(unit: UnitOfWork, numbers: Sequence[int]) -> None:
    for number in numbers:
        head = unit.views.head()
        unit.views.add_block(block(number, head), [])


def index_all(unit: UnitOfWork) -> None:
    unit.anchored.mark_indexed([one.statement.leaf_index for one in unit.anchored.to_index(100)])


def dates(unit: UnitOfWork, *works: int) -> dict[WorkId, tuple[int, int]]:
    index_all(unit)
    found = unit.anchored.of_works([work_id(work) for work in works])
    return {work: (one.statement.leaf_index, one.anchor.block_number) for work, one in found.items()}


def test_each_leaf_is_dated_by_the_first_anchor_over_it(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(leaf) for leaf in range(4)])
        grow(unit, range(3))
        unit.anchored.add_anchor(anchor(0, 2), explained=True)
        unit.anchored.add_anchor(anchor(1, 3), explained=True)
        assert dates(unit, 0, 1, 2, 3) == {work_id(0): (0, 0), work_id(1): (1, 0), work_id(2): (2, 1)}
        assert unit.anchored.over(1) == anchor(0, 2)
        assert unit.anchored.over(2) == anchor(1, 3)
        assert unit.anchored.over(3) is None
        assert unit.anchored.newest(OURS) == anchor(1, 3)
        assert unit.anchored.newest(THEIRS) is None
        assert unit.anchored.dating(None, 10) == [anchor(1, 3), anchor(0, 2)]


def test_an_anchor_that_the_log_cannot_explain_dates_nothing_and_is_told(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(0)])
        grow(unit, range(3))
        unit.anchored.add_anchor(anchor(0, 1, THEIRS), explained=False)
        assert unit.anchored.unexplained(OURS) is None
        unit.anchored.add_anchor(anchor(1, 1), explained=False)
        assert unit.anchored.unexplained(OURS) == anchor(1, 1)
        assert dates(unit, 0) == {}
        assert unit.anchored.newest(OURS) is None
        unit.anchored.add_anchor(anchor(2, 1), explained=True)
        assert dates(unit, 0) == {work_id(0): (0, 2)}


def test_somebody_elses_anchor_of_an_older_state_changes_nothing(store: Store) -> None:
    with store.write() as unit:
        grow(unit, range(3))
        unit.anchored.add_anchor(anchor(0, 5), explained=True)
        unit.anchored.add_anchor(anchor(1, 3, THEIRS), explained=True)
        unit.anchored.add_statements([statement(1)])
        assert dates(unit, 1) == {work_id(1): (1, 0)}
        assert unit.anchored.newest(THEIRS) == anchor(1, 3, THEIRS)
        assert unit.anchored.dating(None, 10) == [anchor(0, 5)]


@pytest.mark.parametrize(("deadline", "is_dated"), [(START + 1, True), (START, False), (2**64 - 1, True)])
def test_a_statement_is_dated_up_to_its_deadline_whichever_came_first(
    store: Store,
    deadline: int,
    is_dated: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    early, late = statement(0, deadline=deadline), statement(1, deadline=deadline)
    with store.write() as unit:
        grow(unit, range(2))
        unit.anchored.add_statements([early])
        unit.anchored.add_anchor(anchor(1, 2), explained=True)
        unit.anchored.add_statements([late, early])
        assert set(dates(unit, 0, 1)) == ({work_id(0), work_id(1)} if is_dated else set())


def test_a_work_signed_twice_stands_by_its_earlier_dated_leaf(store: Store) -> None:
    with store.write() as unit:
        grow(unit, range(2))
        unit.anchored.add_statements([statement(leaf, work=7) for leaf in (0, 1)])
        unit.anchored.add_anchor(anchor(1, 2), explained=True)
        assert dates(unit, 7) == {work_id(7): (0, 1)}
        assert unit.views.registered(WorkFilter(), None, 10) == [(Position(1, 0, 0), work_id(7))]


def test_a_reorg_takes_dates_with_their_block_and_tells_which_works_are_gone(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(leaf) for leaf in range(3)])
        grow(unit, [0])
        unit.anchored.add_anchor(anchor(0, 1), explained=True)
        unit.views.add_block(block(1, unit.views.head()), [registered_event(1, 0, 2)])
        unit.anchored.add_anchor(anchor(1, 2, log_index=1), explained=True)
        grow(unit, [2])
        unit.anchored.add_anchor(anchor(2, 3), explained=True)
        assert unit.views.rewind(1) == []  # work 2 keeps its title
        assert unit.views.rewind(0) == sorted([work_id(1), work_id(2)])
        assert dates(unit, 0, 1, 2) == {work_id(0): (0, 0)}
        assert unit.anchored.newest(OURS) == anchor(0, 1)
        grow(unit, [1])
        unit.anchored.add_anchor(anchor(1, 3), explained=True)
        assert dates(unit, 1, 2) == {work_id(1): (1, 1), work_id(2): (2, 1)}


def test_works_are_listed_by_what_put_them_on_chain_first(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(0), statement(1), statement(2, work=9)])
        unit.views.add_block(block(0), [registered_event(0, 3, 9)])
        grow(unit, [1])
        unit.anchored.add_anchor(anchor(1, 3, log_index=2), explained=True)
        unit.views.add_block(block(2, unit.views.head()), [registered_event(2, 0, 0)])
        index_all(unit)
        expected = [
            (Position(1, 2, 1), work_id(1)),
            (Position(1, 2, 0), work_id(0)),
            (Position(0, 3, 0), work_id(9)),
        ]
        assert unit.views.registered(WorkFilter(), None, 10) == expected
        assert unit.views.registered(WorkFilter(), Position(1, 2, 1), 10) == expected[1:]
        assert unit.views.registered(WorkFilter(), Position(1, 2, 0), 1) == expected[2:]
        assert unit.views.registered(WorkFilter(leaf_index=1), None, 10) == expected[:1]
        claimed = WorkFilter(claimant=account(50), content_hash=hash_of("content", 0))
        assert unit.views.registered(claimed, None, 10) == [expected[1]]


def test_what_is_dated_is_not_shown_until_it_is_searchable(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(leaf) for leaf in range(3)])
        grow(unit, [0])
        unit.anchored.add_anchor(anchor(0, 3), explained=True)
        waiting = unit.anchored.to_index(2)
        assert [one.statement for one in waiting] == [statement(0), statement(1)]
        all_three = [work_id(leaf) for leaf in range(3)]
        assert unit.anchored.of_works(all_three) == {}
        assert unit.views.registered(WorkFilter(), None, 10) == []
        unit.anchored.mark_indexed([0, 1])
        assert [one.statement for one in unit.anchored.to_index(2)] == [statement(2)]
        assert sorted(unit.anchored.of_works(all_three)) == sorted(all_three[:2])
        assert [work for _, work in unit.views.registered(WorkFilter(), None, 10)] == [work_id(1), work_id(0)]


def test_clearing_the_views_forgets_dates_and_keeps_the_log(store: Store) -> None:
    with store.write() as unit:
        unit.anchored.add_statements([statement(0)])
        grow(unit, [0])
        unit.anchored.add_anchor(anchor(0, 1), explained=True)
        unit.views.clear()
        assert dates(unit, 0) == {}
        assert unit.anchored.over(0) is None
