"""What the store asks of the database: few statements, however long the list, and an index for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from registry.ports import GrantFilter, IntentState, Position, Store, UnitOfWork, WorkFilter
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from tests.ports.values import (
    CHAIN_ID,
    NOON,
    account,
    attempt,
    block,
    cancellation_event,
    draft,
    grant_event,
    grant_id,
    hash_of,
    intent,
    offer_entry,
    offer_hash,
    registered_event,
    registration_entry,
    work_id,
)

MANY = 40
TRANSACTION = registered_event(0, 1, 1).transaction_hash

LISTS: dict[str, Callable[[UnitOfWork], object]] = {
    "entries": lambda unit: unit.journal.entries(),
    "entries after": lambda unit: unit.journal.entries(after=3, limit=5),
    "registrations": lambda unit: unit.journal.registrations([registration_entry(1).work_id] * MANY),
    "registrations of": lambda unit: unit.journal.registrations_of(account(1), hash_of("content", 1)),
    "by token": lambda unit: unit.journal.registration_by_token(hash_of("token")),
    "names blob": lambda unit: unit.journal.names_blob(hash_of("blob")),
    "offers": lambda unit: unit.journal.offers([offer_hash(number) for number in range(MANY)]),
    "offers of": lambda unit: unit.journal.offers_of(work_id(1)),
    "draft": lambda unit: unit.drafts.get(draft(1).key),
    "queued": lambda unit: unit.outbox.in_state(IntentState.SIGNED),
    "items of": lambda unit: unit.outbox.items_of(work_id(1)),
    "item": lambda unit: unit.outbox.item(intent(1).key),
    "next nonce": lambda unit: unit.outbox.next_nonce(CHAIN_ID, account(99)),
    "head": lambda unit: unit.views.head(),
    "work events": lambda unit: unit.views.work_events([work_id(number) for number in range(MANY)]),
    "grants": lambda unit: unit.views.grant_events(GrantFilter(), Position(5, 0), 20),
    "grants of a work": lambda unit: unit.views.grant_events(GrantFilter(work_id=work_id(1)), None, 20),
    "grants of a licensee": lambda unit: unit.views.grant_events(GrantFilter(licensee=account(1)), None, 20),
    "grants of an offer": lambda unit: unit.views.grant_events(
        GrantFilter(offer_hash=offer_hash(1)), None, 20
    ),
    "events of a grant": lambda unit: unit.views.events_of_grant(grant_id(1)),
    "events of a transaction": lambda unit: unit.views.events_of_transaction(TRANSACTION),
    "cancellations": lambda unit: unit.views.offer_cancellations([offer_hash(n) for n in range(MANY)]),
    "works": lambda unit: unit.views.registered(WorkFilter(), Position(5, 0), 20),
    "works by text": lambda unit: unit.views.registered(WorkFilter(text="work", medium="image"), None, 20),
    "works of a claimant": lambda unit: unit.views.registered(WorkFilter(claimant=account(1)), None, 20),
    "works by content": lambda unit: unit.views.registered(
        WorkFilter(content_hash=hash_of("content", 1)), None, 20
    ),
    "clashes": lambda unit: unit.views.clashes(work_id(1)),
}


def _fill(unit: UnitOfWork, count: int) -> None:
    events = []
    for number in range(count):
        entry = registration_entry(number)
        unit.journal.append(entry)
        unit.journal.append(offer_entry(number, work_id(1)))
        unit.drafts.put(draft(number))
        unit.outbox.put(intent(number, work_id(1)))
        unit.outbox.add_attempt(intent(number).key, attempt(intent(number), nonce=number))
        unit.views.add_registration(entry)
        events += [registered_event(0, 3 * number, number), grant_event(0, 3 * number + 1, number, 1)]
        events.append(cancellation_event(0, 3 * number + 2, number))
    unit.views.add_block(block(0), events)
    for number in range(2, count):
        unit.views.add_clash(work_id(1), work_id(number), 0, {"distance": number})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    yield engine
    engine.dispose()


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    seen: list[tuple[str, tuple[object, ...]]] = []

    def remember(
        _c: object, _k: object, statement: str, parameters: tuple[object, ...], *_rest: object
    ) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", remember)
    yield seen
    event.remove(engine, "before_cursor_execute", remember)


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine, SqlIndex)


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_takes_no_more_statements_than_a_short_one(
    engine: Engine, store: Store, name: str
) -> None:
    counts = []
    for count in (2, MANY):
        with store.write() as unit:
            unit.views.clear()
            _fill(unit, count)
        with store.read() as unit, _statements(engine) as seen:
            LISTS[name](unit)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 2


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_whole_table(engine: Engine, store: Store, name: str) -> None:
    with store.write() as unit:
        _fill(unit, 2)
    with store.read() as unit, _statements(engine) as seen:
        LISTS[name](unit)
    with engine.connect() as connection:
        plans = [step for statement, parameters in seen for step in _plan(connection, statement, parameters)]
    assert plans
    assert [step for step in plans if _is_costly(step)] == []


def _plan(connection: Connection, statement: str, parameters: tuple[object, ...]) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [str(row[-1]) for row in rows]


def _is_costly(step: str) -> bool:
    return step.startswith("SCAN") and "CONSTANT ROW" not in step


def test_purging_drafts_reads_indexes_only(engine: Engine, store: Store) -> None:
    with store.write() as unit:
        _fill(unit, 3)
    with store.write() as unit, _statements(engine) as seen:
        unit.drafts.purge(NOON)
    assert len(seen) == 2
