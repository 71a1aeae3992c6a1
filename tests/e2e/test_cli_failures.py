"""What goes wrong at a command line is one sentence with a code; nothing is signed, paid or lost by it."""

from __future__ import annotations

import shutil
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from registry.canonical import canonical_hash
from registry.client import ColophonClient
from registry.compose import open_registry
from registry.samples import samples
from registry.settings import Settings
from tests.e2e.lying_registry import lying_registry
from tests.e2e.shell import Served, Shell

OTHER = "0x" + "ab" * 32
ELSEWHERE = "0x" + "44" * 20


@pytest.fixture
def shell(server: Served, tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, server.url)
    shell.key("mine")
    return shell


def photograph(folder: Path, number: int = 0) -> str:
    sample = samples()[number]
    path = folder / sample.file_name
    path.write_bytes(sample.read())
    return str(path)


def register(file: str) -> tuple[str, ...]:
    return ("register", file, "--title", "A launch", "--creator", "A stranger")


def works(url: str) -> list[Any]:
    with ColophonClient(url) as client:
        return client.works().items_of("records")


def test_a_taken_port_is_named_before_anything_is_opened(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = Shell(tmp_path, "").run("serve", "--port", str(port), "--data", "var", code=1)
    assert f"port {port} on 127.0.0.1 is taken by another program [port-taken]" in said.err
    assert f"colophon serve --port {port + 1}" in said.err
    assert not (tmp_path / "var").exists()


def test_a_second_registry_on_the_same_data_is_told_who_holds_it(server: Served, tmp_path: Path) -> None:
    said = Shell(tmp_path, "").run("serve", "--port", "0", "--data", str(server.data), code=1)
    assert f"in use by process {server.process.pid} [chain-in-use]" in said.err
    assert "--data" in said.err
    synchronised = Shell(tmp_path, "").run("sync", "--data", str(server.data), code=1)
    assert "[chain-in-use]" in synchronised.err


def test_the_data_of_another_deployment_are_put_aside_with_one_command(tmp_path: Path) -> None:
    for name in ("one", "two"):
        open_registry(Settings.for_folder(tmp_path / name)).close()
    for file in (tmp_path / "one").glob("store.db*"):
        file.unlink()
    for file in (tmp_path / "two").glob("store.db*"):
        shutil.copy(file, tmp_path / "one" / file.name)
    said = Shell(tmp_path, "").run("serve", "--port", "0", "--data", "one", code=1)
    assert "[deployment-changed]" in said.err
    assert f"mv {tmp_path}/one {tmp_path}/one.before-1" in said.err


def test_views_are_made_again_by_a_command(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "")
    before = shell.run("sync", "--data", "var", "--json").document()
    assert shell.run("sync", "--rebuild", "--data", "var", "--json").document() == before


def test_a_wrong_passphrase_signs_nothing(server: Served, shell: Shell) -> None:
    (shell.home / "guess").write_text("open sesame")
    guess = str(shell.home / "guess")
    said = shell.run(*register(photograph(shell.home)), code=1, COLOPHON_PASSPHRASE_FILE=guess)
    assert "[wrong-passphrase]" in said.err
    assert works(server.url) == []


def test_no_registry_is_one_sentence(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "http://127.0.0.1:9")
    shell.key("mine")
    for command in (("verify", photograph(tmp_path)), ("show", OTHER), register(photograph(tmp_path))):
        said = shell.run(*command, code=1)
        assert (
            "no registry answers at http://127.0.0.1:9; start one with `make serve` [no-registry]" in said.err
        )


def test_nobody_is_asked_where_nobody_can_answer(server: Served, tmp_path: Path) -> None:
    file = photograph(tmp_path)
    shell = Shell(tmp_path, server.url)
    assert "colophon keys new" in shell.run(*register(file), code=1).err
    shell.key("mine")
    without_creator = shell.run("register", file, "--title", "A launch", code=1)
    assert "--creator" in without_creator.err
    without_passphrase = shell.run(*register(file), code=1, COLOPHON_PASSPHRASE_FILE="")
    assert "COLOPHON_PASSPHRASE_FILE" in without_passphrase.err
    shell.key("another")
    assert "[which-key]" in shell.run(*register(file), code=1).err
    assert "[unknown-key]" in shell.run(*register(file), "--key", "nobody", code=1).err
    assert works(server.url) == []


def test_a_failure_is_a_document_where_one_was_asked_for(shell: Shell) -> None:
    document = shell.run("show", OTHER, "--json", code=1).document()
    assert document["code"] == "not-found"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("message", "declaration", "contentHash"), OTHER, "the SHA-256 of the file should be"),
        (("message", "declaration", "claimant"), ELSEWHERE, "the claimant should be"),
        (("primaryType",), "Offer", "the kind of statement should be Registration"),
    ],
)
def test_a_registry_that_proposes_another_statement_gets_no_signature(
    server: Served, shell: Shell, path: tuple[str, ...], value: str, told: str
) -> None:
    def bend(asked: str, answer: dict[str, Any]) -> None:
        if asked.endswith("/answers"):
            place = answer["typed_data"]
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value

    with lying_registry(server.url, bend) as (url, passed):
        said = shell.run(*register(photograph(shell.home)), "--url", url, code=1)
    assert f"nothing was signed: {told}" in said.err
    assert "[dishonest-registry]" in said.err
    assert "POST /v1/drafts" in passed
    assert "POST /v1/works" not in passed
    assert works(server.url) == []


