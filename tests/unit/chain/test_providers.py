from __future__ import annotations

from pathlib import Path

import pytest
from eth_account import Account

from registry.chain.embedded import EmbeddedChain
from registry.chain.providers import EmbeddedProvider, NodeProvider, chain_id_of, open_provider
from registry.errors import SettingsError
from registry.model import Address, ProofLevel
from registry.model.networks import proof_level_of


def refuse(path: Path) -> EmbeddedChain:
    raise AssertionError(f"{path} was opened")


@pytest.mark.parametrize("uri", ["http://127.0.0.1:8545", "https://node.example/key"])
def test_a_nodes_address_gives_a_node(uri: str) -> None:
    provider = open_provider(uri, refuse)
    assert isinstance(provider, NodeProvider)
    assert provider.endpoint_uri == uri


def test_an_embedded_chains_address_names_its_file(tmp_path: Path) -> None:
    operator = Address(Account.create().address)
    folder = tmp_path / "a folder"
    folder.mkdir()
    uri = f"embedded://{tmp_path}/a%20folder/chain.db"
    provider = open_provider(uri, lambda path: EmbeddedChain(path, operator))
    assert isinstance(provider, EmbeddedProvider)
    with provider.chain as chain:
        assert chain.path == folder / "chain.db"
        assert chain_id_of(provider) == 31337


@pytest.mark.parametrize(
    "uri",
    ["", "chain.db", "embedded://chain.db", "embedded:chain.db", "ws://127.0.0.1:1", "http://", "file:///x"],
)
def test_another_address_is_refused(uri: str) -> None:
    with pytest.raises(SettingsError):
        open_provider(uri, refuse)


@pytest.mark.parametrize(
    ("chain_id", "level"),
    [
        (1, ProofLevel.PUBLIC),
        (8453, ProofLevel.PUBLIC),
        (11155111, ProofLevel.PUBLIC_TESTNET),
        (17000, ProofLevel.PUBLIC_TESTNET),
        (84532, ProofLevel.PUBLIC_TESTNET),
        (31337, ProofLevel.LOCAL),
        (1337, ProofLevel.LOCAL),
        (987654321, ProofLevel.LOCAL),
    ],
)
def test_a_chain_proves_dates_to_others_only_if_it_is_known_to(chain_id: int, level: ProofLevel) -> None:
    assert proof_level_of(chain_id) is level
