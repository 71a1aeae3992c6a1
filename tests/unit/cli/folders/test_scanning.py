from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from registry.cli.failures import CommandError
from registry.cli.folders.scanning import look, scan


def test_files_are_found_by_name_folder_by_folder(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.png", "a/b/c.png", "a.png", "Z.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    found, left = scan(tmp_path)
    assert [one.name for one in found] == ["Z.png", "a/b/c.png", "a/z.png", "a.png", "b.png"]
    assert {one.size for one in found} == {5}
    assert left == []
    assert look(tmp_path / "a.png", "a.png") in found


def test_what_is_no_plain_file_is_left_out_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "work.png").write_bytes(b"x")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"x")
    (tmp_path / "link.png").symlink_to("work.png")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.png")).write_bytes(b"x")
    found, left = scan(tmp_path)
    assert [one.name for one in found] == ["work.png"]
    assert {one.name: one.code for one in left} == {
        ".DS_Store": "hidden-file",
        ".git": "hidden-folder",
        "link.png": "symbolic-link",
        "round": "symbolic-link",
        "pipe": "not-a-file",
        "bad\\xff.png": "unusable-name",
    }


def test_a_folder_nested_deeper_than_calls_may_nest_is_walked(tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("deep.png").write_bytes(b"x")
        os.chdir(before)
        found, left = scan(tmp_path)
    finally:
        os.chdir(before)
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # pytest nests calls to remove it, and fails
    assert [one.name for one in found] == ["d/" * 1200 + "deep.png"]
    assert left == []


def test_what_speaks_of_the_works_is_no_work(tmp_path: Path) -> None:
    (tmp_path / "work.png").write_bytes(b"x")
    (tmp_path / "works.csv").write_bytes(b"x")
    found, left = scan(tmp_path, tmp_path / "." / "works.csv")
    assert ([one.name for one in found], left) == (["work.png"], [])


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        scan(tmp_path / "nowhere")
