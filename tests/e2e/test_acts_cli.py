"""What people do with works, titles and money after a registration, from a shell, on the embedded chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.client import ColophonClient
from registry.keys.operator import operator_key
from registry.samples import samples
from registry.samples.alter import altered_picture
from tests.e2e.journey import picture, wait_for
from tests.e2e.shell import Said, Served, Shell
from tests.e2e.warm_shell import warm_shell

PEOPLE = ("author", "writer", "deriver", "buyer")


@pytest.fixture(scope="module")
def shell(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with warm_shell(tmp_path_factory.mktemp("home"), server.url) as shell:
        for name in PEOPLE:
            shell.key(name)
        yield shell


@pytest.fixture(scope="module")
def accounts(shell: Shell) -> dict[str, str]:
    """Everybody's address."""
    return {key["name"]: key["address"] for key in shell.run("keys", "list", "--json").document()}


def file_of(shell: Shell, name: str, content: bytes) -> str:
    path = shell.home / name
    path.write_bytes(content)
    return str(path)


def register(shell: Shell, file: str, key: str, *more: str) -> str:
    """A work's id."""
    said = shell.run(
        "register", file, "--title", Path(file).stem, "--creator", "A. Maker", "--key", key, *more
    )
    return said.word("work")


def offer(shell: Shell, work: str, key: str, price: str, *more: str) -> str:
    """An offer's hash."""
    said = shell.run("offer", work, "--price", price, "--terms", "commercial", "--key", key, *more)
    return said.word("offer")


def buy(shell: Shell, offer_hash: str, key: str) -> str:
    """A licence's id."""
    return shell.run("buy", offer_hash, "--max-price", "1eth", "--key", key).word("grant")


def due(server: Served, work: str) -> None:
    """Wait until every payment for the work is due."""
    with ColophonClient(server.url) as client:

        def states() -> bool:
            told = client.revenue(work).items_of("currencies")
            payments = [one for sums in told for one in sums.inner("escrowed").items_of("payments")]
            return bool(payments) and all(one.text("state") == "due" for one in payments)

        wait_for(states)


def events_of(said: Said) -> list[str]:
    return [event["name"] for one in said.document()["transactions"] for event in one["events"]]


def test_co_authors_agree_on_shares_and_each_takes_what_the_sale_brought(
    server: Served, shell: Shell, accounts: dict[str, str]
) -> None:
    work = register(shell, file_of(shell, "song.png", picture(1)), "author")
    proposed = shell.run("shares", "propose", work, f"{accounts['writer']}=30", "--key", "author")
    assert f"30 % to {accounts['writer']}, and 70 % to whoever holds the title" in proposed.err
    assert (proposed.word("30 %"), proposed.word("missing")) == (accounts["writer"], accounts["writer"])
    assert "[nothing-to-sign]" in shell.run("shares", "sign", work, "--key", "buyer", code=1).err
    signed = shell.run("shares", "sign", work, "--key", "writer", "--json").document()
    assert (signed["status"], signed["missing"]) == ("set", [])
    assert shell.run("shares", "show", work, "--json").document()["current"]["epoch"] == 1

    idle = shell.run("distribute", work, "--key", "buyer")
    assert "Nothing changed: it was so before" in idle.out

    buy(shell, offer(shell, work, "author", "0.01eth"), "buyer")
    early = shell.run("claim", work, "--key", "writer", code=1)
    assert "is owed nothing" in early.err
    assert "[nothing-owed]" in early.err
    due(server, work)
    released = shell.run("release", work, "--key", "buyer")
    assert "of 0.01 ETH, 0.01 ETH are to be shared" in released.out
    assert "[nothing-due]" in shell.run("release", work, "--key", "buyer", code=1).err

    claimed = shell.run("claim", work, "--key", "writer")
    assert f"that {accounts['writer']} is owed of work {work} under table 1" in claimed.err
    assert f"0.003 ETH went to {accounts['writer']}" in claimed.out
    kept = shell.run("claim", work, "--key", "author", "--json")
    assert events_of(kept) == ["RemainderClaimed"]
    assert "[nothing-owed]" in shell.run("claim", work, "--key", "author", code=1).err
    shown = shell.run("revenue", work)
    assert f"30 % of {accounts['writer']}: 0 wei owed, 0.003 ETH claimed" in shown.out
    assert "70 % of the title's holder: 0 wei owed, 0.007 ETH claimed" in shown.out