@pytest.mark.parametrize(
    ("rehashed", "told"),
    [
        ("not rehashed", "the metadata shown are not those whose hash is to be signed"),
        ("rehashed", "the metadata to be signed say something else of title"),
    ],
)
def test_a_registry_that_changes_what_is_said_of_the_work_gets_no_signature(
    server: Served, shell: Shell, rehashed: str, told: str
) -> None:
    def bend(asked: str, answer: dict[str, Any]) -> None:
        if asked.endswith("/answers"):
            answer["metadata"]["title"] = "Somebody else's work"
            if rehashed == "rehashed":
                digest = canonical_hash(answer["metadata"])
                answer["typed_data"]["message"]["declaration"]["metadataHash"] = f"0x{digest.hex()}"

    with lying_registry(server.url, bend) as (url, passed):
        said = shell.run(*register(photograph(shell.home)), "--url", url, code=1)
    assert told in said.err
    assert "[dishonest-registry]" in said.err
    assert "POST /v1/works" not in passed


def test_a_registry_that_names_another_ledger_gets_no_coin(server: Served, shell: Shell) -> None:
    registered = shell.run(*register(photograph(shell.home)))
    offered = shell.run("offer", registered.word("work"), "--price", "0.01eth", "--terms", "commercial")

    def bend(asked: str, answer: dict[str, Any]) -> None:
        if asked == "/v1/contracts":
            answer["license_ledger"] = ELSEWHERE
        if asked == "/v1/purchases":
            answer["transaction"]["to"] = ELSEWHERE

    with lying_registry(server.url, bend) as (url, passed):
        said = shell.run("buy", offered.word("offer"), "--max-price", "1eth", "--url", url, code=1)
    assert "the offer is not signed by its licensor" in said.err
    assert "POST /v1/purchases" in passed
    assert shell.run("show", offered.word("offer")).word("issued") == "0"


def test_a_registry_that_tells_of_another_offer_or_table_gets_neither_transaction_nor_signature(
    server: Served, shell: Shell
) -> None:
    work = shell.run(*register(photograph(shell.home, 1))).word("work")
    offer = shell.run("offer", work, "--price", "0.01eth", "--terms", "editorial").word("offer")
    untitled = shell.run("shares", "propose", work, f"{ELSEWHERE}=10", code=1)
    assert f"colophon title {work} makes one" in untitled.err
    assert shell.run("title", work).word("work") == work

    def bend(asked: str, answer: dict[str, Any]) -> None:
        if asked.startswith("/v1/offers/"):
            answer["offer"]["salt"] = OTHER
        if asked.endswith("/share-drafts"):
            answer["typed_data"]["message"]["bps"] = [9999]

    with lying_registry(server.url, bend) as (url, passed):
        cancelled = shell.run("cancel-offer", offer, "--url", url, code=1)
        proposed = shell.run("shares", "propose", work, f"{ELSEWHERE}=10", "--url", url, code=1)
    assert f"offer {offer} was asked for, the registry tells of 0x" in cancelled.err
    assert "the typed data are not those of this statement" in proposed.err
    for said in (cancelled, proposed):
        assert "[dishonest-registry]" in said.err
    assert "POST /rpc" not in passed
    assert f"POST /v1/works/{work}/share-consents" not in passed


def test_a_registry_that_dies_while_one_waits_has_kept_what_it_acknowledged(tmp_path: Path) -> None:
    served = Served(tmp_path / "var")
    shell = Shell(tmp_path, served.url)
    shell.key("mine")

    def die(asked: str, _: dict[str, Any]) -> None:
        if asked == "/v1/works":
            served.stop(signal.SIGKILL)

    with lying_registry(served.url, die) as (url, _):
        said = shell.run(*register(photograph(tmp_path)), "--url", url, code=1)
    assert "what it acknowledged is kept [registry-lost]" in said.err
    assert "ask again when it is back: colophon show 0x" in said.err
    served.restart()
    try:
        found = shell.run("verify", photograph(tmp_path), "--json").document()
        assert found["matches"][0]["verdict"] == "identical"
    finally:
        served.stop()
