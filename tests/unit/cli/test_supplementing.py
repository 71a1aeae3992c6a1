from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.supplementing import require_said, said_in

SAID = {"title": "Leaf", "creators": [{"name": "A. Maker"}]}
METADATA = {
    **SAID,
    "format": "colophon.metadata/1",
    "how_made": "unspecified",
    "usage_preferences": {},
    "salt": "0x" + "00" * 32,
}


def test_what_the_file_says_stands_in_the_metadata() -> None:
    require_said(METADATA, SAID)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Another leaf"),
        ("creators", []),
        ("how_made", "human"),
        ("usage_preferences", {"train-ai": "allow"}),
        ("year", 2020),
        ("language", "en"),
    ],
)
def test_metadata_that_say_something_else_are_not_signed(name: str, value: object) -> None:
    with pytest.raises(DishonestRegistryError, match=name):
        require_said({**METADATA, name: value}, SAID)


def test_letters_written_in_two_ways_say_the_same() -> None:
    require_said({**METADATA, "title": "Été"}, {**SAID, "title": "E\u0301te\u0301"})


@pytest.mark.parametrize("content", ["", "[]", '"Leaf"', "not JSON"])
def test_a_file_without_a_json_object_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "said.json"
    file.write_text(content)
    with pytest.raises(CommandError) as raised:
        said_in(file)
    assert raised.value.code == "unknown-metadata"
    file.write_text(json.dumps(SAID))
    assert said_in(file) == SAID
