"""What Python signs, the shipped contracts accept: both sides of every statement on a real EVM."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from eth_abi.abi import decode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from eth_typing import Hash32 as SignableHash
from eth_utils.crypto import keccak
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.logs import DISCARD
from web3.types import TxReceipt, Wei

import build_contracts
from registry.model import Address, Declaration, Hash32, Offer, OfferFlags, Registration, Supplement
from registry.statements import Domain, digest, grant_id, message, offer_hash, work_id

DEADLINE = 2**64 - 1
PRICE_WEI = 10**15

Artifact = dict[str, Any]


def artifact(name: str) -> Artifact:
    loaded: Artifact = json.loads((build_contracts.ARTIFACTS / f"{name}.json").read_text("utf-8"))
    return loaded


def facts_of(refusal: TransactionFailed, name: str, contract: Contract) -> dict[str, object]:
    """The values that a typed error carries, after checking that it is the one named."""
    (error,) = (entry for entry in contract.abi if entry["type"] == "error" and entry["name"] == name)
    types = [field["type"] for field in error["inputs"]]
    # eth-tester gives the data of a revert as Python's text for it.
    data = ast.literal_eval(refusal.args[0])
    assert data[:4] == keccak(text=f"{name}({','.join(types)})")[:4]
    values = decode(types, data[4:])
    return {field["name"]: value for field, value in zip(error["inputs"], values, strict=True)}


class World:
    """A chain in memory with both contracts, a creator without coin, and somebody who carries and buys."""

    def __init__(self) -> None:
        self.tester = EthereumTester(PyEVMBackend())
        self.web3 = Web3(EthereumTesterProvider(self.tester))
        self.creator: LocalAccount = Account.from_key("0x" + "c0" * 32)
        self.carrier = self.web3.eth.accounts[0]
        self.registry = self._deploy("WorkRegistry")
        self.ledger = self._deploy("LicenseLedger", self.registry.address)
        # py-evm's own chain id, as the contracts see it; the provider reports another.
        self.chain_id = int(self.registry.functions.eip712Domain().call()[3])

    def _deploy(self, name: str, *arguments: object) -> Contract:
        made = artifact(name)
        factory = self.web3.eth.contract(abi=made["abi"], bytecode=made["bytecode"])
        receipt = self.receipt(factory.constructor(*arguments).transact({"from": self.carrier}))
        return factory(receipt["contractAddress"])

    def receipt(self, sent: Any) -> TxReceipt:  # noqa: ANN401  # web3 calls a transaction hash by several names
        return self.web3.eth.wait_for_transaction_receipt(sent)

    def try_out(self, call: ContractFunction, value_wei: int = 0) -> None:
        """Call without web3's provider, which loses the data of a refusal."""
        request = call.build_transaction({"from": self.carrier, "gas": 1_000_000, "gasPrice": Wei(0)})
        fields = {"from": self.carrier, "to": request["to"], "data": request["data"], "gas": request["gas"]}
        self.tester.call(fields | {"value": value_wei})

    def domain(self, contract: Contract, name: str) -> Domain:
        return Domain(contract=name, chain_id=self.chain_id, address=Address(contract.address))

    def signed(self, statement: Registration | Supplement | Offer, contract: Contract, name: str) -> bytes:
        hashed = digest(statement, self.domain(contract, name))
        return bytes(self.creator.unsafe_sign_hash(SignableHash(hashed)).signature)

    def registration(self, text: str) -> Registration:
        declaration = Declaration(
            claimant=Address(self.creator.address),
            content_hash=Hash32(Web3.keccak(text=f"content {text}")),
            fingerprint_hash=Hash32(Web3.keccak(text=f"fingerprint {text}")),
            metadata_hash=Hash32(Web3.keccak(text=f"metadata {text}")),
        )
        return Registration(declaration, DEADLINE)

    def register(self, text: str) -> tuple[Registration, TxReceipt]:
        registration = self.registration(text)
        signature = self.signed(registration, self.registry, "WorkRegistry")
        call = self.registry.functions.registerFor(message(registration), signature)
        return registration, self.receipt(call.transact({"from": self.carrier}))

    def offer(self, registration: Registration) -> Offer:
        return Offer(
            licensor=registration.declaration.claimant,
            work_id=work_id(registration.declaration),
            series=0,
            terms_hash=Hash32(Web3.keccak(text="terms")),
            flags=OfferFlags.TRANSFERABLE,
            price=PRICE_WEI,
            valid_from=0,
            valid_until=DEADLINE,
            salt=Hash32(bytes(31) + b"\x01"),
        )


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def test_a_registration_signed_in_python_is_recorded_under_the_id_python_gave_it(world: World) -> None:
    registration, receipt = world.register("recorded")
    (event,) = world.registry.events.WorkRegistered().process_receipt(receipt, errors=DISCARD)
    assert event["args"]["workId"] == work_id(registration.declaration).to_int()
    assert event["args"]["claimant"] == world.creator.address
    block = world.web3.eth.get_block(receipt["blockNumber"])
    assert event["args"]["effectiveDate"] == block["timestamp"]
    owner = world.registry.functions.ownerOf(event["args"]["workId"]).call()
    assert owner == world.creator.address


