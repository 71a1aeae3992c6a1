"""`colophon verify-evidence`, with a real node to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from registry.chain.providers import NodeProvider
from registry.cli.app import app
from tests.chain.odd_nodes import node_with
from tests.chain.worlds import SEPOLIA
from tests.unit.evidence.attachments import proofs_of, token_of
from tests.unit.evidence.authority import authority, elliptic
from tests.unit.evidence.bundles import FILE, RealRecords, real_records

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRecords]:
    """Records of a chain that has a public one's number, on a node."""
    yield from real_records("anvil", tmp_path_factory.mktemp("public"))


@pytest.fixture
def bundle(public: RealRecords, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_bytes(public.logged.content)
    return path


def run(*arguments: object) -> tuple[int, str]:
    said = RUNNER.invoke(app, ["verify-evidence", *map(str, arguments)])
    return said.exit_code, said.output


def test_a_node_vouches_for_the_block_and_the_record_is_complete(public: RealRecords, bundle: Path) -> None:
    file = bundle.with_name("work.txt")
    file.write_bytes(FILE)
    assert isinstance(public.world.provider, NodeProvider)
    status, said = run(bundle, file, "--rpc", public.world.provider.endpoint_uri)
    assert status == 0, said
    assert "COMPLETE" in said
    assert "vouched for by the node at http://127.0.0.1" in said


def test_without_a_node_it_holds_up_to_the_block_hash(public: RealRecords, bundle: Path) -> None:
    status, said = run(bundle)
    assert status == 0
    assert "HOLDS UP TO THE BLOCK HASH" in said
    assert "COMPLETE" in run(bundle, "--block-hash", public.logged.block_hash)[1]


def test_a_script_gets_one_document(public: RealRecords, bundle: Path) -> None:
    status, said = run(bundle, "--json", "--deployment", public.logged.parts.deployment["manifest_id"])
    told = json.loads(said)
    assert status == 0
    assert (told["level"], told["failed_at_step"], len(told["steps"])) == ("up-to-the-block-hash", None, 21)


def test_a_root_and_a_header_vouch_for_time_stamps(public: RealRecords, bundle: Path, tmp_path: Path) -> None:
    house = authority(tmp_path / "authority", elliptic())
    subject = public.titled.parts.statement.declaration.content_hash
    _, proof, height, header = proofs_of(subject)
    both = replace(public.titled.parts, attachments=(token_of(house, subject), proof))
    bundle.write_bytes(replace(public.titled, parts=both).content)

    root = ("--tsa-root", house.folder / "root.pem")
    assert "Attachments: not checked" in run(bundle)[1]
    status, said = run(bundle, *root, "--bitcoin-header", f"{height}={header.hex()}", "--json")
    assert status == 0
    assert json.loads(said)["steps"][-1]["result"] == "passed"


def test_a_bundle_that_fails_leaves_with_1_and_its_code(public: RealRecords, bundle: Path) -> None:
    bundle.write_bytes(public.logged.content + b"\n")
    status, said = run(bundle)
    assert status == 1
    assert "FAILED at step 1, Document [not-canonical]" in said
    assert json.loads(run(bundle, "--json")[1])["code"] == "not-canonical"


def test_a_node_that_does_not_answer_says_nothing_of_the_bundle(bundle: Path) -> None:
    status, said = run(bundle, "--rpc", "http://127.0.0.1:9")
    assert status == 1
    assert "no-node" in said
    assert "FAILED" not in said


@pytest.mark.parametrize("option", ["--block-hash", "--deployment", "--log-key", "--bitcoin-header"])
def test_what_is_typed_must_be_of_its_form(bundle: Path, option: str) -> None:
    status, said = run(bundle, option, "none")
    assert status == 1
    assert "error" in said


def test_a_file_of_roots_must_hold_some(bundle: Path) -> None:
    status, said = run(bundle, "--tsa-root", bundle)
    assert status == 1
    assert "[invalid-value]" in said
    assert "FAILED" not in said


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ({}, "wrong-chain"),
        ({"eth_chainId": hex(SEPOLIA)}, "block-not-vouched-for"),
        (
            {"eth_chainId": hex(SEPOLIA), "eth_getBlockByNumber": {"hash": "0x" + "ab" * 32}},
            "block-not-vouched-for",
        ),
    ],
    ids=["of another chain", "without the block", "with another block"],
)
def test_a_node_that_knows_otherwise_fails_the_bundle(
    bundle: Path, results: dict[str, object], code: str
) -> None:
    with node_with(results) as url:
        status, said = run(bundle, "--rpc", url)
    assert status == 1
    assert f"[{code}]. This bundle proves nothing." in said


@pytest.mark.parametrize("block", [{}, {"hash": "0x12"}, "block", {"hash": None}])
def test_a_node_that_talks_nonsense_says_nothing_of_the_bundle(bundle: Path, block: object) -> None:
    with node_with({"eth_chainId": hex(SEPOLIA), "eth_getBlockByNumber": block}) as url:
        status, said = run(bundle, "--rpc", url)
    assert status == 1
    assert "unexpected-answer" in said
    assert "FAILED" not in said
