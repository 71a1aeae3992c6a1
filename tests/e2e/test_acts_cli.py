"""What people do with works, titles and money after a registration, from a shell, on the embedded chain."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry import statements
from registry.chain.calls import call_of
from registry.cli.terminal import Terminal
from registry.cli.told import contracts_told, declaration_told
from registry.cli.transactions import Wallet
from registry.client import Answer, ColophonClient, ProblemError, RpcClient
from registry.keys.operator import operator_key
from registry.log.tree import leaf_hash, node_hash
from registry.model import AnchorCheckpoint, Hash32, Registration, WorkId
from registry.samples import samples
from registry.samples.alter import altered_picture
from tests.e2e.errands import buy, file_of, offer, register
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
    assert (
        "A payment of 0.01 ETH was divided: "
        "0.01 ETH to those of share table 1, if any, and to the title's holder" in released.out
    )
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
    assert (
        shell.run("show", work)
        .word("derived from")
        .endswith("licensed here without end for 12.50 % of revenue")
    )
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
    assert "0.0025 ETH to parents, 0.0175 ETH to the title's holder" in released.out
    assert f"0.0025 ETH came in as royalties of work {parent} from {work}" in released.out
    divided = shell.run("distribute", parent, "--key", "deriver")
    assert "Royalties of 0.0025 ETH were divided: 0.0025 ETH to the title's holder" in divided.out
    shell.run("release", parent, "--key", "author")
    claimed = shell.run("claim", parent, "--key", "author")
    assert f"0.0125 ETH went to {accounts['author']}" in claimed.out
    assert shell.run("claim", work, "--key", "deriver").out.count("0.0175 ETH went to") == 1


def test_a_link_is_renewed_with_a_licence_that_runs_longer(shell: Shell, accounts: dict[str, str]) -> None:
    original = [one for one in samples() if one.media_type == "image/jpeg"][1].read()
    parent = register(shell, file_of(shell, "parent.jpg", original), "author")
    copy = file_of(shell, "child.jpg", altered_picture(original))
    work = register(shell, copy, "deriver", "--answer", f"{parent[:10]}=derivative")
    short, long, plain = (
        buy(shell, offer(shell, parent, "author", "0eth", *terms), "deriver")
        for terms in (
            ("--derivatives", "--transferable", "--royalty", "10", "--duration", "1d"),
            ("--derivatives", "--royalty", "20", "--duration", "2d"),
            ("--royalty", "20", "--duration", "3d"),
        )
    )
    renew = ("renew-link", work, "--key", "deriver", "--licence")
    assert "no licence for this parent that could be renewed" in shell.run(*renew, long, code=1).err
    linked = shell.run("link", work, "--licence", short, "--key", "deriver")
    assert f"Licence {short} of {parent} backs work {work}, until" in linked.out
    foreign = shell.run("renew-link", work, "--licence", long, "--key", "author", code=1)
    assert f"{accounts['author']} does not hold the title of {work} [not-title-holder]" in foreign.err
    assert "does not allow derivatives [not-possible]" in shell.run(*renew, plain, code=1).err

    renewed = shell.run(*renew, long)
    assert f"with licence {long}, which can then neither move nor be refunded; 20 %" in renewed.err
    assert f"Licence {long} of {parent} backs work {work}, until" in renewed.out
    assert "20 % of its revenue goes there" in renewed.out
    assert "[not-possible]" in shell.run(*renew, short, code=1).err
    end = shell.run("show", long).word("until")
    shown = shell.run("show", work).word("derived from")
    assert shown == f"{parent}, licensed here until {end} for 20 % of revenue"
    assert shell.run("show", long).word("backs") == work


def anchor(server: Served, account: LocalAccount, root: bytes, size: int) -> None:
    """Date a root of the account's own log, and wait until it is on chain."""
    with ColophonClient(server.url) as client, RpcClient(f"{server.url}/rpc") as node:
        contracts = contracts_told(client.contracts())
        wallet = Wallet(account, node, contracts.chain_id, 10**17, Terminal())
        wallet.need(10**17, client)
        sent = wallet.send(call_of(contracts, AnchorCheckpoint(Hash32(root), size)))

        def mined() -> bool:
            try:
                return client.transaction(sent).text("status") == "mined"
            except ProblemError:
                return False

        wait_for(mined)


def test_a_log_that_was_anchored_before_moves_the_date_of_a_record(server: Served, shell: Shell) -> None:
    file = file_of(shell, "logged.png", picture(6))
    command = ("register", file, "--title", "Logged", "--creator", "A. Maker", "--key", "author")
    shell.run(*command, "--via", "register", "--rpc", "http://127.0.0.1:9", code=1)
    work = shell.run("verify", file, "--json").document()["matches"][0]["record"]["work_id"]
    told = Answer(shell.run("show", work, "--json").document())
    statement = Registration(declaration_told(told, WorkId.parse(work)), 2**40)
    with ColophonClient(server.url) as client:
        domain = statements.domain_of(statement, contracts_told(client.contracts()))
    logged = (b"1" * 32, statements.digest(statement, domain), b"3" * 32)
    first, leaf, last = map(leaf_hash, logged)
    root = node_hash(node_hash(first, leaf), last)
    log = Account.create()
    anchor(server, log, root, 3)

    recorded = shell.run(*command, "--via", "register")
    assert recorded.word("work") == work
    inclusion = {
        "log": log.address,
        "root": f"0x{root.hex()}",
        "size": 3,
        "leaf_index": 1,
        "proof": [f"0x{one.hex()}" for one in (first, last)],
    }

    def proof(**changed: object) -> str:
        document = {"deadline": 2**40, "inclusion": {**inclusion, **changed}}
        return file_of(shell, "proof.json", json.dumps(document).encode())

    prove = ("prove-earlier", work, "--key", "buyer", "--inclusion")
    assert "it leads elsewhere [invalid-proof]" in shell.run(*prove, proof(leaf_index=0), code=1).err
    assert "never anchored such a root [invalid-proof]" in shell.run(*prove, proof(size=4), code=1).err
    moved = shell.run(*prove, proof())
    assert "an earlier proof moves its date, a later one does nothing" in moved.err
    dates = [said.word("dated").split(" ")[0] for said in (recorded, shell.run("show", work))]
    assert f"the date of work {work} moved from {dates[0]} to {dates[1]}" in moved.out
    assert dates[1] < dates[0]
    assert "Nothing changed: it was so before" in shell.run(*prove, proof()).out


def test_a_holder_adds_to_a_work_withdraws_offers_and_gives_the_title_away(
    shell: Shell, accounts: dict[str, str]
) -> None:
    files = [file_of(shell, f"leaf-{number}.png", picture(number)) for number in (3, 4)]
    both = shell.run(
        *("register", *files, "--batch", "--via", "registerFor"),
        *("--creator", "A. Maker", "--key", "author", "--json"),
    )
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
