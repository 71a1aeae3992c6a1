"""A deployment whose fees are outbid: signed anew with the same nonce, and one of all is mined."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from registry.chain.abi import CONTRACT_FACTORY
from registry.chain.deployment import Plan, deploy, public_terms, running, state_path
from registry.chain.manifest import Manifest
from registry.chain.providers import NodeProvider
from registry.errors import ChainUnavailableError
from registry.model import Address
from tests.chain.deployments import TRANSACTIONS, DiedError, DyingProvider, nonce_of
from tests.chain.worlds import PATIENCE_SECONDS, new_account
from tests.e2e.anvil import Anvil, running_anvil

ON, OFF, DEAR = [True], [False], 100 * 10**9  # wei of gas, where the first fee was a few


@pytest.fixture
def node() -> Iterator[Anvil]:
    with running_anvil() as node:
        node.ask("evm_setAutomine", *OFF)
        yield node


@pytest.fixture
def account(node: Anvil) -> LocalAccount:
    account = new_account()
    node.fund(account.address)
    return account


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "REPLACE_SECONDS", 0.1)


def make_dear(node: Anvil, base_fee: int = DEAR) -> None:
    """A block that is too dear for what waits."""
    node.ask("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    node.ask("evm_mine")


def kept_step(path: Path) -> dict[str, Any]:
    """The factory's step as the state file tells it."""
    told: dict[str, Any] = json.loads(state_path(path).read_bytes())["steps"][CONTRACT_FACTORY]
    return told


def waiting(node: Anvil) -> dict[int, str]:
    """The transactions that wait, by nonce."""
    pending = node.ask("txpool_content")["pending"]
    return {int(nonce): one["hash"] for of in pending.values() for nonce, one in of.items()}


def wait_for_another(node: Anvil, first: str | None) -> str:
    """The transaction that waits with nonce 0, once it is not the first any more."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := waiting(node).get(0)) in (None, first):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert found is not None
    return found


def test_a_transaction_that_is_outbid_is_replaced_and_has_its_effect_once(
    node: Anvil, account: LocalAccount, tmp_path: Path
) -> None:
    path, made = tmp_path / "deployment.json", list[Manifest]()
    provider, terms = NodeProvider(node.url), public_terms(Address(account.address))
    thread = threading.Thread(target=lambda: made.append(deploy(provider, account, path, terms)))
    thread.start()
    first = wait_for_another(node, None)
    make_dear(node)
    second = wait_for_another(node, first)
    assert kept_step(path)["replaced"][0] == first
    node.ask("evm_setAutomine", *ON)
    node.ask("evm_mine")
    thread.join(PATIENCE_SECONDS)
    (manifest,) = made
    assert str(manifest.factory.transaction) != first
    assert node.ask("eth_getTransactionReceipt", second) is not None
    assert nonce_of(provider, account) == TRANSACTIONS
    assert manifest.factory.address == Plan(Address(account.address), 0, terms).factory
    assert not state_path(path).exists()


def test_the_one_that_was_replaced_may_be_mined_and_whoever_goes_on_finds_it(
    node: Anvil, account: LocalAccount, tmp_path: Path
) -> None:
    path, provider = tmp_path / "deployment.json", NodeProvider(node.url)
    terms = public_terms(Address(account.address))
    died = []

    def begin() -> None:
        try:
            deploy(
                DyingProvider(provider, "eth_sendRawTransaction", 2, after=False),
                account,
                path,
                terms,
            )
        except DiedError as death:
            died.append(death)

    thread = threading.Thread(target=begin)
    thread.start()
    first = wait_for_another(node, None)
    raw = kept_step(path)["raw"]
    make_dear(node)
    thread.join(PATIENCE_SECONDS)
    assert died
    assert kept_step(path)["replaced"] == [first]
    make_dear(node, 1)  # of a sudden all is cheap, and somebody still has the first
    node.ask("evm_setAutomine", *ON)
    assert node.ask("eth_sendRawTransaction", raw) == first
    manifest = deploy(provider, account, path, terms)
    assert str(manifest.factory.transaction) == first
    assert nonce_of(provider, account) == TRANSACTIONS


def test_on_a_chain_that_makes_no_block_nothing_is_raised(
    node: Anvil, account: LocalAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MINING_TIMEOUT_SECONDS", 1.0)
    path = tmp_path / "deployment.json"
    with pytest.raises(ChainUnavailableError, match="not mined yet"):
        deploy(NodeProvider(node.url), account, path, public_terms(Address(account.address)))
    assert "replaced" not in kept_step(path)
