from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from registry import statements
from registry.cli.commitments import Commitments, Kept
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.model import Address, Hash32
from tests.unit.cli.proposals import CONTRACTS, PARENT, honest_registration

DECLARATION = honest_registration().declaration
WORK = statements.work_id(DECLARATION)
KEPT = Kept(DECLARATION, Hash32(bytes([4]) * 32))


def test_what_was_committed_is_found_again_at_its_contract_alone(tmp_path: Path) -> None:
    Commitments.of(tmp_path, CONTRACTS).keep(WORK, KEPT)
    assert Commitments.of(tmp_path, CONTRACTS).find(WORK) == KEPT
    elsewhere = replace(CONTRACTS, work_registry=Address("0x" + "77" * 20))
    assert Commitments.of(tmp_path, elsewhere).find(WORK) is None
    assert Commitments.of(tmp_path, replace(CONTRACTS, chain_id=1)).find(WORK) is None
    assert Commitments.of(tmp_path, CONTRACTS).find(PARENT) is None


def test_what_is_revealed_is_forgotten(tmp_path: Path) -> None:
    commitments = Commitments.of(tmp_path, CONTRACTS)
    commitments.keep(WORK, KEPT)
    commitments.drop(WORK)
    commitments.drop(WORK)
    assert commitments.find(WORK) is None


def test_nobody_else_may_read_a_salt(tmp_path: Path) -> None:
    Commitments.of(tmp_path, CONTRACTS).keep(WORK, KEPT)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_salt_beside_another_declaration_is_not_used(tmp_path: Path) -> None:
    commitments = Commitments.of(tmp_path, CONTRACTS)
    commitments.keep(WORK, KEPT)
    kept = json.loads(commitments.file.path.read_text())
    kept[commitments.place][str(WORK)]["declaration"]["claimant"] = "0x" + "77" * 20
    commitments.file.path.write_text(json.dumps(kept))
    with pytest.raises(DishonestRegistryError):
        commitments.find(WORK)


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"place": 5}'])
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "commitments").write_text(content)
    with pytest.raises(CommandError, match="is damaged"):
        Commitments.of(tmp_path, CONTRACTS).keep(WORK, KEPT)
    assert (tmp_path / "commitments").read_text() == content
