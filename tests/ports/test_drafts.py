"""Drafts: whole until they expire, and then gone with all they held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.model import Feature
from registry.ports import Draft, Store
from tests.ports.values import NOON, draft, extraction, hash_of, metadata_document, registration

EMPTY = draft(1)
FULL = replace(
    draft(2),
    preview=hash_of("preview"),
    deposit=hash_of("deposit"),
    answers={str(hash_of("match")): "acknowledged"},
    registration=registration(2),
    metadata=metadata_document(2),
)
FEATURELESS = replace(draft(3), extraction=extraction(3, features=0), answers={})


@pytest.mark.parametrize("kept", [EMPTY, FULL, FEATURELESS])
def test_a_draft_comes_back_equal_with_the_bytes_of_its_features(store: Store, kept: Draft) -> None:
    with store.write() as unit:
        unit.drafts.put(kept)
    with store.read() as unit:
        found = unit.drafts.get(kept.key)
    assert found == kept
    assert found is not None
    assert found.extraction.record_hash() == kept.extraction.record_hash()


def test_putting_a_draft_again_replaces_all_of_it(store: Store) -> None:
    answered = replace(
        draft(1), extraction=extraction(7, features=1), answers={str(hash_of("match")): "derivative"}
    )
    with store.write() as unit:
        unit.drafts.put(EMPTY)
        unit.drafts.put(FULL)
        unit.drafts.put(answered)
    with store.read() as unit:
        assert unit.drafts.get(EMPTY.key) == answered
        assert unit.drafts.get(FULL.key) == FULL


def test_two_features_of_the_same_bytes_are_both_there(store: Store) -> None:
    twins = (Feature("local-0/1", b"the same"), Feature("local-1/1", b"the same"))
    kept = replace(draft(1), extraction=replace(extraction(1), features=twins))
    with store.write() as unit:
        unit.drafts.put(kept)
    with store.read() as unit:
        assert unit.drafts.get(kept.key) == kept


def test_only_expired_drafts_are_purged(store: Store) -> None:
    old, young = replace(draft(1), expires_at=NOON), replace(draft(2), expires_at=NOON + timedelta(seconds=1))
    with store.write() as unit:
        unit.drafts.put(old)
        unit.drafts.put(young)
        assert unit.drafts.purge(NOON) == []
        assert unit.drafts.get(old.key) == old, "a draft that expires now is not older than now"
        unit.drafts.purge(NOON + timedelta(seconds=1))
    with store.read() as unit:
        assert unit.drafts.get(old.key) is None
        assert unit.drafts.get(young.key) == young


def test_purging_names_the_blobs_that_no_other_draft_names(store: Store) -> None:
    shared, alone, kept = hash_of("shared"), hash_of("alone"), hash_of("kept")
    later = NOON + timedelta(hours=1)
    with store.write() as unit:
        unit.drafts.put(replace(draft(1), expires_at=NOON, preview=shared, deposit=alone))
        unit.drafts.put(replace(draft(2), expires_at=NOON))
        unit.drafts.put(replace(draft(3), expires_at=later, preview=kept, deposit=shared))
        assert unit.drafts.purge(NOON + timedelta(seconds=1)) == [alone]
        assert unit.drafts.purge(NOON + timedelta(seconds=1)) == []
        assert unit.drafts.purge(later + timedelta(seconds=1)) == sorted([kept, shared])


def test_an_unknown_draft_is_none(store: Store) -> None:
    with store.read() as unit:
        assert unit.drafts.get(hash_of("never made")) is None
