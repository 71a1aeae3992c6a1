from __future__ import annotations

import stat
from pathlib import Path

import pytest

from registry.cli.failures import CommandError, NeedsTerminalError
from registry.cli.keys import KeyRing, list_keys, new_key
from registry.cli.terminal import Terminal
from registry.errors import WrongPassphraseError


@pytest.fixture
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "passphrase"
    file.write_text("correct horse\n")
    monkeypatch.setenv("COLOPHON_PASSPHRASE_FILE", str(file))
    return file


def test_a_key_is_made_listed_and_opened_by_its_passphrase_alone(
    tmp_path: Path, passphrase: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = KeyRing(tmp_path / "keys", Terminal())
    new_key(ring, "mine")
    list_keys(ring)
    address = ring.address(None)
    out = capsys.readouterr().out
    assert out.count(address) == 2
    assert stat.S_IMODE((tmp_path / "keys" / "mine.json").stat().st_mode) == 0o600
    assert ring.address("mine") == ring.address(address.lower()) == address
    assert str(ring.unlock(address).address) == address
    passphrase.write_text("a guess")
    with pytest.raises(WrongPassphraseError):
        ring.unlock(address)


def test_without_a_key_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys", Terminal())
    with pytest.raises(CommandError) as raised:
        ring.address(None)
    assert raised.value.code == "no-key"
    assert raised.value.hint == "make one: colophon keys new"
    assert not (tmp_path / "keys").exists()


def test_a_passphrase_that_nobody_can_type_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(NeedsTerminalError, match="COLOPHON_PASSPHRASE_FILE"):
        KeyRing(tmp_path / "keys", Terminal()).make("mine")


def test_an_empty_folder_of_keys_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list_keys(KeyRing(tmp_path / "keys", Terminal()))
    assert "colophon keys new" in capsys.readouterr().out
