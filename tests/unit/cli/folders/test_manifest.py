from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.cli.failures import CommandError
from registry.cli.folders.manifest import Descriptions, read_manifest

SHARED: dict[str, Any] = {"creators": [{"name": "A. Maker"}], "usage_preferences": {"search": "allow"}}
FILES = ("a.png", "b.png", "sub/c.png", "caf\u0065\u0301.png")


def read(folder: Path, text: str, shared: dict[str, Any] | None = None) -> Descriptions:
    path = folder / "works.csv"
    path.write_bytes(text.encode())
    return read_manifest(path, SHARED if shared is None else shared, FILES)


def test_without_rows_a_work_is_called_by_its_file_s_name() -> None:
    told = Descriptions(SHARED)
    assert told.covers("sub/Low tide.final.png")
    assert told.of("sub/Low tide.final.png") == {**SHARED, "title": "Low tide.final"}


def test_a_row_says_more_than_what_is_said_of_all(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        "\ufefffile,title,creators,year,language,how_made,train-ai\r\n"
        'a.png,"Low, tide","B. Painter; C. Painter",1999,pt-BR,human,refuse\r\n'
        "./sub/c.png,,,,,,\r\n"
        ",,,,,,\r\n",
    )
    assert told.of("a.png") == {
        "title": "Low, tide",
        "creators": [{"name": "B. Painter"}, {"name": "C. Painter"}],
        "year": 1999,
        "language": "pt-BR",
        "how_made": "human",
        "usage_preferences": {"search": "allow", "train-ai": "refuse"},
    }
    assert told.of("sub/c.png") == {**SHARED, "title": "c"}
    assert not told.covers("b.png")


def test_a_name_is_found_however_its_accents_are_written(tmp_path: Path) -> None:
    assert read(tmp_path, "file\ncaf\u00e9.png\n").covers("caf\u0065\u0301.png")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "row 1: there is no column file"),
        ("name\na.png\n", "row 1: 'name' is none of file, title"),
        ("file,file\na.png,a.png\n", "row 1: a column is there twice"),
        ("file\n", "names no file"),
        ("file,title\na.png\n", "row 2: 1 cells under 2 columns"),
        ("file,title\na.png,A,B\n", "row 2: 3 cells under 2 columns"),
        ("file,title\n,A\n", "row 2: no file is named"),
        ("file\na.png\nd.png\n", "row 3: d.png is no file of the folder"),
        ("file\n../a.png\n", r"row 2: \.\./a.png is no file of the folder"),
        ("file\na.png\n./a.png\n", "row 3: a.png is named twice"),
        ("file,year\na.png,MCM\n", "row 2: 'MCM' is no year"),
        ("file,year\na.png,20001\n", "row 2: '20001' is no year"),
        ("file,year\na.png,-5001\n", "row 2: /year"),
        ("file,language\na.png,deutsch!\n", "row 2: /language"),
        ("file,how_made\na.png,magic\n", "row 2: /how_made"),
        ("file,search\na.png,perhaps\n", "row 2: /usage_preferences/search"),
        (f"file,title\na.png,{'x' * 301}\n", "row 2: /title"),
        (f"file,creators\na.png,{';'.join('x' * 33)}\n", "row 2: /creators"),
        ("file,creators\na.png,;\n", "row 2: /creators"),
        ('file\n"a.png\n', "row 2: unexpected end of data"),
        ('file\n"a"b.png\n', "row 2: "),
        (f"file\n{'x' * 200_000}\n", "row 2: field larger than field limit"),
    ],
)
def test_a_faulty_table_is_refused_by_its_row(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CommandError, match=told) as refused:
        read(tmp_path, text)
    assert refused.value.code == "invalid-manifest"


def test_every_faulty_row_is_named_up_to_a_bearable_number(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        read(tmp_path, "file\n" + "no.png\n" * 30)
    assert refused.value.message.count("row ") == 20
    assert "and 10 more" in refused.value.message


def test_somebody_made_every_work(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="row 2: nobody is named in creators"):
        read(tmp_path, "file,creators\na.png,\n", {})


def test_a_table_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "works.csv"
    path.write_bytes(b"file,title\na.png,caf\xe9\n")
    with pytest.raises(CommandError, match="not UTF-8 at byte 20"):
        read_manifest(path, SHARED, FILES)
