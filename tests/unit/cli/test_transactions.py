from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.abi import abi_to_signature, function_abi_to_4byte_selector

from registry import statements
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.signing import sign
from registry.cli.transactions import (
    PURCHASE_SELECTOR,
    PURCHASE_TYPES,
    REGISTER_SELECTOR,
    CheckedPurchase,
    PurchaseWish,
    node_url,
    purchase_to_sign,
    register_call,
    require_signature,
)
from registry.client import Answer, ColophonClient, NoNodeError, RpcClient
from registry.model import Address, Call, Offer
from tests.unit.cli.proposals import LEDGER, REGISTRY, honest_offer, honest_registration

LICENSOR = Account.from_key(bytes([5]) * 32)
BUYER = Address("0x" + "66" * 20)


def offer() -> Offer:
    return replace(honest_offer(), licensor=Address(LICENSOR.address))


def calldata(bought: Offer, licensee: str = BUYER, max_price: int | None = None) -> bytes:
    fields = tuple(
        bytes.fromhex(value[2:]) if kind["type"] == "bytes32" else value
        for kind, value in zip(statements.TYPES["Offer"], statements.message(bought).values(), strict=True)
    )
    signature = sign(LICENSOR, statements.digest(bought, LEDGER))
    limit = bought.price if max_price is None else max_price
    return PURCHASE_SELECTOR + encode(PURCHASE_TYPES, [fields, signature, licensee, limit])


def proposed(bought: Offer, call: bytes | None = None, changed: dict[str, object] | None = None) -> Answer:
    transaction: dict[str, object] = {
        "to": str(LEDGER.address),
        "chain_id": LEDGER.chain_id,
        "value": str(bought.price),
        "data": f"0x{(calldata(bought) if call is None else call).hex()}",
    }
    return Answer(transaction | (changed or {}), "transaction")


def wish(bought: Offer) -> PurchaseWish:
    return PurchaseWish(statements.offer_hash(bought), BUYER, bought.price)


def functions(contract: str) -> dict[str, dict[str, Any]]:
    text = files("registry.chain.artifacts").joinpath(f"{contract}.json").read_text("utf-8")
    return {part["name"]: part for part in json.loads(text)["abi"] if part["type"] == "function"}


@pytest.mark.parametrize(
    ("contract", "name", "selector"),
    [("LicenseLedger", "purchase", PURCHASE_SELECTOR), ("WorkRegistry", "register", REGISTER_SELECTOR)],
)
def test_the_calls_that_are_made_here_are_those_of_the_contracts(
    contract: str, name: str, selector: bytes
) -> None:
    abi: Any = functions(contract)[name]
    assert function_abi_to_4byte_selector(abi) == selector, abi_to_signature(abi)


def test_an_honest_purchase_is_read_back_whole() -> None:
    bought = offer()
    checked = purchase_to_sign(proposed(bought), LEDGER, wish(bought))
    assert checked.offer == bought
    assert checked.call == Call(LEDGER.address, calldata(bought), bought.price)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"to": "0x" + "77" * 20}, "not to the ledger"),
        ({"to": "nowhere"}, "is no address"),
        ({"chain_id": 1}, "another chain"),
        ({"value": "0"}, "pays 0 wei"),
        ({"value": str(10**18)}, "pays 1 ETH"),
        ({"data": "0x"}, "no purchase"),
        ({"data": "0xzz"}, "not hex"),
        ({"data": f"0x{REGISTER_SELECTOR.hex()}"}, "no purchase"),
        ({"data": f"0x{PURCHASE_SELECTOR.hex()}00"}, "cannot be read"),
    ],
)
def test_a_transaction_that_does_something_else_is_refused(changed: dict[str, object], told: str) -> None:
    bought = offer()
    with pytest.raises(DishonestRegistryError, match=told):
        purchase_to_sign(proposed(bought, changed=changed), LEDGER, wish(bought))


def test_another_offer_than_the_named_one_is_refused() -> None:
    bought = offer()
    dearer = replace(bought, duration=1)
    with pytest.raises(DishonestRegistryError, match="another offer"):
        purchase_to_sign(proposed(dearer), LEDGER, wish(bought))


def test_a_price_over_the_limit_is_refused_even_if_the_registry_lets_it_pass() -> None:
    bought = offer()
    limited = replace(wish(bought), max_price_wei=bought.price - 1)
    with pytest.raises(DishonestRegistryError, match="over the limit"):
        purchase_to_sign(proposed(bought), LEDGER, limited)


def test_a_limit_higher_than_the_buyers_is_refused() -> None:
    bought = offer()
    data = calldata(bought, max_price=bought.price + 1)
    with pytest.raises(DishonestRegistryError, match="higher price"):
        purchase_to_sign(proposed(bought, data), LEDGER, wish(bought))


def test_a_licence_for_somebody_else_is_refused() -> None:
    bought = offer()
    data = calldata(bought, licensee=LICENSOR.address)
    with pytest.raises(DishonestRegistryError, match="licence would go to"):
        purchase_to_sign(proposed(bought, data), LEDGER, wish(bought))


def test_bytes_beyond_the_purchase_are_refused() -> None:
    bought = offer()
    with pytest.raises(DishonestRegistryError, match="more than a purchase"):
        purchase_to_sign(proposed(bought, calldata(bought) + bytes(32)), LEDGER, wish(bought))


def test_a_signature_for_another_ledger_shows_a_false_address() -> None:
    bought = offer()
    false_ledger = replace(LEDGER, address=Address("0x" + "88" * 20))
    checked = CheckedPurchase(bought, sign(LICENSOR, statements.digest(bought, LEDGER)), Call(BUYER, b""))
    node = CodelessNode("http://127.0.0.1:9")
    require_signature(checked, LEDGER, node)
    with pytest.raises(DishonestRegistryError, match="not signed by its licensor"):
        require_signature(checked, false_ledger, node)


class CodelessNode(RpcClient):
    """A chain on which nobody has deployed anything."""

    def has_code(self, account: str) -> bool:
        return account == "a contract"


def test_one_s_own_registration_is_encoded_from_the_checked_declaration() -> None:
    declaration = honest_registration().declaration
    call = register_call(REGISTRY.address, declaration)
    assert call.to == REGISTRY.address
    assert call.value == 0
    assert call.data[:4] == REGISTER_SELECTOR
    assert bytes(declaration.content_hash) in call.data
    assert bytes(declaration.parents[0]) in call.data


def test_a_chain_that_is_not_embedded_needs_a_named_node() -> None:
    with ColophonClient("http://127.0.0.1:9") as client:
        assert node_url(client, None, 31337) == "http://127.0.0.1:9/rpc"
        assert node_url(client, "http://node", 1) == "http://node"
        with pytest.raises(CommandError, match="--rpc"):
            node_url(client, None, 1)


def test_a_node_that_is_away_is_told_by_its_address() -> None:
    with RpcClient("http://127.0.0.1:9") as node, pytest.raises(NoNodeError, match=r"127\.0\.0\.1:9"):
        node.chain_id()
