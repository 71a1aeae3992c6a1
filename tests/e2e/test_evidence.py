"""A record proven by one file: fetched from a server, checked by a program that knows no registry."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from registry.chain.deployment import deploy, public_terms
from registry.chain.providers import NodeProvider
from registry.compose import open_registry
from registry.documents.credential import read_credential
from registry.errors import EvidenceNotReadyError
from registry.evidence import Given, Level, verify_bundle
from registry.keys.keystore import unlock_file
from registry.model import Address, Hash32, WorkId
from registry.settings import Settings
from registry.usecases.viewer import NOBODY
from tests.e2e.anvil import Anvil, operator_environment, running_anvil
from tests.e2e.journey import picture
from tests.e2e.shell import Served, Shell
from tests.unit.usecases.conftest import House

ROOT = Path(__file__).parents[2]
ON, OFF, NO_TRANSACTIONS = [True], [False], [False]


def offline(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "registry.evidence", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def shell(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("home"), server.url)
    shell.key("creator")
    return shell


@pytest.fixture(scope="module")
def work(shell: Shell) -> WorkId:
    """A picture registered by the log, with a preview."""
    (shell.home / "picture.png").write_bytes(picture(7))
    said = shell.run("register", "picture.png", "--title", "Low tide", "--creator", "Somebody", "--preview")
    return WorkId.parse(said.word("work"))


def test_a_fetched_bundle_is_checked_without_any_registry_and_one_byte_breaks_it(
    shell: Shell, work: WorkId
) -> None:
    said = shell.run("evidence", str(work), "--out", "proof.json")
    assert said.word("holds up to") == "local-chain, up-to-the-block-hash"
    bundle, file = shell.home / "proof.json", shell.home / "picture.png"
    assert said.word("SHA-256") == f"0x{hashlib.sha256(bundle.read_bytes()).hexdigest()}"

    passed = offline(str(bundle), str(file))
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "LOCAL CHAIN: date not independently proven" in passed.stdout
    assert offline(str(bundle), str(bundle)).returncode == 1  # another file than the declared one

    content = bundle.read_bytes()
    middle = content.index(b'"signature":"0x') + 40
    flipped = bytes([content[middle] ^ 1])
    bundle.write_bytes(content[:middle] + flipped + content[middle + 1 :])
    failed = offline(str(bundle), str(file))
    assert failed.returncode == 1
    assert "Signature: FAILED" in failed.stdout or "wrong-signature" in failed.stdout


def test_a_bundle_is_never_written_over_another_file(shell: Shell, work: WorkId) -> None:
    shell.run("evidence", str(work))
    named = shell.home / f"colophon-{str(work)[2:14]}.evidence.json"
    before = named.read_bytes()
    assert "file-exists" in shell.run("evidence", str(work), code=1).err
    assert named.read_bytes() == before
    told = shell.run("evidence", str(work), "--out", "again.json", "--json").document()
    assert told["work_id"] == str(work)
    assert told["limits"] == ["local-chain", "up-to-the-block-hash"]
    assert told["sha256"] == f"0x{hashlib.sha256(before).hexdigest()}"


def test_a_certificate_and_a_credential_are_fetched_with_the_same_bundle(shell: Shell, work: WorkId) -> None:
    shell.run("evidence", str(work), "--out", "bundle.json")
    shell.run("certificate", str(work), "--out", "certificate.pdf")
    shell.run("credential", str(work), "--out", "credential.json")
    bundle = (shell.home / "bundle.json").read_bytes()
    with pikepdf.open(io.BytesIO((shell.home / "certificate.pdf").read_bytes())) as pdf:
        assert pdf.attachments["evidence.json"].get_file().read_bytes() == bundle
    told = read_credential((shell.home / "credential.json").read_bytes())
    assert told["evidence"][0]["sha256"] == f"0x{hashlib.sha256(bundle).hexdigest()}"
    assert told["credentialSubject"]["id"] == f"{shell.url}/works/{work}"


def test_documents_are_the_same_after_a_restart_but_for_their_moment(
    server: Served, shell: Shell, work: WorkId
) -> None:
    shell.run("evidence", str(work), "--out", "before.json")
    shell.run("credential", str(work), "--out", "before.vc")
    server.restart()
    shell.run("evidence", str(work), "--out", "after.json")
    shell.run("credential", str(work), "--out", "after.vc")
    assert (shell.home / "before.json").read_bytes() == (shell.home / "after.json").read_bytes()
    before, after = (
        read_credential((shell.home / f"{name}.vc").read_bytes()) for name in ("before", "after")
    )
    assert before["issuer"] == after["issuer"]
    assert before["credentialSubject"] == after["credentialSubject"]


# --- on a node that others can run too --------------------------------------------------------------------


class NodeWitness:
    """A verifier's own look at the node."""

    name = "a node"

    def __init__(self, node: Anvil) -> None:
        self._node = node

    def chain_id(self) -> int:
        return int(self._node.ask("eth_chainId"), 16)

    def block_hash(self, number: int) -> Hash32 | None:
        block = self._node.ask("eth_getBlockByNumber", hex(number), *NO_TRANSACTIONS)
        return None if block is None else Hash32.parse(block["hash"])


