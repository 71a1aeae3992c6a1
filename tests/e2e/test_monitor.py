"""`colophon monitor` over real registries, and over ones that lie."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from registry.chain.abi import CHECKPOINT_LOG, artifact
from registry.client import ColophonClient, RpcClient
from registry.samples import samples
from tests.e2e.anvil import Anvil, operator_environment, running_anvil
from tests.e2e.journey import Claimant, wait_for
from tests.e2e.shell import COLOPHON, Served, Shell
from tests.e2e.warm_shell import WarmShell, warm_shell
from tests.unit.client.monitor.lying_log import KEY, LyingLog, leaves, lying_log

ARBITER = "0x" + "a7" * 20


@pytest.fixture
def log() -> Iterator[LyingLog]:
    with lying_log() as log:
        yield log


@pytest.fixture
def quick(tmp_path: Path, log: LyingLog) -> Iterator[WarmShell]:
    with warm_shell(tmp_path, log.url) as shell:
        yield shell


def look(shell: Shell, url: str, *arguments: str, code: int = 0) -> dict[str, Any]:
    """One look into the shell's own folder; the line that it prints."""
    said = shell.run("monitor", url, "--folder", "followed", "--once", "--json", *arguments, code=code)
    assert said.out.count("\n") == 1
    found: dict[str, Any] = said.document()
    return found


def codes(line: dict[str, Any]) -> list[str]:
    return [trouble["code"] for trouble in line["troubles"]]


def register(url: str, folder: Path, seed: int) -> None:
    """A declaration into the log."""
    file = folder / f"work-{seed}{Path(samples()[0].file_name).suffix}"
    file.write_bytes(samples()[0].read())
    with ColophonClient(url) as client:
        claimant = Claimant(seed)
        draft, signature = claimant.draft(client, file)
        client.register(draft, signature, "log")


def anchored(url: str, size: int) -> None:
    """Wait until the registry has anchored so many leaves."""
    with ColophonClient(url) as client:
        wait_for(lambda: (client._ask("GET", "/v1/log").get("anchored") or {}).get("size", 0) >= size)


def test_a_registry_is_followed_through_its_restart(server: Served, tmp_path: Path) -> None:
    shell = Shell(tmp_path, server.url)
    assert look(shell, server.url)["size"] is None
    for number in (1, 2, 3):
        register(server.url, tmp_path, number)
        anchored(server.url, number)
        line = look(shell, server.url)
        assert (line["troubles"], line["size"], line["new_leaves"]) == ([], number, 1)
        assert line["anchored"]["size"] == number
        assert line["node"] == "registry"
    server.restart()
    assert look(shell, server.url)["new_leaves"] == 0
    told = shell.run("monitor", server.url, "--folder", "followed", "--once").out
    assert "3 leaves" in told
    assert "the registry's own node tells: its word alone" in told


def test_a_registry_on_a_node_of_the_caller_s_choice(tmp_path: Path) -> None:
    with running_anvil() as node:
        environment = operator_environment(tmp_path, node)
        shell = Shell(tmp_path / "home", "")
        shell.home.mkdir()
        deploy(shell, node, environment)
        served = Served(tmp_path / "var", environment)
        try:
            register(served.url, tmp_path, 1)
            anchored(served.url, 1)
            alone = look(shell, served.url)
            assert (alone["node"], alone["anchored"], alone["troubles"]) == (None, None, [])
            compared = look(shell, served.url, "--rpc", node.url)
            assert (compared["node"], compared["anchored"]["size"]) == ("own", 1)
            anchor_strange_root(served.url, node, environment)
            assert codes(look(shell, served.url, "--rpc", node.url, code=12)) == ["unexplained-anchor"]
            assert codes(look(shell, served.url, "--rpc", "http://127.0.0.1:9", code=24)) == [
                "chain-unreadable"
            ]
        finally:
            served.stop()


def deploy(shell: Shell, node: Anvil, environment: dict[str, str]) -> None:
    shell.run(
        *("deploy", "--rpc", node.url, "--keystore", environment["COLOPHON_OPERATOR_KEYSTORE"]),
        *("--manifest", environment["COLOPHON_DEPLOYMENT"], "--arbiter", ARBITER),
        COLOPHON_PASSPHRASE_FILE=environment["COLOPHON_OPERATOR_PASSPHRASE_FILE"],
    )


