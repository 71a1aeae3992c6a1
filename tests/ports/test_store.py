"""Units of work: all of one is kept, or none of it, whoever writes at the same time and however it ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.errors import InvalidDocumentError, NotFoundError, RegistryError, StoreUnavailableError
from registry.model.postings import Indexed, Postings
from registry.ports import Store, UnitOfWork
from registry.store.store import MakeIndex
from tests.ports.conftest import INDEXES
from tests.ports.values import block, draft, hash_of, intent, registered_event, registration_entry, work_id

APPENDER = Path(__file__).parent / "append_statements.py"


def _row(number: int) -> Postings:
    return Postings("scheme", np.array([1], np.uint32), np.array([[number]], np.uint8))


@pytest.fixture(params=INDEXES)
def make_index(request: pytest.FixtureRequest, tmp_path: Path) -> MakeIndex:
    return INDEXES[request.param](tmp_path)


def _fill(unit: UnitOfWork, number: int) -> None:
    """Write through every adapter."""
    unit.journal.append(registration_entry(number))
    unit.drafts.put(draft(number))
    unit.outbox.put(intent(number, work_id(number)))
    unit.views.add_block(block(number), [registered_event(number, 0, number)])
    unit.index.add(work_id(number), Indexed((_row(number),)))


def _fill_and_raise(store: Store, error: BaseException) -> None:
    with store.write() as unit:
        _fill(unit, 1)
        raise error


def _is_filled(store: Store, number: int) -> list[bool]:
    with store.read() as unit:
        return [
            registration_entry(number).work_id
            in unit.journal.registrations([registration_entry(number).work_id]),
            unit.drafts.get(draft(number).key) is not None,
            unit.outbox.item(intent(number).key) is not None,
            unit.views.block(number) is not None,
            work_id(number) in unit.views.work_events([work_id(number)]),
            work_id(number) in unit.index.hits(_row(0)).work_ids,
        ]


def test_a_unit_of_work_keeps_what_every_adapter_wrote(store: Store) -> None:
    with store.write() as unit:
        _fill(unit, 1)
    assert all(_is_filled(store, 1))


def test_a_unit_of_work_that_raises_keeps_nothing_and_passes_the_error_on_untouched(store: Store) -> None:
    error = NotFoundError("work", "1")
    with pytest.raises(NotFoundError) as raised:
        _fill_and_raise(store, error)
    assert raised.value is error
    assert not any(_is_filled(store, 1))


def test_errors_that_are_no_domain_errors_pass_untouched(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fill_and_raise(store, KeyboardInterrupt())
    assert not any(_is_filled(store, 1))


def test_a_unit_sees_what_it_wrote_and_nobody_else_does_until_it_ends(store: Store) -> None:
    with store.write() as unit:
        _fill(unit, 1)
        assert len(unit.journal.entries()) == 1
        assert not any(_is_filled(store, 1))
    assert all(_is_filled(store, 1))


def test_a_reader_keeps_its_snapshot_while_others_write(store: Store) -> None:
    with store.read() as reader:
        assert reader.journal.entries() == []
        with store.write() as unit:
            _fill(unit, 1)
        assert reader.journal.entries() == []
        assert reader.views.head() is None
    assert all(_is_filled(store, 1))


def test_writing_in_a_reading_unit_is_refused(store: Store) -> None:
    with pytest.raises(StoreUnavailableError), store.read() as unit:
        unit.journal.append(registration_entry(1))
    with store.write() as unit:
        assert unit.journal.append(registration_entry(1)) == 1


def test_a_unit_in_which_a_statement_failed_keeps_nothing_though_the_failure_was_caught(store: Store) -> None:
    with pytest.raises(StoreUnavailableError), store.write() as unit:  # noqa: PT012
        _fill(unit, 1)
        with pytest.raises(StoreUnavailableError):
            unit.views.add_clash(work_id(1), work_id(2), 77, {})  # there is no block 77
        with pytest.raises(StoreUnavailableError):
            unit.journal.append(registration_entry(2))
    assert not any(_is_filled(store, 1))
    with store.write() as unit:
        _fill(unit, 1)
    assert all(_is_filled(store, 1))


def test_a_statement_whose_document_is_refused_is_not_kept_without_it(store: Store) -> None:
    unprintable = replace(registration_entry(2), metadata={"aspect": 1.5})
    with pytest.raises(InvalidDocumentError), store.write() as unit:  # noqa: PT012
        _fill(unit, 1)
        with pytest.raises(InvalidDocumentError):
            unit.journal.append(unprintable)
    assert not any(_is_filled(store, 1))
    with store.write() as unit:
        assert unit.journal.append(registration_entry(2)) == 1


def test_what_a_domain_error_refused_can_be_caught_and_the_rest_is_kept(store: Store) -> None:
    with store.write() as unit:
        _fill(unit, 1)
        with pytest.raises(RegistryError):
            unit.views.add_block(block(9), [])
    assert all(_is_filled(store, 1))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(st.integers(0, 30), max_size=4), st.booleans()), max_size=6))
def test_the_journal_stays_gapless_and_ordered_whichever_units_fail(
    store: Store, plan: list[tuple[list[int], bool]]
) -> None:
    with store.read() as reader:
        expected = {entry.digest for _, entry in reader.journal.entries()}
    for numbers, fails in plan:
        with suppress(NotFoundError), store.write() as unit:
            for number in numbers:
                unit.journal.append(registration_entry(number))
            if fails:
                raise NotFoundError("work", "1")
            expected |= {registration_entry(number).digest for number in numbers}
    with store.read() as reader:
        entries = reader.journal.entries()
    assert [sequence for sequence, _ in entries] == list(range(1, len(entries) + 1))
    assert {entry.digest for _, entry in entries} == expected


def test_threads_that_append_at_once_get_every_number_once(store: Store) -> None:
    gate = threading.Barrier(8)

    def append(writer: int) -> list[int]:
        gate.wait()
        numbers = []
        for place in range(6):
            with store.write() as unit:
                shared = unit.journal.append(registration_entry(1000 + place))
                numbers.append(unit.journal.append(registration_entry(writer * 6 + place)))
                assert 1 <= shared < numbers[-1] <= 54
        return numbers

    with ThreadPoolExecutor(8) as pool:
        given_numbers = [number for numbers in pool.map(append, range(8)) for number in numbers]
    assert len(set(given_numbers)) == 48
    with store.read() as unit:
        entries = unit.journal.entries()
    assert [sequence for sequence, _ in entries] == list(range(1, 48 + 6 + 1))
    assert len({entry.digest for _, entry in entries}) == 54


def test_processes_that_append_at_once_get_every_number_once(store: Store, uri: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, APPENDER, uri, str(first), "10"], stdout=subprocess.PIPE, text=True)
        for first in (0, 100)
    ]
    acknowledged = [line for writer in writers for line in writer.communicate(timeout=60)[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    numbers = sorted(int(line.split()[0]) for line in acknowledged)
    assert numbers == list(range(1, 21))
    with store.read() as unit:
        entries = {sequence: entry for sequence, entry in unit.journal.entries()}  # noqa: C416
    for line in acknowledged:
        sequence, digest = line.split()
        assert str(entries[int(sequence)].digest) == digest


def test_what_was_acknowledged_is_there_after_the_writer_was_killed(store: Store, uri: str) -> None:
    with subprocess.Popen(
        [sys.executable, APPENDER, uri, "0", "100000"], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(11)]
        writer.kill()
        acknowledged += writer.stdout.readlines()
    with store.write() as unit:
        entries = unit.journal.entries(limit=100_000)
        following = unit.journal.append(registration_entry(500_000))
    assert [sequence for sequence, _ in entries] == list(range(1, len(entries) + 1))
    assert following == len(entries) + 1
    assert len(acknowledged) <= len(entries) <= len(acknowledged) + 1
    kept = {f"{sequence} {entry.digest}" for sequence, entry in entries}
    assert {line.strip() for line in acknowledged} <= kept
    with store.read() as unit:
        assert all(unit.outbox.item(hash_of("intent", place)) is not None for place in range(len(entries)))
