"""`colophon deploy` on a node's chain, and a licence sold there, by accounts that nothing has unlocked."""

from __future__ import annotations

from pathlib import Path

from registry.samples import samples
from tests.e2e.anvil import SEPOLIA, Anvil, operator_environment, running_anvil
from tests.e2e.shell import Served, Shell

ARBITER = "0x" + "a7" * 20


def test_contracts_are_deployed_once_by_a_key_of_the_keystore(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    account = shell.key("operator")
    with running_anvil() as node:
        keystore = str(tmp_path / "keys" / "operator.json")
        command = ("deploy", "--rpc", node.url, "--keystore", keystore, "--arbiter", account)
        poor = shell.run(*command, code=1)
        assert "[transaction-rejected]" in poor.err
        node.fund(account)
        deployed = shell.run(*command)
        head = node.ask("eth_blockNumber")
        again = shell.run(*command, "--json").document()
        assert node.ask("eth_blockNumber") == head
    assert f"Deployed on chain {SEPOLIA}" in deployed.out
    assert again["deployer"] == account
    assert deployed.word("WorkRegistry").startswith(again["contracts"]["WorkRegistry"]["address"])
    assert (tmp_path / "deployment.json").exists()


def test_a_licence_is_sold_over_a_node_that_the_buyer_names(tmp_path: Path) -> None:
    with running_anvil() as node:
        environment = operator_environment(tmp_path, node)
        (tmp_path / "home").mkdir()
        shell = Shell(tmp_path / "home", "")
        passphrase = environment["COLOPHON_OPERATOR_PASSPHRASE_FILE"]
        paying = ("--keystore", environment["COLOPHON_OPERATOR_KEYSTORE"])
        manifest = ("--manifest", environment["COLOPHON_DEPLOYMENT"])
        deploy = ("deploy", "--rpc", node.url, *paying, *manifest, "--arbiter", ARBITER)
        shell.run(*deploy, COLOPHON_PASSPHRASE_FILE=passphrase)
        served = Served(tmp_path / "var", environment)
        try:
            _sell(Shell(tmp_path / "home", served.url), node)
        finally:
            served.stop()


def _sell(shell: Shell, node: Anvil) -> None:
    shell.key("creator")
    buyer = shell.key("buyer")
    picture = shell.home / samples()[0].file_name
    picture.write_bytes(samples()[0].read())
    registered = shell.run(
        *("register", str(picture), "--title", "A launch", "--creator", "A stranger", "--key", "creator")
    )
    assert registered.word("status").startswith("confirmed")
    assert "local chain" not in registered.word("dated")
    terms = ("--price", "0.01eth", "--terms", "training", "--exclusive", "--duration", "1y")
    offered = shell.run("offer", registered.word("work"), *terms, "--key", "creator")
    purchase = ("buy", offered.word("offer"), "--max-price", "0.01eth", "--key", "buyer")
    assert "name a node of it with --rpc" in shell.run(*purchase, code=1).err
    shell.run(*purchase, "--rpc", node.url, code=1)
    node.fund(buyer)
    too_dear = shell.run(*purchase, "--rpc", node.url, "--max-gas-cost", "1wei", code=1)
    assert "[gas-over-limit]" in too_dear.err
    bought = shell.run(*purchase, "--rpc", node.url)
    assert bought.word("held by") == buyer
    assert "[offer-unavailable]" in shell.run(*purchase, "--rpc", node.url, code=1).err


def test_a_chain_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    shell.key("operator")
    keystore = str(tmp_path / "keys" / "operator.json")
    command = ("deploy", "--rpc", "http://127.0.0.1:9", "--keystore", keystore, "--arbiter", ARBITER)
    said = shell.run(*command, code=1)
    assert "[chain-unavailable]" in said.err
    assert said.err.count("\n") <= 3
