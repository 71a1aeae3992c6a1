"""The journal: what was signed, in order, for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from registry.errors import InvalidDocumentError, StoreUnavailableError
from registry.ports import JournalEntry, Store
from registry.store import open_engine
from registry.store.engine import WRITES
from tests.ports.values import (
    NOON,
    account,
    answer_entry,
    consent_entry,
    hash_of,
    offer_entry,
    registration_entry,
    supplement_entry,
    work_id,
)


def _append(store: Store, *entries: JournalEntry) -> list[int]:
    with store.write() as unit:
        return [unit.journal.append(entry) for entry in entries]


def test_every_kind_of_statement_comes_back_equal_and_in_order(store: Store) -> None:
    first = registration_entry(1)
    entries: list[JournalEntry] = [
        first,
        supplement_entry(1, first.work_id),
        offer_entry(1, first.work_id),
        registration_entry(2),
        consent_entry(1, first.work_id),
        answer_entry(1, first.work_id),
    ]
    assert _append(store, *entries) == [1, 2, 3, 4, 5, 6]
    with store.read() as unit:
        assert unit.journal.entries() == list(enumerate(entries, start=1))


def test_entries_are_read_in_pages(store: Store) -> None:
    _append(store, *(registration_entry(number) for number in range(5)))
    with store.read() as unit:
        assert [sequence for sequence, _ in unit.journal.entries(after=1, limit=3)] == [2, 3, 4]
        assert unit.journal.entries(after=5) == []


def test_the_same_digest_again_changes_nothing_and_keeps_its_number(store: Store) -> None:
    entry = registration_entry(1)
    assert _append(store, entry, registration_entry(2)) == [1, 2]
    assert _append(store, replace(entry, token_hash=hash_of("another token"), report={"other": 1})) == [1]
    with store.read() as unit:
        assert unit.journal.registrations([entry.work_id]) == {entry.work_id: entry}
        assert len(unit.journal.entries()) == 2


def test_a_work_signed_again_shows_its_newest_declaration(store: Store) -> None:
    expired, renewed = registration_entry(1, deadline=1_000), registration_entry(1, deadline=2_000)
    other = registration_entry(2)
    assert expired.work_id == renewed.work_id
    _append(store, expired, other, renewed)
    with store.read() as unit:
        found = unit.journal.registrations([expired.work_id, other.work_id, work_id(77)])
        assert found == {renewed.work_id: renewed, other.work_id: other}
        claim = renewed.registration.declaration
        assert unit.journal.registrations_of(claim.claimant, claim.content_hash) == [expired, renewed]


def test_a_receipt_token_finds_the_record_it_was_given_for(store: Store) -> None:
    expired, renewed = registration_entry(1, deadline=1_000), registration_entry(1, deadline=2_000)
    _append(store, expired, renewed)
    with store.read() as unit:
        assert unit.journal.registration_by_token(expired.token_hash) == expired
        assert unit.journal.registration_by_token(renewed.token_hash) == renewed
        assert unit.journal.registration_by_token(hash_of("guess")) is None


def test_declarations_of_the_same_bytes_are_told_apart_by_claimant(store: Store) -> None:
    mine, theirs = registration_entry(1, claimant=account(1)), registration_entry(1, claimant=account(2))
    _append(store, mine, theirs)
    content = mine.registration.declaration.content_hash
    with store.read() as unit:
        assert unit.journal.registrations_of(account(1), content) == [mine]
        assert unit.journal.registrations_of(account(2), content) == [theirs]
        assert unit.journal.registrations_of(account(3), content) == []


def test_offers_are_found_by_hash_and_by_work_in_order_of_arrival(store: Store) -> None:
    work = registration_entry(1)
    later, earlier = offer_entry(2, work.work_id), offer_entry(1, work.work_id)
    elsewhere = offer_entry(3, work_id(5))
    _append(store, work, later, elsewhere, earlier)
    with store.read() as unit:
        assert unit.journal.offers_of(work.work_id) == [later, earlier]
        found = unit.journal.offers([earlier.offer_hash, elsewhere.offer_hash])
        assert found == {earlier.offer_hash: earlier, elsewhere.offer_hash: elsewhere}
        assert unit.journal.offers([]) == {}


def test_what_is_signed_about_a_work_is_found_by_its_kind_in_order_of_arrival(store: Store) -> None:
    work, other = work_id(1), work_id(2)
    supplements = [supplement_entry(number, work) for number in (2, 1)]
    consents = [consent_entry(1, work, signer) for signer in (3, 1, 2)]
    answers = [answer_entry(number, work) for number in (2, 1)]
    elsewhere: list[JournalEntry] = [
        supplement_entry(3, other),
        consent_entry(1, other),
        answer_entry(3, other),
    ]
    _append(store, *supplements, *elsewhere, *consents, *answers)
    with store.read() as unit:
        assert unit.journal.supplements_of(work) == supplements
        assert unit.journal.consents_of(work) == consents
        assert unit.journal.answers_of(work) == answers
        assert unit.journal.supplements_of(work_id(3)) == []


def test_a_blob_is_named_while_a_record_keeps_it(store: Store) -> None:
    entry = registration_entry(1)
    _append(store, entry)
    assert entry.preview is not None
    assert entry.deposit is not None
    with store.read() as unit:
        assert unit.journal.names_blob(entry.preview)
        assert unit.journal.names_blob(entry.deposit)
        assert not unit.journal.names_blob(hash_of("nothing"))


def test_a_journal_is_bound_to_the_first_deployment_it_meets(store: Store) -> None:
    with store.write() as unit:
        assert unit.journal.bind(hash_of("deployment")) == hash_of("deployment")
    with store.write() as unit:
        assert unit.journal.bind(hash_of("another")) == hash_of("deployment")


def test_times_are_kept_to_the_second(store: Store) -> None:
    entry = replace(registration_entry(1), received_at=NOON + timedelta(microseconds=999_999))
    _append(store, entry)
    with store.read() as unit:
        assert unit.journal.registrations([entry.work_id])[entry.work_id].received_at == NOON


def test_a_document_without_canonical_form_is_refused_and_takes_no_number(store: Store) -> None:
    with pytest.raises(InvalidDocumentError):
        _append(store, replace(registration_entry(1), metadata={"aspect": 1.5}))
    assert _append(store, registration_entry(2)) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET signature = x'00'",
        "UPDATE journal SET statement = '{}'",
        "UPDATE journal SET sequence = sequence + 1",
        "DELETE FROM journal",
        "DELETE FROM journal_documents",
        "UPDATE journal_deployment SET manifest_id = x'00'",
        "DELETE FROM journal_deployment",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
    ],
)
def test_the_database_itself_refuses_to_alter_the_journal(store: Store, uri: str, statement: str) -> None:
    entry = registration_entry(1)
    _append(store, entry)
    with store.write() as unit:
        unit.journal.bind(hash_of("deployment"))
    shell = open_engine(uri)
    with (
        pytest.raises(StoreUnavailableError, match="append-only"),
        shell.execution_options(**{WRITES: True}).begin() as connection,
    ):
        connection.execute(text(statement))
    shell.dispose()
    with store.read() as unit:
        assert unit.journal.entries() == [(1, entry)]
