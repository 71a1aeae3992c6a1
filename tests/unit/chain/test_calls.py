from __future__ import annotations

from typing import Any

import pytest
from web3 import Web3

from registry.chain import calls
from registry.chain.abi import LICENSE_LEDGER, WORK_REGISTRY, artifact
from registry.model import (
    Address,
    Contracts,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Registration,
    WorkId,
)
from registry.statements import message

REGISTRY, LEDGER = Address("0x" + "11" * 20), Address("0x" + "22" * 20)
CONTRACTS = Contracts(31337, REGISTRY, LEDGER, 0, Hash32(bytes(32)))
CLAIMANT = Address("0x" + "33" * 20)
DECLARATION = Declaration(
    CLAIMANT, Hash32(b"\x01" * 32), Hash32(b"\x02" * 32), Hash32(b"\x03" * 32), (WorkId(b"\x04" * 32),)
)
OFFER = Offer(
    licensor=CLAIMANT,
    work_id=WorkId(b"\x04" * 32),
    series=3,
    terms_hash=Hash32(b"\x05" * 32),
    flags=OfferFlags.EXCLUSIVE,
    price=2**100,
    valid_from=5,
    valid_until=6,
    salt=Hash32(b"\x06" * 32),
    royalty_bps=7,
    max_grants=8,
    licensee=LEDGER,
    duration=9,
    carrier=REGISTRY,
    carrier_bps=10,
)
SIGNATURE = b"\x09" * 65


def web3s_encoding(contract: str, function: str, *arguments: Any) -> bytes:
    encoder = Web3().eth.contract(abi=artifact(contract).abi)
    return bytes.fromhex(encoder.encode_abi(function, args=arguments)[2:])


def test_calldata_is_what_web3_makes_of_the_statements_fields() -> None:
    declared = message(DECLARATION)
    assert calls.register(CONTRACTS, DECLARATION).data == web3s_encoding(WORK_REGISTRY, "register", declared)
    registration = Registration(DECLARATION, 99)
    carried = calls.register_for(CONTRACTS, registration, SIGNATURE)
    assert carried.data == web3s_encoding(WORK_REGISTRY, "registerFor", message(registration), SIGNATURE)
    bought = calls.purchase(CONTRACTS, OFFER, SIGNATURE, LEDGER, 2**101)
    expected = web3s_encoding(LICENSE_LEDGER, "purchase", message(OFFER), SIGNATURE, LEDGER, 2**101)
    assert bought.data == expected
    assert (carried.to, bought.to) == (REGISTRY, LEDGER)


@pytest.mark.parametrize(("currency", "value"), [("00", 2**100), ("44", 0)], ids=["coin", "token"])
def test_the_price_travels_with_the_call_only_in_the_native_coin(currency: str, value: int) -> None:
    fields = {name: getattr(OFFER, name) for name in Offer.__dataclass_fields__}
    offer = Offer(**(fields | {"currency": Address("0x" + currency * 20)}))
    assert calls.purchase(CONTRACTS, offer, SIGNATURE, LEDGER, 2**100).value == value
