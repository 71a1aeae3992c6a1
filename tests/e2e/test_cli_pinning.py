"""A registry that names other contracts than when it was first met gets no signature and no coin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from registry.client import ColophonClient
from tests.e2e.lying_registry import lying_registry
from tests.e2e.shell import Served, Shell
from tests.e2e.warm_shell import warm_shell

HEIR = "0x" + "44" * 20
ACT = ("recovery", "set", "--successor", HEIR, "--delay", "7d")
FALSE_DESK = "0x" + "77" * 20


def deployment(url: str) -> str:
    with ColophonClient(url) as client:
        return client.contracts().text("manifest_id")


def successor(shell: Shell, account: str) -> str:
    return shell.run("recovery", "show", account).word("successor")


def test_where_another_registry_answers_at_a_known_address_nothing_is_sent_until_it_is_trusted(
    tmp_path: Path,
) -> None:
    (tmp_path / "home").mkdir()
    first = Served(tmp_path / "first")
    with warm_shell(tmp_path / "home", first.url) as shell:
        account = shell.key("mine")
        try:
            known = deployment(first.url)
            assert f"{first.url} works with deployment {known} on chain 31337." in shell.run(*ACT).err
            assert "works with deployment" not in shell.run(*ACT).err
        finally:
            first.stop()
        second = Served(tmp_path / "second", port=first.port)
        try:
            another = deployment(second.url)
            refused = shell.run(*ACT, "--json", code=1)
            assert refused.document()["code"] == "deployment-changed"
            assert f"names deployment {another} and not {known}, as it did before" in refused.err
            assert f"colophon trust {another} --url {second.url}" in refused.err
            assert successor(shell, account) != HEIR

            wrong = shell.run("trust", known, code=1)
            assert f"names deployment {another} and not {known} [deployment-changed]" in wrong.err
            trusted = shell.run("trust", another)
            assert (trusted.word("deployment"), trusted.word("before")) == (another, known)
            assert "works with deployment" not in shell.run(*ACT).err
            assert successor(shell, account) == HEIR
        finally:
            second.stop()


def test_a_false_desk_under_the_same_deployment_is_a_lie_that_nobody_can_accept(
    server: Served, tmp_path: Path
) -> None:
    lies = False

    def bend(asked: str, answer: dict[str, Any]) -> None:
        if lies and asked == "/v1/contracts":
            answer["dispute_desk"] = FALSE_DESK

    shell = Shell(tmp_path, server.url)
    shell.key("mine")
    with lying_registry(server.url, bend) as (url, passed):
        shell.run(*ACT, "--url", url, "--rpc", f"{server.url}/rpc")
        lies = True
        passed.clear()
        refused = shell.run(*ACT, "--url", url, code=1)
        trusted = shell.run("trust", deployment(server.url), "--url", url, code=1)
    for said in (refused, trusted):
        assert "names other contracts than before under the same deployment" in said.err
        assert "[dishonest-registry]" in said.err
    assert {asked for asked in passed if not asked.startswith("GET ")} == set()