def test_a_derivative_is_linked_sold_and_pays_its_parent(
    server: Served, shell: Shell, accounts: dict[str, str]
) -> None:
    photograph = next(one for one in samples() if one.media_type == "image/jpeg").read()
    parent = register(shell, file_of(shell, "photograph.jpg", photograph), "author")
    other = register(shell, file_of(shell, "other.png", picture(2)), "author")
    terms = ("--derivatives", "--royalty", "12.5")
    licence = buy(shell, offer(shell, parent, "author", "0.01eth", *terms), "deriver")
    foreign = buy(shell, offer(shell, other, "author", "0eth", *terms), "deriver")

    remix = file_of(shell, "remix.jpg", altered_picture(photograph))
    work = register(shell, remix, "deriver", "--answer", f"{parent[:10]}=derivative")
    assert shell.run("show", work).word("derived from") == f"{parent}, not licensed here"
    refused = shell.run("link", work, "--licence", foreign, "--key", "deriver", code=1)
    assert "[not-parent]" in refused.err
    assert "[not-title-holder]" in shell.run("link", work, "--licence", licence, "--key", "buyer", code=1).err
    linked = shell.run("link", work, "--licence", licence, "--key", "deriver")
    assert "which can then neither move nor be refunded; 12.50 %" in linked.err
    assert shell.run("show", work).word("derived from").endswith("licensed here for 12.50 % of revenue")
    assert shell.run("show", licence).word("backs") == work
    again = shell.run("link", work, "--licence", licence, "--key", "deriver", code=1)
    assert "[not-possible]" in again.err
    assert (
        "[not-possible]"
        in shell.run("renew-link", work, "--licence", licence, "--key", "deriver", code=1).err
    )

    buy(shell, offer(shell, work, "deriver", "0.02eth"), "buyer")
    due(server, work)
    released = shell.run("release", work, "--key", "deriver")
    assert f"{parent} received 0.0025 ETH" in released.out
    divided = shell.run("distribute", parent, "--key", "deriver")
    assert "of 0.0025 ETH, 0.0025 ETH are to be shared" in divided.out
    shell.run("release", parent, "--key", "author")
    claimed = shell.run("claim", parent, "--key", "author")
    assert f"0.0125 ETH went to {accounts['author']}" in claimed.out
    assert shell.run("claim", work, "--key", "deriver").out.count("0.0175 ETH went to") == 1


def test_a_holder_adds_to_a_work_withdraws_offers_and_gives_the_title_away(
    shell: Shell, accounts: dict[str, str]
) -> None:
    files = [file_of(shell, f"leaf-{number}.png", picture(number)) for number in (3, 4)]
    both = shell.run("register", *files, "--batch", "--creator", "A. Maker", "--key", "author", "--json")
    assert both.err.count("declare the work whose file has the SHA-256") == 2
    records = both.document()["records"]
    assert [one["work"]["title"] for one in records] == ["leaf-3", "leaf-4"]
    assert len({one["title"]["transaction_hash"] for one in records}) == 1
    work = records[0]["work_id"]

    said = {"title": "Leaf, corrected", "creators": [{"name": "A. Maker"}, {"name": "B. Maker"}]}
    added = shell.run(
        "supplement", work, file_of(shell, "more.json", json.dumps(said).encode()), "--key", "author"
    )
    assert "as supplement 1 to work" in added.err
    assert shell.run("show", work).word("supplement").startswith("1: 0x")

    first, second = (offer(shell, work, "author", price) for price in ("0.01eth", "0.02eth"))
    foreign = shell.run("cancel-offer", first, "--key", "buyer", code=1)
    assert "[transaction-rejected]" in foreign.err
    shell.run("cancel-offer", first, "--key", "author")
    refused = shell.run("buy", first, "--max-price", "1eth", "--key", "buyer", code=1)
    assert "it is cancelled [offer-unavailable]" in refused.err
    shell.run("withdraw-offers", work, "--key", "author")
    assert "[stale-offer]" in shell.run("buy", second, "--max-price", "1eth", "--key", "buyer", code=1).err

    given = shell.run("transfer", work, accounts["writer"], "--key", "author")
    assert f"with all its unclaimed and escrowed revenue, to {accounts['writer']}" in given.err
    assert shell.run("show", work).word("title held by") == accounts["writer"]
    former = shell.run("retract", work, "--key", "author", code=1)
    assert "[not-title-holder]" in former.err
    assert "WorkRetracted" in events_of(shell.run("retract", work, "--key", "writer", "--json"))
    assert shell.run("show", work).word("sales") == "retracted"


def test_a_declaration_that_waits_is_withdrawn_by_its_claimant(shell: Shell) -> None:
    file = file_of(shell, "regretted.png", picture(5))
    command = ("register", file, "--title", "Regretted", "--creator", "A. Maker", "--key", "writer")
    stuck = shell.run(*command, "--via", "register", "--rpc", "http://127.0.0.1:9", code=1)
    assert "[no-node]" in stuck.err
    work = shell.run("verify", file, "--json").document()["matches"][0]["record"]["work_id"]
    stranger = shell.run("cancel", work, "--key", "buyer", code=1)
    assert "[transaction-rejected]" in stranger.err
    withdrawn = shell.run("cancel", work, "--key", "writer")
    assert "Withdraw every signature over my declaration" in withdrawn.err
    assert shell.run("show", work).word("cancelled") == "the claimant withdrew every signature over it"


def test_the_arbiter_hands_over_in_two_steps(server: Served, shell: Shell, accounts: dict[str, str]) -> None:
    arbiter = shell.key("arbiter", operator_key(server.data / "operator.key"))
    assert "[not-allowed]" in shell.run("arbiter", "accept", "--key", "writer", code=1).err
    shell.run("arbiter", "offer", accounts["writer"], "--key", "arbiter")
    assert shell.run("arbiter", "show").word("arbiter") == arbiter
    accepted = shell.run("arbiter", "accept", "--key", "writer")
    assert f"{accounts['writer']} decides disputes that are opened from now on" in accepted.out
    assert shell.run("arbiter", "show").word("arbiter") == accounts["writer"]
