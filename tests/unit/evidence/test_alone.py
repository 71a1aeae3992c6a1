"""The verifier alone: nothing else of the registry can be imported, and nothing can be connected to."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.evidence.attachments import token_of
from tests.unit.evidence.authority import authority, elliptic
from tests.unit.evidence.bundles import FILE, RealRecords
from tests.unit.evidence.published_proofs import HELLO_WORLD_HEADER, HELLO_WORLD_HEIGHT

ROOT = Path(__file__).resolve().parents[3]
HELLO_WORLD = f"{HELLO_WORLD_HEIGHT}={HELLO_WORLD_HEADER.hex()}"
ALONE = """
import runpy, sys

ALLOWED = {"errors", "canonical", "model", "schemas", "statements", "log", "evidence"}

class Hook:
    def find_spec(self, name, path=None, target=None):
        top, _, rest = name.partition(".")
        if top == "api" or (top == "registry" and rest and rest.partition(".")[0] not in ALLOWED):
            raise ImportError(f"refused: {name}")

def unplugged(event, arguments):
    if event.startswith("socket."):
        raise OSError(f"refused: {event}")

sys.meta_path.insert(0, Hook())
sys.addaudithook(unplugged)
try:
    import registry.chain
except ImportError:
    pass
else:
    raise SystemExit("the hook does not work")
runpy.run_module("registry.evidence", run_name="__main__", alter_sys=True)
"""


def run(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-W", "error", "-c", ALONE, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def files(records: RealRecords, tmp_path: Path) -> tuple[str, str]:
    """A bundle and the work's file."""
    bundle, file = tmp_path / "bundle.json", tmp_path / "work.txt"
    bundle.write_bytes(records.logged.content)
    file.write_bytes(FILE)
    return str(bundle), str(file)


def test_a_bundle_is_checked_without_the_registry_and_without_a_network(
    records: RealRecords, files: tuple[str, str]
) -> None:
    status, said = run(*files, "--block-hash", str(records.logged.block_hash))
    assert status == 0, said
    assert ("LOCAL CHAIN" in said) == (records.world.name == "embedded")
    assert ("COMPLETE" in said) != (records.world.name == "embedded")

    status, said = run(files[0])
    assert status == 0
    assert "Not checked: File, Block hash, Later events, Attachments." in said
    assert "COMPLETE" not in said


def test_a_time_stamp_is_checked_without_the_registry_and_without_a_network(
    records: RealRecords, files: tuple[str, str], tmp_path: Path
) -> None:
    house = authority(tmp_path / "authority", elliptic())
    token = token_of(house, records.titled.parts.statement.declaration.content_hash)
    stamped = replace(records.titled, parts=replace(records.titled.parts, attachments=(token,)))
    Path(files[0]).write_bytes(stamped.content)

    vouched = ("--tsa-root", str(house.folder / "root.pem"))
    status, said = run(*files, *vouched, "--bitcoin-header", HELLO_WORLD)
    assert status == 0, said
    assert "Attachments: passed" in said
    assert "the file existed at" in said
    assert "by a certificate nobody vouches for" in run(*files)[1]


def test_a_root_or_a_header_that_cannot_be_read_is_a_wrong_call(files: tuple[str, str]) -> None:
    for option, value, said in (
        ("--tsa-root", files[1], "[invalid-value]"),
        ("--tsa-root", files[1] + ".missing", "No such file"),
        ("--bitcoin-header", "none", "[invalid-value]"),
        ("--bitcoin-header", HELLO_WORLD.replace("=02", "=03"), "[invalid-value]"),
    ):
        status, told = run(files[0], option, value)
        assert status == 2, told
        assert said in told
        assert "FAILED" not in told


def test_a_bundle_that_fails_is_told_so_by_the_status_and_in_words(
    records: RealRecords, files: tuple[str, str]
) -> None:
    Path(files[0]).write_bytes(records.logged.content.replace(b"One", b"Two"))
    status, said = run(*files)
    assert status == 1
    assert "FAILED at step 2, Checksum [wrong-checksum]. This bundle proves nothing." in said
    assert "verified" not in said.lower()
    assert "HOLDS" not in said


def test_a_wrong_call_is_told_apart_from_a_bundle_that_fails(files: tuple[str, str]) -> None:
    assert run(files[0] + ".missing")[0] == 2
    assert run(files[0], "--block-hash", "0x12")[0] == 2
    assert run(files[0], "--log-key", "none")[0] == 2
    assert run()[0] == 2
