from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount
from web3.providers.base import BaseProvider

from registry.chain.deployment import deploy
from registry.chain.embedded import EmbeddedChain
from registry.chain.gateway import Gateway
from registry.chain.manifest import contracts_of
from registry.chain.networks import proof_level_of
from registry.chain.providers import EmbeddedProvider, request
from registry.model import Address
from tests.chain.embedded_chains import opened
from tests.chain.worlds import COIN, World, anvil, new_account, stepping_clock


def _world(name: str, folder: Path, resources: ExitStack) -> World:
    operator = new_account()
    provider: BaseProvider
    if name == "embedded":
        chain = EmbeddedChain(folder / "chain.db", Address(operator.address), stepping_clock())
        provider = EmbeddedProvider(resources.enter_context(chain))
    else:
        provider = resources.enter_context(anvil(folder, "--chain-id", "11155111"))
        request(provider, "anvil_setBalance", operator.address, hex(1000 * COIN))
    contracts = contracts_of(deploy(provider, operator, folder / "deployment.json"))
    gateway = Gateway(provider, contracts, operator, 3, proof_level_of(contracts.chain_id))
    return World(name, provider, gateway, operator)


@pytest.fixture(scope="session", params=["embedded", "anvil"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as resources:
        yield _world(request.param, tmp_path_factory.mktemp(request.param), resources)


@pytest.fixture
def operator() -> LocalAccount:
    return new_account()


@pytest.fixture
def chain(tmp_path: Path, operator: LocalAccount) -> Iterator[EmbeddedChain]:
    with opened(tmp_path, operator) as made:
        yield made
