"""The statements against their golden vectors, then against every alteration."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from registry import statements
from registry.model import (
    Address,
    Answer,
    Declaration,
    DisputeId,
    Hash32,
    Offer,
    OfferFlags,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)

SOMEBODY = Address("0x" + "5b" * 20)
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "statements.json").read_text())


def _domain(contract: str) -> statements.Domain:
    fields = VECTORS["domain"][contract]
    return statements.Domain(contract, fields["chainId"], Address(fields["verifyingContract"]))


def _declaration(message: dict[str, Any]) -> Declaration:
    previous = int(message["previous"])
    return Declaration(
        Address(message["claimant"]),
        Hash32.parse(message["contentHash"]),
        Hash32.parse(message["fingerprintHash"]),
        Hash32.parse(message["metadataHash"]),
        tuple(WorkId.from_int(int(parent)) for parent in message["parents"]),
        WorkId.from_int(previous) if previous else None,
    )


def _statement(kind: str, message: dict[str, Any]) -> statements.Statement:
    makers: dict[str, Callable[[dict[str, Any]], statements.Statement]] = {
        "registration": _registration,
        "supplement": _supplement,
        "redaction": _redaction,
        "offer": _offer,
        "share_table": _share_table,
        "answer": _answer,
    }
    return makers[kind](message)


def _registration(message: dict[str, Any]) -> Registration:
    return Registration(_declaration(message["declaration"]), int(message["deadline"]))


def _supplement(message: dict[str, Any]) -> Supplement:
    return Supplement(
        WorkId.from_int(int(message["workId"])),
        Hash32.parse(message["metadataHash"]),
        message["sequence"],
        int(message["deadline"]),
    )


def _redaction(message: dict[str, Any]) -> Redaction:
    return Redaction(
        WorkId.from_int(int(message["workId"])),
        Hash32.parse(message["metadataHash"]),
        int(message["deadline"]),
    )


def _share_table(message: dict[str, Any]) -> ShareTable:
    return ShareTable(
        WorkId.from_int(int(message["workId"])),
        message["series"],
        message["epoch"],
        tuple(Address(account) for account in message["contributors"]),
        tuple(message["bps"]),
        int(message["deadline"]),
    )


def _answer(message: dict[str, Any]) -> Answer:
    return Answer(
        DisputeId.from_int(int(message["disputeId"])),
        Hash32.parse(message["evidenceHash"]),
        int(message["deadline"]),
    )


def _offer(message: dict[str, Any]) -> Offer:
    return Offer(
        licensor=Address(message["licensor"]),
        work_id=WorkId.from_int(int(message["workId"])),
        series=message["series"],
        terms_hash=Hash32.parse(message["termsHash"]),
        flags=OfferFlags(message["flags"]),
        currency=Address(message["currency"]),
        price=int(message["price"]),
        royalty_bps=message["royaltyBps"],
        max_grants=message["maxGrants"],
        licensee=Address(message["licensee"]),
        valid_from=int(message["validFrom"]),
        valid_until=int(message["validUntil"]),
        duration=int(message["duration"]),
        carrier=Address(message["carrier"]),
        carrier_bps=message["carrierBps"],
        salt=Hash32.parse(message["salt"]),
    )


CASES = [
    pytest.param(kind, contract, vector, id=f"{kind}-{number}")
    for kind, contract in (
        ("registration", "WorkRegistry"),
        ("supplement", "WorkRegistry"),
        ("redaction", "WorkRegistry"),
        ("offer", "LicenseLedger"),
        ("share_table", "RoyaltyVault"),
        ("answer", "DisputeDesk"),
    )
    for number, vector in enumerate(VECTORS[kind])
]


@pytest.mark.parametrize(("kind", "contract", "vector"), CASES)
def test_a_statement_reproduces_its_golden_vector(kind: str, contract: str, vector: dict[str, Any]) -> None:
    statement, domain = _statement(kind, vector["message"]), _domain(contract)
    assert str(statements.struct_hash(statement)) == vector["struct_hash"]
    assert str(statements.digest(statement, domain)) == vector["digest"]
    assert statements.typed_data(statement, domain)["message"] == vector["message"]
    signature = bytes.fromhex(vector["signature"][2:])
    assert statements.recover(statements.digest(statement, domain), signature) == vector["signer"]


@pytest.mark.parametrize("vector", VECTORS["registration"])
def test_a_work_id_is_the_struct_hash_of_the_declaration(vector: dict[str, Any]) -> None:
    assert str(statements.work_id(_declaration(vector["message"]["declaration"]))) == vector["work_id"]


@pytest.mark.parametrize(("kind", "contract", "vector"), CASES)
def test_the_typed_data_is_what_a_wallet_signs(kind: str, contract: str, vector: dict[str, Any]) -> None:
    domain = _domain(contract)
    data = statements.typed_data(_statement(kind, vector["message"]), domain)
    signed = Account.sign_message(encode_typed_data(full_message=data), vector["private_key"])
    assert signed.signature.hex() == vector["signature"][2:]


@pytest.mark.parametrize(("kind", "contract", "vector"), CASES)
def test_a_signature_holds_for_its_own_chain_and_contract_only(
    kind: str, contract: str, vector: dict[str, Any]
) -> None:
    statement, own = _statement(kind, vector["message"]), _domain(contract)
    signature, signer = bytes.fromhex(vector["signature"][2:]), Address(vector["signer"])
    elsewhere = [
        statements.Domain(contract, 1, own.address),
        statements.Domain(contract, own.chain_id, signer),
        statements.Domain("Other", own.chain_id, own.address),
    ]
    for domain in elsewhere:
        assert statements.recover(statements.digest(statement, domain), signature) != signer


def test_a_malleable_signature_is_refused() -> None:
    vector = VECTORS["registration"][0]
    signature = bytes.fromhex(vector["signature"][2:])
    order = 2 * statements.SECP256K1_HALF_ORDER + 1
    high_s = order - int.from_bytes(signature[32:64], "big")
    twin = signature[:32] + high_s.to_bytes(32, "big") + bytes([55 - signature[64]])
    assert statements.recover(bytes.fromhex(vector["digest"][2:]), signature) == vector["signer"]
    assert statements.recover(bytes.fromhex(vector["digest"][2:]), twin) is None


@given(st.binary(max_size=70))
def test_any_bytes_for_a_signature_give_no_signer_or_an_address(signature: bytes) -> None:
    recovered = statements.recover(bytes(32), signature)
    assert recovered is None or isinstance(recovered, Address)


@given(st.integers(0, 5), st.binary(min_size=32, max_size=32))
def test_a_declaration_altered_in_any_field_is_another_work(position: int, other: bytes) -> None:
    declaration = _declaration(VECTORS["registration"][0]["message"]["declaration"])
    fields: dict[str, Any] = {
        name: getattr(declaration, name)
        for name in ("claimant", "content_hash", "fingerprint_hash", "metadata_hash", "parents", "previous")
    }
    name = list(fields)[position]
    altered: Any = Hash32(other)
    if name == "claimant":
        altered = Address("0x" + other[:20].hex())
    if name == "parents":
        altered = (WorkId(other[:-1] + b"\1"),)
    if name == "previous":
        altered = WorkId(other[:-1] + b"\1")
    assert statements.work_id(Declaration(**fields | {name: altered})) != statements.work_id(declaration)


@pytest.mark.parametrize(
    "altered",
    [
        {"licensor": SOMEBODY},
        {"work_id": WorkId(b"\1" * 32)},
        {"terms_hash": Hash32(b"\1" * 32)},
        {"flags": OfferFlags.EXCLUSIVE},
        {"currency": SOMEBODY},
        {"price": 7},
        {"royalty_bps": 5_000},
        {"max_grants": 3},
        {"licensee": SOMEBODY},
        {"valid_until": 1_900_000_001},
        {"duration": 60},
        {"carrier": SOMEBODY, "carrier_bps": 10_000},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_what_an_offer_costs_whom_and_allows_shows_in_its_reading(altered: dict[str, Any]) -> None:
    offer = _statement("offer", VECTORS["offer"][0]["message"])
    assert isinstance(offer, Offer)
    assert statements.plain(replace(offer, **altered)) != statements.plain(offer)


def test_a_dispute_is_named_by_work_evidence_and_opener() -> None:
    work, evidence = WorkId(b"\1" * 32), Hash32(b"\2" * 32)
    encoded = bytes(work) + bytes(evidence) + bytes(12) + bytes.fromhex(SOMEBODY[2:])
    assert statements.dispute_id(work, evidence, SOMEBODY) == keccak(encoded)


def test_a_share_table_s_reading_says_who_is_paid_before_it() -> None:
    for vector in VECTORS["share_table"]:
        table = _share_table(vector["message"])
        reading = statements.plain(table)
        assert "paid first and may together receive everything" in reading
        assert f"for series {table.series} of the title" in reading


def test_each_statement_has_a_plain_reading_with_its_own_facts() -> None:
    for kind, _, vector in (case.values for case in CASES):
        statement = _statement(str(kind), vector["message"])  # type: ignore[index]
        reading = statements.plain(statement)
        assert reading.endswith(".")
        fact = {
            Registration: lambda s: str(s.declaration.content_hash),
            Supplement: lambda s: str(s.metadata_hash),
            Redaction: lambda s: str(s.metadata_hash),
            Offer: lambda s: str(s.price),
            ShareTable: lambda s: statements.percent(s.rest_bps),
            Answer: lambda s: str(s.evidence_hash),
        }[type(statement)](statement)
        assert fact in reading
