"""What the package ships of the contracts: complete, deployable and true to the sources beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

import build_contracts

NAMES = sorted(build_contracts.SHIPPED)
EIP170_LIMIT_BYTES = 24_576


def artifact(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((build_contracts.ARTIFACTS / f"{name}.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_an_artifact_has_all_that_deploying_and_verifying_need(name: str) -> None:
    shipped = artifact(name)
    assert set(shipped) == {
        "abi",
        "bytecode",
        "compiler",
        "deployedBytecode",
        "immutableReferences",
        "inputSha256",
        "metadata",
    }
    bytecode = bytes.fromhex(shipped["bytecode"].removeprefix("0x"))
    deployed = bytes.fromhex(shipped["deployedBytecode"].removeprefix("0x"))
    assert deployed in bytecode
    assert len(deployed) <= EIP170_LIMIT_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_input_is_the_one_the_artifact_was_made_from(name: str) -> None:
    shipped_input = (build_contracts.ARTIFACTS / build_contracts.INPUT_NAME).read_bytes()
    assert artifact(name)["inputSha256"] == "0x" + hashlib.sha256(shipped_input).hexdigest()


def test_the_shipped_input_holds_todays_sources() -> None:
    shipped_input = json.loads((build_contracts.ARTIFACTS / build_contracts.INPUT_NAME).read_text("utf-8"))
    shipped = {
        path: source["content"]
        for path, source in shipped_input["sources"].items()
        if path.startswith("src/")
    }
    sources = build_contracts.CONTRACTS
    today = {
        path.relative_to(sources).as_posix(): path.read_text("utf-8")
        for path in (sources / "src").rglob("*.sol")
    }
    assert shipped == today


@pytest.mark.parametrize("name", NAMES)
def test_the_metadata_names_the_abi_and_the_hash_of_every_source(name: str) -> None:
    shipped_input = json.loads((build_contracts.ARTIFACTS / build_contracts.INPUT_NAME).read_text("utf-8"))
    metadata = json.loads(artifact(name)["metadata"])
    assert metadata["output"]["abi"] == artifact(name)["abi"]
    assert metadata["settings"]["compilationTarget"] == {build_contracts.SHIPPED[name]: name}
    assert metadata["settings"]["evmVersion"] == "prague"
    for path, source in metadata["sources"].items():
        content = shipped_input["sources"][path]["content"].encode()
        assert source["keccak256"] == "0x" + keccak(content).hex()


@pytest.mark.parametrize("name", NAMES)
def test_the_compiler_is_the_pinned_one(name: str) -> None:
    version, _, _ = artifact(name)["compiler"].partition("+")
    assert version == build_contracts.compiler_version()


def test_imports_are_found_however_they_are_written() -> None:
    text = """
    import "./Plain.sol";
    import * as all from '../All.sol';
    import {
        One,
        Two
    } from "@openzeppelin/contracts/Both.sol";
    """
    remappings = {"@openzeppelin/": "node_modules/@openzeppelin/"}
    targets = build_contracts.IMPORT.findall(text)
    assert [build_contracts.resolve_import("src/here/It.sol", target, remappings) for target in targets] == [
        "src/here/Plain.sol",
        "src/All.sol",
        "node_modules/@openzeppelin/contracts/Both.sol",
    ]


def test_a_difference_is_named_with_the_part_that_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = {path.name: path.read_bytes() for path in build_contracts.ARTIFACTS.glob("*.json")}
    for name, content in shipped.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(build_contracts, "ARTIFACTS", tmp_path)
    assert build_contracts.differences(shipped) == []

    changed = json.loads(shipped["WorkRegistry.json"]) | {"bytecode": "0x00"}
    (tmp_path / "WorkRegistry.json").write_bytes(build_contracts.stable(changed))
    (tmp_path / "LicenseLedger.json").unlink()
    (tmp_path / "Old.json").write_bytes(b"{}")
    assert sorted(build_contracts.differences(shipped)) == [
        "LicenseLedger.json is built but not shipped",
        "Old.json is shipped but no longer built",
        "WorkRegistry.json differs from a fresh compile in bytecode",
    ]


def test_a_source_that_is_not_there_is_named() -> None:
    with pytest.raises(build_contracts.BuildError, match=r"src/Nowhere\.sol is missing"):
        build_contracts.standard_input(["src/Nowhere.sol"])
