"""The whole set put on a testnet by a key of the keystore, killed before, between and after its sendings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_utils.crypto import keccak

from registry.chain.abi import CONTRACT_NAMES, artifact
from registry.chain.deployment import verify_deployment
from registry.chain.manifest import Manifest, load_manifest
from registry.chain.providers import NodeProvider
from registry.model import Address
from tests.e2e.anvil import SEPOLIA, Anvil, running_anvil
from tests.e2e.shell import COLOPHON, Shell

ROOT = Path(__file__).parents[2]
ARBITER = Address("0x" + "a7" * 20)
DAY = 86_400
TRANSACTIONS = 6
NAMES = {
    "log": "CheckpointLog",
    "registry": "WorkRegistry",
    "ledger": "LicenseLedger",
    "vault": "RoyaltyVault",
    "desk": "DisputeDesk",
}
KNOWN_TO = {
    "WorkRegistry": ("log", "desk", "ledger", "vault"),
    "LicenseLedger": ("registry", "vault", "desk"),
    "RoyaltyVault": ("registry", "ledger"),
    "DisputeDesk": ("registry", "ledger"),
}


class Gate:
    """Stands before a node, and kills who hands in a transaction: the first time before the node has it.

    With `kills_after` it is killed once the node has it and before it hears so.
    """

    def __init__(self, node: Anvil) -> None:
        self.node = node
        self.seen: list[str] = []
        self.kills_after = False
        self.process: subprocess.Popen[bytes] | None = None

    def answer(self, body: bytes) -> bytes | None:
        """The node's answer; None for somebody who is dead."""
        asked = json.loads(body)
        if asked["method"] != "eth_sendRawTransaction":
            return self._forwarded(body)
        (raw,) = asked["params"]
        known = raw in self.seen
        told = self._forwarded(body) if known else b""
        if known and not self.kills_after:
            return told
        self.seen += [] if known else [raw]
        self._kill()
        return None

    def _forwarded(self, body: bytes) -> bytes:
        return httpx.post(self.node.url, content=body, headers={"Content-Type": "application/json"}).content

    def _kill(self) -> None:
        assert self.process is not None
        self.process.kill()


class Turnstile(Gate):
    """Lets nobody's transaction through, and lets whoever hands one in wait."""

    def __init__(self, node: Anvil) -> None:
        super().__init__(node)
        self.reached, self.dead = threading.Event(), threading.Event()

    def answer(self, body: bytes) -> bytes | None:
        """The node's answer; None for somebody who waited until the end."""
        if json.loads(body)["method"] != "eth_sendRawTransaction":
            return self._forwarded(body)
        self.reached.set()
        self.dead.wait(timeout=60)
        return None


