"""One suite over both back-ends: what the port `Chain` promises holds on the embedded chain and on a node."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry.chain import sending
from registry.chain.abi import LICENSE_LEDGER, WORK_REGISTRY, artifact
from registry.chain.calls import offer_tuple
from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    InvalidValueError,
    NotFoundError,
    NotTitleHolderError,
    OfferUnavailableError,
    PriceOverLimitError,
    RegistryError,
    StaleOfferError,
    TransactionRejectedError,
)
from registry.model import (
    PERPETUAL,
    Address,
    Block,
    Call,
    ChainEvent,
    Fees,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    Receipt,
    Registration,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.ports import Chain, OfferState
from registry.statements import Domain, digest, grant_id, offer_hash, work_id
from tests.chain.worlds import COIN, DAY, World, declaration, new_account, random_hash, sign_digest


def events_in(world: World, receipt: Receipt) -> list[ChainEvent]:
    block = world.gateway.block(receipt.block_number)
    assert block is not None
    assert block.hash == receipt.block_hash
    found = world.gateway.events(block)
    return [event for event in found if event.transaction_hash == receipt.transaction_hash]


def purchase(
    world: World, offer: Offer, licensor: LocalAccount, buyer: LocalAccount, limit: int = COIN
) -> Call:
    signature = world.sign(licensor, offer)
    return world.gateway.call_purchase(offer, signature, Address(buyer.address), limit)


def estimate(world: World, sender: LocalAccount, call: Call) -> int:
    return world.gateway.estimate_gas(Address(sender.address), call)


def titled(world: World) -> tuple[LocalAccount, WorkId]:
    licensor = new_account()
    work, receipt = world.register_for(licensor)
    assert receipt.succeeded
    return licensor, work


def transfer(world: World, holder: LocalAccount, work: WorkId, to: str) -> None:
    function = artifact(WORK_REGISTRY).functions["transferFrom"]
    call = Call(world.gateway.contracts.work_registry, function.encode(holder.address, to, work.to_int()))
    world.send(world.operator, Call(Address(holder.address), b"", COIN // 10))
    assert world.send(holder, call).succeeded


def test_the_gateway_is_a_chain(world: World) -> None:
    chain: Chain = world.gateway
    assert chain.operator == world.operator.address
    assert chain.confirmations_needed == 3


def test_a_carried_declaration_becomes_a_title(world: World) -> None:
    claimant = new_account()
    work, receipt = world.register_for(claimant)
    assert receipt.succeeded
    title = world.gateway.title(work)
    block = world.gateway.block(receipt.block_number)
    assert title is not None
    assert block is not None
    assert (title.work_id, title.holder, title.series) == (work, Address(claimant.address), 0)
    assert title.effective_date == block.timestamp


def test_a_work_that_nobody_registered_has_no_title(world: World) -> None:
    assert world.gateway.title(WorkId(random_hash())) is None


def test_a_claimant_can_register_alone(world: World) -> None:
    claimant = world.person()
    statement = declaration(claimant)
    call = world.gateway.call_register(statement)
    gas = estimate(world, claimant, call)
    receipt = world.send(claimant, call, gas=gas)
    assert receipt.succeeded
    assert receipt.gas_used <= gas <= receipt.gas_used * 2
    assert world.gateway.title(work_id(statement)) is not None


def test_the_events_of_a_registration_say_what_was_declared(world: World) -> None:
    claimant = new_account()
    parents = tuple(sorted(WorkId(random_hash()) for _ in range(2)))
    previous, _ = world.register_for(claimant)
    statement = world.registration(claimant, parents=parents, previous=previous)
    call = world.gateway.call_register_for(statement, world.sign(claimant, statement))
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
    call = world.gateway.call_register_for(statement, world.sign(claimant, statement))
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
    assert world.gateway.offer_state(offer) == OfferState(
        issued=1, cancelled=False, live_until=block.timestamp + 30 * DAY, exclusive_until=0
    )


def test_an_integer_that_other_languages_cannot_hold_is_told_as_text(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    receipt = world.send(buyer, purchase(world, world.offer(licensor, work), licensor, buyer))
    issued = next(event for event in events_in(world, receipt) if event.name == "GrantIssued")
    assert issued.facts["end"] == str(PERPETUAL)
    assert issued.facts["serial"] == 1


def test_an_offer_that_nobody_took_is_untouched(world: World) -> None:
    offer = world.offer(new_account(), WorkId(random_hash()))
    assert world.gateway.offer_state(offer) == OfferState(
        issued=0, cancelled=False, live_until=0, exclusive_until=0
    )


def test_an_expired_deadline_is_refused_before_anything_is_sent(world: World) -> None:
    claimant = new_account()
    statement = Registration(declaration(claimant), world.now() - 1)
    call = world.gateway.call_register_for(statement, world.sign(claimant, statement))
    with pytest.raises(DeadlineExpiredError):
        estimate(world, world.operator, call)


def test_a_signature_made_for_another_chain_is_refused(world: World) -> None:
    claimant = new_account()
    statement = world.registration(claimant)
    elsewhere = Domain("WorkRegistry", 1, world.gateway.contracts.work_registry)
    signature = sign_digest(claimant, digest(statement, elsewhere))
    with pytest.raises(InvalidSignatureError) as caught:
        estimate(world, world.operator, world.gateway.call_register_for(statement, signature))
    assert caught.value.facts["expected"] == claimant.address


def test_only_the_claimant_may_register_without_a_signature(world: World) -> None:
    call = world.gateway.call_register(declaration(new_account()))
    with pytest.raises(TransactionRejectedError, match="not-claimant"):
        estimate(world, world.operator, call)


def test_a_price_over_the_limit_is_refused_with_both_sums(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    offer = world.offer(licensor, work)
    with pytest.raises(PriceOverLimitError) as caught:
        estimate(world, buyer, purchase(world, offer, licensor, buyer, limit=offer.price - 1))
    assert caught.value.facts == {"price_wei": str(offer.price), "limit_wei": str(offer.price - 1)}


def test_an_offer_by_somebody_without_the_title_is_refused(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    stranger = new_account()
    with pytest.raises(NotTitleHolderError) as caught:
        estimate(world, buyer, purchase(world, world.offer(stranger, work), stranger, buyer))
    assert caught.value.facts == {
        "work_id": str(work),
        "licensor": stranger.address,
        "holder": licensor.address,
    }


def test_an_offer_dies_when_the_title_moves_on(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    offer = world.offer(licensor, work)
    transfer(world, licensor, work, buyer.address)
    title = world.gateway.title(work)
    assert title is not None
    assert (title.holder, title.series) == (Address(buyer.address), 1)
    with pytest.raises(NotTitleHolderError):
        estimate(world, buyer, purchase(world, offer, licensor, buyer))
    with pytest.raises(StaleOfferError) as caught:
        estimate(world, buyer, purchase(world, world.offer(buyer, work), buyer, buyer))
    assert caught.value.facts == {"offer_series": 0, "title_series": 1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_from": 2**40}, OfferUnavailableError),
        ({"valid_from": 0, "valid_until": 1}, OfferUnavailableError),
        ({"licensee": "0x" + "11" * 20}, OfferUnavailableError),
        ({"currency": "0x" + "22" * 20}, InvalidValueError),
    ],
    ids=["not open yet", "closed", "for somebody else", "no token"],
)
def test_an_offer_that_cannot_be_taken_says_why(
    world: World, changes: dict[str, object], expected: type[RegistryError]
) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    for name in changes.keys() & {"licensee", "currency"}:
        changes[name] = Address(str(changes[name]))
    if "valid_from" in changes:
        changes.setdefault("valid_until", 2**41)
    offer = world.offer(licensor, work, **changes)
    with pytest.raises(expected):
        estimate(world, buyer, purchase(world, offer, licensor, buyer))


def test_an_offer_is_sold_out_after_its_last_grant(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    offer = world.offer(licensor, work, max_grants=1)
    assert world.send(buyer, purchase(world, offer, licensor, buyer)).succeeded
    with pytest.raises(OfferUnavailableError, match="sold out"):
        estimate(world, buyer, purchase(world, offer, licensor, buyer))


def test_an_exclusive_grant_bars_every_other(world: World) -> None:
    licensor, work = titled(world)
    buyer = world.person()
    exclusive = world.offer(licensor, work, flags=OfferFlags.EXCLUSIVE, duration=DAY)
    assert world.send(buyer, purchase(world, exclusive, licensor, buyer)).succeeded
    ordinary = world.offer(licensor, work)
    with pytest.raises(OfferUnavailableError, match="exclusive"):
        estimate(world, buyer, purchase(world, ordinary, licensor, buyer))
    state = world.gateway.offer_state(ordinary)
    assert state.exclusive_until == state.live_until > world.now()


def test_a_cancelled_offer_is_refused(world: World) -> None:
    licensor, work = titled(world)
    world.send(world.operator, Call(Address(licensor.address), b"", COIN))
    buyer = world.person()
    offer = world.offer(licensor, work)
    function = artifact(LICENSE_LEDGER).functions["cancelOffer"]
    call = Call(world.gateway.contracts.license_ledger, function.encode(offer_tuple(offer)))
    receipt = world.send(licensor, call)
    (cancelled,) = events_in(world, receipt)
    assert (cancelled.name, cancelled.facts["offer_hash"]) == ("OfferCancelled", str(offer_hash(offer)))
    assert (cancelled.work_id, cancelled.grant_id) == (None, None)
    with pytest.raises(OfferUnavailableError, match="cancelled"):
        estimate(world, buyer, purchase(world, offer, licensor, buyer))
    assert world.gateway.offer_state(offer).cancelled


def test_a_refusal_when_mined_shows_in_the_receipt(world: World) -> None:
    call = world.gateway.call_register(declaration(new_account()))
    receipt = world.send(world.operator, call)
    assert not receipt.succeeded
    assert events_in(world, receipt) == []


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


def test_another_transaction_with_a_used_nonce_is_refused(world: World) -> None:
    person = world.person()
    world.send(person, Call(Address(person.address), b"", 1))
    other = world.signed(person, Call(Address(person.address), b"", 2), nonce=0)
    with pytest.raises(TransactionRejectedError) as caught:
        world.gateway.broadcast(other)
    assert caught.value.facts["reason"] == "nonce-used"


def test_an_account_without_coin_can_send_nothing(world: World) -> None:
    pauper = new_account()
    raw = world.signed(pauper, Call(Address(pauper.address), b"", 0))
    with pytest.raises(TransactionRejectedError) as caught:
        world.gateway.broadcast(raw)
    assert caught.value.facts["reason"] == "insufficient-funds"


def test_a_transaction_signed_for_another_chain_is_refused(world: World) -> None:
    person = world.person()
    raw = world.signed(person, Call(Address(person.address), b"", 1), chain_id=5)
    with pytest.raises(TransactionRejectedError) as caught:
        world.gateway.broadcast(raw)
    assert caught.value.facts["reason"] == "other-chain"
    assert world.gateway.next_nonce(Address(person.address)) == 0


def test_a_transaction_below_the_base_fee_or_short_of_gas_is_refused(world: World) -> None:
    person = world.person()
    call = Call(Address(person.address), b"", 1)
    with pytest.raises(TransactionRejectedError) as caught:
        world.gateway.broadcast(world.signed(person, call, gas=20_000))
    assert caught.value.facts["reason"] == "gas"
    with pytest.raises(TransactionRejectedError) as caught:
        world.gateway.broadcast(world.signed(person, call, fees=Fees(1, 1)))
    assert caught.value.facts["reason"] == "underpriced"


def test_bytes_that_are_no_transaction_are_refused(world: World) -> None:
    with pytest.raises(TransactionRejectedError):
        world.gateway.broadcast(b"\x02\xc0")


def test_an_unknown_transaction_has_no_receipt(world: World) -> None:
    assert world.gateway.receipt(TransactionHash(random_hash())) is None


def test_a_block_that_is_not_there_is_none(world: World) -> None:
    assert world.gateway.block(world.gateway.head().number + 1_000_000) is None


def test_the_events_of_an_unknown_block_are_refused(world: World) -> None:
    with pytest.raises(NotFoundError) as caught:
        world.gateway.events(Block(1, random_hash(), random_hash(), 0))
    assert caught.value.facts["what"] == "block"


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


def test_only_the_operators_own_transactions_are_signed(world: World) -> None:
    fees, call = world.gateway.fees(), Call(world.gateway.operator, b"", 0)
    chain_id = world.gateway.contracts.chain_id
    stranger = Address(new_account().address)
    with pytest.raises(InvalidValueError):
        world.gateway.sign(TransactionRequest(chain_id, stranger, 0, call, 21_000, fees))
    with pytest.raises(InvalidValueError):
        world.gateway.sign(TransactionRequest(chain_id + 1, world.gateway.operator, 0, call, 21_000, fees))
    signed = world.gateway.sign(TransactionRequest(chain_id, world.gateway.operator, 0, call, 21_000, fees))
    assert Account.recover_transaction(signed.raw) == world.gateway.operator


def test_a_call_that_fails_without_a_typed_error_is_refused(world: World) -> None:
    invalid_opcode = b"\xfe"
    with pytest.raises(TransactionRejectedError):
        sending.estimate_gas(world.provider, world.operator.address, None, invalid_opcode)


def test_a_grants_id_is_the_one_the_contract_computes(world: World) -> None:
    function = artifact(LICENSE_LEDGER).functions["grantIdOf"]
    offer = offer_hash(world.offer(new_account(), WorkId(random_hash())))
    fields = {
        "to": world.gateway.contracts.license_ledger,
        "data": "0x" + function.encode(bytes(offer), 7).hex(),
    }
    (found,) = function.decode(bytes.fromhex(world.ask("eth_call", fields, "latest")[2:]))
    assert GrantId(Hash32.from_int(found)) == grant_id(offer, 7)
