"""Disputes that end badly or not at all, from a shell, on an embedded chain whose arbiter has little time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eth_account import Account

from registry.chain.deployment import deploy
from registry.chain.embedded import EmbeddedChain
from registry.chain.providers import open_provider
from registry.client import ColophonClient
from registry.keys.operator import operator_key
from registry.model import Address, DeskTerms
from tests.e2e.errands import buy, file_of, offer, register
from tests.e2e.journey import picture, wait_for
from tests.e2e.shell import Served, Shell
from tests.e2e.warm_shell import warm_shell

ARBITER = Account.create()
PEOPLE = ("holder", "claimant", "buyer", "accomplice")
ANSWER_SECONDS = 2
RULING_SECONDS = 40  # from opening to ruling must fit in here, on a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A registry that finds contracts with terms of their own on its chain."""
    data: Path = tmp_path_factory.mktemp("data") / "var"
    data.mkdir(mode=0o700)
    operator = operator_key(data / "operator.key")
    terms = DeskTerms(
        *(Address(ARBITER.address), 10**16),
        escrow=3_600,
        hold=3_600,
        answer=ANSWER_SECONDS,
        ruling=RULING_SECONDS,
    )
    with EmbeddedChain(data / "chain.db", Address(operator.address)) as chain:
        provider = open_provider(f"embedded://{data}/chain.db", lambda _: chain)
        deploy(provider, operator, data / "deployment.json", terms, at_once=True)
    served = Served(data)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def shell(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with warm_shell(tmp_path_factory.mktemp("home"), server.url) as shell:
        for name in PEOPLE:
            shell.key(name)
        shell.key("arbiter", ARBITER)
        yield shell


def contest(shell: Shell, work: str, about: str) -> str:
    """A dispute's id."""
    evidence = file_of(shell, "evidence.txt", b"It is mine: here are the drafts.")
    said = shell.run(
        *("dispute", "open", work, "--about", about, "--evidence", evidence, "--key", "claimant")
    )
    return said.word("dispute")


@pytest.fixture(scope="module")
def forgotten(shell: Shell) -> tuple[str, str]:
    """A work, and a dispute about it that nobody will decide; it is opened first and comes up last."""
    work = register(shell, file_of(shell, "forgotten.png", picture(1)), "holder")
    return work, contest(shell, work, "authorship")


def test_a_dispute_that_can_still_be_decided_cannot_lapse(shell: Shell, forgotten: tuple[str, str]) -> None:
    _, dispute = forgotten
    early = shell.run("dispute", "lapse", dispute, "--key", "buyer", code=1)
    assert f"End dispute {dispute}, whose time for a ruling is over." in early.err
    until = shell.run("dispute", "show", dispute).word("ruling until")
    assert f"once nobody can rule on it any more, from {until.replace('T', ' ')[:-1]} UTC on" in early.err
    assert "[too-early]" in early.err


def test_a_licence_issued_in_bad_faith_ends_with_the_ruling_and_no_other_does(
    server: Served, shell: Shell, forgotten: tuple[str, str]
) -> None:
    work = register(shell, file_of(shell, "taken.png", picture(2)), "holder")
    offered = offer(shell, work, "holder", "0.01eth")
    honest, bad = buy(shell, offered, "buyer"), buy(shell, offered, "accomplice")
    elsewhere = buy(shell, offer(shell, forgotten[0], "holder", "0eth"), "buyer")
    dispute = contest(shell, work, "title")
    shell.run("dispute", "admit", dispute, "--key", "arbiter")
    assert shell.run("show", work).word("next") == f"colophon dispute show {work}"
    with ColophonClient(server.url) as client:
        wait_for(lambda: client.dispute(dispute).text("answers_until") < f"{datetime.now(UTC):%FT%TZ}")
    following = shell.run("dispute", "show", dispute).word("next")
    assert following == f"colophon dispute rule {dispute} --outcome dismissed|upheld|assigned"

    rule = ("dispute", "rule", dispute, "--key", "arbiter", "--bad-faith", bad)
    foreign = shell.run(*rule, "--outcome", "upheld", "--bad-faith", elsewhere, code=1)
    assert "a licence of another work [invalid-value]" in foreign.err
    assert "[invalid-value]" in shell.run(*rule, "--outcome", "dismissed", code=1).err
    ruled = shell.run(*rule, "--outcome", "upheld")
    assert f"As arbiter, uphold dispute {dispute}, and end licence {bad}." in ruled.err
    assert f"dispute {dispute} is upheld; its bond belongs to" in ruled.out
    assert f"A ruling ended licence {bad}" in ruled.out
    assert honest not in ruled.out
    assert shell.run("show", bad).word("at").endswith(": not valid")
    assert shell.run("show", honest).word("at").endswith(": valid")
    decided = shell.run("dispute", "show", dispute)
    assert decided.word("status") == "upheld"
    assert "payments held" not in decided.out
    assert "0.01 ETH went back to" in shell.run("refund", honest, "--key", "buyer").out


def test_a_dispute_that_nobody_decided_lapses_and_its_bond_goes_back(
    server: Served, shell: Shell, forgotten: tuple[str, str]
) -> None:
    work, dispute = forgotten
    with ColophonClient(server.url) as client:
        wait_for(lambda: client.dispute(dispute).text("status") == "timed-out")
    assert shell.run("dispute", "show", work).word("status") == "timed-out"
    late = shell.run("dispute", "rule", dispute, "--outcome", "dismissed", "--key", "arbiter", code=1)
    assert "the time for a ruling is over" in late.err
    following = shell.run("dispute", "show", dispute).word("next")
    assert following == f"colophon dispute lapse {dispute}"
    lapsed = shell.run(*following.split()[1:], "--key", "buyer")
    assert f"Dispute {dispute} lapsed; its bond goes back" in lapsed.out
    assert shell.run("dispute", "show", dispute).word("status") == "lapsed"
    assert "the dispute has ended" in shell.run("dispute", "lapse", dispute, "--key", "buyer", code=1).err
    assert "[not-possible]" in shell.run("dispute", "lapse", dispute, "--key", "buyer", code=1).err
    bonds = shell.run("bonds", "--key", "claimant").out
    assert "ETH went to" in bonds
    assert "the bonds owed to" in bonds
