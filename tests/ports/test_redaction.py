"""Erasing: tombstones win over every document that came in before them, and over those that come back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from registry.errors import StoreUnavailableError
from registry.ports import RegistrationEntry, Store, WorkFilter
from tests.ports import values


def keep(store: Store, *entries: RegistrationEntry) -> None:
    with store.write() as unit:
        for entry in entries:
            unit.journal.append(entry)
        unit.views.add_registrations(entries)


def erase(store: Store, entry: RegistrationEntry) -> None:
    with store.write() as unit:
        unit.journal.append(values.redaction_entry(entry))
        unit.views.forget_words(unit.journal.erase_redacted())


def files_that_hold(folder: Path, text: str) -> list[str]:
    found = (text.encode(), text.lower().encode())
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
    return [one.name for one in files if any(each in one.read_bytes() for each in found)]


def test_what_was_said_of_a_work_is_gone_and_the_statement_stays(store: Store) -> None:
    entry, other = values.registration_entry(1), values.registration_entry(2)
    keep(store, entry, other)
    erase(store, entry)
    with store.read() as unit:
        found = unit.journal.registrations([entry.work_id, other.work_id])
    assert found[entry.work_id] == replace(
        entry,
        metadata=None,
        report=None,
        preview=None,
        deposit=None,
        salt=None,
        redacted_at=values.redaction_entry(entry).received_at,
    )
    assert found[other.work_id] == other


def test_a_redaction_is_an_entry_of_the_journal_like_any_other(store: Store) -> None:
    entry = values.registration_entry(1)
    keep(store, entry)
    redaction = values.redaction_entry(entry)
    with store.write() as unit:
        assert unit.journal.append(redaction) == unit.journal.append(redaction) == 2
    with store.read() as unit:
        assert [found for _, found in unit.journal.entries(after=1)] == [redaction]
        assert unit.journal.redactions([entry.work_id, values.work_id(9)]) == {entry.work_id: redaction}


def test_supplements_go_with_it_and_one_that_comes_later_stays(store: Store) -> None:
    entry = values.registration_entry(1)
    keep(store, entry)
    with store.write() as unit:
        unit.journal.append(values.supplement_entry(1, entry.work_id))
    erase(store, entry)
    later = values.supplement_entry(2, entry.work_id)
    with store.write() as unit:
        unit.journal.append(later)
        assert unit.journal.erase_redacted() == []
        assert [one.metadata for one in unit.journal.supplements_of(entry.work_id)] == [None, later.metadata]


def test_a_second_redaction_leaves_the_date_of_the_first(store: Store) -> None:
    entry = values.registration_entry(1)
    keep(store, entry)
    first, second = values.redaction_entry(entry), values.redaction_entry(entry, 2_000_000_010)
    assert first.received_at != second.received_at
    with store.write() as unit:
        unit.journal.append_all([first, second])
        assert unit.journal.erase_redacted() == [entry.work_id]
        assert unit.journal.erase_redacted() == []
        assert unit.journal.redactions([entry.work_id]) == {entry.work_id: first}
        assert unit.journal.registrations([entry.work_id])[entry.work_id].redacted_at == first.received_at


def test_its_blobs_are_remembered_unless_another_record_names_them(store: Store) -> None:
    entry = values.registration_entry(1)  # number 1 has a preview, a deposit copy and a salt
    twin = replace(values.registration_entry(2), preview=entry.preview)
    keep(store, entry, twin)
    erase(store, entry)
    with store.read() as unit:
        assert unit.journal.erased_blobs() == [entry.deposit]
        assert entry.deposit is not None
        assert not unit.journal.names_blob(entry.deposit)
    erase(store, twin)
    with store.read() as unit:
        assert set(unit.journal.erased_blobs()) == {entry.preview, entry.deposit, twin.deposit} - {None}


def test_a_search_for_the_title_finds_it_no_longer(store: Store) -> None:
    entry = values.registration_entry(1, title="Low tide")
    keep(store, entry)
    chain = values.block(1)
    registered = replace(values.registered_event(1, 0, 1), work_id=entry.work_id)
    with store.write() as unit:
        unit.views.add_block(chain, [registered])
        assert len(unit.views.registered(WorkFilter(text="low tide"), None, 10)) == 1
    erase(store, entry)
    with store.write() as unit:
        assert unit.views.registered(WorkFilter(text="low tide"), None, 10) == []
        assert len(unit.views.registered(WorkFilter(medium="image"), None, 10)) == 1
        unit.views.clear()
        unit.views.add_registrations(list(unit.journal.registrations([entry.work_id]).values()))
        unit.views.add_block(chain, [registered])
        assert unit.views.registered(WorkFilter(text="low tide"), None, 10) == []


def test_no_file_of_the_store_holds_the_title_afterwards(store: Store, tmp_path: Path) -> None:
    entries = [
        values.registration_entry(number, title=f"Tideline{number:03d} " + "and " * (number % 7 * 90))
        for number in range(1, 60)
    ]
    for entry in entries:
        keep(store, entry)
    for entry in entries[::5]:
        erase(store, entry)
    store.scrub()
    for number, entry in enumerate(entries, 1):
        is_there = bool(files_that_hold(tmp_path, f"Tideline{number:03d}"))
        assert is_there is (entry not in entries[::5])


def test_a_reader_of_an_earlier_state_puts_the_scrubbing_off(store: Store, tmp_path: Path) -> None:
    entry = values.registration_entry(1, title="Tideline")
    keep(store, entry)
    with store.read() as reader:
        assert reader.journal.registrations([entry.work_id])[entry.work_id].metadata is not None
        erase(store, entry)
        with pytest.raises(StoreUnavailableError):
            store.scrub()
    store.scrub()
    assert files_that_hold(tmp_path, "Tideline") == []


def test_tombstones_win_over_a_table_that_was_restored(store: Store, tmp_path: Path) -> None:
    entry = values.registration_entry(1, title="Tideline")
    keep(store, entry)
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        backup = connection.execute("SELECT * FROM journal_documents").fetchall()
    erase(store, entry)
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER journal_documents_refuses_{verb}")
        connection.execute("DELETE FROM journal_documents WHERE sequence = 1")
        marks = ", ".join("?" * len(backup[0]))
        connection.execute(f"INSERT INTO journal_documents VALUES ({marks})", backup[0])  # noqa: S608
    connection.close()
    with store.write() as unit:
        assert unit.journal.registrations([entry.work_id])[entry.work_id].metadata is not None
        assert unit.journal.erase_redacted() == [entry.work_id]
        assert unit.journal.registrations([entry.work_id])[entry.work_id].metadata is None


@pytest.mark.parametrize("column", ["metadata", "fingerprint", "terms"])
def test_what_was_erased_is_not_written_again_and_nothing_else_is_altered(
    store: Store, tmp_path: Path, column: str
) -> None:
    entry = values.registration_entry(1)
    keep(store, entry)
    erase(store, entry)
    connection = sqlite3.connect(tmp_path / "registry.db")
    with pytest.raises(sqlite3.IntegrityError, match="only ever erased"):
        connection.execute(f"UPDATE journal_documents SET {column} = '{{}}'")  # noqa: S608  # our own names
    connection.close()


def test_a_claimants_drafts_of_the_same_bytes_are_discarded(store: Store) -> None:
    one, other = values.draft(1), values.draft(2)
    preview = values.hash_of("a preview")
    with store.write() as unit:
        unit.drafts.put(replace(one, preview=preview))
        unit.drafts.put(other)
        assert unit.drafts.names_blob(preview)
        assert unit.drafts.discard(values.account(2), one.extraction.content_hash) == []
        assert unit.drafts.discard(one.claimant, one.extraction.content_hash) == [preview]
        assert not unit.drafts.names_blob(preview)
        assert (unit.drafts.get(one.key), unit.drafts.get(other.key)) == (None, other)
