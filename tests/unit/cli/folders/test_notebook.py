from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from registry.cli.failures import CommandError
from registry.cli.folders.notebook import Notebook, alone_in
from registry.cli.folders.outcomes import Refused, Signed, Taken
from registry.cli.folders.scanning import Found
from registry.model import Hash32

ABOUT = {"deployment": "0x05", "claimant": "0x01"}
ONE = Found("one.png", 5, 17)
HASH = Hash32(bytes([1]) * 32)
SIGNED = Signed(ONE, HASH, "draft", "0xaa", b"\x01" * 65)
TAKEN = Taken(ONE, HASH, "0xaa", "token")


def notebook(folder: Path) -> Notebook:
    works = folder / "works"
    works.mkdir(exist_ok=True)
    return Notebook.of(folder / "keys", works, ABOUT)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    refused = Refused(Found("two.png", 1, 2), Hash32(bytes(32)), "needs-an-answer", "why", ({"a": 1},))
    with notebook(tmp_path) as notes:
        notes.write([SIGNED, refused])
        assert notes.interrupted() == [SIGNED]
    with notebook(tmp_path) as notes:
        assert notes.interrupted() == [SIGNED]
        assert notes.note_on("two.png") == refused
        assert notes.recorded_as(HASH) is None
        notes.write([TAKEN])
    with notebook(tmp_path) as notes:
        assert notes.interrupted() == []
        assert notes.waiting() == [TAKEN]
        assert notes.recorded_as(HASH) == "one.png"
        notes.settle([TAKEN])
    with notebook(tmp_path) as notes:
        assert notes.waiting() == []
        assert notes.note_on("one.png") == Taken(ONE, HASH, "0xaa", None)
        notes.forget("one.png")
    with notebook(tmp_path) as notes:
        assert notes.note_on("one.png") is None
        assert notes.recorded_as(HASH) is None


def test_a_line_that_the_power_failed_in_is_cut_off(tmp_path: Path) -> None:
    with notebook(tmp_path) as notes:
        notes.write([SIGNED, TAKEN])
        path = notes.path
    whole = path.read_bytes()
    for cut in range(whole.rindex(b'{"what"') + 1, len(whole)):
        path.write_bytes(whole[:cut])
        with notebook(tmp_path) as notes:
            assert notes.interrupted() == [SIGNED]
            notes.write([TAKEN])
        assert path.read_bytes() == whole


@pytest.mark.parametrize("line", ["nonsense", "{}", "5", '{"what":"recorded","file":"a"}', '{"what":"sung"}'])
def test_damaged_notes_are_named_and_left_alone(tmp_path: Path, line: str) -> None:
    with notebook(tmp_path) as notes:
        path = notes.path
    damaged = path.read_text() + line + "\n"
    path.write_text(damaged)
    with pytest.raises(CommandError, match="damaged in line 2"):
        notebook(tmp_path)
    assert path.read_text() == damaged


def test_notes_on_something_else_are_not_believed(tmp_path: Path) -> None:
    with notebook(tmp_path) as notes:
        path = notes.path
    path.write_text(json.dumps({"format": "colophon.batch/1"}) + "\n")
    with pytest.raises(CommandError, match="damaged in line 1"):
        notebook(tmp_path)


def test_nobody_else_may_read_the_notes(tmp_path: Path) -> None:
    with notebook(tmp_path) as notes, alone_in(tmp_path / "works", tmp_path / "keys"):
        folder = notes.path.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_folder_belongs_to_one_command_at_a_time(tmp_path: Path) -> None:
    works, keys = tmp_path / "works", tmp_path / "keys"
    works.mkdir()
    with alone_in(works, keys):
        with pytest.raises(CommandError) as refused, alone_in(works / ".." / "works", keys):
            pass
        assert refused.value.code == "folder-in-use"
        with alone_in(tmp_path, keys):
            pass
    with alone_in(works, keys):
        pass


def test_each_account_has_notes_of_its_own(tmp_path: Path) -> None:
    with notebook(tmp_path) as notes:
        notes.write([TAKEN])
    with Notebook.of(tmp_path / "keys", tmp_path / "works", {**ABOUT, "claimant": "0x02"}) as others:
        assert others.waiting() == []
