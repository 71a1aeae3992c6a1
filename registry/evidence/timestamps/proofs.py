"""OpenTimestamps proofs: a tree of operations from a digest to attestations, read and written strictly.

Format: https://github.com/opentimestamps/python-opentimestamps (`core/timestamp.py`, `core/notary.py`). A
tree is kept here as its paths; written, paths share what they begin with, in the order of the reference.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from registry.errors import EvidenceTooLargeError, MalformedEvidenceError, WeakHashError
from registry.evidence.timestamps.bytestream import Reader, encode_varbytes, encode_varuint
from registry.evidence.timestamps.operations import (
    APPEND,
    NAMES,
    PART,
    PREPEND,
    RIPEMD160,
    SHA1,
    SHA256,
    Operation,
)
from registry.model import Hash32

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
VERSION = 1
MAX_BYTES = 1 << 16  # a complete proof by one calendar has about 1 KB
MAX_OPERATIONS = 256  # on one path, as the reference has it
MAX_PATHS = 16  # one for each calendar: the reference client asks four
MAX_PAYLOAD = 8192  # bytes of an attestation, as the reference has it
MAX_URI = 1000

_ATTESTATION, _FORK = 0x00, 0xFF
_TAG_BYTES = 8
_PENDING = bytes.fromhex("83dfe30d2ef90c8e")
_BITCOIN = bytes.fromhex("0588960d73d71901")
# No query, fragment, user name or escape: the address is asked as it stands, or not at all.
_URI_SIGNS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:")


@dataclass(frozen=True, slots=True)
class PendingAttestation:
    """A calendar promises to have the message stamped; whoever asks it there gets the rest of the way."""

    uri: str

    def __post_init__(self) -> None:
        address = self.uri.encode("utf-8", "surrogatepass")
        if not 0 < len(address) <= MAX_URI or not _URI_SIGNS.issuperset(address):
            raise MalformedEvidenceError(PART, "the address of a calendar is none")

    @property
    def key(self) -> tuple[bytes, bytes | int]:
        """Its place among others."""
        return _PENDING, self.uri.encode()

    def encoded(self) -> bytes:
        """Its bytes."""
        return _PENDING + encode_varbytes(encode_varbytes(self.uri.encode()))


@dataclass(frozen=True, slots=True)
class BitcoinAttestation:
    """The message is the Merkle root of the Bitcoin block at that height."""

    height: int

    @property
    def key(self) -> tuple[bytes, bytes | int]:
        """Its place among others."""
        return _BITCOIN, self.height

    def encoded(self) -> bytes:
        """Its bytes."""
        return _BITCOIN + encode_varbytes(encode_varuint(self.height))


@dataclass(frozen=True, slots=True)
class UnknownAttestation:
    """Somebody says something about the message that is not known here."""

    tag: bytes
    payload: bytes

    @property
    def key(self) -> tuple[bytes, bytes | int]:
        """Its place among others."""
        return self.tag, self.payload

    def encoded(self) -> bytes:
        """Its bytes."""
        return self.tag + encode_varbytes(self.payload)


Attestation: TypeAlias = PendingAttestation | BitcoinAttestation | UnknownAttestation


@dataclass(frozen=True, slots=True)
class ProofPath:
    """Operations in their order, and what is attested of the message that they end with."""

    operations: tuple[Operation, ...]
    attestation: Attestation

    def spelled(self, message: bytes) -> ProofPath:
        """The path with `append` wherever `prepend` says the same.

        It does where a message meets its own copy: Bitcoin hashes the last node of an odd row with itself.

        Raises:
            EvidenceTooLargeError: A message on the way becomes too long.
            UnsupportedTimestampError: This machine lacks a hash function.
        """
        spelled = []
        for operation in self.operations:
            argument = operation.argument
            same = operation.tag == PREPEND and argument + message == message + argument
            spelled.append(Operation(APPEND, argument) if same else operation)
            message = operation.apply(message)
        return ProofPath(tuple(spelled), self.attestation)

    def end(self, message: bytes) -> bytes:
        """What the operations make of a message.

        Raises:
            EvidenceTooLargeError: A message on the way becomes too long.
            UnsupportedTimestampError: This machine lacks a hash function.
        """
        for operation in self.operations:
            message = operation.apply(message)
        return message


@dataclass(frozen=True, slots=True)
class Proof:
    """A detached proof of a SHA-256: one or more paths from it, none twice."""

    digest: Hash32
    paths: tuple[ProofPath, ...]

    def __post_init__(self) -> None:
        check_paths(self.paths)

    def encoded(self) -> bytes:
        """The bytes of an `.ots` file, each proof in one spelling."""
        head = MAGIC + encode_varuint(VERSION) + bytes([SHA256]) + self.digest
        return head + encode_paths({path.spelled(self.digest) for path in self.paths})


def decode_proof(encoded: bytes) -> Proof:
    """Read an `.ots` file.

    Raises:
        EvidenceTooLargeError: More bytes, paths or operations than any honest one has.
        MalformedEvidenceError: It is none.
        WeakHashError: It begins with a SHA-1 or a RIPEMD-160, which two files may share.
        UnsupportedTimestampError: It uses an operation that is not known here.
    """
    if len(encoded) > MAX_BYTES:
        raise EvidenceTooLargeError(PART, len(encoded), MAX_BYTES, "bytes")
    reader = Reader(encoded, PART)
    if reader.take(len(MAGIC)) != MAGIC:
        raise MalformedEvidenceError(PART, "it does not begin as one")
    if reader.varuint() != VERSION:
        raise MalformedEvidenceError(PART, f"its version is not {VERSION}")
    tag = reader.byte()
    if tag in (SHA1, RIPEMD160):
        raise WeakHashError(PART, NAMES[tag])
    if tag != SHA256:
        raise MalformedEvidenceError(PART, f"it begins with hash 0x{tag:02x}, not with a SHA-256")
    digest = Hash32(reader.take(Hash32.SIZE))
    paths = _paths(reader)
    reader.end()
    return Proof(digest, paths)


def decode_paths(encoded: bytes) -> tuple[ProofPath, ...]:
    """Read what a calendar answers: the tree alone, from the message it was asked for.

    Raises:
        EvidenceTooLargeError: More bytes, paths or operations than any honest one has.
        MalformedEvidenceError: It is none.
        UnsupportedTimestampError: It uses an operation that is not known here.
    """
    if len(encoded) > MAX_BYTES:
        raise EvidenceTooLargeError(PART, len(encoded), MAX_BYTES, "bytes")
    reader = Reader(encoded, PART)
    paths = _paths(reader)
    reader.end()
    check_paths(paths)
    return paths


def check_paths(paths: Sequence[ProofPath]) -> None:
    """Whether there is a path, not too many, none twice and none too long.

    Raises:
        EvidenceTooLargeError: Too many, or one too long.
        MalformedEvidenceError: None at all, or one twice.
    """
    if len(paths) > MAX_PATHS:
        raise EvidenceTooLargeError(PART, len(paths), MAX_PATHS, "attestations")
    longest = max((len(path.operations) for path in paths), default=0)
    if longest > MAX_OPERATIONS:
        raise EvidenceTooLargeError(PART, longest, MAX_OPERATIONS, "operations on a path")
    if not paths or len(set(paths)) < len(paths):
        raise MalformedEvidenceError(PART, "it has no attestation, or one of them twice")


def encode_paths(paths: Collection[ProofPath]) -> bytes:
    """The tree of these paths: attestations first, then operations, each in order (as the reference does)."""
    return _encode_from(0, sorted(paths, key=_order))


def _order(path: ProofPath) -> tuple[tuple[Operation, ...], tuple[bytes, bytes | int]]:
    return path.operations, path.attestation.key


def _encode_from(depth: int, paths: Sequence[ProofPath]) -> bytes:
    """The node that all these paths pass after `depth` operations; calls itself at forks only."""
    written = b""
    while branches := _branches(paths, depth):
        if len(branches) > 1 or len(branches[0]) < len(paths):
            break
        written += _encode_step(paths[0].operations[depth])
        depth += 1
    ending = (path for path in paths if len(path.operations) == depth)
    items = [bytes([_ATTESTATION]) + path.attestation.encoded() for path in ending]
    steps = (_encode_step(branch[0].operations[depth]) for branch in branches)
    items.extend(step + _encode_from(depth + 1, branch) for step, branch in zip(steps, branches, strict=True))
    return written + b"".join(bytes([_FORK]) + item for item in items[:-1]) + items[-1]


def _branches(paths: Sequence[ProofPath], depth: int) -> list[list[ProofPath]]:
    """The paths that go on after `depth` operations, by the next of them."""
    going = (path for path in paths if len(path.operations) > depth)
    return [list(branch) for _, branch in groupby(going, key=lambda path: path.operations[depth])]


def _encode_step(operation: Operation) -> bytes:
    argument = encode_varbytes(operation.argument) if operation.takes_argument else b""
    return bytes([operation.tag]) + argument


def _paths(reader: Reader) -> tuple[ProofPath, ...]:
    """All paths from one node, without recursion: `forks` are the nodes that have more items to come."""
    found: list[ProofPath] = []
    forks: list[tuple[Operation, ...]] = []
    steps: tuple[Operation, ...] = ()
    while True:
        tag = reader.byte()
        if tag == _FORK:
            forks.append(steps)
            tag = reader.byte()
        if tag != _ATTESTATION:
            steps = (*steps, _operation(tag, reader))
            _check_size(steps, forks)
            continue
        found.append(ProofPath(steps, _attestation(reader)))
        _check_size(steps, [*forks, *found])
        if not forks:
            return tuple(found)
        steps = forks.pop()


def _check_size(steps: Sequence[Operation], open_or_found: Sequence[object]) -> None:
    if len(steps) > MAX_OPERATIONS:
        raise EvidenceTooLargeError(PART, len(steps), MAX_OPERATIONS, "operations on a path")
    if len(open_or_found) > MAX_PATHS:
        raise EvidenceTooLargeError(PART, len(open_or_found), MAX_PATHS, "attestations")


def _operation(tag: int, reader: Reader) -> Operation:
    argument = reader.varbytes(MAX_BYTES) if tag in (APPEND, PREPEND) else b""
    return Operation(tag, argument)


def _attestation(reader: Reader) -> Attestation:
    tag = reader.take(_TAG_BYTES)
    payload = reader.varbytes(MAX_PAYLOAD)
    if tag not in (_PENDING, _BITCOIN):
        return UnknownAttestation(tag, payload)
    inside = Reader(payload, PART)
    attestation: Attestation
    if tag == _BITCOIN:
        attestation = BitcoinAttestation(inside.varuint())
    else:
        attestation = PendingAttestation(inside.varbytes(MAX_URI).decode("latin-1"))
    inside.end()
    return attestation
