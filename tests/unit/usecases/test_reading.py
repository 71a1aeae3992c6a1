"""Lists cost as many queries as one record, and their pages do not overlap."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from registry.errors import InvalidCursorError
from registry.ports import WorkFilter
from registry.usecases.read import cursor_of, position_of
from registry.usecases.records import Record
from tests.unit.usecases.conftest import House

WORKS = 5


@pytest.fixture(scope="module")
def listed(house: House) -> House:
    """A claimant with a few works, two of them contested."""
    files = [house.file() for _ in range(WORKS)]
    recorded = [house.submit("lister", file).record.work_id for file in files]
    house.settle(lambda: all(house.is_final(work_id) for work_id in recorded))
    for file in files[:2]:
        house.register("rival", file)
    return house


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The queries of this thread; other registries of the same run have threads of their own."""
    statements: list[str] = []
    here = threading.get_ident()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and threading.get_ident() == here:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def test_a_page_of_many_takes_as_many_queries_as_a_page_of_one(listed: House) -> None:
    mine = WorkFilter(claimant=listed.address("lister"))
    with _counted() as one:
        assert len(listed.registry.list_works(mine, None, 1).records) == 1
    with _counted() as many:
        assert len(listed.registry.list_works(mine, None, WORKS).records) == WORKS
    assert len(many) == len(one)


def test_pages_follow_each_other_without_gap_or_overlap(listed: House) -> None:
    mine = WorkFilter(claimant=listed.address("lister"))
    whole = listed.registry.list_works(mine, None, WORKS)
    assert whole.next_cursor is None
    found: list[Record] = []
    cursor: str | None = None
    while True:
        page = listed.registry.list_works(mine, cursor, 2)
        found += page.records
        cursor = page.next_cursor
        if cursor is None:
            break
    assert tuple(found) == whole.records


@pytest.mark.parametrize("cursor", ["", "!", "MTIz", "MTIuMw", "MS4xLjEuMQ", "LTEuMQ", "é", "A" * 500])
def test_a_cursor_that_no_list_made_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        position_of(cursor)


def test_a_cursor_reads_back() -> None:
    assert cursor_of(position_of(cursor_of(position_of("MTIuMy40")))) == "MTIuMy40"
