"""The compiler's three doors give the same bytes, and what is written about the contracts is so."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import build_contracts
import gas

CONTRACTS = build_contracts.CONTRACTS
FORGE = CONTRACTS / "node_modules" / ".bin" / "forge"


@pytest.fixture(scope="module")
def forge_output() -> Path:
    """What forge makes of the sources; it keeps what it has compiled, by the hash of what it read."""
    command = [str(FORGE), "build", *(f"src/{name}.sol" for name in build_contracts.SHIPPED)]
    done = subprocess.run(command, cwd=CONTRACTS, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return CONTRACTS / "out"


@pytest.mark.parametrize("name", sorted(build_contracts.SHIPPED))
def test_forge_compiles_to_the_shipped_bytes(name: str, forge_output: Path) -> None:
    made = json.loads((forge_output / f"{name}.sol" / f"{name}.json").read_text("utf-8"))
    shipped = json.loads((build_contracts.ARTIFACTS / f"{name}.json").read_text("utf-8"))
    assert made["bytecode"]["object"] == shipped["bytecode"]
    assert made["deployedBytecode"]["object"] == shipped["deployedBytecode"]
    assert made["rawMetadata"] == shipped["metadata"]


def test_forge_leaves_with_the_status_of_what_it_ran(tmp_path: Path) -> None:
    # The launcher package always leaves with 0, so the programs of the platform are installed without it.
    (tmp_path / "Broken.sol").write_text("contract Broken {", "utf-8")
    check = [str(FORGE), "fmt", "--check", "Broken.sol"]
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode != 0
    assert subprocess.run([str(FORGE), "--version"], check=False, capture_output=True).returncode == 0


def test_every_test_that_the_invariants_name_exists() -> None:
    prose = (CONTRACTS / "INVARIANTS.md").read_text("utf-8")
    named = set(re.findall(r"`((?:test|testFuzz|invariant)_\w+)`", prose))
    sources = "\n".join(path.read_text("utf-8") for path in (CONTRACTS / "test").glob("*.t.sol"))
    existing = set(re.findall(r"function (\w+)\(", sources))
    assert named
    assert named <= existing


def test_the_committed_gas_figures_keep_what_was_promised() -> None:
    figures = json.loads(gas.COMMITTED.read_text("utf-8"))
    assert set(figures) == set(gas.OPERATIONS)
    over = {
        name
        for name, (first, later) in gas.BARS.items()
        if figures[name]["first"] > first or figures[name]["later"] > later
    }
    assert over == set(gas.REASONS)
