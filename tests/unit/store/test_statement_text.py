"""A statement survives being written down: its digest would not forgive one changed bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.canonical import canonical_bytes
from registry.model import (
    ALL_FLAGS,
    MAX_BPS,
    MAX_CONTRIBUTORS,
    MAX_PRICE_WEI,
    UINT64_MAX,
    ZERO_ADDRESS,
    Address,
    Answer,
    Declaration,
    DisputeId,
    Hash32,
    Offer,
    OfferFlags,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)
from registry.store.statement_text import (
    to_answer,
    to_document,
    to_offer,
    to_registration,
    to_share_table,
    to_supplement,
)

_words = st.binary(min_size=32, max_size=32)
_hashes = _words.map(Hash32)
_works = _words.filter(any).map(WorkId)
_addresses = st.binary(min_size=20, max_size=20).filter(any).map(lambda data: Address("0x" + data.hex()))
_times = st.integers(1, UINT64_MAX)
_registrations = st.builds(
    Registration,
    declaration=st.builds(
        Declaration,
        claimant=_addresses,
        content_hash=_hashes,
        fingerprint_hash=_hashes,
        metadata_hash=_hashes,
        parents=st.sets(_works, max_size=8).map(lambda parents: tuple(sorted(parents))),
        previous=st.none() | _works,
    ),
    deadline=_times,
)
_supplements = st.builds(
    Supplement, work_id=_works, metadata_hash=_hashes, sequence=st.integers(1, 2**32 - 1), deadline=_times
)

_answers = st.builds(Answer, dispute_id=_words.map(DisputeId), evidence_hash=_hashes, deadline=_times)


@st.composite
def _share_tables(draw: st.DrawFn) -> ShareTable:
    contributors = sorted(draw(st.sets(_addresses, max_size=MAX_CONTRIBUTORS)), key=str.lower)
    bps = draw(
        st.lists(
            st.integers(1, MAX_BPS // MAX_CONTRIBUTORS),
            min_size=len(contributors),
            max_size=len(contributors),
        )
    )
    epoch = draw(st.integers(1, 2**32 - 1))
    series = draw(st.integers(0, 2**32 - 1))
    return ShareTable(draw(_works), series, epoch, tuple(contributors), tuple(bps), draw(_times))


@st.composite
def _offers(draw: st.DrawFn) -> Offer:
    valid_from = draw(st.integers(0, UINT64_MAX))
    carrier_bps = draw(st.integers(0, 10_000))
    return Offer(
        licensor=draw(_addresses),
        work_id=draw(_works),
        series=draw(st.integers(0, 2**32 - 1)),
        terms_hash=draw(_hashes),
        flags=OfferFlags(draw(st.integers(0, ALL_FLAGS))),
        price=draw(st.integers(0, MAX_PRICE_WEI)),
        valid_from=valid_from,
        valid_until=draw(st.integers(valid_from, UINT64_MAX)),
        salt=draw(_hashes),
        currency=draw(_addresses | st.just(ZERO_ADDRESS)),
        royalty_bps=draw(st.integers(0, 10_000)),
        max_grants=draw(st.integers(1, 2**32 - 1)),
        licensee=draw(_addresses | st.just(ZERO_ADDRESS)),
        duration=draw(_times),
        carrier=draw(_addresses) if carrier_bps else ZERO_ADDRESS,
        carrier_bps=carrier_bps,
    )


@given(_registrations)
def test_a_registration_comes_back_equal(statement: Registration) -> None:
    document = to_document(statement)
    assert canonical_bytes(document)
    assert to_registration(document) == statement


@given(_supplements)
def test_a_supplement_comes_back_equal(statement: Supplement) -> None:
    document = to_document(statement)
    assert canonical_bytes(document)
    assert to_supplement(document) == statement


@given(_offers())
def test_an_offer_comes_back_equal(statement: Offer) -> None:
    document = to_document(statement)
    assert canonical_bytes(document)
    assert to_offer(document) == statement


@given(_share_tables())
def test_a_share_table_comes_back_equal(statement: ShareTable) -> None:
    document = to_document(statement)
    assert canonical_bytes(document)
    assert to_share_table(document) == statement


@given(_answers)
def test_an_answer_comes_back_equal(statement: Answer) -> None:
    document = to_document(statement)
    assert canonical_bytes(document)
    assert to_answer(document) == statement
