"""Share tables: consented to one by one, carried once everybody has, on both chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry.errors import (
    DeadlineExpiredError,
    InvalidSignatureError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    NotPossibleError,
)
from registry.model import Address, ShareTable, WorkId, no_table
from registry.ports import IntentState
from registry.usecases.shares import TableConsents, TableStatus
from tests.chain.acts import transfer
from tests.chain.office import HOUR, Office, open_office
from tests.chain.worlds import World, new_account, open_world, random_hash

FORTNIGHT = 14 * 24 * HOUR


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def _address(account: LocalAccount) -> Address:
    return Address(account.address)


def _sign(office: Office, table: ShareTable, *signers: LocalAccount) -> TableConsents:
    told = None
    for signer in signers:
        told = office.consent(table, _address(signer), office.sign(signer, table))
    assert told is not None
    return told


def _propose(office: Office, work: WorkId, *shares: tuple[LocalAccount, int]) -> ShareTable:
    return office.prepare_shares(work, {_address(account): bps for account, bps in shares}).table


def test_a_table_is_carried_once_everybody_whom_it_concerns_has_signed(office: Office) -> None:
    holder, one, two = (new_account() for _ in range(3))
    work = office.titled(holder)
    made = office.prepare_shares(work, {_address(two): 1_000, _address(one): 2_500})
    table = made.table

    asked = _sign(office, table, holder)
    waiting = _sign(office, table, two)
    sent = _sign(office, table, one)
    office.settle_outbox()
    [done] = office.consents(work)

    others = sorted((_address(one), _address(two)), key=str.lower)
    assert made.signers == (_address(holder), *others)
    assert table.contributors == tuple(others)
    assert (table.epoch, table.rest_bps) == (1, 6_500)
    assert (asked.signed, asked.missing) == ((_address(holder),), tuple(others))
    assert (waiting.status, waiting.missing) == (TableStatus.COLLECTING, (_address(one),))
    assert (sent.status, sent.missing, sent.reason) == (TableStatus.SENT, (), None)
    assert (done.status, set(done.signed)) == (TableStatus.SET, {_address(holder), *others})
    assert office.events(work, "SharesSet") == 1
    assert office.journalled() == 3


def test_a_consent_handed_in_twice_is_one(office: Office) -> None:
    holder, one = new_account(), new_account()
    work = office.titled(holder)
    table = _propose(office, work, (one, 1))
    first = _sign(office, table, holder)
    assert _sign(office, table, holder) == first
    last = _sign(office, table, one)
    assert _sign(office, table, one, holder) == last
    office.settle_outbox()
    assert _sign(office, table, one).status is TableStatus.SET
    assert office.journalled() == 2
    assert office.events(work, "SharesSet") == 1


def test_who_leaves_a_table_must_agree_and_the_holders_own_row_needs_one_signature(office: Office) -> None:
    holder, leaving, staying = (new_account() for _ in range(3))
    work = office.titled(holder)
    first = _propose(office, work, (leaving, 100), (staying, 200), (holder, 300))
    assert _sign(office, first, holder, leaving, staying).status is TableStatus.SENT
    office.settle_outbox()
    second = _propose(office, work, (staying, 400))
    told = _sign(office, second, holder, staying)
    assert (second.epoch, told.status, told.missing) == (2, TableStatus.COLLECTING, (_address(leaving),))
    _sign(office, second, leaving)
    office.settle_outbox()
    assert [one.status for one in office.consents(work)] == [TableStatus.SET, TableStatus.SET]
    assert [one.table.epoch for one in office.consents(work)] == [2, 1]


def test_the_holder_signs_first_and_strangers_never(office: Office) -> None:
    holder, one, stranger = (new_account() for _ in range(3))
    work = office.titled(holder)
    table = _propose(office, work, (one, 5_000))
    with pytest.raises(NotAllowedError, match="signs first"):
        _sign(office, table, one)
    _sign(office, table, holder)
    with pytest.raises(InvalidValueError, match="signer"):
        _sign(office, table, stranger)
    with pytest.raises(InvalidSignatureError):
        office.consent(table, _address(one), office.sign(stranger, table))
    assert office.journalled() == 1


def test_a_table_altered_in_any_field_is_another_statement(office: Office) -> None:
    holder, one = new_account(), new_account()
    work, other = office.titled(holder), office.titled(holder)
    table = _propose(office, work, (one, 5_000))
    signature = office.sign(holder, table)
    for altered in (
        replace(table, bps=(4_999,)),
        replace(table, contributors=(_address(new_account()),)),
        replace(table, deadline=table.deadline + 1),
        replace(table, work_id=other),
    ):
        with pytest.raises(InvalidSignatureError):
            office.consent(altered, _address(holder), signature)
    for elsewhere in (replace(table, epoch=2), replace(no_table(work), deadline=table.deadline)):
        with pytest.raises(InvalidValueError, match="the next is 1"):
            office.consent(elsewhere, _address(holder), signature)
    with pytest.raises(NotPossibleError, match="made for series 1 of the title"):
        office.consent(replace(table, series=1), _address(holder), signature)
    with pytest.raises(NotFoundError):
        office.consent(replace(table, work_id=WorkId(random_hash())), _address(holder), signature)
    assert office.journalled() == 0


def test_a_table_whose_place_is_taken_is_stale(office: Office) -> None:
    holder, one, two = (new_account() for _ in range(3))
    work = office.titled(holder)
    slow, quick = _propose(office, work, (one, 1)), _propose(office, work, (two, 2))
    _sign(office, slow, holder)
    _sign(office, quick, holder, two)
    office.settle_outbox()
    by_table = {told.table: told for told in office.consents(work)}
    assert by_table[quick].status is TableStatus.SET
    assert (by_table[slow].status, by_table[slow].reason) == (
        TableStatus.STALE,
        "the work has table 1 already",
    )
    with pytest.raises(NotPossibleError):
        _sign(office, slow, one)


def test_a_table_is_stale_once_its_deadline_has_passed_or_the_title_has_moved(
    office: Office, world: World
) -> None:
    holder, one, buyer = (new_account() for _ in range(3))
    work = office.titled(holder)
    table = _propose(office, work, (one, 1))
    _sign(office, table, holder)
    office.clock.ahead = FORTNIGHT + HOUR
    [late] = office.consents(work)
    with pytest.raises(DeadlineExpiredError):
        _sign(office, table, one)
    office.clock.ahead = 0
    transfer(world, holder, work, buyer.address)
    office.catch_up()
    [moved] = office.consents(work)

    assert late.status is TableStatus.STALE
    assert late.reason is not None
    assert "deadline" in late.reason
    assert moved.status is TableStatus.STALE
    assert moved.reason is not None
    assert "series 0 of the title, which is in series 1" in moved.reason
    with pytest.raises(NotPossibleError):
        _sign(office, table, one)
    assert _sign(office, _propose(office, work, (one, 2)), buyer).status is TableStatus.COLLECTING


def test_a_title_that_moves_on_the_way_fails_the_table_with_the_contracts_own_word(
    office: Office, world: World
) -> None:
    holder, one = new_account(), new_account()
    work = office.titled(holder)
    table = _propose(office, work, (one, 1))
    transfer(world, holder, work, new_account().address)
    assert _sign(office, table, holder, one).status is TableStatus.SENT  # the views have not seen it yet
    office.settle_outbox()
    [failed] = office.consents(work)
    assert failed.status is TableStatus.STALE
    assert [item.problem is not None for item in office.items(IntentState.FAILED)] == [True]


def test_consents_survive_restarts_a_lost_outbox_and_a_rebuild(
    office: Office, world: World, tmp_path: Path
) -> None:
    holder, one, two = (new_account() for _ in range(3))
    work, open_work = office.titled(holder), office.titled(holder)
    table = _propose(office, work, (one, 1))
    half = _propose(office, open_work, (one, 1), (two, 2))
    _sign(office, table, holder, one)
    _sign(office, half, holder, two)
    with open_office(world, tmp_path) as restarted:
        restarted.lose_outbox()
        restarted.sync.rebuild()
        assert restarted.sync.requeue_missing() == 1
        assert restarted.sync.requeue_missing() == 0
        restarted.settle_outbox()
        [done], [open_table] = restarted.consents(work), restarted.consents(open_work)
        assert done.status is TableStatus.SET
        assert (open_table.status, open_table.missing) == (TableStatus.COLLECTING, (_address(one),))
        assert restarted.sync.requeue_missing() == 0


def test_a_table_dropped_by_a_reorg_is_set_again(tmp_path: Path) -> None:
    with open_world("anvil", tmp_path) as world, open_office(world, tmp_path) as office:
        holder, one = new_account(), new_account()
        work = office.titled(holder)
        world.ask("anvil_mine", "0x5")
        table = _propose(office, work, (one, 1))
        _sign(office, table, holder, one)
        office.settle_outbox()
        assert office.consents(work)[0].status is TableStatus.SET

        world.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no names
        world.ask("anvil_reorg", 2, [])
        office.catch_up()
        assert office.consents(work)[0].status is TableStatus.SENT
        world.ask("evm_setAutomine", True)  # noqa: FBT003
        office.settle(lambda: office.consents(work)[0].status is TableStatus.SET)
        assert office.events(work, "SharesSet") == 1
        assert office.journalled() == 2
