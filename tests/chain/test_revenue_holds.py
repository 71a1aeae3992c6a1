"""When payments are due and can be taken back: the registry against the desk, one dispute after another."""

from __future__ import annotations

from registry.licensing.holds import REFUND_SECONDS
from registry.model import (
    ZERO_ADDRESS,
    Address,
    AdmitDispute,
    ChainEvent,
    DisputeId,
    DisputeStatus,
    OpenDispute,
    RuleDispute,
    WorkId,
)
from registry.statements import dispute_id
from registry.usecases.disputes import blocks_needed, holds_of
from tests.chain.acts import titled
from tests.chain.worlds import BOND_WEI, DAY, World, random_hash


def _events(world: World, since: int, work_id: WorkId) -> tuple[list[ChainEvent], dict[int, int]]:
    found, times = [], {}
    for number in range(since, world.gateway.head().number + 1):
        block = world.gateway.block(number)
        assert block is not None
        found += [event for event in world.gateway.events(block) if event.work_id == work_id]
        times[number] = block.timestamp
    return found, {number: times[number] for number in blocks_needed(found)}


def _agrees(world: World, since: int, work_id: WorkId, moments: list[int]) -> None:
    holds = holds_of(*_events(world, since, work_id))
    escrow = world.terms.escrow
    asked = {moment + shift for moment in moments for shift in (-escrow - 1, -escrow, 1 - escrow, -1, 0, 1)}
    for paid_at in sorted(asked):
        told = (holds.releasable_at(paid_at, world.terms), holds.refundable_until(paid_at, world.terms))
        view = [
            world.gateway._view("DisputeDesk", function, work_id.to_int(), paid_at)[0]
            for function in ("releasableAt", "refundableUntil")
        ]
        assert list(told) == view


def _opened(world: World, work_id: WorkId) -> DisputeId:
    evidence = random_hash()
    act = OpenDispute(work_id, random_hash(), evidence, ZERO_ADDRESS, BOND_WEI)
    assert world.act(world.operator, act).succeeded
    return dispute_id(work_id, evidence, Address(world.operator.address))


def test_a_third_ruling_leaves_a_window_that_still_runs_as_the_desk_leaves_it(world: World) -> None:
    since = world.gateway.head().number + 1
    _, work_id = titled(world)
    moments: list[int] = []
    for pause in (0, DAY, DAY, REFUND_SECONDS - DAY, REFUND_SECONDS):
        world.pass_time(pause)
        opened = _opened(world, work_id)
        moments.append(world.now())
        assert world.act(world.arbiter, AdmitDispute(opened)).succeeded
        world.pass_time(world.terms.answer)
        assert world.act(world.arbiter, RuleDispute(opened, DisputeStatus.UPHELD, ())).succeeded
        moments.append(world.now())
        _agrees(world, since, work_id, moments)


def test_the_registry_holds_and_refunds_as_the_desk_does(world: World) -> None:
    since = world.gateway.head().number + 1
    _, work_id = titled(world)
    moments = [world.now()]
    _agrees(world, since, work_id, moments)
    outcomes = (DisputeStatus.DISMISSED, DisputeStatus.UPHELD, DisputeStatus.UPHELD, DisputeStatus.UPHELD)
    for place, outcome in enumerate(outcomes):
        opened = _opened(world, work_id)
        moments.append(world.now())
        assert world.act(world.arbiter, AdmitDispute(opened)).succeeded
        _agrees(world, since, work_id, moments)
        world.pass_time(world.terms.answer)
        assert world.act(world.arbiter, RuleDispute(opened, outcome, ())).succeeded
        moments.append(world.now())
        _agrees(world, since, work_id, moments)
        if place == 2:  # the window of the second ruling is over before the last dispute is opened
            world.pass_time(REFUND_SECONDS)
