"""Where a deployment lands and what it is made with, worked out without a chain."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from registry.chain.abi import CONTRACT_FACTORY, CONTRACT_NAMES, artifact
from registry.chain.deployment import PUBLIC_BOND_WEI, Plan, embedded_terms, public_terms, sources_path
from registry.chain.deployment.plan import PROXY_CODE, REFERENCES, constructor_types, create3_address, salt_of
from registry.chain.manifest import parse_terms, terms_document
from registry.cli.options import DEFAULT_BOND
from registry.cli.plain import parse_wei
from registry.errors import InvalidValueError
from registry.model import ZERO_ADDRESS, Address, Hash32

DEPLOYER = Address("0x" + "d1" * 20)
ARBITER = Address("0x" + "a7" * 20)
DAY = 86_400


def test_the_proxy_is_the_one_whose_hash_solady_publishes() -> None:
    assert keccak(PROXY_CODE).hex() == "21c35dbe1b344a2488cf3321d6ce542f8e9f305544ff09e4993a62319a497c1f"


def test_what_a_contract_is_made_with_is_what_its_constructor_takes() -> None:
    plan = Plan(DEPLOYER, 0, public_terms(ARBITER))
    for name in (CONTRACT_FACTORY, *CONTRACT_NAMES):
        constructors = [entry for entry in artifact(name).abi if entry["type"] == "constructor"]
        parameters = [one["name"].rstrip("_") for entry in constructors for one in entry["inputs"]]
        assert list(plan.arguments(name)) == parameters
        assert len(constructor_types(name)) == len(parameters)
        assert plan.creation_code(name) == artifact(name).bytecode + plan.encoded_arguments(name)


def test_every_contract_that_a_contract_is_made_with_can_be_read_from_it() -> None:
    assert set(REFERENCES) == set(CONTRACT_NAMES)
    for name, getters in REFERENCES.items():
        for getter in getters:
            assert artifact(name).functions[getter].outputs == ("address",)


def test_addresses_follow_from_deployer_nonce_and_salt_and_not_from_terms() -> None:
    first = Plan(DEPLOYER, 0, public_terms(ARBITER))
    assert first.addresses == Plan(DEPLOYER, 0, embedded_terms(DEPLOYER)).addresses
    others = [Plan(DEPLOYER, 1, first.terms), Plan(ARBITER, 0, first.terms)]
    for other in others:
        assert not set(other.addresses.values()) & set(first.addresses.values())
    assert len(set(first.addresses.values())) == 6


def test_a_salt_is_bound_to_its_sender() -> None:
    factory, salt = Address("0x" + "fa" * 20), salt_of("WorkRegistry")
    assert create3_address(factory, DEPLOYER, salt) != create3_address(factory, ARBITER, salt)
    assert salt == Hash32(keccak(b"Colophon WorkRegistry/1"))


def test_public_terms_are_those_of_the_handbook() -> None:
    terms = public_terms(ARBITER)
    assert (terms.escrow, terms.hold, terms.answer, terms.ruling) == (14 * DAY, 60 * DAY, 14 * DAY, 60 * DAY)
    assert terms.bond == PUBLIC_BOND_WEI == parse_wei(DEFAULT_BOND) == 5 * 10**16


def test_embedded_terms_are_over_in_seconds() -> None:
    terms = embedded_terms(DEPLOYER)
    assert (terms.escrow, terms.hold, terms.answer, terms.ruling) == (5, 3600, 5, 3600)
    assert (terms.bond, terms.arbiter) == (10**16, DEPLOYER)


def test_terms_are_the_same_after_a_file() -> None:
    terms = public_terms(ARBITER, 3)
    assert parse_terms(terms_document(terms)) == terms


@pytest.mark.parametrize(("arbiter", "bond"), [(ZERO_ADDRESS, 1), (ARBITER, -1)])
def test_terms_without_an_arbiter_or_with_a_debt_for_a_bond_are_none(arbiter: Address, bond: int) -> None:
    with pytest.raises(InvalidValueError):
        public_terms(arbiter, bond)


def test_the_sources_for_an_explorer_are_shipped() -> None:
    assert sources_path().stat().st_size > 100_000
