from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from registry import statements
from registry.cli.consent import content_hash, offer_to_sign, registration_to_sign, statement_to_sign
from registry.cli.failures import DishonestRegistryError
from registry.client import Answer, UnexpectedAnswerError
from registry.model import Address, ShareTable
from registry.statements import Domain
from tests.unit.cli.proposals import (
    CONTRACTS,
    LEDGER,
    PARENT,
    REGISTRY,
    WANTED,
    WINDOW_SECONDS,
    WISH,
    as_answered,
    honest_offer,
    honest_registration,
)

OTHER_ADDRESS = "0x" + "44" * 20
OTHER_HASH = "0x" + "55" * 32


def test_an_honest_registration_is_taken_as_it_is() -> None:
    registration = honest_registration()
    assert registration_to_sign(as_answered(registration, REGISTRY), REGISTRY, WISH) == registration


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("primaryType",), "Offer", "kind of statement"),
        (("domain", "chainId"), 1, "chain and contract"),
        (("domain", "verifyingContract"), OTHER_ADDRESS, "chain and contract"),
        (("domain", "name"), "Colophon LicenseLedger", "chain and contract"),
        (("message", "declaration", "contentHash"), OTHER_HASH, "SHA-256 of the file"),
        (("message", "declaration", "claimant"), OTHER_ADDRESS, "claimant"),
        (("message", "declaration", "parents"), [], "derives from"),
        (("message", "declaration", "previous"), "1", "earlier version"),
        (("message", "declaration", "extra"), 1, "not those of this statement"),
        (("message", "declaration", "metadataHash"), "0x12", "make no statement"),
        (("message", "deadline"), 2**40, "within 7 days"),
        (("message", "deadline"), 1, "within 7 days"),
        (("types", "Registration"), [{"name": "deadline", "type": "uint64"}], "not those of this statement"),
    ],
)
def test_a_registration_that_says_something_else_is_refused(
    path: tuple[str, ...], value: object, told: str
) -> None:
    proposed = as_answered(honest_registration(), REGISTRY, *path, value=value)
    with pytest.raises(DishonestRegistryError, match=told):
        registration_to_sign(proposed, REGISTRY, WISH)


def test_a_statement_without_its_message_is_no_answer() -> None:
    with pytest.raises(UnexpectedAnswerError, match="message is missing"):
        registration_to_sign(Answer({"primaryType": "Registration"}), REGISTRY, WISH)


def test_an_honest_offer_is_taken_with_what_the_registry_filled_in() -> None:
    offer = honest_offer()
    assert offer_to_sign(as_answered(offer, LEDGER), LEDGER, WANTED, WINDOW_SECONDS) == offer


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("licensor", OTHER_ADDRESS, "licensor"),
        ("workId", "5", "work id"),
        ("termsHash", OTHER_HASH, "terms hash"),
        ("flags", 9, "flags"),
        ("flags", 2**16, "make no statement"),
        ("currency", OTHER_ADDRESS, "currency"),
        ("price", "1", "price"),
        ("royaltyBps", 1, "royalty bps"),
        ("maxGrants", 11, "max grants"),
        ("licensee", OTHER_ADDRESS, "licensee"),
        ("duration", 31_536_001, "duration"),
        ("validUntil", 2**50, "later than wanted"),
    ],
)
def test_an_offer_that_says_something_else_is_refused(field: str, value: object, told: str) -> None:
    proposed = as_answered(honest_offer(), LEDGER, "message", field, value=value)
    with pytest.raises(DishonestRegistryError, match=told):
        offer_to_sign(proposed, LEDGER, WANTED, WINDOW_SECONDS)


def test_a_carrier_that_the_licensor_did_not_name_is_refused() -> None:
    proposed = as_answered(honest_offer(), LEDGER, "message", "carrier", value=OTHER_ADDRESS)
    proposed["message"]["carrierBps"] = 500
    with pytest.raises(DishonestRegistryError, match="carrier"):
        offer_to_sign(proposed, LEDGER, WANTED, WINDOW_SECONDS)


def test_an_offer_for_another_ledger_is_refused() -> None:
    with pytest.raises(DishonestRegistryError, match="chain and contract"):
        offer_to_sign(as_answered(honest_offer(), REGISTRY), LEDGER, WANTED, WINDOW_SECONDS)


def test_the_sentence_is_made_from_what_will_be_signed() -> None:
    registration = registration_to_sign(as_answered(honest_registration(), REGISTRY), REGISTRY, WISH)
    sentence = statements.plain(registration)
    assert str(WISH.content_hash) in sentence
    assert str(WISH.claimant) in sentence


def test_a_file_is_hashed_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert str(content_hash(file)) == "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


TABLE = ShareTable(PARENT, 4, 2, (Address("0x" + "01" * 20), Address("0x" + "02" * 20)), (1000, 2500), 0)
VAULT = Domain("RoyaltyVault", CONTRACTS.chain_id, CONTRACTS.royalty_vault)


def test_a_table_is_signed_with_the_deadline_that_the_registry_chose_and_nothing_else_of_its_choice() -> None:
    soon = replace(TABLE, deadline=int(time.time()) + 86_400)
    assert statement_to_sign(as_answered(soon, VAULT), VAULT, TABLE) == soon


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("primaryType",), "Answer", "kind of statement"),
        (("domain", "verifyingContract"), OTHER_ADDRESS, "chain and contract"),
        (("message", "deadline"), 2**40, "within 7 days"),
        (("message", "workId"), "5", "not those of this statement"),
        (("message", "series"), 5, "not those of this statement"),
        (("message", "epoch"), 3, "not those of this statement"),
        (("message", "bps"), [3000, 500], "not those of this statement"),
        (("message", "contributors"), [OTHER_ADDRESS], "not those of this statement"),
    ],
)
def test_a_table_that_says_something_else_is_refused(path: tuple[str, ...], value: object, told: str) -> None:
    soon = replace(TABLE, deadline=int(time.time()) + 86_400)
    with pytest.raises(DishonestRegistryError, match=told):
        statement_to_sign(as_answered(soon, VAULT, *path, value=value), VAULT, TABLE)
