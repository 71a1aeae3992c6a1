from __future__ import annotations

import pytest
from eth_bloom.bloom import BloomFilter
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.events import decode_log, fact_name, in_bloom
from registry.model import Address, Contracts, Hash32

REGISTRY, LEDGER = Address("0x" + "11" * 20), Address("0x" + "22" * 20)
CONTRACTS = Contracts(31337, REGISTRY, LEDGER, 0, Hash32(bytes(32)))


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
