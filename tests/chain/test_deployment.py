"""Deploying: once, whatever dies in between; and what the manifest is worth."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from registry.canonical import canonical_hash
from registry.chain.abi import CONTRACT_NAMES, artifact
from registry.chain.deployment import deploy, state_path, verify_deployment
from registry.chain.embedded import EmbeddedChain
from registry.chain.manifest import Manifest, contracts_of, load_manifest, save_manifest
from registry.chain.providers import EmbeddedProvider, NodeProvider, request
from registry.chain.shapes import create_address
from registry.errors import (
    ChainMismatchError,
    CodeMismatchError,
    DeploymentChangedError,
    InvalidDocumentError,
    TransactionRejectedError,
)
from registry.keys.keystore import Keystore
from registry.model import Address, Hash32
from tests.chain.worlds import COIN, PATIENCE_SECONDS, anvil, new_account, stepping_clock

ROOT = Path(__file__).parents[2]
SEPOLIA = 11155111


class DiedError(Exception):
    """The process is gone, as far as the deployment can tell."""


class DyingProvider(BaseProvider):
    """Hands requests on until the n-th one of a method, and then dies: before handing it on, or after."""

    def __init__(self, inner: BaseProvider, method: str, count: int, *, after: bool) -> None:
        super().__init__()
        self._inner, self._method, self._left, self._after = inner, method, count, after

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401  # web3's signature
        self._left -= method == self._method
        dies = method == self._method and self._left == 0
        if dies and not self._after:
            raise DiedError
        answer = self._inner.make_request(method, params)
        if dies:
            raise DiedError
        return answer


@pytest.fixture
def provider(tmp_path: Path, operator: LocalAccount) -> Iterator[EmbeddedProvider]:
    with EmbeddedChain(tmp_path / "chain.db", Address(operator.address), stepping_clock()) as chain:
        yield EmbeddedProvider(chain)


def nonce_of(provider: BaseProvider, account: LocalAccount) -> int:
    return int(request(provider, "eth_getTransactionCount", account.address, "latest"), 16)


def expected_addresses(account: LocalAccount, first_nonce: int = 0) -> list[str]:
    sender = bytes.fromhex(account.address[2:])
    return [Address("0x" + create_address(sender, first_nonce + step).hex()) for step in range(2)]


def test_a_deployment_is_described_by_its_manifest(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    manifest = deploy(provider, operator, path)
    document = json.loads(path.read_text())
    assert document == manifest.document()
    assert document["format"] == "colophon.deployment/1"
    assert document["chain_id"] == 31337
    assert document["deployer"] == operator.address
    assert [document["contracts"][name]["address"] for name in CONTRACT_NAMES] == expected_addresses(operator)
    assert document["deployed_at_block"] == document["contracts"]["WorkRegistry"]["block"]
    rest = {name: value for name, value in document.items() if name != "manifest_id"}
    assert document["manifest_id"] == "0x" + canonical_hash(rest).hex()
    contracts = contracts_of(manifest)
    assert contracts.work_registry == document["contracts"]["WorkRegistry"]["address"]
    assert str(contracts.manifest_id) == document["manifest_id"]
    assert not state_path(path).exists()


def test_deploying_again_finds_it_done(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    first = deploy(provider, operator, path)
    assert deploy(provider, operator, path) == first == load_manifest(path)
    assert nonce_of(provider, operator) == 2


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("method", "count"),
    [
        ("eth_sendRawTransaction", 1),
        ("eth_getTransactionReceipt", 2),
        ("eth_estimateGas", 2),
        ("eth_sendRawTransaction", 2),
        ("eth_getCode", 2),
        ("eth_call", 1),
    ],
)
def test_a_deployment_that_died_is_taken_up_and_nothing_is_deployed_twice(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path, method: str, count: int, moment: str
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, method, count, after=moment == "after"), operator, path)
    assert not path.exists()
    manifest = deploy(provider, operator, path)
    assert [manifest.contracts[name].address for name in CONTRACT_NAMES] == expected_addresses(operator)
    assert nonce_of(provider, operator) == 2
    verify_deployment(provider, manifest)


def test_a_nonce_that_something_else_used_is_given_up(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 1, after=False), operator, path)
    other: dict[str, Any] = {
        "type": 2,
        "chainId": 31337,
        "nonce": 0,
        "to": operator.address,
        "value": 0,
        "gas": 21_000,
    }
    fees = {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9}
    raw = bytes(operator.sign_transaction(other | fees).raw_transaction)
    request(provider, "eth_sendRawTransaction", "0x" + raw.hex())
    until = time.monotonic() + PATIENCE_SECONDS
    while nonce_of(provider, operator) == 0 and time.monotonic() < until:
        time.sleep(0.01)
    manifest = deploy(provider, operator, path)
    assert [manifest.contracts[name].address for name in CONTRACT_NAMES] == expected_addresses(operator, 1)
    assert nonce_of(provider, operator) == 3


def test_another_account_does_not_go_on_with_what_one_began(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 2, after=True), operator, path)
    with pytest.raises(DeploymentChangedError):
        deploy(provider, new_account(), path)


def test_an_account_that_cannot_pay_deploys_nothing(provider: EmbeddedProvider, tmp_path: Path) -> None:
    with pytest.raises(TransactionRejectedError) as caught:
        deploy(provider, new_account(), tmp_path / "deployment.json")
    assert caught.value.facts["reason"] == "insufficient-funds"
    assert not (tmp_path / "deployment.json").exists()


def test_a_manifest_that_was_changed_is_refused(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    document = deploy(provider, operator, path).document()
    path.write_text(json.dumps(document | {"deployed_at_block": 0}))
    with pytest.raises(InvalidDocumentError):
        load_manifest(path)
    for text in ("", "[]", "{}", '{"chain_id": "x"}'):
        path.write_text(text)
        with pytest.raises(InvalidDocumentError):
            load_manifest(path)


def _altered(manifest: Manifest, **changes: Any) -> Manifest:
    return dataclasses.replace(manifest, **changes)


def test_code_that_is_not_the_manifests_is_noticed(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    manifest = deploy(provider, operator, tmp_path / "deployment.json")
    registry = manifest.contracts["WorkRegistry"]
    elsewhere = dataclasses.replace(registry, address=Address("0x" + "11" * 20))
    strange = dataclasses.replace(registry, runtime_code_sha256=Hash32(bytes(32)))
    for wrong in (elsewhere, strange):
        with pytest.raises(CodeMismatchError, match="WorkRegistry"):
            verify_deployment(
                provider, _altered(manifest, contracts=manifest.contracts | {"WorkRegistry": wrong})
            )
    with pytest.raises(ChainMismatchError):
        verify_deployment(provider, _altered(manifest, chain_id=1))


def test_a_ledger_of_another_registrys_titles_is_noticed(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    first = deploy(provider, operator, tmp_path / "first.json")
    second = deploy(provider, operator, tmp_path / "second.json")
    mixed = {
        "WorkRegistry": first.contracts["WorkRegistry"],
        "LicenseLedger": second.contracts["LicenseLedger"],
    }
    with pytest.raises(CodeMismatchError, match="LicenseLedger"):
        verify_deployment(provider, _altered(first, contracts=mixed))


def test_contracts_of_another_version_are_told_from_strange_code(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    # a manifest in order, of code that is on chain and is not this version's: both entries name the ledger
    manifest = deploy(provider, operator, tmp_path / "deployment.json")
    ledger = manifest.contracts["LicenseLedger"]
    path = tmp_path / "older.json"
    save_manifest(_altered(manifest, contracts={"WorkRegistry": ledger, "LicenseLedger": ledger}), path)
    with pytest.raises(DeploymentChangedError):
        deploy(provider, operator, path)


def test_immutables_are_masked_and_nothing_else() -> None:
    for name in CONTRACT_NAMES:
        compiled = artifact(name)
        assert compiled.immutables
        filled = bytearray(compiled.deployed_bytecode)
        start, length = compiled.immutables[0]
        filled[start : start + length] = b"\xab" * length
        assert compiled.masked(bytes(filled)) == compiled.deployed_bytecode
        filled[0] ^= 1
        assert compiled.masked(bytes(filled)) != compiled.deployed_bytecode


# --- as an operator would, on a testnet's chain id ---------------------------------------------------------


def _script(node: NodeProvider, folder: Path, keystore: Path) -> list[str]:
    return [
        sys.executable,
        str(ROOT / "scripts" / "deploy.py"),
        *("--rpc", str(node.endpoint_uri)),
        *("--keystore", str(keystore)),
        *("--passphrase-file", str(folder / "passphrase")),
        *("--manifest", str(folder / "deployment.json")),
    ]


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def _waiting_transactions(node: NodeProvider, account: str) -> int:
    latest, pending = (
        int(request(node, "eth_getTransactionCount", account, tag), 16) for tag in ("latest", "pending")
    )
    return pending - latest


def _mine_until(node: NodeProvider, done: threading.Event) -> None:
    while not done.wait(0.1):
        request(node, "evm_mine")


def test_the_script_is_killed_between_two_transactions_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("a long enough passphrase\n")
    address = Keystore(tmp_path / "keys").new("a long enough passphrase", "deployer")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with anvil(tmp_path, "--chain-id", str(SEPOLIA), "--no-mining") as node:
        assert request(node, "eth_accounts") == []
        request(node, "anvil_setBalance", address, hex(COIN))
        command = _script(node, tmp_path, tmp_path / "keys" / "deployer.json")
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_SECONDS
        while _waiting_transactions(node, address) == 0 and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
        assert _waiting_transactions(node, address) == 1
        assert not (tmp_path / "deployment.json").exists()

        done = threading.Event()
        miner = threading.Thread(target=_mine_until, args=(node, done))
        miner.start()
        try:
            first, again = (_run(command, environment) for _ in range(2))  # the second run finds it done
        finally:
            done.set()
            miner.join()
        manifest = load_manifest(tmp_path / "deployment.json")
        assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
        assert json.loads(first.stdout) == json.loads(again.stdout) == manifest.document()
        assert (manifest.chain_id, manifest.deployer) == (SEPOLIA, address)
        assert int(request(node, "eth_getTransactionCount", address, "latest"), 16) == 2
        verify_deployment(node, manifest)


def test_the_script_says_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("wrong\n")
    Keystore(tmp_path / "keys").new("right", "deployer")
    command = [
        *(sys.executable, str(ROOT / "scripts" / "deploy.py"), "--rpc", "http://127.0.0.1:1"),
        *("--keystore", str(tmp_path / "keys" / "deployer.json")),
        *("--passphrase-file", str(tmp_path / "passphrase")),
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = _run(command, environment)
    assert done.returncode == 1
    assert done.stderr.startswith("wrong-passphrase: ")
    assert "Traceback" not in done.stderr
