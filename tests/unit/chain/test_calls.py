from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from web3 import Web3

from registry import model
from registry.chain.abi import CONTRACT_NAMES, artifact
from registry.chain.calls import call_of
from registry.model import ZERO_ADDRESS, Act, Address, Hash32, OpenDispute, Purchase
from registry.statements import plain_act
from tests.unit.chain.example_acts import CONTRACTS, EXAMPLES, OFFER, SIGNATURE, WORK

# What changes state and is no act of a person: contracts call each other so, tokens move as they do anywhere.
NOT_ACTS = {
    "assign",
    "mark",
    "bind",
    "unbind",
    "reset",
    "setParentTerms",
    "endGrant",
    "approve",
    "setApprovalForAll",
    "safeTransferFrom",
    "purchaseWithPermit",  # prices in tokens are not carried by the service
}
SENT_BY_CONTRACTS = {("LicenseLedger", "release")}

ids = [type(act).__name__ for act, _ in EXAMPLES]


@pytest.mark.parametrize(("act", "arguments"), EXAMPLES, ids=ids)
def test_an_act_is_encoded_as_web3_encodes_its_arguments(act: Act, arguments: list[Any]) -> None:
    call = call_of(CONTRACTS, act)
    encoder = Web3().eth.contract(abi=artifact(act.contract).abi)
    assert call.data.hex() == encoder.encode_abi(act.function, args=arguments)[2:]
    assert call.to == CONTRACTS.addresses[act.contract]


@pytest.mark.parametrize(("act", "arguments"), EXAMPLES, ids=ids)
def test_an_act_reads_as_one_sentence(act: Act, arguments: list[Any]) -> None:
    sentence = plain_act(act)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    named = [str(one) for one in arguments if isinstance(one, Address) and one != ZERO_ADDRESS]
    assert not named or any(address in sentence for address in named)


def test_every_act_has_an_example() -> None:
    acts = {
        kind
        for kind in vars(model).values()
        if isinstance(kind, type) and issubclass(kind, Act) and kind is not Act
    }
    assert {type(act) for act, _ in EXAMPLES} == acts


def test_everything_a_person_can_do_on_chain_is_an_act() -> None:
    changing = {
        (name, entry["name"])
        for name in CONTRACT_NAMES
        for entry in artifact(name).abi
        if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable")
    }
    acts = {(act.contract, act.function) for act, _ in EXAMPLES}
    assert acts <= changing
    assert {one for one in changing - acts if one[1] not in NOT_ACTS} == SENT_BY_CONTRACTS


@pytest.mark.parametrize(("currency", "value"), [("00", 2**100), ("44", 0)], ids=["coin", "token"])
def test_the_price_travels_with_the_call_only_in_the_native_coin(currency: str, value: int) -> None:
    offer = replace(OFFER, currency=Address("0x" + currency * 20))
    assert call_of(CONTRACTS, Purchase(offer, SIGNATURE, OFFER.licensee, 2**100)).value == value


def test_who_opens_a_dispute_reads_how_its_holder_can_escape_it_and_what_to_do() -> None:
    sentence = plain_act(OpenDispute(WORK, Hash32(bytes(32)), Hash32(bytes(32)), ZERO_ADDRESS, 1))
    assert "the holder can escape it by passing the title on" in sentence
    assert "ask the arbiter to open it" in sentence


def test_a_bond_travels_with_the_dispute_it_opens() -> None:
    act = OpenDispute(WORK, Hash32(bytes(32)), Hash32(bytes(32)), ZERO_ADDRESS, 10**16)
    assert call_of(CONTRACTS, act).value == 10**16
