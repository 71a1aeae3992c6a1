"""What the store asks of the database: few statements, however long the list, and an index for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event

from registry.ports import ComputedBy, GrantFilter, IntentState, Position, UnitOfWork, WorkFilter
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from tests.ports.values import (
    CHAIN_ID,
    account,
    answer_entry,
    attempt,
    block,
    cancellation_event,
    consent_entry,
    dispute_event,
    dispute_id,
    draft,
    grant_event,
    grant_id,
    hash_of,
    intent,
    offer_entry,
    offer_hash,
    registered_event,
    registration_entry,
    supplement_entry,
    work_id,
)

MANY = 40
NOW = 1_790_000_000
DECLARED_ALONE = replace(registration_entry(10**6), computed_by=ComputedBy.CLAIMANT)
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
    "supplements of": lambda unit: unit.journal.supplements_of(work_id(1)),
    "consents of": lambda unit: unit.journal.consents_of(work_id(1)),
    "answers of": lambda unit: unit.journal.answers_of(work_id(1)),
    "draft": lambda unit: unit.drafts.get(draft(1).key),
    "signed": lambda unit: unit.outbox.in_state(IntentState.SIGNED),
    "items of": lambda unit: unit.outbox.items_of(work_id(1)),
    "due": lambda unit: unit.outbox.due(NOW),
    "states": lambda unit: unit.outbox.states([intent(number).key for number in range(MANY)]),
    "declared alone": lambda unit: unit.journal.registrations([DECLARED_ALONE.work_id] * MANY),
    "item": lambda unit: unit.outbox.item(intent(1).key),
    "next nonce": lambda unit: unit.outbox.next_nonce(CHAIN_ID, account(99)),
    "work events": lambda unit: unit.views.work_events([work_id(number) for number in range(MANY)]),
    "grants": lambda unit: unit.views.grant_events(GrantFilter(), Position(5, 0), 20),
    "grants of a work": lambda unit: unit.views.grant_events(GrantFilter(work_id=work_id(1)), None, 20),
    "grants of a licensee": lambda unit: unit.views.grant_events(GrantFilter(licensee=account(1)), None, 20),
    "grants of an offer": lambda unit: unit.views.grant_events(
        GrantFilter(offer_hash=offer_hash(1)), None, 20
    ),
    "events of grants": lambda unit: unit.views.events_of_grants([grant_id(1)]),
    "events of a transaction": lambda unit: unit.views.events_of_transaction(TRANSACTION),
    "events of a dispute": lambda unit: unit.views.events_of_dispute(dispute_id(1)),
    "cancellations": lambda unit: unit.views.offer_cancellations([offer_hash(n) for n in range(MANY)]),
    "works": lambda unit: unit.views.registered(WorkFilter(), Position(5, 0), 20),
    "works by text": lambda unit: unit.views.registered(WorkFilter(text="work", medium="image"), None, 20),
    "works of a claimant": lambda unit: unit.views.registered(WorkFilter(claimant=account(1)), None, 20),
    "works by content": lambda unit: unit.views.registered(
        WorkFilter(content_hash=hash_of("content", 1)), None, 20
    ),
    "leaves": lambda unit: unit.log.leaves(0, 20),
    "places": lambda unit: unit.log.places([hash_of("leaf", number) for number in range(MANY)]),
    "log size": lambda unit: unit.log.size(),
    "checkpoint": lambda unit: unit.log.checkpoint(),
    "dated": lambda unit: unit.anchored.of_works([work_id(number) for number in range(MANY)]),
    "to index": lambda unit: unit.anchored.to_index(20),
    "over": lambda unit: unit.anchored.over(1),
    "newest": lambda unit: unit.anchored.newest(account(1)),
    "unexplained": lambda unit: unit.anchored.unexplained(account(1)),
    "dating": lambda unit: unit.anchored.dating(5, 20),
    "clashes": lambda unit: unit.views.clashes([work_id(1), work_id(2)]),
}


def _fill(unit: UnitOfWork, count: int) -> None:
    events = []
    for number in range(count):
        entry = registration_entry(number)
        unit.journal.append(entry)
        unit.journal.append(offer_entry(number, work_id(1)))
        unit.drafts.put(draft(number))
        for statement in (
            supplement_entry(number + 1, work_id(1)),
            consent_entry(number + 1, work_id(1)),
            answer_entry(number, work_id(1)),
        ):
            unit.journal.append(statement)
        unit.outbox.put(intent(number, work_id(1), batch=(work_id(1), work_id(2))))
        unit.outbox.add_attempt(intent(number).key, attempt(intent(number), nonce=number))
        unit.outbox.put(intent(number + MANY))
        unit.views.add_registrations([entry])
        events += [registered_event(0, 4 * number, number), grant_event(0, 4 * number + 1, number, 1)]
        events += [cancellation_event(0, 4 * number + 2, number), dispute_event(0, 4 * number + 3, 1, 1)]
    unit.journal.append(DECLARED_ALONE)
    unit.journal.keep_seen(DECLARED_ALONE.work_id, DECLARED_ALONE.fingerprint, DECLARED_ALONE.received_at)
    unit.views.add_block(block(0), events)
    for number in range(2, count):
        unit.views.add_clash(work_id(1), work_id(number), 0, {"distance": number})


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """A store with little in it, and one with much."""
    folder = tmp_path_factory.mktemp("queries")
    made = []
    for count in (2, MANY):
        engine = open_engine(f"sqlite:///{folder}/{count}.db")
        migrate(engine)
        with SqlStore(engine, SqlIndex).write() as unit:
            _fill(unit, count)
        made.append(engine)
    yield made
    for engine in made:
        engine.dispose()


def _selects(engine: Engine, read: Callable[[UnitOfWork], object]) -> list[tuple[str, tuple[object, ...]]]:
    """The questions that a reading unit asks of the database."""
    seen: list[tuple[str, tuple[object, ...]]] = []

    def remember(
        _c: object, _k: object, statement: str, parameters: tuple[object, ...], *_rest: object
    ) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", remember)
    with SqlStore(engine, SqlIndex).read() as unit:
        read(unit)
    event.remove(engine, "before_cursor_execute", remember)
    return seen


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_takes_no_more_statements_than_a_short_one(engines: list[Engine], name: str) -> None:
    short, long = (len(_selects(engine, LISTS[name])) for engine in engines)
    assert 1 <= short == long <= 3


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_whole_table(engines: list[Engine], name: str) -> None:
    engine = engines[0]
    asked = _selects(engine, LISTS[name])
    with engine.connect() as connection:
        plans = [step for statement, parameters in asked for step in _plan(connection, statement, parameters)]
    assert plans
    assert [step for step in plans if step.startswith("SCAN") and step != "SCAN CONSTANT ROW"] == []


def _plan(connection: Connection, statement: str, parameters: tuple[object, ...]) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [str(row[-1]) for row in rows]
