from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from registry.cli.folders.lookup import token_in_notes
from registry.cli.folders.notebook import Notebook
from registry.cli.folders.outcomes import Taken
from registry.cli.folders.scanning import Found
from registry.model import Hash32

HERE, ELSEWHERE = "0x" + "aa" * 32, "0x" + "bb" * 32


def taken(number: int) -> Taken:
    return Taken(Found(f"{number}.png", 1, 1), Hash32(bytes(32)), f"0x{number:064x}", f"token {number}")


def notes(keys: Path, folder: Path, deployment: str) -> Notebook:
    return Notebook.of(keys, folder, {"deployment": deployment, "claimant": "0x00"})


def test_each_of_thousands_of_tokens_is_found_by_its_work(tmp_path: Path) -> None:
    with notes(tmp_path, tmp_path / "one", HERE) as one, notes(tmp_path, tmp_path / "two", HERE) as two:
        one.write(map(taken, range(3000)))
        two.write([taken(5000)])
    for number in (0, 1500, 2999, 5000):
        assert token_in_notes(tmp_path, HERE, f"0x{number:064x}") == f"token {number}"
    assert token_in_notes(tmp_path, HERE, f"0x{4000:064x}") is None


def test_a_token_is_told_to_no_other_deployment(tmp_path: Path) -> None:
    with notes(tmp_path, tmp_path, HERE) as notebook:
        notebook.write([taken(1)])
    assert token_in_notes(tmp_path, ELSEWHERE, taken(1).work_id) is None


def test_a_record_that_was_there_before_takes_no_token_away(tmp_path: Path) -> None:
    with notes(tmp_path, tmp_path, HERE) as notebook:
        notebook.write([taken(1), replace(taken(1), token=None)])
    assert token_in_notes(tmp_path, HERE, taken(1).work_id) == "token 1"


def test_damaged_notes_and_none_at_all_are_passed_over(tmp_path: Path) -> None:
    assert token_in_notes(tmp_path, HERE, taken(1).work_id) is None
    with notes(tmp_path, tmp_path, HERE) as notebook:
        notebook.write([taken(1)])
        path = notebook.path
    with path.open("ab") as file:
        file.write(b"[]\nnonsense " + taken(1).work_id.encode() + b"\n")
    path.with_name("empty.jsonl").touch()
    path.with_name("odd.jsonl").write_bytes(b"\xff\n[]\n")
    assert token_in_notes(tmp_path, HERE, taken(1).work_id) == "token 1"
