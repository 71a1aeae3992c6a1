"""Values check themselves when they are made."""

from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidValueError
from registry.model import (
    PERPETUAL,
    Address,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Registration,
    Supplement,
    WorkId,
)

CLAIMANT = Address("0x" + "ab" * 20)
HASH = Hash32(b"\7" * 32)


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_prints_and_reads_back(raw: bytes) -> None:
    value = WorkId(raw)
    assert WorkId.parse(str(value)) == value
    assert WorkId.from_int(value.to_int()) == value


@pytest.mark.parametrize(
    "text",
    ["", "0x", "ab" * 32, "0x" + "AB" * 32, "0x" + "ab" * 31, "0x" + "zz" * 32, "0x" + "ab" * 32 + "\n"],
)
def test_a_hash_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Hash32.parse(text)


@given(st.binary(min_size=20, max_size=20))
def test_an_address_is_always_in_eip_55_form(raw: bytes) -> None:
    expected = str(to_checksum_address(raw))
    assert Address("0x" + raw.hex()) == expected
    assert Address(expected) == expected


def test_an_address_with_a_wrong_checksum_is_refused() -> None:
    good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert Address(good) == good
    with pytest.raises(InvalidValueError):
        Address(good.replace("aA", "Aa"))


def test_parents_are_at_most_eight_and_strictly_ascending() -> None:
    ids = [WorkId(bytes([number]) * 32) for number in range(1, 10)]
    Declaration(CLAIMANT, HASH, HASH, HASH, tuple(ids[:8]))
    for wrong in (tuple(ids), (ids[1], ids[0]), (ids[0], ids[0]), (WorkId(bytes(32)),)):
        with pytest.raises(InvalidValueError):
            Declaration(CLAIMANT, HASH, HASH, HASH, wrong)


@pytest.mark.parametrize("deadline", [0, -1, 2**64])
def test_a_deadline_is_a_positive_64_bit_time(deadline: int) -> None:
    declaration = Declaration(CLAIMANT, HASH, HASH, HASH)
    with pytest.raises(InvalidValueError):
        Registration(declaration, deadline)
    with pytest.raises(InvalidValueError):
        Supplement(WorkId(HASH), HASH, 1, deadline)


@pytest.mark.parametrize("sequence", [0, 2**32])
def test_a_supplement_counts_from_one(sequence: int) -> None:
    with pytest.raises(InvalidValueError):
        Supplement(WorkId(HASH), HASH, sequence, 1)


def _offer(**changes: Any) -> Offer:  # any field
    fields: dict[str, Any] = {
        "licensor": CLAIMANT,
        "work_id": WorkId(HASH),
        "series": 0,
        "terms_hash": HASH,
        "flags": OfferFlags(0),
        "price": 1,
        "valid_from": 10,
        "valid_until": 20,
        "salt": HASH,
    }
    return Offer(**fields | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"price": 2**128},
        {"price": -1},
        {"royalty_bps": 10_001},
        {"carrier_bps": 10_001, "carrier": CLAIMANT},
        {"carrier_bps": 1},
        {"carrier": CLAIMANT},
        {"max_grants": 0},
        {"duration": 0},
        {"duration": PERPETUAL + 1},
        {"valid_until": 9},
        {"flags": OfferFlags(16)},
        {"series": 2**32},
    ],
)
def test_an_offer_outside_what_the_ledger_takes_is_refused(changes: dict[str, Any]) -> None:
    _offer()
    with pytest.raises(InvalidValueError):
        _offer(**changes)
