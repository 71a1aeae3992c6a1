from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry.cli.app import app

RUNNER = CliRunner()
COMMANDS = (
    *(
        "register",
        "verify",
        "check",
        "show",
        "title",
        "supplement",
        "commit",
        "reveal",
        "prove-earlier",
        "cancel",
    ),
    "evidence",
    "certificate",
    "credential",
    "verify-evidence",
    "stamp",
    *("offer", "buy", "cancel-offer", "withdraw-offers", "retract", "transfer", "link", "renew-link"),
    *("revenue", "release", "distribute", "claim", "shares", "refund", "bonds", "dispute", "arbiter"),
    *("faucet", "trust", "keys", "recovery", "demo", "serve", "sync", "deploy", "monitor"),
)
GROUPS = {
    "keys": ("new", "list"),
    "shares": ("propose", "sign", "show"),
    "dispute": ("open", "show", "answer", "admit", "rule", "lapse"),
    "arbiter": ("show", "offer", "accept"),
    "recovery": ("set", "start", "cancel", "take", "show"),
}
WORK = "0x" + "ab" * 32
ACCOUNT = "0x" + "11" * 20
HEAVY = ("web3", "eth_account", "eth_tester", "sqlalchemy", "fastapi", "httpx", "numpy", "scipy", "uvicorn")


def test_help_names_every_command() -> None:
    said = RUNNER.invoke(app, ["--help"])
    assert said.exit_code == 0
    assert [name for name in COMMANDS if name not in said.output] == []


@pytest.mark.parametrize(
    "command",
    [
        *((name,) for name in COMMANDS),
        *((group, name) for group, names in GROUPS.items() for name in names),
    ],
)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    said = RUNNER.invoke(app, [*command, "--help"])
    assert said.exit_code == 0
    assert "Usage:" in said.output


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from registry.cli.app import app; "
        "assert CliRunner().invoke(app, ['register', '--help']).exit_code == 0; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_version_is_the_distribution_s() -> None:
    said = RUNNER.invoke(app, ["--version"])
    assert (said.exit_code, said.output.strip()) == (0, f"colophon {version('colophon')}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["register"],
        ["register", "FILE"],
        ["register", "no/such/file", "--title", "A"],
        ["register", ".", "--title", "A"],
        ["register", "FILE", "--title", "A", "--usage", "train-ai"],
        ["register", "FILE", "--title", "A", "--usage", "sell=allow"],
        ["register", "FILE", "--title", "A", "--answer", "0x00=perhaps"],
        ["register", "FILE", "--title", "A", "--how-made", "by magic"],
        ["register", "FILE", "FILE", "--creator", "A"],
        ["register", "FILE", "FILE", "--batch", "--creator", "A", "--title", "A"],
        ["commit", "FILE", "--creator", "A"],
        ["supplement", WORK, "no/such/file"],
        ["offer", "0x00", "--terms", "editorial"],
        ["buy", "0x00"],
        ["verify"],
        ["link", WORK],
        ["transfer", WORK],
        ["shares", "propose"],
        ["dispute", "open", WORK, "--about", "authorship"],
        ["dispute", "rule", WORK, "--outcome", "settled"],
        ["recovery", "start"],
        ["trust"],
        ["prove-earlier", WORK, "--inclusion", "no/such/file"],
        ["serve", "--port", "70000"],
        ["demo", "--seed", "-1"],
    ],
)
def test_a_command_that_is_called_wrongly_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "FILE"
    file.write_bytes(b"x")
    said = RUNNER.invoke(app, [str(file) if argument == "FILE" else argument for argument in arguments])
    assert said.exit_code == 2, said.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["offer", "0x00", "--price", "1", "--terms", "editorial"], "invalid-value"),
        (["offer", "0x00", "--price", "1eth", "--terms", "editorial", "--duration", "long"], "invalid-value"),
        (["offer", "0x00", "--price", "1eth", "--terms", "friendly"], "unknown-terms"),
        (["buy", "0x00", "--max-price", "1euro"], "invalid-value"),
        (["show", "work", "--url", "http://127.0.0.1:9"], "invalid-value"),
        (["show", "31337-T1-0", "--url", "http://127.0.0.1:9"], "no-registry"),
        (["keys", "new", "../escape"], "invalid-value"),
        (["offer", "0x00", "--price", "1eth", "--terms", "editorial", "--royalty", "much"], "invalid-value"),
        (["revenue", "0x00"], "invalid-value"),
        (["retract", "work"], "invalid-value"),
        (["trust", "0x00"], "invalid-value"),
        (["transfer", WORK, "nobody", "--key", "none"], "unknown-key"),
        (["shares", "propose", WORK, f"{ACCOUNT}=many"], "invalid-value"),
        (["shares", "propose", WORK, f"{ACCOUNT}=1", f"{ACCOUNT}=2"], "invalid-value"),
        (["dispute", "open", WORK, "--about", "a", "--evidence", "no/file"], "unknown-evidence"),
        (["dispute", "open", WORK, "--about", "a" * 33, "--evidence", WORK], "invalid-value"),
        (["recovery", "set", "--successor", ACCOUNT, "--delay", "soon"], "invalid-value"),
        (["arbiter", "show", "--url", "http://127.0.0.1:9"], "no-registry"),
        (["supplement", WORK, __file__], "unknown-metadata"),
    ],
)
def test_what_cannot_be_done_ends_with_1_and_a_code(
    arguments: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("secret\n")
    monkeypatch.setenv("COLOPHON_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("COLOPHON_PASSPHRASE_FILE", str(passphrase))
    said = RUNNER.invoke(app, arguments)
    assert said.exit_code == 1
    assert f"[{code}]" in said.output
    assert said.output.count("\n") <= 2


def test_a_reader_that_stops_reading_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        said = subprocess.run(
            [sys.executable, "-m", "registry.cli", "--help"],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert "Traceback" not in said.stderr
    assert "Exception ignored" not in said.stderr
