"""What takes minutes, days and weeks, from a shell: on a node whose clock the tests move.

The node's clock only goes forward, and the registry's own stays behind: what is signed for a day and carried
comes first, and after it there are transactions of people's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from eth_account import Account

from registry.chain.deployment import deploy, public_terms
from registry.chain.providers import NodeProvider
from registry.keys.keystore import unlock_file
from registry.model import Address
from tests.e2e.anvil import Anvil, operator_environment, running_anvil
from tests.e2e.journey import picture
from tests.e2e.shell import Said, Served, Shell
from tests.e2e.warm_shell import warm_shell

PEOPLE = ("maker", "claimant", "buyer", "loser", "heir", "arbiter")
DAY = 86_400


@dataclass(frozen=True)
class Place:
    """A registry over a node, with people who have coin."""

    node: Anvil
    shell: Shell
    accounts: dict[str, str]

    def skip_ahead(self, seconds: int) -> None:
        """Let time pass at once."""
        self.node.ask("evm_increaseTime", seconds)
        self.node.ask("anvil_mine", "0x1")

    def file(self, name: str, seed: int) -> str:
        path = self.shell.home / name
        path.write_bytes(picture(seed))
        return str(path)

    def register(self, name: str, seed: int, key: str, *more: str) -> str:
        """A work's id."""
        said = self.shell.run(
            *("register", self.file(name, seed), "--title", name, "--creator", "A. Maker", "--key", key),
            *("--via", "registerFor"),
            *more,
        )
        return said.word("work")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    tmp_path = tmp_path_factory.mktemp("place")
    with running_anvil() as node:
        accounts = {name: Account.create() for name in PEOPLE}
        for account in accounts.values():
            node.fund(account.address)
        environment = operator_environment(tmp_path, node)
        operator = unlock_file(
            Path(environment["COLOPHON_OPERATOR_KEYSTORE"]),
            Path(environment["COLOPHON_OPERATOR_PASSPHRASE_FILE"]),
        )
        terms = public_terms(Address(accounts["arbiter"].address))
        deploy(NodeProvider(node.url), operator, Path(environment["COLOPHON_DEPLOYMENT"]), terms)
        served = Served(tmp_path / "var", environment)
        (tmp_path / "home").mkdir()
        with warm_shell(tmp_path / "home", served.url, {"COLOPHON_RPC": node.url}) as shell:
            for name, account in accounts.items():
                shell.key(name, account)
            yield Place(node, shell, {name: account.address for name, account in accounts.items()})
        served.stop()


def event(said: Said, name: str) -> dict[str, object]:
    """What an event of a command's only transaction tells."""
    [transaction] = said.document()["transactions"]
    [found] = [one["facts"] for one in transaction["events"] if one["name"] == name]
    return dict(found)


def test_a_title_is_contested_held_answered_decided_and_its_licensee_takes_the_price_back(
    place: Place,
) -> None:
    shell, accounts = place.shell, place.accounts
    assert shell.run("arbiter", "show").word("arbiter") == accounts["arbiter"]
    work = place.register("taken.png", 1, "maker")
    offered = shell.run("offer", work, "--price", "1eth", "--terms", "editorial", "--key", "maker")
    offer = offered.word("offer")
    evidence = shell.home / "evidence.txt"
    evidence.write_text("It is mine: here are the drafts.")
    opened = shell.run(
        *("dispute", "open", work, "--about", "authorship", "--evidence", str(evidence)),
        *("--assignee", accounts["claimant"], "--key", "claimant"),
    )
    assert "0.05 ETH go with it." in opened.err
    dispute = opened.word("dispute")
    assert "[title-frozen]" in shell.run("transfer", work, accounts["heir"], "--key", "maker", code=1).err
    grant = shell.run("buy", offer, "--max-price", "1eth", "--key", "buyer").word("grant")

    stranger = shell.run("dispute", "admit", dispute, "--key", "buyer", code=1)
    assert f"only the arbiter of the dispute may do this: that is {accounts['arbiter']}" in stranger.err
    assert "[not-allowed]" in stranger.err
    shell.run("dispute", "admit", dispute, "--key", "arbiter")
    assert shell.run("show", work).word("sales") == "disputed"
    stopped = shell.run("buy", offer, "--max-price", "1eth", "--key", "heir", code=1)
    assert "[offer-unavailable]" in stopped.err
    answered = shell.run("dispute", "answer", dispute, "--evidence", "0x" + "ab" * 32, "--key", "maker")
    assert f"I answer dispute {dispute}" in answered.err
    shown = shell.run("dispute", "show", work)
    assert shown.word("answered by") == f"{accounts['maker']} with {'0x' + 'ab' * 32}"
    assert "Dispute: authorship" in shown.out

    rule = ("dispute", "rule", dispute, "--outcome", "assigned", "--key", "arbiter")
    assert "[too-early]" in shell.run(*rule, code=1).err
    place.skip_ahead(14 * DAY)
    assert "giving the title to the named assignee," in shell.run(*rule).err
    assert shell.run("show", work).word("title held by") == accounts["claimant"]
    assert shell.run("dispute", "show", dispute).word("status") == "assigned"

    before = int(place.node.ask("eth_getBalance", accounts["heir"], "latest"), 16)
    refunded = shell.run("refund", grant, "--key", "buyer", "--to", accounts["heir"])
    assert f"1 ETH went back to {accounts['heir']}" in refunded.out
    assert int(place.node.ask("eth_getBalance", accounts["heir"], "latest"), 16) == before + 10**18
    assert shell.run("show", grant).word("payment") == "refunded"
    assert "0.05 ETH went to" in shell.run("bonds", "--key", "claimant").out
    assert "[nothing-owed]" in shell.run("bonds", "--key", "maker", code=1).err