def test_a_registration_signed_for_another_chain_is_refused_with_the_digest_that_was_needed(
    world: World,
) -> None:
    registration = world.registration("elsewhere")
    needed = world.domain(world.registry, "WorkRegistry")
    elsewhere = Domain(contract=needed.contract, chain_id=1, address=needed.address)
    signature = bytes(world.creator.unsafe_sign_hash(SignableHash(digest(registration, elsewhere))).signature)
    call = world.registry.functions.registerFor(message(registration), signature)
    with pytest.raises(TransactionFailed) as refused:
        world.try_out(call)
    signer = world.creator.address.lower()
    assert facts_of(refused.value, "InvalidSignature", world.registry) == {
        "signer": signer,
        "digest": bytes(digest(registration, needed)),
    }


def test_a_supplement_signed_in_python_appends_to_the_history(world: World) -> None:
    registration, _ = world.register("supplemented")
    statement = Supplement(
        work_id=work_id(registration.declaration),
        metadata_hash=Hash32(Web3.keccak(text="more")),
        sequence=1,
        deadline=DEADLINE,
    )
    signature = world.signed(statement, world.registry, "WorkRegistry")
    call = world.registry.functions.supplementFor(message(statement), signature)
    receipt = world.receipt(call.transact({"from": world.carrier}))
    (event,) = world.registry.events.SupplementRecorded().process_receipt(receipt, errors=DISCARD)
    assert event["args"]["sequence"] == 1
    assert event["args"]["holder"] == world.creator.address


def test_an_offer_signed_in_python_is_bought_and_its_price_reaches_the_holder(world: World) -> None:
    registration, _ = world.register("sold")
    offer = world.offer(registration)
    signature = world.signed(offer, world.ledger, "LicenseLedger")
    call = world.ledger.functions.purchase(message(offer), signature, world.carrier, PRICE_WEI)
    receipt = world.receipt(call.transact({"from": world.carrier, "value": Wei(PRICE_WEI)}))
    (event,) = world.ledger.events.GrantIssued().process_receipt(receipt, errors=DISCARD)
    hashed = offer_hash(offer)
    assert event["args"]["offerHash"] == bytes(hashed)
    assert event["args"]["grantId"] == grant_id(hashed, 1).to_int()
    assert event["args"]["end"] == 2**64 - 1

    native = "0x" + "00" * 20
    work = offer.work_id.to_int()
    assert world.ledger.functions.held(work, native).call() == PRICE_WEI
    world.receipt(world.ledger.functions.withdraw(work, native).transact({"from": world.carrier}))
    assert world.web3.eth.get_balance(world.creator.address) == PRICE_WEI
    assert world.ledger.functions.held(work, native).call() == 0


def test_a_price_over_the_buyers_limit_is_refused_with_both_figures(world: World) -> None:
    registration, _ = world.register("too dear")
    offer = world.offer(registration)
    signature = world.signed(offer, world.ledger, "LicenseLedger")
    call = world.ledger.functions.purchase(message(offer), signature, world.carrier, PRICE_WEI - 1)
    with pytest.raises(TransactionFailed) as refused:
        world.try_out(call, PRICE_WEI)
    assert facts_of(refused.value, "PriceAboveLimit", world.ledger) == {
        "price": PRICE_WEI,
        "maxPrice": PRICE_WEI - 1,
    }
