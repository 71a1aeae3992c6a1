from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry.chain.embedded import EmbeddedChain
from registry.chain.gateway import Gateway
from tests.chain.embedded_chains import opened
from tests.chain.worlds import COIN, World, new_account, open_world


@pytest.fixture(scope="session", params=["embedded", "anvil"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(request.param, tmp_path_factory.mktemp(request.param)) as opened_world:
        yield opened_world


@pytest.fixture
def operator() -> LocalAccount:
    return new_account()


@pytest.fixture
def chain(tmp_path: Path, operator: LocalAccount) -> Iterator[EmbeddedChain]:
    with opened(tmp_path, operator) as made:
        yield made


@pytest.fixture
def own_world(world: World) -> World:
    """The same chain with an operator of the test's own, whose log is empty."""
    operator = world.person(10 * COIN)
    gateway = world.gateway
    its = Gateway(
        world.provider, gateway.contracts, operator, gateway.confirmations_needed, gateway.proof_level
    )
    return replace(world, operator=operator, gateway=its)
