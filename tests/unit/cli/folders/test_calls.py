from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry.cli.app import app

RUNNER = CliRunner()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["FOLDER", "--title", "A"], "say --recursive"),
        (["-r", "FILE"], "takes one folder"),
        (["-r", "FOLDER", "FOLDER"], "takes one folder"),
        (["-r", "FOLDER", "--title", "A"], "called by their files' names"),
        (["-r", "FOLDER", "--via", "register"], "transactions of your own"),
        (["-r", "FOLDER", "--answer", "0x12=acknowledged"], "too short"),
        (["-r", "FOLDER", "--answer-all", "perhaps"], "answer-all"),
        (["-r", "FOLDER", "--at-once", "17"], "at-once"),
        (["-r", "FOLDER", "--manifest", "no/such/file"], "manifest"),
        (["FILE", "--title", "A", "--manifest", "FILE"], "only with"),
        (["FILE", "--title", "A", "--retry"], "only with"),
    ],
)
def test_a_folder_that_is_named_wrongly_is_not_begun(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    places = {"FOLDER": str(tmp_path), "FILE": str(tmp_path / "file")}
    said = RUNNER.invoke(
        app,
        ["register", *(places.get(one, one) for one in arguments), "--creator", "A"],
        env={"COLUMNS": "200"},
    )
    assert said.exit_code == 2, said.output
    assert told in said.output.replace("\n", " ")


def test_a_manifest_with_faults_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    table = tmp_path / "works.csv"
    table.write_text("file,year\nno.png,soon\n")
    folder = tmp_path / "works"
    folder.mkdir()
    keys = ["--keys", str(tmp_path / "keys"), "--url", "http://127.0.0.1:9"]
    said = RUNNER.invoke(app, ["register", "-r", str(folder), "--manifest", str(table), *keys])
    assert said.exit_code == 1
    assert "[invalid-manifest]" in said.output
