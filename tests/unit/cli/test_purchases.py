from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account

from registry import statements
from registry.chain.calls import call_of
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.offering import document_of
from registry.cli.purchases import PurchaseWish, purchase_to_sign, require_signature
from registry.cli.signing import sign
from registry.client import Answer, RpcClient
from registry.model import Address, Call, Offer, Purchase
from tests.unit.cli.proposals import CONTRACTS, LEDGER, honest_offer

LICENSOR = Account.from_key(bytes([5]) * 32)
BUYER = Address("0x" + "66" * 20)


def offer() -> Offer:
    return replace(honest_offer(), licensor=Address(LICENSOR.address))


def signature(bought: Offer) -> bytes:
    return sign(LICENSOR, statements.digest(bought, LEDGER))


def published(bought: Offer) -> Answer:
    told = {"offer": document_of(bought), "signature": f"0x{signature(bought).hex()}"}
    return Answer(told, "offer")


def call(bought: Offer, licensee: Address = BUYER, max_price: int | None = None) -> Call:
    limit = bought.price if max_price is None else max_price
    return call_of(CONTRACTS, Purchase(bought, signature(bought), licensee, limit))


def proposed(bought: Call, **changed: object) -> Answer:
    transaction: dict[str, object] = {
        "to": str(bought.to),
        "chain_id": CONTRACTS.chain_id,
        "value": str(bought.value),
        "data": f"0x{bought.data.hex()}",
    }
    return Answer(transaction | changed, "transaction")


def wish(bought: Offer) -> PurchaseWish:
    return PurchaseWish(statements.offer_hash(bought), BUYER, bought.price)


def test_an_honest_purchase_is_what_would_be_built_here() -> None:
    bought = offer()
    purchase = purchase_to_sign(proposed(call(bought)), published(bought), CONTRACTS, wish(bought))
    assert purchase == Purchase(bought, signature(bought), BUYER, bought.price)
    assert call_of(CONTRACTS, purchase) == call(bought)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "0x" + "77" * 20),
        ("to", None),
        ("chain_id", 1),
        ("value", "0"),
        ("value", str(10**18)),
        ("data", "0x"),
        ("data", "0xzz"),
    ],
)
def test_a_transaction_that_does_something_else_is_refused(name: str, value: object) -> None:
    bought = offer()
    bent = proposed(call(bought), **{name: value})
    with pytest.raises(DishonestRegistryError, match=f"another {name} than this purchase"):
        purchase_to_sign(bent, published(bought), CONTRACTS, wish(bought))


def test_another_licensee_a_higher_limit_and_bytes_beyond_the_call_are_refused() -> None:
    bought = offer()
    honest = call(bought)
    bent = (
        call(bought, licensee=Address(LICENSOR.address)),
        call(bought, max_price=bought.price + 1),
        replace(honest, data=honest.data + bytes(32)),
    )
    for one in bent:
        with pytest.raises(DishonestRegistryError, match="another data"):
            purchase_to_sign(proposed(one), published(bought), CONTRACTS, wish(bought))


def test_another_offer_than_the_named_one_is_refused() -> None:
    bought = offer()
    shorter = replace(bought, duration=1)
    with pytest.raises(DishonestRegistryError, match="was asked for"):
        purchase_to_sign(proposed(call(shorter)), published(shorter), CONTRACTS, wish(bought))


def test_a_price_over_the_limit_is_refused_even_if_the_registry_lets_it_pass() -> None:
    bought = offer()
    limited = replace(wish(bought), max_price_wei=bought.price - 1)
    with pytest.raises(DishonestRegistryError, match="over the limit"):
        purchase_to_sign(proposed(call(bought)), published(bought), CONTRACTS, limited)


def test_a_price_in_a_token_is_not_paid_from_here() -> None:
    bought = replace(offer(), currency=Address("0x" + "99" * 20))
    with pytest.raises(CommandError) as raised:
        purchase_to_sign(proposed(call(bought)), published(bought), CONTRACTS, wish(bought))
    assert raised.value.code == "token-unsupported"


def test_a_signature_for_another_ledger_shows_a_false_address() -> None:
    bought = offer()
    purchase = Purchase(bought, signature(bought), BUYER, bought.price)
    false = replace(CONTRACTS, license_ledger=Address("0x" + "88" * 20))
    node = CodelessNode("http://127.0.0.1:9")
    require_signature(purchase, CONTRACTS, node)
    with pytest.raises(DishonestRegistryError, match="not signed by its licensor"):
        require_signature(purchase, false, node)


class CodelessNode(RpcClient):
    """A chain on which nobody has deployed anything."""

    def has_code(self, account: str) -> bool:
        return account == "a contract"
