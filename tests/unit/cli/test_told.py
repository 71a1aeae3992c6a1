from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from registry import statements
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.offering import document_of
from registry.cli.told import (
    contracts_told,
    declaration_told,
    dispute_told,
    offer_told,
    sale_told,
    table_told,
)
from registry.client import Answer, UnexpectedAnswerError
from registry.model import Address, Hash32, Sale, ShareTable, no_table
from tests.unit.cli.proposals import CLAIMANT, CONTRACTS, PARENT, honest_offer, honest_registration

OTHER = "0x" + "55" * 32
ELSEWHERE = "0x" + "44" * 20
TABLE = ShareTable(PARENT, 4, 2, (Address("0x" + "01" * 20), Address("0x" + "02" * 20)), (1000, 2500), 5000)


def bent(document: dict[str, Any], name: str, value: object) -> Answer:
    copy = json.loads(json.dumps(document))
    copy[name] = value
    return Answer(copy)


def record() -> dict[str, Any]:
    declaration = honest_registration().declaration
    return {
        "claimant": str(declaration.claimant),
        "content_hash": str(declaration.content_hash),
        "fingerprint_hash": str(declaration.fingerprint_hash),
        "metadata_hash": str(declaration.metadata_hash),
        "parents": [str(parent) for parent in declaration.parents],
        "previous": None,
    }


def test_a_declaration_is_what_the_work_s_id_commits_to() -> None:
    declaration = honest_registration().declaration
    told = Answer({"declaration": record()})
    assert declaration_told(told, statements.work_id(declaration)) == declaration


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("claimant", ELSEWHERE),
        ("content_hash", OTHER),
        ("fingerprint_hash", OTHER),
        ("metadata_hash", OTHER),
        ("parents", []),
        ("previous", OTHER),
        ("claimant", "nobody"),
        ("parents", ["0x00"]),
    ],
)
def test_a_declaration_with_one_other_field_is_not_believed(name: str, value: object) -> None:
    work_id = statements.work_id(honest_registration().declaration)
    with pytest.raises(DishonestRegistryError, match="nothing was signed"):
        declaration_told(Answer({"declaration": bent(record(), name, value)}), work_id)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("licensor", ELSEWHERE),
        ("work_id", OTHER),
        ("series", 9),
        ("terms_hash", OTHER),
        ("flags", []),
        ("flags", ["transferable", "friendly"]),
        ("currency", ELSEWHERE),
        ("price_wei", "1"),
        ("royalty_bps", 1),
        ("max_grants", 1),
        ("licensee", ELSEWHERE),
        ("valid_from", "1"),
        ("valid_until", "99999999999"),
        ("duration", "1"),
        ("salt", OTHER),
        ("price_wei", str(2**200)),
    ],
)
def test_an_offer_is_what_its_hash_commits_to(name: str, value: object) -> None:
    offer, document = honest_offer(), document_of(honest_offer())
    offer_hash = statements.offer_hash(offer)
    assert offer_told(Answer({"offer": document_of(offer)}), offer_hash) == offer
    if bent(document, name, value)["flags"] == ["transferable", "friendly"]:
        assert offer_told(Answer({"offer": bent(document_of(offer), name, value)}), offer_hash) == offer
        return
    with pytest.raises(DishonestRegistryError):
        offer_told(Answer({"offer": bent(document, name, value)}), offer_hash)


@pytest.mark.parametrize(("name", "value"), [("serial", 4), ("serial", 0), ("offer", {})])
def test_a_sale_is_what_the_grant_s_id_commits_to(name: str, value: object) -> None:
    offer = honest_offer()
    offer_hash = statements.offer_hash(offer)
    grant_id = statements.grant_id(offer_hash, 3)
    sale: dict[str, Any] = {"offer": document_of(offer), "serial": 3}
    assert sale_told(Answer(sale), grant_id) == Sale(offer, 3)
    with pytest.raises((DishonestRegistryError, UnexpectedAnswerError)):
        sale_told(bent(sale, name, value), grant_id)


def test_a_sale_of_another_offer_is_not_believed() -> None:
    offer = honest_offer()
    grant_id = statements.grant_id(statements.offer_hash(offer), 3)
    cheaper = document_of(replace(offer, price=1))
    with pytest.raises(DishonestRegistryError, match="was asked for"):
        sale_told(Answer({"offer": cheaper, "serial": 3}), grant_id)


def rows() -> dict[str, Any]:
    return {
        "series": TABLE.series,
        "epoch": TABLE.epoch,
        "table_hash": str(statements.struct_hash(TABLE)),
        "contributors": [
            {"account": account, "bps": bps}
            for account, bps in zip(TABLE.contributors, TABLE.bps, strict=True)
        ],
        "deadline_unix": str(TABLE.deadline),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("series", 5),
        ("epoch", 3),
        ("contributors", []),
        ("deadline_unix", "5001"),
        ("table_hash", OTHER),
        ("table_hash", "0x"),
        ("contributors", [{"account": CLAIMANT, "bps": 20_000}]),
    ],
)
def test_a_share_table_is_what_its_hash_commits_to(name: str, value: object) -> None:
    assert table_told(Answer(rows()), PARENT) == TABLE
    with pytest.raises(DishonestRegistryError):
        table_told(bent(rows(), name, value), PARENT)


def test_rows_without_a_hash_are_not_believed() -> None:
    with pytest.raises(UnexpectedAnswerError, match="table_hash"):
        table_told(bent(rows(), "table_hash", None), PARENT)


@pytest.mark.parametrize("epoch", [0, 3])
def test_a_time_without_a_table_needs_no_hash(epoch: int) -> None:
    told: dict[str, Any] = {"series": 0, "epoch": epoch, "contributors": [], "deadline_unix": "0"}
    assert table_told(Answer(told | {"table_hash": None}), PARENT) == no_table(PARENT, epoch)
    with pytest.raises(DishonestRegistryError):
        table_told(Answer(told | {"table_hash": OTHER}), PARENT)


@pytest.mark.parametrize("name", ["work_id", "evidence_hash", "opener"])
def test_a_dispute_is_about_the_work_that_its_id_commits_to(name: str) -> None:
    evidence = Hash32(bytes([6]) * 32)
    told = {"work_id": str(PARENT), "evidence_hash": str(evidence), "opener": str(CLAIMANT)}
    dispute_id = statements.dispute_id(PARENT, evidence, CLAIMANT)
    assert dispute_told(Answer(told), dispute_id) == PARENT
    with pytest.raises(DishonestRegistryError):
        dispute_told(bent(told, name, ELSEWHERE if name == "opener" else OTHER), dispute_id)


def test_a_registry_that_names_no_contracts_is_none() -> None:
    told: dict[str, Any] = {
        "chain_id": CONTRACTS.chain_id,
        "deployed_at_block": 1,
        "manifest_id": str(CONTRACTS.manifest_id),
        **{
            name: str(getattr(CONTRACTS, name))
            for name in (
                "checkpoint_log",
                "work_registry",
                "license_ledger",
                "royalty_vault",
                "dispute_desk",
            )
        },
    }
    assert contracts_told(Answer(told)) == CONTRACTS
    with pytest.raises(CommandError) as raised:
        contracts_told(bent(told, "royalty_vault", "somewhere"))
    assert raised.value.code == "unexpected-answer"
