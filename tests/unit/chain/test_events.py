from __future__ import annotations

import json
from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_bloom.bloom import BloomFilter
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.calls import abi_value
from registry.chain.events import decode_log, fact_name, in_bloom
from registry.model import Address, Contracts, Hash32
from registry.statements import TYPES, offer_hash
from registry.usecases import facts
from tests.unit.chain.example_acts import OFFER

REGISTRY, LEDGER = Address("0x" + "11" * 20), Address("0x" + "22" * 20)
LOG, VAULT, DESK = (Address("0x" + digits * 20) for digits in ("55", "66", "77"))
CONTRACTS = Contracts(31337, LOG, REGISTRY, LEDGER, VAULT, DESK, 0, Hash32(bytes(32)))


def log(address: str, signature: str, *topics: bytes, data: bytes = b"") -> dict[str, object]:
    return {
        "address": address,
        "topics": ["0x" + topic.hex() for topic in (keccak(text=signature), *topics)],
        "data": "0x" + data.hex(),
        "blockNumber": "0x5",
        "logIndex": "0x3",
        "transactionHash": "0x" + "ab" * 32,
    }


@pytest.mark.parametrize(
    ("solidity", "fact"),
    [("workId", "work_id"), ("previousRelated", "previous_related"), ("to", "to"), ("id", "token_id")],
)
def test_a_parameters_name_becomes_snake_case(solidity: str, fact: str) -> None:
    assert fact_name(solidity) == fact


@pytest.mark.parametrize("address", [REGISTRY, LEDGER])
def test_a_transfer_is_of_a_work_or_a_grant_by_its_contract(address: Address) -> None:
    token = b"\x07" * 32
    transfer = log(address, "Transfer(address,address,uint256)", bytes(32), bytes(12) + b"\x33" * 20, token)
    event = decode_log(transfer, CONTRACTS)
    assert event is not None
    subject = (event.work_id, event.grant_id)
    assert subject == ((token, None) if address == REGISTRY else (None, token))
    assert event.facts["token_id"] == "0x" + "07" * 32
    assert (event.block_number, event.log_index) == (5, 3)


def test_a_share_table_is_told_in_addresses_and_integers() -> None:
    signature = "SharesSet(uint256,uint32,bytes32,uint32,address[],uint16[],uint64)"
    accounts, bps = ["0x" + "33" * 20, "0x" + "44" * 20], [2_500, 100]
    types = ["bytes32", "uint32", "address[]", "uint16[]", "uint64"]
    data = encode(types, [b"\x01" * 32, 6, accounts, bps, 77])
    event = decode_log(log(VAULT, signature, b"\x07" * 32, (1).to_bytes(32, "big"), data=data), CONTRACTS)
    assert event is not None
    assert (event.contract, event.work_id) == ("RoyaltyVault", b"\x07" * 32)
    assert event.facts["contributors"] == [Address(account) for account in accounts]
    assert (event.facts["bps"], event.facts["epoch"], event.facts["deadline"]) == (bps, 1, 77)
    assert event.facts["series"] == 6


def test_a_taken_offer_is_told_field_by_field_and_read_back_as_it_was_signed() -> None:
    types = [one["type"] for one in TYPES["Offer"]]
    data = encode([f"({','.join(types)})"], [abi_value(OFFER)])
    told = log(LEDGER, f"OfferTaken(bytes32,({','.join(types)}))", offer_hash(OFFER), data=data)
    event = decode_log(told, CONTRACTS)
    assert event is not None
    assert (event.work_id, event.grant_id) == (OFFER.work_id, None)
    assert event.facts["offer_hash"] == str(offer_hash(OFFER))
    assert facts.offer(event) == OFFER
    kept = json.loads(json.dumps(event.facts))
    assert facts.offer(replace(event, facts=kept)) == OFFER
    assert (kept["offer"]["price"], kept["offer"]["duration"]) == (str(2**100), 9)


def test_a_grant_that_backed_nothing_names_no_derivative() -> None:
    signature = "GrantEnded(uint256,uint256,uint64,uint256)"
    for derivative, told in ((0, None), (9, str(Hash32.from_int(9)))):
        data = encode(["uint64", "uint256"], [5, derivative])
        event = decode_log(log(LEDGER, signature, b"\x01" * 32, b"\x07" * 32, data=data), CONTRACTS)
        assert event is not None
        assert (event.grant_id, event.work_id) == (b"\x01" * 32, b"\x07" * 32)
        assert event.facts["derivative"] == told


def test_logs_of_other_contracts_and_unknown_events_are_passed_over() -> None:
    signature = "Transfer(address,address,uint256)"
    assert decode_log(log("0x" + "44" * 20, signature, bytes(32), bytes(32), bytes(32)), CONTRACTS) is None
    assert decode_log(log(REGISTRY, "Nothing()"), CONTRACTS) is None
    assert decode_log(log(REGISTRY, signature) | {"topics": []}, CONTRACTS) is None


@given(
    inside=st.lists(st.binary(min_size=20, max_size=32), max_size=20),
    asked=st.binary(min_size=20, max_size=32),
)
def test_a_bloom_says_what_the_reference_says(inside: list[bytes], asked: bytes) -> None:
    reference = BloomFilter()
    reference.extend(inside)
    bloom = int(reference).to_bytes(256, "big")
    assert all(in_bloom(bloom, value) for value in inside)
    assert in_bloom(bloom, asked) == (asked in reference)
