"""What Python signs, the shipped contracts accept: both sides of every statement, on both chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    InvalidValueError,
    PriceOverLimitError,
    RegistryError,
)
from registry.model import (
    ZERO_ADDRESS,
    Act,
    Address,
    Answer,
    AnswerDisputeFor,
    AppendSupplementFor,
    ChainEvent,
    Offer,
    OfferFlags,
    OpenDispute,
    Purchase,
    RegisterFor,
    Registration,
    Sale,
    SetShares,
    ShareTable,
    Supplement,
    WorkId,
    no_table,
)
from registry.statements import (
    Domain,
    Statement,
    digest,
    dispute_id,
    domain_of,
    grant_id,
    offer_hash,
    struct_hash,
    work_id,
)
from tests.chain.acts import events_in
from tests.chain.worlds import DAY, World, declaration, new_account, random_hash, sign_digest


def _done(world: World, sender: LocalAccount, act: Act, name: str) -> ChainEvent:
    """The event of that name that an act caused."""
    receipt = world.act(sender, act)
    assert receipt.succeeded
    [event] = [event for event in events_in(world, receipt) if event.name == name]
    return event


def _refusal(world: World, sender: LocalAccount, act: Act) -> RegistryError:
    """What the contracts say to an act that they refuse."""
    with pytest.raises(RegistryError) as refused:
        world.gateway.estimate_gas(Address(sender.address), world.gateway.call(act))
    return refused.value


@dataclass(frozen=True)
class Case:
    """A statement that its signer could hand in now, and the act that carries it with the signature."""

    statement: Statement
    signer: LocalAccount
    carry: Callable[[Statement, bytes], Act]
    payer: LocalAccount


def _registration(world: World) -> Case:
    claimant = new_account()
    return Case(world.registration(claimant), claimant, RegisterFor, world.operator)  # type: ignore[arg-type]


def _supplement(world: World) -> Case:
    holder = new_account()
    work, _ = world.register_for(holder)
    statement = Supplement(work, random_hash(), 1, world.now() + DAY)
    return Case(statement, holder, AppendSupplementFor, world.operator)  # type: ignore[arg-type]


def _offer(world: World) -> Case:
    licensor, buyer = new_account(), world.person()
    work, _ = world.register_for(licensor)
    offer = world.offer(licensor, work, flags=OfferFlags.TRANSFERABLE)

    def carry(stated: Any, signature: bytes) -> Act:  # noqa: ANN401  # the offer, or an altered one
        return Purchase(stated, signature, Address(buyer.address), offer.price)

    return Case(offer, licensor, carry, buyer)


def _share_table(world: World) -> Case:
    holder = new_account()
    work, _ = world.register_for(holder)
    table = ShareTable(work, 0, 1, (Address(holder.address),), (2_500,), world.now() + DAY)

    def carry(stated: Any, signature: bytes) -> Act:  # noqa: ANN401  # the table, or an altered one
        return SetShares(stated, no_table(work), signature, (signature,))

    return Case(table, holder, carry, world.operator)


def _answer(world: World) -> Case:
    holder, opener, evidence = new_account(), world.person(), random_hash()
    work, _ = world.register_for(holder)
    opening = OpenDispute(work, random_hash(), evidence, ZERO_ADDRESS, world.terms.bond)
    assert world.act(opener, opening).succeeded
    statement = Answer(dispute_id(work, evidence, Address(opener.address)), random_hash(), world.now() + DAY)
    return Case(statement, holder, AnswerDisputeFor, world.operator)  # type: ignore[arg-type]


CASES: dict[str, Callable[[World], Case]] = {
    "registration": _registration,
    "supplement": _supplement,
    "offer": _offer,
    "share table": _share_table,
    "answer": _answer,
}


def _signed(case: Case, domain: Domain) -> bytes:
    return sign_digest(case.signer, digest(case.statement, domain))


@pytest.mark.parametrize("kind", CASES)
def test_a_statement_counts_for_its_own_chain_contract_and_signer_only(world: World, kind: str) -> None:
    case = CASES[kind](world)
    own = domain_of(case.statement, world.gateway.contracts)
    others = [
        replace(own, chain_id=1),
        replace(own, address=world.gateway.contracts.checkpoint_log),
        replace(own, contract="CheckpointLog"),
    ]
    foreign = sign_digest(new_account(), digest(case.statement, own))
    for signature in (foreign, *(_signed(case, domain) for domain in others)):
        refused = _refusal(world, case.payer, case.carry(case.statement, signature))
        assert isinstance(refused, InvalidSignatureError)
        assert refused.facts["expected"] == Address(case.signer.address)
    assert world.act(case.payer, case.carry(case.statement, _signed(case, own))).succeeded


ALTERATIONS: dict[str, list[dict[str, Callable[[Any], Any]]]] = {
    "registration": [{"deadline": lambda at: at + 1}],
    "supplement": [{"metadata_hash": lambda _: random_hash()}, {"deadline": lambda at: at + 1}],
    "offer": [
        {"price": lambda wei: wei - 1},
        {"terms_hash": lambda _: random_hash()},
        {"royalty_bps": lambda bps: bps + 1},
        {"max_grants": lambda count: count - 1},
        {"duration": lambda seconds: seconds - 1},
        {"valid_until": lambda at: at + 1},
        {"flags": lambda flags: flags | OfferFlags.DERIVATIVES},
        {"salt": lambda _: random_hash()},
    ],
    "share table": [
        {"bps": lambda _: (2_501,)},
        {"contributors": lambda _: (Address(new_account().address),)},
        {"deadline": lambda at: at + 1},
    ],
    "answer": [{"evidence_hash": lambda _: random_hash()}, {"deadline": lambda at: at + 1}],
}


@pytest.mark.parametrize("kind", CASES)
def test_a_statement_altered_in_one_field_is_refused(world: World, kind: str) -> None:
    case = CASES[kind](world)
    signature = world.sign(case.signer, case.statement)
    for changes in ALTERATIONS[kind]:
        fields = {name: change(getattr(case.statement, name)) for name, change in changes.items()}
        altered = replace(case.statement, **fields)
        assert isinstance(_refusal(world, case.payer, case.carry(altered, signature)), InvalidSignatureError)


@pytest.mark.parametrize("kind", ["registration", "supplement", "share table", "answer"])
def test_a_statement_is_refused_after_its_deadline(world: World, kind: str) -> None:
    case = CASES[kind](world)
    stated: Any = case.statement
    late = replace(stated, deadline=world.now() - 1)
    refused = _refusal(world, case.payer, case.carry(late, world.sign(case.signer, late)))
    assert isinstance(refused, DeadlineExpiredError)


def test_a_registration_is_recorded_under_the_id_that_python_gave_it(world: World) -> None:
    claimant = new_account()
    parents = tuple(sorted(WorkId(random_hash()) for _ in range(8)))
    declared = declaration(claimant, parents=parents, previous=WorkId(random_hash()))
    statement = Registration(declared, world.now() + DAY)
    act = RegisterFor(statement, world.sign(claimant, statement))
    event = _done(world, world.operator, act, "WorkRegistered")
    assert event.work_id == work_id(declared)
    assert event.facts["claimant"] == claimant.address
    assert event.facts["parents"] == [str(parent) for parent in parents]


def test_a_supplement_has_its_effect_once(world: World) -> None:
    case = _supplement(world)
    act = case.carry(case.statement, world.sign(case.signer, case.statement))
    event = _done(world, world.operator, act, "SupplementRecorded")
    assert (event.facts["sequence"], event.facts["holder"]) == (1, case.signer.address)
    assert isinstance(_refusal(world, world.operator, act), InvalidValueError)


def test_an_offer_is_bought_under_the_ids_that_python_gave_it(world: World) -> None:
    case = _offer(world)
    assert isinstance(case.statement, Offer)
    act = case.carry(case.statement, world.sign(case.signer, case.statement))
    event = _done(world, case.payer, act, "GrantIssued")
    sale = Sale(case.statement, 1)
    assert event.facts["offer_hash"] == str(offer_hash(sale.offer))
    assert event.grant_id == grant_id(offer_hash(sale.offer), sale.serial)


def test_a_price_above_the_buyers_limit_is_refused_with_both(world: World) -> None:
    case = _offer(world)
    offer = case.statement
    assert isinstance(offer, Offer)
    act = Purchase(offer, world.sign(case.signer, offer), Address(case.payer.address), offer.price - 1)
    refused = _refusal(world, case.payer, act)
    assert isinstance(refused, PriceOverLimitError)
    assert refused.facts == {"price_wei": str(offer.price), "limit_wei": str(offer.price - 1)}


def test_a_share_table_is_set_under_the_hash_that_python_gave_it_and_names_everybody(world: World) -> None:
    holder = new_account()
    work, _ = world.register_for(holder)
    others = sorted((new_account() for _ in range(3)), key=lambda account: account.address.lower())
    accounts = tuple(Address(account.address) for account in others)
    table = ShareTable(work, 0, 1, accounts, (1, 2_500, 7_499), world.now() + DAY)
    signatures = tuple(world.sign(account, table) for account in others)
    act = SetShares(table, no_table(work), world.sign(holder, table), signatures)
    missing = SetShares(table, no_table(work), world.sign(holder, table), signatures[:2])
    assert isinstance(_refusal(world, world.operator, missing), InvalidValueError)
    event = _done(world, world.operator, act, "SharesSet")
    assert event.facts["table_hash"] == str(struct_hash(table))
    assert event.facts["contributors"] == list(accounts)
    assert event.facts["bps"] == [1, 2_500, 7_499]


def test_an_answer_is_given_under_the_id_that_python_gave_the_dispute(world: World) -> None:
    case = _answer(world)
    assert isinstance(case.statement, Answer)
    act = case.carry(case.statement, world.sign(case.signer, case.statement))
    event = _done(world, world.operator, act, "DisputeAnswered")
    assert event.facts["dispute_id"] == str(case.statement.dispute_id)
    assert event.facts["evidence_hash"] == str(case.statement.evidence_hash)
    assert event.facts["holder"] == case.signer.address
