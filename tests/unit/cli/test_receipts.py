from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from registry.cli.failures import CommandError
from registry.cli.receipts import Receipts

URL = "http://127.0.0.1:8000"


def test_a_receipt_is_found_again_by_its_registry_alone(tmp_path: Path) -> None:
    Receipts(tmp_path, URL).keep("0x01", "one")
    Receipts(tmp_path, URL).keep("0x02", "two")
    assert Receipts(tmp_path, URL).tokens() == ["one", "two"]
    assert Receipts(tmp_path, "http://elsewhere").tokens() == []


def test_a_receipt_that_is_no_longer_needed_is_dropped(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path, URL)
    receipts.keep("0x01", "one")
    receipts.keep("0x02", "two")
    receipts.drop("0x01")
    receipts.drop("0x09")
    assert receipts.tokens() == ["two"]


def test_nobody_else_may_read_the_receipts(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Receipts(folder, URL).keep("0x01", "one")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_receipts_kept_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    def keep(number: int) -> None:
        Receipts(tmp_path, URL).keep(f"0x{number}", f"token {number}")

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Receipts(tmp_path, URL).tokens()) == sorted(f"token {number}" for number in range(12))


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"http://127.0.0.1:8000": 5}'])
def test_a_damaged_file_of_receipts_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "receipts"
    path.write_text(content)
    with pytest.raises(CommandError, match="is damaged"):
        Receipts(tmp_path, URL).keep("0x01", "one")
    assert path.read_text() == content
