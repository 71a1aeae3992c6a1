"""Who has taken over from a lost account speaks for it; an account with code takes its own bonds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry.errors import InvalidSignatureError, NotAllowedError, NotTitleHolderError
from registry.model import (
    ZERO_ADDRESS,
    Address,
    AnswerDispute,
    ClaimBonds,
    DisputeId,
    DisputeStatus,
    OpenDispute,
    RegisterFor,
    RuleDispute,
    SetRecovery,
    StartRecovery,
    WorkId,
)
from registry.statements import dispute_id, work_id
from registry.usecases.shares import TableStatus
from tests.chain.acts import estimate
from tests.chain.office import Office, open_office
from tests.chain.wallets import new_wallet
from tests.chain.worlds import BOND_WEI, DAY, World, new_account, random_hash

DELAY_SECONDS = 7 * DAY  # the shortest there is (Recoveries.sol)


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def _named(world: World, lost: LocalAccount, successor: LocalAccount) -> None:
    assert world.act(lost, SetRecovery(Address(successor.address), DELAY_SECONDS)).succeeded


def _taken_over(world: World, lost: LocalAccount, successor: LocalAccount) -> None:
    assert world.act(successor, StartRecovery(Address(lost.address))).succeeded
    world.pass_time(DELAY_SECONDS)


def test_who_has_taken_over_signs_a_table_in_place_of_the_lost_account(office: Office, world: World) -> None:
    holder, lost, heir = new_account(), world.person(), world.person()
    work = office.titled(holder)
    _named(world, lost, heir)
    place = Address(lost.address)
    first = office.prepare_shares(work, {place: 5_000}).table
    office.consent(first, Address(holder.address), office.sign(holder, first))
    with pytest.raises(InvalidSignatureError):
        office.consent(first, place, office.sign(heir, first))
    assert world.act(heir, StartRecovery(place)).succeeded
    with pytest.raises(InvalidSignatureError):
        office.consent(first, place, office.sign(heir, first))
    world.pass_time(DELAY_SECONDS)
    office.catch_up()

    office.consent(first, place, office.sign(heir, first))
    office.settle_outbox()
    second = office.prepare_shares(work, {Address(heir.address): 4_000}).table
    for signer, key in ((holder, holder), (lost, heir), (heir, heir)):
        office.consent(second, Address(signer.address), office.sign(key, second))
    office.settle_outbox()

    assert [told.status for told in office.consents(work)] == [TableStatus.SET, TableStatus.SET]
    third = office.prepare_shares(work, {place: 1}).table
    with pytest.raises(InvalidSignatureError):
        office.consent(third, Address(holder.address), office.sign(heir, third))


def test_who_has_taken_over_answers_a_dispute_about_the_lost_account_s_title(
    office: Office, world: World
) -> None:
    lost, heir = world.person(), world.person()
    _named(world, lost, heir)
    _taken_over(world, lost, heir)
    work, dispute = office.disputed(lost)
    act = world.gateway.call(AnswerDispute(dispute, random_hash()))
    with pytest.raises(NotTitleHolderError):
        estimate(world, world.person(), act)

    assert world.send(heir, act).succeeded

    office.catch_up()
    assert office.events(work, "DisputeAnswered") == 1


def _dismissed(world: World, work: WorkId) -> DisputeId:
    opener, evidence = world.person(), random_hash()
    assert world.act(opener, OpenDispute(work, random_hash(), evidence, ZERO_ADDRESS, BOND_WEI)).succeeded
    opened = dispute_id(work, evidence, Address(opener.address))
    world.pass_time(world.terms.answer)
    assert world.act(world.arbiter, RuleDispute(opened, DisputeStatus.DISMISSED, ())).succeeded
    return opened


def test_a_bond_that_a_contract_is_owed_is_paid_at_its_own_call_alone(world: World) -> None:
    wallet, person = new_wallet(world), new_account()
    statement = world.registration(wallet)  # type: ignore[arg-type]  # all it asks for is an address
    act = RegisterFor(statement, wallet.accept(random_hash()))
    assert world.act(world.operator, act).succeeded
    work, _ = world.register_for(person)
    for owned in (work_id(statement.declaration), work):
        _dismissed(world, owned)

    def claimed(account: Address) -> int:
        return estimate(world, world.operator, world.gateway.call(ClaimBonds(account, account)))

    owner = Address(person.address)
    assert [world.gateway.owed_bonds(one) for one in (wallet.address, owner)] == [BOND_WEI, BOND_WEI]
    assert claimed(owner) > 0
    with pytest.raises(NotAllowedError, match="whose money it is"):
        claimed(wallet.address)
