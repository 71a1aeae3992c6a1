"""The worlds that other tests stand on: all contracts there, time that passes."""

from __future__ import annotations

from tests.chain.worlds import DAY, World, new_account


def test_a_world_has_five_contracts_and_its_terms(world: World) -> None:
    for address in world.gateway.contracts.addresses.values():
        assert len(world.ask("eth_getCode", address, "latest")) > 2
    assert world.gateway.desk_terms() == world.terms


def test_time_passes_and_statements_still_count(world: World) -> None:
    before = world.now()
    world.pass_time(DAY)
    assert world.now() >= before + DAY
    _, receipt = world.register_for(new_account())
    assert receipt.succeeded
