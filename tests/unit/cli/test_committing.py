from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from registry.cli.committing import inclusion_in
from registry.cli.failures import CommandError
from registry.errors import InvalidValueError
from registry.model import Address, Hash32, Inclusion

ROOT, SIBLING = "0x" + "11" * 32, "0x" + "22" * 32
LOG = "0x" + "33" * 20
PROOF: dict[str, Any] = {
    "deadline": 1_900_000_000,
    "inclusion": {"log": LOG, "root": ROOT, "size": 2, "leaf_index": 1, "proof": [SIBLING]},
}


def test_a_proof_of_inclusion_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(PROOF))
    assert inclusion_in(file) == (
        1_900_000_000,
        Inclusion(Address(LOG), Hash32.parse(ROOT), 2, 1, (Hash32.parse(SIBLING),)),
    )


@pytest.mark.parametrize("content", ["", "not JSON", "[]", '{"deadline": 1}', "1" * 70_000])
def test_a_file_that_is_no_proof_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "proof.json"
    file.write_text(content)
    with pytest.raises(CommandError) as raised:
        inclusion_in(file)
    assert raised.value.code == "unknown-proof"


def test_a_proof_with_a_field_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    for name, value in (("size", 0), ("root", "0x"), ("proof", [1])):
        file.write_text(json.dumps({**PROOF, "inclusion": {**PROOF["inclusion"], name: value}}))
        with pytest.raises(InvalidValueError):
            inclusion_in(file)