def test_a_date_is_fixed_before_anything_is_shown_and_counts_once_it_is_revealed(place: Place) -> None:
    shell = place.shell
    files = [place.file(f"sketch-{number}.png", number) for number in (2, 3)]
    committed = shell.run("commit", *files, "--creator", "A. Maker", "--key", "maker", "--json")
    assert "Fix today's date for what commitment 0x" in committed.err
    first, second = committed.document()["works"]
    stranger = Shell(shell.home / "elsewhere", shell.url)
    stranger.home.mkdir()
    assert "[not-found]" in stranger.run("show", first, code=1).err
    early = shell.run("reveal", first, "--key", "maker", code=1)
    assert "the commitment is too young" in early.err
    assert "[too-early]" in early.err

    at_once = ("register", files[1], "--title", "sketch-3", "--creator", "A. Maker", "--key", "maker")
    own = shell.run(*at_once, "--via", "register")
    assert own.word("work") == second
    place.skip_ahead(61)
    revealed = shell.run("reveal", first, "--key", "maker", "--json")
    assert f"Record work {first} with the date of its commitment" in revealed.err
    record = stranger.run("show", first, "--json").document()
    dated, recorded = (
        int(datetime.fromisoformat(text).timestamp())
        for text in (record["effective_date"], record["title"]["recorded_at"])
    )
    assert event(revealed, "WorkRegistered")["effective_date"] == dated
    assert recorded >= dated + 60
    assert "[unknown-commitment]" in shell.run("reveal", first, "--key", "maker", code=1).err

    lowered = event(shell.run("prove-earlier", second, "--key", "buyer", "--json"), "EffectiveDateLowered")
    assert int(str(lowered["effective_date"])) < int(str(lowered["before"]))
    assert "[unknown-commitment]" in shell.run("prove-earlier", second, "--key", "buyer", code=1).err
    kept = json.loads((shell.home / "keys" / "commitments").read_text())
    assert list(kept.values()) == [{}]


def test_what_a_lost_account_held_is_taken_over_by_the_successor_that_it_named(place: Place) -> None:
    shell, accounts = place.shell, place.accounts
    lost, heir = accounts["loser"], accounts["heir"]
    work = place.register("kept.png", 4, "loser", "--via", "register")
    offered = shell.run("offer", work, "--price", "0.1eth", "--terms", "editorial", "--key", "loser")
    mine = shell.run("buy", offered.word("offer"), "--max-price", "1eth", "--key", "loser").word("grant")
    shared = place.register("shared.png", 5, "maker", "--via", "register")
    shell.run("shares", "propose", shared, f"{lost}=30", f"{accounts['buyer']}=10", "--key", "maker")
    sign = ("shares", "sign", shared, "--key", "heir")
    short = shell.run("recovery", "set", "--successor", heir, "--delay", "1d", "--key", "loser", code=1)
    assert "[invalid-value]" in short.err
    assert "[not-allowed]" in shell.run("recovery", "start", lost, "--key", "heir", code=1).err
    shell.run("recovery", "set", "--successor", heir, "--delay", "7d", "--key", "loser")

    shell.run("recovery", "start", lost, "--key", "heir")
    shell.run("recovery", "cancel", "--key", "loser")
    assert shell.run("recovery", "show", lost).word("runs") == "no"
    shell.run("recovery", "start", lost, "--key", "heir")
    assert "[too-early]" in shell.run("recovery", "take", lost, "--key", "heir", code=1).err
    assert "[nothing-to-sign]" in shell.run("shares", "sign", shared, "--key", "claimant", code=1).err
    assert "[invalid-signature]" in shell.run(*sign, code=1).err
    place.skip_ahead(7 * DAY)
    signed = shell.run(*sign, "--json").document()
    assert signed["signed"] == [accounts["maker"], lost]
    assert signed["missing"] == [accounts["buyer"]]
    taken = shell.run("recovery", "take", lost, "--key", "heir", "--json").document()
    assert [one["status"] for one in taken["transactions"]] == ["mined", "mined"]
    assert shell.run("show", work).word("title held by") == heir
    assert shell.run("show", mine).word("held by") == heir
    assert "[too-late]" in shell.run("recovery", "cancel", "--key", "loser", code=1).err
    assert "[nothing-to-take]" in shell.run("recovery", "take", lost, "--key", "heir", code=1).err
