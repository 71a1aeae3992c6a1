"""What a stranger does after `make serve`, from a shell, with two keys and one photograph."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from registry.samples import samples
from registry.samples.alter import altered_picture
from tests.e2e.shell import Served, Shell


@pytest.fixture(scope="module")
def shell(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    home = tmp_path_factory.mktemp("home")
    shell = Shell(home, server.url)
    shell.key("creator")
    shell.key("licensee")
    return shell


def picture(shell: Shell, number: int) -> Path:
    sample = [sample for sample in samples() if sample.media_type == "image/jpeg"][number]
    path = shell.home / sample.file_name
    path.write_bytes(sample.read())
    return path


def test_a_photograph_is_registered_found_and_licensed_and_all_of_it_is_there_after_a_restart(
    server: Served, shell: Shell
) -> None:
    keys = {key["name"]: key["address"] for key in shell.run("keys", "list", "--json").document()}
    photograph = picture(shell, 0)

    registered = shell.run(
        *("register", str(photograph), "--title", "A launch", "--creator", "A stranger", "--year", "2015"),
        *("--how-made", "human", "--usage", "train-ai=refuse", "--preview", "--key", "creator"),
    )
    work = registered.word("work")
    assert registered.word("claimant") == keys["creator"]
    assert registered.word("preferences") == "train-ai refuse"
    assert registered.word("status") == "final (1 of 1)"
    assert registered.word("dated").endswith("(local chain: date not independently proven)")
    assert registered.word("page") == f"{server.url}/works/{work}"
    assert f"I, {keys['creator']}, declare the work" in registered.err

    copy = shell.home / "posted-again.jpg"
    copy.write_bytes(altered_picture(photograph.read_bytes()))
    found = shell.run("verify", str(copy))
    assert "A copy of “A launch”" in found.out
    assert found.word("work") == work
    assert re.match(r"\d+ of at most 31 bits of 256, by pdq-256/1:mirrored", found.word("distance"))

    offered = shell.run(
        *("offer", work, "--price", "0.01eth", "--terms", "editorial", "--duration", "365d"),
        *("--max-grants", "2", "--key", "creator"),
    )
    offer = offered.word("offer")
    assert offered.word("next") == f"colophon buy {offer} --max-price 0.01eth"
    assert "The price is 0.01 ETH" in offered.err

    refused = shell.run("buy", offer, "--max-price", "0.009eth", "--key", "licensee", code=1)
    assert "[price-over-limit]" in refused.err
    bought = shell.run("buy", offer, "--max-price", "0.01eth", "--key", "licensee")
    assert "asking the faucet" in bought.err
    assert bought.word("held by") == keys["licensee"]
    assert bought.word("paid") == "0.01 ETH"
    assert bought.word("at").endswith(": valid")

    before = shell.run("show", work, "--json").document()
    server.restart()
    after = shell.run("show", work, "--json").document()
    assert {name: after[name] for name in ("status", "declaration", "title", "offers")} == {
        name: before[name] for name in ("status", "declaration", "title", "offers")
    }
    assert after["grants"][0]["holder"] == keys["licensee"]
    assert shell.run("show", registered.word("number")).word("work") == work
    assert shell.run("show", offer).word("issued") == "1 of 2"
    assert (
        shell.run("show", bought.word("grant"), "--at", "2020-01-01T00:00:00Z")
        .word("at")
        .endswith("not valid")
    )
    assert shell.run("verify", str(copy)).word("work") == work


def test_a_work_that_waits_is_shown_to_the_holder_of_its_receipt_alone_until_its_claimant_sends_it(
    server: Served, shell: Shell, tmp_path: Path
) -> None:
    command = (
        *("register", str(picture(shell, 1)), "--title", "A cat", "--creator", "A stranger"),
        *("--key", "licensee", "--via", "register"),
    )
    stuck = shell.run(*command, "--rpc", "http://127.0.0.1:9", code=1)
    assert "[no-node]" in stuck.err
    waiting = shell.run("verify", str(picture(shell, 1)), "--json").document()["matches"][0]["record"]
    assert waiting["status"]["state"] == "pending"
    assert shell.run("show", waiting["work_id"]).word("status") == "pending (0 of 1)"
    stranger = Shell(tmp_path, server.url)
    assert "[not-found]" in stranger.run("show", waiting["work_id"], code=1).err
    assert stranger.run("verify", str(picture(shell, 1)), "--json").document()["matches"] == []

    sent = shell.run(*command)
    assert "You declared this before, and it still waits" in sent.err
    assert sent.word("work") == waiting["work_id"]
    assert sent.word("status").startswith("final")
    assert stranger.run("show", waiting["work_id"]).word("work") == waiting["work_id"]


def test_finding_nothing_is_an_answer(shell: Shell) -> None:
    said = shell.run("verify", str(picture(shell, 3)))
    assert "Nothing registered here matches this file." in said.out
    assert said.word("next").startswith("colophon register")


def test_the_same_bytes_are_refused_to_their_claimant_and_contested_by_anybody_else(shell: Shell) -> None:
    command = ("register", str(picture(shell, 2)), "--title", "A cup", "--creator", "A stranger")
    first = shell.run(*command, "--key", "creator")
    assert "[already-registered]" in shell.run(*command, "--key", "creator", code=1).err

    unanswered = shell.run(*command, "--key", "licensee", code=1)
    assert "it can only be an adverse claim" in unanswered.err
    suggested = re.search(r"--answer (0x[0-9a-f]{8})=adverse-claim \[needs-an-answer\]", unanswered.err)
    assert suggested is not None
    refused = shell.run(*command, "--key", "licensee", "--answer", f"{suggested[1]}=acknowledged", code=1)
    assert "[invalid-answer]" in refused.err
    claimed = shell.run(*command, "--key", "licensee", "--answer", f"{suggested[1]}=adverse-claim")
    assert "declares the same bytes" in claimed.word("adverse claim")
    assert claimed.word("work") in shell.run("show", first.word("work")).word("adverse claim")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_either_signal_ends_the_registry_in_order(tmp_path: Path, number: int) -> None:
    served = Served(tmp_path / "var")
    assert "Closed in order" in served.stop(number)
    assert served.process.returncode == 0
