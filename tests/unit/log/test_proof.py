"""Proof files: what the format says, refused when anything in them is changed (c2sp.org/tlog-proof)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import tlogproof as peer

from registry.errors import (
    LeafOutOfRangeError,
    LogError,
    MalformedLogDataError,
    UnverifiedNoteError,
    WrongProofLengthError,
    WrongRootError,
)
from registry.log import (
    MAX_PROOF_BYTES,
    Checkpoint,
    LogProof,
    SignedNote,
    SigningKey,
    TiledNodes,
    leaf_hash,
    prove_inclusion,
    root_of,
)
from registry.log.note import MAX_NOTE_BYTES
from registry.log.proof import MAX_EXTRA_BYTES, MAX_PROOF_HASHES
from registry.log.text import to_base64
from tests.unit.log.trees import leaves_of, sizes, stored

ROOT = Path(__file__).resolve().parents[3]
KEY = SigningKey("log.example", bytes(range(32)))
OTHER = SigningKey("log.example", bytes(range(1, 33)))
LEAVES = leaves_of(300)


def proof_of(nodes: TiledNodes, index: int, size: int, extra: bytes | None = None) -> LogProof:
    note = Checkpoint("log.example", size, root_of(nodes, size)).sign([KEY])
    return LogProof(index, prove_inclusion(nodes, index, size), note, extra)


NODES = stored(LEAVES)
PROOF = proof_of(NODES, 261, 300)
FILE = PROOF.encode().decode()
HEAD, _, NOTE = FILE.partition("\n\n")


@given(sizes, st.data(), st.none() | st.binary(min_size=1, max_size=50))
def test_a_proof_file_proves_its_leaf_to_whoever_has_the_key(
    size: int, data: st.DataObject, extra: bytes | None
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = proof_of(stored(leaves), index, size, extra)
    read = LogProof.parse(proof.encode())

    assert read == proof == LogProof.parse(proof.encode().decode())
    assert read.verify(leaves[index], KEY.verifier_key).size == size
    verdict = peer.verify_tlog_proof(proof.encode().decode(), leaves[index], str(KEY.verifier_key))
    assert verdict["ok"]
    assert verdict["index"] == index


def test_a_proof_file_has_the_lines_that_the_format_says() -> None:
    note = Checkpoint("log.example", 2, bytes(32)).sign([KEY])
    proof = LogProof(1, (bytes(32), b"\xff" * 32), note, b"extra")

    assert proof.encode().decode() == (
        "c2sp.org/tlog-proof@v1\n"
        "extra ZXh0cmE=\n"
        "index 1\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        "//////////////////////////////////////////8=\n"
        "\n" + note.encode().decode()
    )
    assert LogProof(0, (), note).encode().decode() == (
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + note.encode().decode()
    )


@given(st.data())
def test_an_altered_byte_never_verifies(data: st.DataObject) -> None:
    content = bytearray(FILE.encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LogError):
        LogProof.parse(bytes(content)).verify(LEAVES[261], KEY.verifier_key)


@given(st.integers(0, len(FILE.encode()) - 1))
def test_a_cut_file_never_verifies(end: int) -> None:
    with pytest.raises(LogError):
        LogProof.parse(FILE.encode()[:end]).verify(LEAVES[261], KEY.verifier_key)


@given(st.integers(0, 2**64 - 1))
def test_another_index_never_verifies(index: int) -> None:
    proof = LogProof(index, PROOF.hashes, PROOF.note)
    if index == PROOF.index:
        return
    with pytest.raises((WrongRootError, WrongProofLengthError, LeafOutOfRangeError)):
        proof.verify(LEAVES[261], KEY.verifier_key)


@given(st.integers(0, 400))
def test_another_size_is_not_what_was_signed(size: int) -> None:
    altered = FILE.replace("\n300\n", f"\n{size}\n")
    if size == 300:
        return
    with pytest.raises((UnverifiedNoteError, MalformedLogDataError)):
        LogProof.parse(altered).verify(LEAVES[261], KEY.verifier_key)


@given(st.integers(1, 300))
def test_the_checkpoint_of_another_size_of_the_same_log_never_verifies(size: int) -> None:
    note = Checkpoint("log.example", size, root_of(NODES, size)).sign([KEY])
    if size == 300:
        return
    with pytest.raises((WrongRootError, WrongProofLengthError, LeafOutOfRangeError)):
        LogProof(PROOF.index, PROOF.hashes, note).verify(LEAVES[261], KEY.verifier_key)


def test_another_leaf_never_verifies() -> None:
    for leaf in (LEAVES[260], b"", leaf_hash(LEAVES[261]), PROOF.hashes[0]):
        with pytest.raises(WrongRootError):
            PROOF.verify(leaf, KEY.verifier_key)


def test_a_proof_under_another_key_or_of_another_log_is_not_believed() -> None:
    with pytest.raises(UnverifiedNoteError):
        PROOF.verify(LEAVES[261], OTHER.verifier_key)
    with pytest.raises(UnverifiedNoteError):
        PROOF.verify(LEAVES[261], KEY.verifier_key, origin="other.example")


def test_a_note_that_is_signed_but_no_checkpoint_proves_nothing() -> None:
    note = SignedNote.sign("anything\n", [KEY])
    with pytest.raises(MalformedLogDataError):
        LogProof(0, (), note)
    with pytest.raises(MalformedLogDataError):
        LogProof.parse(f"{HEAD}\n\n".encode() + note.encode())


HASH = to_base64(bytes(32))


@pytest.mark.parametrize(
    "document",
    [
        "",
        "\n",
        HEAD,
        f"{HEAD}\n",
        f"{HEAD}\n{NOTE}",
        f"\n{FILE}",
        f" {FILE}",
        f"\ufeff{FILE}",
        FILE[:-1],
        f"{FILE}\n",
        f"{FILE}x",
        f"{HEAD}\n\n\n{NOTE}",
        FILE.replace("@v1", "@v2"),
        FILE.replace("@v1", "@v1 "),
        FILE.replace("\n", "\r\n"),
        FILE.replace("index 261", "index 0261"),
        FILE.replace("index 261", "index -1"),
        FILE.replace("index 261", "index"),
        FILE.replace("index 261", "index "),
        FILE.replace("index 261", "Index 261"),
        FILE.replace("index 261", f"index {2**64}"),
        FILE.replace("index 261", f"index {'9' * 5000}"),
        FILE.replace("index 261\n", ""),
        FILE.replace("index 261", "index 261\nindex 261"),
        FILE.replace("index 261", "index 261\nextra AAAA"),
        FILE.replace("index 261", "extra AAAA\nextra AAAA\nindex 261"),
        FILE.replace("index 261", "extra\nindex 261"),
        FILE.replace("index 261", "extra \nindex 261"),
        FILE.replace("index 261", "extra AAA\nindex 261"),
        FILE.replace("index 261", "extra AB==\nindex 261"),
        FILE.replace("index 261", f"extra {to_base64(bytes(MAX_EXTRA_BYTES + 1))}\nindex 261"),
        FILE.replace("index 261", "index 261\n" + to_base64(bytes(31))),
        FILE.replace("index 261", "index 261\n" + to_base64(bytes(33))),
        FILE.replace("index 261", f"index 261\n{HASH[:-2]}B="),
        FILE.replace("index 261", f"index 261\n{HASH} "),
        FILE.replace("index 261", "index 261" + f"\n{HASH}" * (MAX_PROOF_HASHES + 1)),
        FILE.replace("index 261", "index 261" + f"\n{HASH}" * 100_000),
        f"{HEAD}\n\n" + "x" * MAX_NOTE_BYTES + f"\n{NOTE}",
        FILE + "x" * MAX_PROOF_BYTES,
        "{" * MAX_PROOF_BYTES,
        b"\xff" + FILE.encode(),
        "\ud800" + FILE,
    ],
)
def test_what_is_no_proof_file_is_refused(document: bytes | str) -> None:
    with pytest.raises(MalformedLogDataError):
        LogProof.parse(document)


@pytest.mark.parametrize(
    ("index", "hashes", "extra"),
    [
        (-1, (), None),
        (2**64, (), None),
        (0, (bytes(31),), None),
        (0, (bytes(32),) * (MAX_PROOF_HASHES + 1), None),
        (0, (), b""),
        (0, (), bytes(MAX_EXTRA_BYTES + 1)),
    ],
)
def test_a_proof_that_could_not_be_read_again_is_not_made(
    index: int, hashes: tuple[bytes, ...], extra: bytes | None
) -> None:
    with pytest.raises(MalformedLogDataError):
        LogProof(index, hashes, PROOF.note, extra)


def test_the_largest_proof_that_can_be_made_can_be_read() -> None:
    shortest = Checkpoint("log.example", 7, bytes(32), ("x",)).sign([KEY])
    extension = "x" * (1 + MAX_NOTE_BYTES - len(shortest.encode()))
    note = Checkpoint("log.example", 7, bytes(32), (extension,)).sign([KEY])
    proof = LogProof(2**64 - 1, (bytes(32),) * MAX_PROOF_HASHES, note, bytes(MAX_EXTRA_BYTES))

    assert len(note.encode()) == MAX_NOTE_BYTES
    assert LogProof.parse(proof.encode()) == proof


VERIFY_ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        allowed = ("registry", "registry.errors", "registry.log")
        if name.startswith(("registry.", "api")) and not name.startswith(allowed[1:]):
            raise ImportError(name)
        outside = {"registry", "cryptography", "_cffi_backend"}  # the last is cryptography's own
        if name.partition(".")[0] not in outside | sys.stdlib_module_names:
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
from registry.log import LogProof, VerifierKey
proof = LogProof.parse(sys.stdin.buffer.read())
print(proof.verify(bytes.fromhex(sys.argv[1]), VerifierKey.parse(sys.argv[2])).size)
"""


def test_a_proof_is_verified_with_this_package_its_errors_and_cryptography_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", VERIFY_ALONE, LEAVES[261].hex(), str(KEY.verifier_key)],
        input=PROOF.encode(),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (done.stdout.strip(), done.stderr) == (b"300", b"")
