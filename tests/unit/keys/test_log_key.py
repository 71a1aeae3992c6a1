from __future__ import annotations

import stat
from pathlib import Path

import pytest

from registry.errors import SettingsError, StoreUnavailableError
from registry.keys.log_key import log_key
from registry.log import SigningKey

NAME = "colophon/31337/0x00"


def test_the_key_is_made_once_under_its_name_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "data" / "log.key"
    first = log_key(path, NAME)
    assert first.name == NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log_key(path, "another name") == first
    assert log_key(tmp_path / "other.key", NAME) != first


def test_a_key_that_is_brought_along_names_the_log(tmp_path: Path) -> None:
    brought = SigningKey.generate("log.example")
    path = tmp_path / "log.key"
    path.write_text(brought.export())
    path.chmod(0o600)
    assert log_key(path, NAME) == brought


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_key_that_others_can_reach_is_refused_and_left(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    log_key(path, NAME)
    before = path.read_bytes()
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        log_key(path, NAME)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PRIVATE+KEY+", b"\xff" * 32, b"0x" + b"11" * 32])
def test_what_is_no_key_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="no signing key"):
        log_key(path, NAME)
    assert path.read_bytes() == content


def test_a_place_that_cannot_hold_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreUnavailableError):
        log_key(tmp_path / "data" / "log.key", NAME)
