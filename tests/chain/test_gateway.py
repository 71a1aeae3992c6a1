"""One suite over both back-ends: what the port `Chain` promises holds on the embedded chain and on a node."""

from __future__ import annotations

import pytest

from registry.chain import sending
from registry.chain.abi import LICENSE_LEDGER, artifact
from registry.model import (
    PERPETUAL,
    Address,
    Block,
    Call,
    GrantId,
    Hash32,
    OfferFlags,
    Register,
    RegisterFor,
    TransactionHash,
    WorkId,
)
from registry.ports import Chain
from registry.statements import grant_id, offer_hash, work_id
from tests.chain.acts import estimate, events_in, purchase, title, titled
from tests.chain.worlds import DAY, World, declaration, new_account, random_hash


def test_the_gateway_is_a_chain(world: World) -> None:
    chain: Chain = world.gateway
    assert chain.operator == Address(world.operator.address)
    assert chain.confirmations_needed == 3


def test_a_carried_declaration_becomes_a_title(world: World) -> None:
    claimant = new_account()
    work, receipt = world.register_for(claimant)
    assert receipt.succeeded
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    assert title(world, work) == (Address(claimant.address), block.timestamp, 0)


def test_a_work_that_nobody_registered_has_no_title(world: World) -> None:
    assert title(world, WorkId(random_hash())) is None


def test_a_claimant_can_register_alone(world: World) -> None:
    claimant = world.person()
    statement = declaration(claimant)
    call = world.gateway.call(Register(statement))
    gas = estimate(world, claimant, call)
    receipt = world.send(claimant, call, gas=gas)
    assert receipt.succeeded
    assert receipt.gas_used <= gas <= receipt.gas_used * 2
    assert title(world, work_id(statement)) is not None


def test_the_events_of_a_registration_say_what_was_declared(world: World) -> None:
    claimant = new_account()
    parents = tuple(sorted(WorkId(random_hash()) for _ in range(2)))
    previous, _ = world.register_for(claimant)
    statement = world.registration(claimant, parents=parents, previous=previous)
    call = world.gateway.call(RegisterFor(statement, world.sign(claimant, statement)))
    receipt = world.send(world.operator, call)
    minted, registered = events_in(world, receipt)
    work = work_id(statement.declaration)
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    assert (minted.contract, minted.name, minted.work_id) == ("WorkRegistry", "Transfer", work)
    assert minted.facts == {"from": "0x" + "00" * 20, "to": claimant.address, "token_id": str(work)}
    assert (registered.name, registered.work_id, registered.grant_id) == ("WorkRegistered", work, None)
    assert registered.log_index > minted.log_index
    assert registered.facts == {
        "work_id": str(work),
        "claimant": claimant.address,
        "content_hash": str(statement.declaration.content_hash),
        "fingerprint_hash": str(statement.declaration.fingerprint_hash),
        "metadata_hash": str(statement.declaration.metadata_hash),
        "parents": [str(parent) for parent in parents],
        "previous": str(previous),
        "previous_related": True,
        "effective_date": block.timestamp,
    }


def test_recording_the_same_declaration_again_changes_nothing(world: World) -> None:
    claimant = new_account()
    statement = world.registration(claimant)
    call = world.gateway.call(RegisterFor(statement, world.sign(claimant, statement)))
    assert len(events_in(world, world.send(world.operator, call))) == 2
    again = world.send(world.operator, call)
    assert again.succeeded
    assert events_in(world, again) == []


