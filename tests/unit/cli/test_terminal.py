from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from registry.cli.failures import CommandError, NeedsTerminalError, told_plainly
from registry.cli.terminal import Terminal
from registry.client import ProblemError
from registry.errors import DeploymentChangedError, NotAllowedError


def test_what_strangers_wrote_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().heading("\x1b[2J a title")
    Terminal().fact("by", "some\nbody")
    assert "\x1b" not in capsys.readouterr().out.replace("\x1b[1m", "").replace("\x1b[0m", "")


def test_a_document_is_all_that_is_printed_where_one_is_wanted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Terminal(as_json=True)
    terminal.heading("a heading")
    terminal.fact("a", "fact")
    terminal.document({"a": 1})
    terminal.closing("page", "next")
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_nobody_is_asked_without_a_terminal() -> None:
    for ask in (Terminal().ask, Terminal().ask_secret):
        with pytest.raises(NeedsTerminalError, match="use the option"):
            ask("Who?", "use the option")
    assert Terminal().agrees("Really?")


def test_waiting_says_once_what_for_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal().waiting("waiting for the chain") as tell:
        tell("waiting for the chain: 1 of 2")
    with Terminal().meter("sending", 10**9) as progress:
        progress(10**9)
    assert capsys.readouterr().err == "waiting for the chain …\n"


def test_a_failure_is_a_sentence_a_code_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, told_plainly():
        raise CommandError("a-code", "what\x1b went wrong", "try this")
    assert left.value.exit_code == 1
    assert capsys.readouterr().err == "error what\\u001b went wrong [a-code]\ntry this\n"


def test_what_the_registry_and_this_program_refuse_alike_comes_with_the_same_hint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = (
        NotAllowedError("the arbiter", None, "0x01"),
        ProblemError("not-allowed", "only the arbiter may do this: nobody is, not 0x01", 409, {}),
    )
    for problem in refused:
        with pytest.raises(typer.Exit), told_plainly():
            raise problem
        said = capsys.readouterr().err
        assert said.startswith("error only the arbiter may do this: nobody is, not 0x01 [not-allowed]\n")
        assert "--key NAME" in said


def test_a_failure_nobody_foresaw_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), told_plainly():
        raise ZeroDivisionError


def test_data_of_another_deployment_are_moved_to_a_name_that_is_free(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my var.before-1").mkdir()
    with pytest.raises(typer.Exit), told_plainly():
        raise DeploymentChangedError("0x01", "0x02", str(tmp_path / "my var"))
    assert f"mv '{tmp_path}/my var' '{tmp_path}/my var.before-2'" in capsys.readouterr().err


def test_on_a_terminal_the_first_key_is_offered_and_its_passphrase_asked_twice(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from registry.cli.keys import KeyRing; "
        "from registry.cli.terminal import Terminal; "
        f"print('made', KeyRing(Path({str(tmp_path / 'keys')!r}), Terminal()).address(None))"
    )
    # The space after a colon comes when echoing is off; what is typed before is thrown away.
    answers = {
        b"Make one? [Y/n]: ": b"y\n",
        b"New passphrase: ": b"secret\n",
        b"Repeat for confirmation: ": b"secret\n",
    }
    said = talk([sys.executable, "-c", script], answers)
    assert re.search(r"made 0x[0-9a-fA-F]{40}", said)
    assert "secret" not in said
    assert (tmp_path / "keys" / "default.json").exists()


def talk(command: list[str], answers: dict[bytes, bytes]) -> str:
    """Run a program on a terminal of its own, and answer its questions as they come."""
    primary, secondary = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COLOPHON_")}
    process = subprocess.Popen(
        command,
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env=environment,
        start_new_session=True,  # else the terminal of whoever runs the tests would be asked
    )
    os.close(secondary)
    said, waiting = b"", dict(answers)
    while True:
        try:
            said += os.read(primary, 1024)
        except OSError:
            break
        for question in [question for question in waiting if question in said]:
            os.write(primary, waiting.pop(question))
    os.close(primary)
    assert process.wait(timeout=60) == 0, said
    assert waiting == {}
    return said.decode()