def anchor_strange_root(url: str, node: Anvil, environment: dict[str, str]) -> None:
    """What whoever stole the log's account would do: anchor a root that the log never had."""
    keystore = json.loads(Path(environment["COLOPHON_OPERATOR_KEYSTORE"]).read_text())
    account = Account.from_key(Account.decrypt(keystore, "open sesame"))
    with ColophonClient(url) as client, RpcClient(node.url) as rpc:
        contract = client.contracts().text("checkpoint_log")
        call = artifact(CHECKPOINT_LOG).functions["anchor"].encode(b"\x77" * 32, 1000)
        transaction = {
            "chainId": rpc.chain_id(),
            "nonce": rpc.next_nonce(account.address),
            "to": contract,
            "data": f"0x{call.hex()}",
            "gas": 200_000,
            "maxFeePerGas": 10**11,
            "maxPriorityFeePerGas": 10**9,
            "value": 0,
        }
        sent = rpc.send(bytes(account.sign_transaction(transaction).raw_transaction))
        receipt = wait_for(lambda: rpc.receipt(sent))
        assert receipt["status"] == "0x1"


def test_every_lie_ends_with_a_status_of_its_own(log: LyingLog, quick: WarmShell) -> None:
    shell = quick
    log.hold(leaves(300))
    log.anchor(300)
    assert codes(look(shell, log.url)) == []
    log.hold(leaves(300), size=200)
    assert codes(look(shell, log.url, code=11)) == ["rewind"]
    log.hold(leaves(400))
    log.lie("/log/checkpoint", 200, b"x" * 300_000)
    assert codes(look(shell, log.url, code=21)) == ["oversized-answer"]
    log.lie("/log/checkpoint", 200, b"nonsense")
    assert codes(look(shell, log.url, code=20)) == ["malformed-answer"]
    log.lie("/log/checkpoint", 503, b"")
    assert codes(look(shell, log.url, code=23)) == ["silent"]
    log.lies.clear()
    log.hold(leaves(300, "false"))
    assert codes(look(shell, log.url, code=10)) == ["fork"]
    told = shell.run("monitor", log.url, "--folder", "followed", "--once", code=10).out
    assert "[fork, 10]" in told
    assert "proofs/fork-" in look(shell, log.url, code=10)["troubles"][0]["facts"]["proof"]


def test_what_was_typed_wrongly_is_one_sentence(log: LyingLog, quick: WarmShell) -> None:
    shell = quick
    for url in ("file:///etc", "http://", "nonsense", "http://[::1"):
        assert "[bad-address]" in shell.run("monitor", url, "--once", "--folder", "f", code=1).err
    assert "[bad-key]" in shell.run("monitor", log.url, "--once", "--folder", "f", "--key", "k", code=1).err
    assert "[invalid-value]" in shell.run("monitor", log.url, "--folder", "f", "--every", "often", code=1).err


def test_a_monitor_that_is_killed_in_between_goes_on_where_it_was(log: LyingLog, tmp_path: Path) -> None:
    """SIGKILL while leaves come in, again and again: what was kept stays whole, and is not fetched again."""
    shell = Shell(tmp_path, log.url)
    size = 5000
    log.hold(leaves(size))
    command = [*COLOPHON, "monitor", log.url, "--folder", "followed", "--every", "1s", "--json"]
    for asked in (3, 9, 15):
        path = f"/log/tile/entries/{asked:03d}"
        stopped = subprocess.Popen(
            command, cwd=tmp_path, env=shell.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(lambda path=path: path in log.asked)  # type: ignore[misc]  # bound for this turn
        finally:
            os.kill(stopped.pid, signal.SIGKILL)
            stopped.wait()
        assert not (tmp_path / "followed" / "log" / "checkpoint").exists()
    line = look(shell, log.url, "--key", str(KEY.verifier_key))
    assert (line["size"], line["new_leaves"], line["troubles"]) == (size, size, [])
    bundles = [path for path in log.asked if "entries" in path]
    assert len(bundles) <= 20 + 2 * 3


def test_a_monitor_looks_again_until_it_is_stopped(log: LyingLog, tmp_path: Path) -> None:
    shell = Shell(tmp_path, log.url)
    log.hold(leaves(3))
    command = [*COLOPHON, "monitor", log.url, "--folder", "followed", "--every", "1s", "--json"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=shell.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        first = json.loads(running.stdout.readline())
        log.hold(leaves(5))
        later = next(line for line in map(json.loads, running.stdout) if line["size"] == 5)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
    assert (first["size"], later["new_leaves"]) == (3, 2)