@pytest.fixture
def node() -> Iterator[Anvil]:
    with running_anvil() as anvil:
        yield anvil


@pytest.fixture
def house(node: Anvil, tmp_path: Path) -> Iterator[House]:
    environment = operator_environment(tmp_path, node)
    keystore, passphrase = (
        Path(environment[f"COLOPHON_OPERATOR_{what}"]) for what in ("KEYSTORE", "PASSPHRASE_FILE")
    )
    operator = unlock_file(keystore, passphrase)
    terms = public_terms(Address(operator.address))
    deploy(NodeProvider(node.url), operator, Path(environment["COLOPHON_DEPLOYMENT"]), terms)
    opened = House(open_registry(Settings.from_environment(environment)), tmp_path)
    opened.registry.catch_up()
    yield opened
    opened.registry.close()


def test_a_bundle_is_complete_once_a_node_vouches_and_is_made_anew_after_a_reorg(
    house: House, node: Anvil
) -> None:
    node.ask("anvil_mine", "0x5")
    file = house.file()
    work_id = house.submit("ada", file, "log").record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    first = house.registry.read_evidence(work_id, NOBODY)
    with file.open("rb") as opened:
        report = verify_bundle(first.bundle, Given(file=opened, witness=NodeWitness(node)))
    assert report.first_failure is None
    assert (report.level, report.limits) == (Level.COMPLETE, ())
    assert verify_bundle(first.bundle).level is Level.UP_TO_THE_BLOCK_HASH
    assert house.registry.read_evidence(work_id, NOBODY).bundle is first.bundle

    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 3, [])
    house.registry.catch_up()
    node.ask("evm_setAutomine", *ON)
    house.settle(lambda: house.find(work_id) is not None)
    second = house.registry.read_evidence(work_id, NOBODY)
    assert json.loads(second.bundle)["event"]["block_hash"] != json.loads(first.bundle)["event"]["block_hash"]
    assert verify_bundle(second.bundle, Given(witness=NodeWitness(node))).level is Level.COMPLETE
    stale = verify_bundle(first.bundle, Given(witness=NodeWitness(node))).first_failure
    assert stale is not None
    assert stale.code == "block-not-vouched-for"


def test_a_record_reorganised_away_between_view_and_proof_has_no_evidence_for_the_moment(
    house: House, node: Anvil
) -> None:
    node.ask("anvil_mine", "0x5")
    work_id = house.submit("ada", house.file(), "registerFor").record.work_id
    house.settle(lambda: house.find(work_id) is not None)
    node.ask("evm_setAutomine", *OFF)
    node.ask("anvil_reorg", 3, [])
    with pytest.raises(EvidenceNotReadyError):
        house.registry.read_evidence(work_id, NOBODY)
