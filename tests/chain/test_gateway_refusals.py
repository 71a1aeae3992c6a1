"""What the chain refuses, and with which error, over both back-ends."""

from __future__ import annotations

import pytest
from eth_account import Account

from registry.chain import sending
from registry.chain.abi import LICENSE_LEDGER, artifact
from registry.chain.calls import abi_value
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
    Address,
    Block,
    Call,
    Fees,
    OfferFlags,
    Register,
    RegisterFor,
    Registration,
    TransactionRequest,
)
from registry.statements import Domain, digest, offer_hash
from tests.chain.acts import estimate, events_in, purchase, title, titled, transfer
from tests.chain.worlds import COIN, DAY, World, declaration, new_account, random_hash, sign_digest


def test_an_expired_deadline_is_refused_before_anything_is_sent(world: World) -> None:
    claimant = new_account()
    statement = Registration(declaration(claimant), world.now() - 1)
    call = world.gateway.call(RegisterFor(statement, world.sign(claimant, statement)))
    with pytest.raises(DeadlineExpiredError):
        estimate(world, world.operator, call)


def test_a_signature_made_for_another_chain_is_refused(world: World) -> None:
    claimant = new_account()
    statement = world.registration(claimant)
    elsewhere = Domain("WorkRegistry", 1, world.gateway.contracts.work_registry)
    signature = sign_digest(claimant, digest(statement, elsewhere))
    with pytest.raises(InvalidSignatureError) as caught:
        estimate(world, world.operator, world.gateway.call(RegisterFor(statement, signature)))
    assert caught.value.facts["expected"] == claimant.address


def test_only_the_claimant_may_register_without_a_signature(world: World) -> None:
    call = world.gateway.call(Register(declaration(new_account())))
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
    found = title(world, work)
    assert found is not None
    assert (found[0], found[2]) == (Address(buyer.address), 1)
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


def test_a_cancelled_offer_is_refused(world: World) -> None:
    licensor, work = titled(world)
    world.send(world.operator, Call(Address(licensor.address), b"", COIN))
    buyer = world.person()
    offer = world.offer(licensor, work)
    function = artifact(LICENSE_LEDGER).functions["cancelOffer"]
    call = Call(world.gateway.contracts.license_ledger, function.encode(abi_value(offer)))
    receipt = world.send(licensor, call)
    (cancelled,) = events_in(world, receipt)
    assert (cancelled.name, cancelled.facts["offer_hash"]) == ("OfferCancelled", str(offer_hash(offer)))
    assert (cancelled.work_id, cancelled.grant_id) == (None, None)
    with pytest.raises(OfferUnavailableError, match="cancelled"):
        estimate(world, buyer, purchase(world, offer, licensor, buyer))


def test_a_refusal_when_mined_shows_in_the_receipt(world: World) -> None:
    call = world.gateway.call(Register(declaration(new_account())))
    receipt = world.send(world.operator, call)
    assert not receipt.succeeded
    assert events_in(world, receipt) == []


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


def test_the_events_of_an_unknown_block_are_refused(world: World) -> None:
    with pytest.raises(NotFoundError) as caught:
        world.gateway.events(Block(1, random_hash(), random_hash(), 0))
    assert caught.value.facts["what"] == "block"


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
