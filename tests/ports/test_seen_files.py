"""Files that were declared first and seen later: one fingerprint for all records of the same bytes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from registry.model import FingerprintCheck, Hash32, WorkId
from registry.ports import ComputedBy, RegistrationEntry, Store
from tests.ports import values

OWN = values.extraction(1).record()


def declared(number: int, claimant: int) -> RegistrationEntry:
    """A declaration that came with its claimant's fingerprint alone."""
    entry = values.registration_entry(number, claimant=values.account(claimant))
    return replace(entry, computed_by=ComputedBy.CLAIMANT)


def keep(store: Store, *entries: RegistrationEntry) -> None:
    with store.write() as unit:
        unit.journal.append_all(entries)


def seen(store: Store, entry: RegistrationEntry) -> bool:
    with store.read() as unit:
        found = unit.journal.registrations([entry.work_id])[entry.work_id]
        [by_digest] = unit.journal.registrations_by_digest([entry.digest]).values()
        by_token = unit.journal.registration_by_token(entry.token_hash)
        [of_each] = unit.journal.registrations_of_each(
            [(entry.registration.declaration.claimant, entry.registration.declaration.content_hash)]
        )
        listed = [one for _, one in unit.journal.entries() if one.digest == entry.digest]
    assert found == by_digest == by_token == of_each == listed[0]
    return found.is_checked


def content(number: int) -> Hash32:
    return values.hash_of("content", number)


def test_by_a_content_hash_it_counts_for_every_record_of_those_bytes(store: Store) -> None:
    one, two, other = declared(1, 1), declared(1, 2), declared(2, 1)
    keep(store, one, two, other)
    assert not seen(store, one)
    with store.write() as unit:
        assert unit.journal.keep_seen(content(1), OWN, values.NOON)
    assert [seen(store, entry) for entry in (one, two, other)] == [True, True, False]
    with store.read() as unit:
        found = unit.journal.registrations([one.work_id])[one.work_id]
    assert found == replace(one, seen=OWN)
    assert (found.fingerprint_check, found.searched) == (FingerprintCheck.AGREES, OWN)
    assert found.told == (OWN, ComputedBy.REGISTRY)


def test_by_a_works_id_it_counts_for_that_record_alone_until_it_is_shared(store: Store) -> None:
    one, two = declared(1, 1), declared(1, 2)
    keep(store, one, two)
    with store.write() as unit:
        assert unit.journal.keep_seen(one.work_id, OWN, values.NOON)
    assert [seen(store, entry) for entry in (one, two)] == [True, False]
    with store.write() as unit:
        assert unit.journal.share_seen([two.work_id, WorkId(bytes(32))]) == []
        assert unit.journal.share_seen([one.work_id, two.work_id]) == [content(1)]
        assert unit.journal.share_seen([one.work_id, two.work_id]) == []
    assert [seen(store, entry) for entry in (one, two)] == [True, True]


def test_the_same_file_a_second_time_keeps_what_there_is(store: Store, tmp_path: Path) -> None:
    entry = declared(1, 1)
    keep(store, entry)
    with store.write() as unit:
        assert unit.journal.keep_seen(content(1), OWN, values.NOON)
        for _ in range(3):
            assert not unit.journal.keep_seen(content(1), values.extraction(2).record(), values.NOON)
    with store.read() as unit:
        assert unit.journal.registrations([entry.work_id])[entry.work_id].seen == OWN
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        assert connection.execute("SELECT COUNT(*) FROM journal_seen_files").fetchone() == (1,)
    connection.close()


def test_a_record_that_the_registry_made_counts_once_it_is_shared(store: Store) -> None:
    made, claimed = values.registration_entry(1, claimant=values.account(3)), declared(1, 1)
    keep(store, claimed, made)
    assert not seen(store, claimed)
    with store.write() as unit:
        assert unit.journal.share_seen([made.work_id]) == [content(1)]
        found = unit.journal.registrations([claimed.work_id, made.work_id])
    assert found[claimed.work_id].seen == made.fingerprint
    assert found[made.work_id] == made, "a record of the registry's own is as it was signed"


def test_what_differs_is_told_as_the_claimant_signed_it(store: Store) -> None:
    entry = replace(declared(1, 1), fingerprint=values.extraction(1).record() | {"codes": []})
    keep(store, entry)
    other = values.extraction(2).record()
    with store.write() as unit:
        unit.journal.keep_seen(content(1), other, values.NOON)
        found = unit.journal.registrations([entry.work_id])[entry.work_id]
    assert (found.fingerprint_check, found.searched) == (FingerprintCheck.DIFFERS, other)
    assert found.told == (entry.fingerprint, ComputedBy.CLAIMANT)


@pytest.mark.parametrize(
    "change", ["UPDATE journal_seen_files SET seen_at = 0", "DELETE FROM journal_seen_files"]
)
def test_it_is_never_altered(store: Store, tmp_path: Path, change: str) -> None:
    with store.write() as unit:
        unit.journal.keep_seen(content(1), OWN, values.NOON)
    connection = sqlite3.connect(tmp_path / "registry.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change)
    connection.close()


def test_it_stays_when_what_is_said_of_the_work_is_erased(store: Store) -> None:
    entry = declared(1, 1)
    keep(store, entry)
    with store.write() as unit:
        unit.journal.keep_seen(content(1), OWN, values.NOON)
        unit.journal.append(values.redaction_entry(entry))
        assert unit.journal.erase_redacted() == [entry.work_id]
    assert seen(store, entry)
