from __future__ import annotations

import stat
from pathlib import Path

import pytest

from registry.errors import SettingsError, StoreUnavailableError
from registry.keys.operator import operator_key


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "data" / "operator.key"
    first = operator_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert operator_key(path).key == first.key
    assert operator_key(tmp_path / "other.key").key != first.key
    assert [one.name for one in path.parent.iterdir()] == ["operator.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_key_that_others_can_reach_is_refused_and_left(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "operator.key"
    operator_key(path)
    before = path.read_bytes()
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        operator_key(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"0x12", b"\xff" * 32, b"0x" + b"00" * 32, b"0x" + b"ff" * 32])
def test_what_is_no_key_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "operator.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="no private key"):
        operator_key(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_hold_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreUnavailableError):
        operator_key(tmp_path / "data" / "operator.key")