def test_a_purchase_issues_a_grant_that_its_event_describes(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    offer = world.offer(licensor, work, flags=OfferFlags.TRANSFERABLE, duration=30 * DAY)
    receipt = world.send(buyer, purchase(world, offer, licensor, buyer))
    assert receipt.succeeded
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    issued = next(event for event in events_in(world, receipt) if event.name == "GrantIssued")
    expected = grant_id(offer_hash(offer), 1)
    assert (issued.contract, issued.work_id, issued.grant_id) == ("LicenseLedger", work, expected)
    assert issued.facts == {
        "grant_id": str(expected),
        "work_id": str(work),
        "offer_hash": str(offer_hash(offer)),
        "serial": 1,
        "licensor": licensor.address,
        "licensee": buyer.address,
        "payer": buyer.address,
        "terms_hash": str(offer.terms_hash),
        "currency": "0x" + "00" * 20,
        "price": str(offer.price),
        "start": block.timestamp,
        "end": block.timestamp + 30 * DAY,
        "flags": 1,
    }
    minted = next(event for event in events_in(world, receipt) if event.name == "Transfer")
    assert (minted.work_id, minted.grant_id) == (None, expected)


def test_an_integer_that_other_languages_cannot_hold_is_told_as_text(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    receipt = world.send(buyer, purchase(world, world.offer(licensor, work), licensor, buyer))
    issued = next(event for event in events_in(world, receipt) if event.name == "GrantIssued")
    assert issued.facts["end"] == str(PERPETUAL)
    assert issued.facts["serial"] == 1


def test_the_same_bytes_can_be_sent_while_they_wait_and_after(world: World) -> None:
    person = world.person()
    raw = world.signed(person, Call(Address(person.address), b"", 1))
    first = world.gateway.broadcast(raw)
    assert world.gateway.broadcast(raw) == first
    mined = world.receipt(first)
    assert world.gateway.broadcast(raw) == first
    assert world.receipt(first) == mined
    assert world.gateway.next_nonce(Address(person.address)) == 1


def test_several_transactions_of_one_account_can_wait_at_once(world: World) -> None:
    person = world.person()
    call = Call(Address(person.address), b"", 1)
    hashes = [
        world.gateway.broadcast(world.signed(person, call, nonce=nonce, gas=21_000)) for nonce in range(5)
    ]
    assert all(world.receipt(one).succeeded for one in hashes)
    assert world.gateway.next_nonce(Address(person.address)) == 5


def test_an_unknown_transaction_has_no_receipt(world: World) -> None:
    assert world.gateway.receipt(TransactionHash(random_hash())) is None


def test_a_block_that_is_not_there_is_none(world: World) -> None:
    assert world.gateway.block(world.gateway.head().number + 1_000_000) is None


def test_a_block_without_our_contracts_has_no_events(world: World) -> None:
    receipt = world.send(world.operator, Call(Address(world.operator.address), b"", 1))
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    assert world.gateway.events(block) == []
    assert world.gateway.events(Block(block.number, block.hash, block.parent_hash, block.timestamp)) == []


def test_blocks_follow_each_other_by_hash_and_time(world: World) -> None:
    world.send(world.operator, Call(Address(world.operator.address), b"", 1))
    head = world.gateway.head()
    parent = world.gateway.block(head.number - 1)
    assert parent is not None
    assert head.parent_hash == parent.hash
    assert head.timestamp >= parent.timestamp


def test_final_is_what_the_node_calls_final(world: World) -> None:
    head = world.gateway.head().number
    # the embedded chain reorganises nothing; anvil calls final what lies two epochs of 32 back
    assert world.gateway.final_number() == (head if world.name == "embedded" else max(0, head - 64))


def test_balances_follow_payments(world: World) -> None:
    person = world.person(wei=12_345)
    assert world.gateway.balance(Address(person.address)) == 12_345


def test_an_account_without_code_accepts_no_contract_signature(world: World) -> None:
    person = new_account()
    assert not world.gateway.is_contract_signature(Address(person.address), random_hash(), b"\x01" * 65)


@pytest.mark.parametrize(
    ("answer", "verdict"), [("1626ba7e", "accepts"), ("ffffffff", "refuses")], ids=["accepts", "refuses"]
)
def test_a_contract_account_decides_about_its_signatures(world: World, answer: str, verdict: str) -> None:
    # whatever it is asked, the account answers with these four bytes
    runtime = bytes.fromhex(f"63{answer}60e01b60005260206000f3")
    creation = bytes([0x60, len(runtime), 0x80, 0x60, 0x09, 0x3D, 0x39, 0x3D, 0xF3]) + runtime
    fields = {
        "nonce": world.gateway.next_nonce(world.gateway.operator),
        "value": 0,
        "data": creation,
        "gas": 200_000,
    }
    chain_id = world.gateway.contracts.chain_id
    signed = sending.sign_fields(world.operator, chain_id, fields, world.gateway.fees())
    world.receipt(world.gateway.broadcast(signed.raw))
    wallet = Address(world.ask("eth_getTransactionReceipt", str(signed.hash))["contractAddress"])
    assert world.gateway.is_contract_signature(wallet, random_hash(), b"\x01" * 65) is (verdict == "accepts")


def test_a_contract_that_reverts_accepts_no_signature(world: World) -> None:
    registry = world.gateway.contracts.work_registry
    assert not world.gateway.is_contract_signature(registry, random_hash(), b"")


def test_a_grants_id_is_the_one_the_contract_computes(world: World) -> None:
    function = artifact(LICENSE_LEDGER).functions["grantIdOf"]
    offer = offer_hash(world.offer(new_account(), WorkId(random_hash())))
    fields = {
        "to": world.gateway.contracts.license_ledger,
        "data": "0x" + function.encode(bytes(offer), 7).hex(),
    }
    (found,) = function.decode(bytes.fromhex(world.ask("eth_call", fields, "latest")[2:]))
    assert GrantId(Hash32.from_int(found)) == grant_id(offer, 7)