@contextmanager
def opened(gate: Gate) -> Iterator[str]:
    """The address of a gate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = gate.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if answer is not None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _command(shell: Shell, url: str) -> list[str]:
    keystore = shell.home / "keys" / "operator.json"
    return [*COLOPHON, "deploy", "--rpc", url, "--keystore", str(keystore), "--arbiter", ARBITER]


def _life(shell: Shell, gate: Gate, url: str) -> tuple[int, str]:
    """One run of `colophon deploy` through the gate: how it ended, and what it said beside the result."""
    said = shell.home / "said"
    with said.open("wb") as errors:
        gate.process = subprocess.Popen(
            _command(shell, url),
            cwd=shell.home,
            env=shell.variables(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        code = gate.process.wait(timeout=60)
    return code, said.read_text()


def _mined(node: Anvil, account: str) -> int:
    return int(node.ask("eth_getTransactionCount", account, "latest"), 16)


def _getter(node: Anvil, manifest: Manifest, name: str, getter: str) -> Any:  # noqa: ANN401  # ABI values
    function = artifact(name).functions[getter]
    call = {"to": str(manifest.contracts[name].address), "data": "0x" + function.encode().hex()}
    (value,) = function.decode(bytes.fromhex(node.ask("eth_call", call, "latest")[2:]))
    return value


def _assert_one_set(node: Anvil, manifest: Manifest) -> None:
    for name, getters in KNOWN_TO.items():
        for getter in getters:
            expected = manifest.contracts[NAMES[getter]].address
            assert Address(_getter(node, manifest, name, getter)) == expected, f"{name}.{getter}"
    assert Address(_getter(node, manifest, "DisputeDesk", "arbiter")) == ARBITER
    assert _getter(node, manifest, "DisputeDesk", "bond") == 5 * 10**16
    assert _getter(node, manifest, "DisputeDesk", "periods") == (14 * DAY, 60 * DAY, 14 * DAY, 60 * DAY)


def _assert_made_once(node: Anvil, manifest: Manifest) -> None:
    event = "0x" + keccak(text="ContractDeployed(address,bytes32,address)").hex()
    logs = node.ask("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest", "topics": [event]})
    made = sorted(Address("0x" + log["data"][-40:]) for log in logs)
    assert made == sorted(one.address for one in manifest.contracts.values())
    assert {Address(log["address"]) for log in logs} == {manifest.factory.address}


def test_killed_between_each_pair_of_transactions_a_deployment_is_one_set_where_it_said_at_first(
    tmp_path: Path,
) -> None:
    shell = Shell(tmp_path, "")
    account, path = shell.key("operator"), tmp_path / "deployment.json"
    with running_anvil() as node, opened(gate := Gate(node)) as url:
        assert int(node.ask("eth_chainId"), 16) == SEPOLIA
        assert node.ask("eth_accounts") == []
        node.fund(account)
        with pytest.raises(AssertionError, match="No Signer"):  # only what is signed goes through
            node.ask("eth_sendTransaction", {"from": account, "to": account, "value": "0x1"})

        told = ""
        for sent in range(TRANSACTIONS):
            code, said = _life(shell, gate, url)
            told = told or said
            assert code == -9, said
            assert (_mined(node, account), len(gate.seen)) == (sent, sent + 1)
            steps = json.loads((tmp_path / "deployment.json.state").read_text())["steps"]
            assert [step["raw"] for step in steps.values()] == gate.seen
            assert not path.exists()
        gate.kills_after = True
        code, said = _life(shell, gate, url)
        assert code == -9, said
        assert _mined(node, account) == TRANSACTIONS
        assert not path.exists()
        gate.kills_after = False
        code, said = _life(shell, gate, url)
        assert code == 0, said

        manifest = load_manifest(path)
        assert len(gate.seen) == _mined(node, account) == TRANSACTIONS
        assert (manifest.chain_id, manifest.deployer) == (SEPOLIA, account)
        assert not (tmp_path / "deployment.json.state").exists()
        planned = dict(re.findall(r"^  (\w+) will be at (0x\w{40})$", told, re.MULTILINE))
        assert planned.pop("ContractFactory") == manifest.factory.address
        assert planned == {name: manifest.contracts[name].address for name in CONTRACT_NAMES}
        _assert_one_set(node, manifest)
        _assert_made_once(node, manifest)
        assert verify_deployment(NodeProvider(node.url), manifest) == ARBITER


def test_the_addresses_are_told_first_then_each_step_then_the_manifest_and_where_the_sources_lie(
    tmp_path: Path,
) -> None:
    shell = Shell(tmp_path, "")
    account = shell.key("operator")
    with running_anvil() as node:
        node.fund(account)
        keystore = ("--keystore", str(tmp_path / "keys" / "operator.json"))
        said = shell.run("deploy", "--rpc", node.url, *keystore, "--arbiter", ARBITER, "--bond", "0.2eth")
        manifest = load_manifest(tmp_path / "deployment.json")
        assert manifest.terms.bond == 2 * 10**17
    order = [
        *(f"{name} will be at" for name in ("ContractFactory", *CONTRACT_NAMES)),
        *(
            text
            for name in ("ContractFactory", *CONTRACT_NAMES)
            for text in (f"sending {name}:", f"{name} is at")
        ),
    ]
    places = [said.err.index(text) for text in order]
    assert places == sorted(places)
    assert said.word("manifest id") == str(manifest.manifest_id)
    sources = Path(said.word("sources").split(" (")[0])
    assert set(json.loads(sources.read_text())) == {"language", "settings", "sources"}


def test_of_two_deployments_by_one_manifest_the_second_is_refused_until_the_first_has_ended(
    tmp_path: Path,
) -> None:
    shell = Shell(tmp_path, "")
    account = shell.key("operator")
    with running_anvil() as node, opened(gate := Turnstile(node)) as url:
        node.fund(account)
        again = _command(shell, node.url)[len(COLOPHON) :]
        with subprocess.Popen(
            _command(shell, url),
            cwd=tmp_path,
            env=shell.variables(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as first:
            try:
                assert gate.reached.wait(timeout=60)
                state = (tmp_path / "deployment.json.state").read_bytes()
                second = shell.run(*again, "--json", code=1)
            finally:
                first.kill()
                gate.dead.set()
        assert f"process {first.pid} is deploying by deployment.json [deployment-in-progress]" in second.err
        assert "run the same command again when that has ended" in second.err
        assert second.document()["code"] == "deployment-in-progress"
        assert (tmp_path / "deployment.json.state").read_bytes() == state
        assert _mined(node, account) == 0

        shell.run(*again)
        assert _mined(node, account) == TRANSACTIONS
        _assert_made_once(node, load_manifest(tmp_path / "deployment.json"))


def test_an_arbiter_must_be_named_and_be_somebody(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    shell.key("operator")
    command = (
        *("deploy", "--rpc", "http://127.0.0.1:9"),
        *("--keystore", str(tmp_path / "keys" / "operator.json")),
    )
    assert "--arbiter" in shell.run(*command, code=2).err
    for nobody in ("0x" + "00" * 20, "somebody"):
        assert "[invalid-value]" in shell.run(*command, "--arbiter", nobody, code=1).err


def test_another_arbiter_than_the_deployments_is_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    account = shell.key("operator")
    with running_anvil() as node:
        node.fund(account)
        command = (
            *(
                "deploy",
                "--rpc",
                node.url,
                "--keystore",
                str(tmp_path / "keys" / "operator.json"),
                "--arbiter",
            ),
        )
        shell.run(*command, ARBITER)
        other = shell.run(*command, account, code=1)
    assert "[deployment-changed]" in other.err
    assert account in other.err


def _script(shell: Shell, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        *(sys.executable, str(ROOT / "scripts" / "deploy.py")),
        *("--keystore", str(shell.home / "keys" / "operator.json")),
        *("--manifest", str(shell.home / "deployment.json"), *options),
    ]
    environment = shell.variables() | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_script_deploys_without_the_command_and_finds_it_done(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    account = shell.key("operator")
    with running_anvil() as node:
        node.fund(account)
        options = ("--rpc", node.url, "--arbiter", ARBITER, "--bond", "7")
        first, again = (_script(shell, *options) for _ in range(2))
        assert _mined(node, account) == TRANSACTIONS
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    manifest = load_manifest(tmp_path / "deployment.json")
    assert json.loads(first.stdout) == json.loads(again.stdout) == manifest.document()
    assert manifest.terms.bond == 7
    assert f"WorkRegistry will be at {manifest.contracts['WorkRegistry'].address}" in first.stderr
    assert "will be at" not in again.stderr


def test_the_script_says_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    shell.key("operator")
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    options = ("--rpc", "http://127.0.0.1:1", "--arbiter", ARBITER, "--passphrase-file", str(wrong))
    done = _script(shell, *options)
    assert done.returncode == 1
    assert done.stderr.startswith("wrong-passphrase: ")
    assert done.stderr.count("\n") == 1
