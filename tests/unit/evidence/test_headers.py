"""Block headers: real ones of every fork, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import rlp
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth_typing import Hash32 as TypedHash
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import (
    EvidenceError,
    EvidenceMismatchError,
    EvidenceTooLargeError,
    MalformedEvidenceError,
    UnsupportedHeaderError,
)
from registry.evidence import decode_header, header_of
from registry.evidence.headers import LIMITS, MAX_TIMESTAMP

# Blocks of Ethereum's main network: the first of all, and the first of London, of Paris and of Shanghai.
MAINNET: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "mainnet_headers.json").read_text("utf-8")
)
SHANGHAI = MAINNET["Shanghai, block 17034870"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("0x00") | st.just("0x1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def items_of(block: dict[str, str]) -> list[bytes]:
    items: list[bytes] = rlp.decode(header_of(block).encoded)
    return items


@pytest.mark.parametrize("name", MAINNET)
def test_a_header_of_the_main_network_makes_the_hash_that_everybody_knows(name: str) -> None:
    told = MAINNET[name]

    header = header_of(told)

    assert str(header.hash) == told["hash"]
    assert str(header.parent_hash) == told["parentHash"]
    assert str(header.receipts_root) == told["receiptsRoot"]
    assert str(header.transactions_root) == told["transactionsRoot"]
    assert (header.number, header.timestamp) == (int(told["number"], 16), int(told["timestamp"], 16))
    assert decode_header(header.encoded) == header


@pytest.mark.parametrize("name", MAINNET)
def test_every_changed_byte_of_a_header_makes_another_hash_or_none(name: str) -> None:
    header = header_of(MAINNET[name])
    for place in range(len(header.encoded)):
        changed = bytearray(header.encoded)
        changed[place] ^= 1
        try:
            assert decode_header(bytes(changed)).hash != header.hash
        except EvidenceError:
            continue


@given(st.data())
def test_the_fields_of_cancun_and_prague_are_those_of_an_independent_implementation(
    data: st.DataObject,
) -> None:
    def hash32() -> bytes:
        return data.draw(st.binary(min_size=32, max_size=32))

    numbers = st.integers(0, 2**64 - 1)
    fields: dict[str, Any] = {
        "parent_hash": hash32(),
        "coinbase": data.draw(st.binary(min_size=20, max_size=20)),
        "transaction_root": hash32(),
        "receipt_root": hash32(),
        "state_root": hash32(),
        "difficulty": 0,
        "block_number": data.draw(numbers),
        "gas_limit": data.draw(numbers),
        "gas_used": data.draw(numbers),
        "timestamp": data.draw(st.integers(0, MAX_TIMESTAMP)),
        "extra_data": data.draw(st.binary(max_size=32)),
        "mix_hash": hash32(),
        "base_fee_per_gas": data.draw(st.integers(0, 2**256 - 1)),
        "withdrawals_root": hash32(),
        "blob_gas_used": data.draw(numbers),
        "excess_blob_gas": data.draw(numbers),
        "parent_beacon_block_root": hash32(),
    }
    theirs: Any = CancunBlockHeader(**fields)
    if data.draw(st.booleans()):
        theirs = PragueBlockHeader(**fields, requests_hash=TypedHash(hash32()))

    ours = decode_header(rlp.encode(theirs))

    assert bytes(ours.hash) == bytes(theirs.hash)
    assert (ours.number, ours.timestamp) == (fields["block_number"], fields["timestamp"])
    assert (ours.parent_hash, ours.receipts_root, ours.transactions_root) == (
        fields["parent_hash"],
        fields["receipt_root"],
        fields["transaction_root"],
    )


@pytest.mark.parametrize("count", [*range(15), 18, 19, 22, 23, 28])
def test_a_header_of_no_known_fork_is_named_as_that(count: int) -> None:
    items = (items_of(SHANGHAI) + [b"\1" * 32] * 20)[:count]
    with pytest.raises(UnsupportedHeaderError) as failure:
        decode_header(rlp.encode(items))
    assert failure.value.facts == {"fields": count}


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (0, b"\1" * 31, "parentHash"),
        (2, b"\1" * 21, "miner"),
        (5, b"", "receiptsRoot"),
        (6, b"\0" * 255, "logsBloom"),
        (7, b"\1" * 33, "difficulty"),
        (8, b"\0\1", "number"),
        (8, b"\1" * 9, "number"),
        (11, b"\0", "timestamp"),
        (12, b"\1" * 33, "extraData"),
        (14, b"\0" * 7, "nonce"),
        (15, b"\1" * 33, "baseFeePerGas"),
        (16, b"\1" * 33, "withdrawalsRoot"),
        (0, [b"\1" * 32], "parentHash is a list|lists in one another"),
    ],
)
def test_a_field_of_a_wrong_size_is_named(place: int, value: object, problem: str) -> None:
    items: list[object] = [*items_of(SHANGHAI)]
    items[place] = value
    with pytest.raises(EvidenceError, match=problem):
        decode_header(rlp.encode(items))


def test_the_largest_header_fits_and_nothing_larger_is_read() -> None:
    sizes = [32, 32, 20, 32, 32, 32, 256, 32, 8, 8, 8, 8, 32, 32, 8, 32, 32, 8, 8, 32, 32]
    items = [b"\xff" * size for size in sizes]
    assert len(rlp.encode(items)) == 742 < LIMITS.size
    items[11] = MAX_TIMESTAMP.to_bytes(5, "big")
    assert decode_header(rlp.encode(items)).time == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    for later in (MAX_TIMESTAMP + 1, 2**64 - 1):
        items[11] = later.to_bytes(8, "big").lstrip(b"\0")
        with pytest.raises(MalformedEvidenceError, match="later than any date"):
            decode_header(rlp.encode(items))
    with pytest.raises(EvidenceTooLargeError):
        decode_header(bytes(LIMITS.size + 1))


def test_a_string_is_no_header() -> None:
    with pytest.raises(MalformedEvidenceError, match="is not a list"):
        decode_header(rlp.encode(b"\1" * 500))


def test_bytes_after_a_header_are_refused() -> None:
    with pytest.raises(MalformedEvidenceError, match="follow"):
        decode_header(header_of(SHANGHAI).encoded + b"\0")


@pytest.mark.parametrize("name", [name for name in SHANGHAI if name not in ("hash", "withdrawalsRoot")])
def test_a_field_that_is_not_told_is_named(name: str) -> None:
    told = {key: value for key, value in SHANGHAI.items() if key != name}
    with pytest.raises(MalformedEvidenceError, match=f"{name} is absent"):
        header_of(told)
    with pytest.raises(MalformedEvidenceError, match=f"{name} is absent"):
        header_of({**told, name: None})


@pytest.mark.parametrize("name", [name for name in SHANGHAI if name != "hash"])
def test_a_changed_field_does_not_make_the_hash(name: str) -> None:
    value = SHANGHAI[name]
    told = {**SHANGHAI, name: value[:-1] + ("1" if value[-1] == "0" else "0")}
    with pytest.raises(EvidenceMismatchError) as failure:
        header_of(told)
    assert failure.value.facts["expected"] == SHANGHAI["hash"]


def test_a_fork_that_came_later_is_refused_with_the_name_of_its_field() -> None:
    fields = [*items_of(SHANGHAI), b"\7" * 32]
    told = {**SHANGHAI, "fooRoot": "0x" + "07" * 32, "hash": "0x" + keccak(rlp.encode(fields)).hex()}
    with pytest.raises(EvidenceMismatchError, match="not known here: fooRoot"):
        header_of(told)


def test_what_is_told_beside_the_header_changes_nothing() -> None:
    beside = {"size": "0x1", "totalDifficulty": "0x0", "transactions": [], "uncles": [], "withdrawals": []}
    assert header_of({**SHANGHAI, **beside, "somethingNew": "0x1"}) == header_of(SHANGHAI)


@given(st.sampled_from(sorted(SHANGHAI)), JSON)
def test_whatever_a_node_tells_there_is_a_header_of_that_hash_or_a_named_failure(
    name: str, value: object
) -> None:
    told = {**SHANGHAI, name: value}
    try:
        header = header_of(told)
    except EvidenceError:
        return
    assert str(header.hash) == told["hash"]


@pytest.mark.parametrize("value", ["0x" + "f" * 10_000_000, "0x" + "0" * 100, "0x", "0x01", "1", "0x-1", 5])
def test_a_number_of_another_form_is_refused(value: object) -> None:
    with pytest.raises(MalformedEvidenceError, match="timestamp is no quantity"):
        header_of({**SHANGHAI, "timestamp": value})


def test_a_field_of_many_megabytes_is_refused_by_its_length() -> None:
    with pytest.raises(EvidenceTooLargeError, match="extraData"):
        header_of({**SHANGHAI, "extraData": "0x" + "zz" * (1 << 25)})


@pytest.mark.parametrize("block", [None, [], "0x", 3, {}, {"hash": "0x"}, {"hash": "0x" + "00" * 32}])
def test_what_is_no_block_is_refused(block: object) -> None:
    with pytest.raises(EvidenceError):
        header_of(cast("dict[str, Any]", block))
