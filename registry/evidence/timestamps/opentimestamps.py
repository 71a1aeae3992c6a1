"""OpenTimestamps: begin a proof, take in what a calendar answers, and verify up to a Bitcoin block's root.

A proof leads from a digest to the Merkle root of a block. Whether that block is one of Bitcoin's chain cannot
be told offline; a person who knows vouches for it by giving its header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.errors import EvidenceMismatchError, MalformedEvidenceError
from registry.evidence.timestamps.bitcoin import BitcoinHeader
from registry.evidence.timestamps.operations import APPEND, PART, SHA256, Operation
from registry.evidence.timestamps.proofs import (
    BitcoinAttestation,
    PendingAttestation,
    Proof,
    ProofPath,
    UnknownAttestation,
    decode_proof,
)
from registry.model import Hash32

NONCE_BYTES = 16  # as the reference client adds: no calendar can tell what it stamps


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """How far a proof goes; it is `complete` only if all that it leads to are blocks vouched for.

    Attributes:
        headers: The blocks that the proof leads to and somebody vouched for, by height.
        heights: The blocks that the proof names, lowest first, vouched for or not.
        calendars: Where to ask for the rest of the way, of attestations that wait.
        unknown: How many attestations are of a kind not known here.
    """

    headers: Mapping[int, BitcoinHeader]
    heights: tuple[int, ...]
    calendars: tuple[str, ...]
    unknown: int

    @property
    def complete(self) -> bool:
        """Whether every attestation leads to a block that somebody vouched for."""
        return all(height in self.headers for height in self.heights) and not (self.calendars or self.unknown)

    @property
    def earliest(self) -> tuple[int, datetime] | None:
        """Height and time of the block that was made first, by its own clock; None unless complete."""
        blocks = [(header.time, height) for height, header in self.headers.items()]
        if not self.complete or not blocks:
            return None
        time, height = min(blocks)
        return height, time


def verify_proof(
    encoded: bytes, digest: Hash32, headers: Mapping[int, BitcoinHeader] | None = None
) -> VerifiedProof:
    """Check an `.ots` file.

    1. It is the proof of this digest.
    2. Its operations can all be done, on every path.
    3. Each block that somebody vouches for by its header has the Merkle root that the proof leads to.
    4. It is written as `Proof.encoded` writes it, in one order and one spelling.

    Args:
        encoded: The file.
        digest: The SHA-256 that it should begin with.
        headers: By height, the headers that a person vouches for.

    Raises:
        EvidenceTooLargeError: Larger than any honest proof.
        MalformedEvidenceError: It is no proof.
        UnsupportedTimestampError: It uses an operation that is not known here.
        WeakHashError: It begins with a weak hash.
        EvidenceMismatchError: It is one of another digest, or leads to another root.
    """
    proof = decode_proof(encoded)
    if proof.digest != digest:
        raise EvidenceMismatchError("stamped digest", str(digest), str(proof.digest))
    roots = [(path.attestation, path.end(digest)) for path in proof.paths]
    named = {(found.height, root) for found, root in roots if isinstance(found, BitcoinAttestation)}
    for height, root in sorted(named):
        _check_root(height, root, headers or {})
    if proof.encoded() != encoded:
        raise MalformedEvidenceError(PART, "it is not in the one spelling and order; encode it again")
    heights = sorted({height for height, _ in named})
    attestations = [attestation for attestation, _ in roots]
    return VerifiedProof(
        headers={height: header for height in heights if (header := (headers or {}).get(height))},
        heights=tuple(heights),
        calendars=tuple(one.uri for one in attestations if isinstance(one, PendingAttestation)),
        unknown=sum(isinstance(one, UnknownAttestation) for one in attestations),
    )


def begin(digest: Hash32, nonce: bytes) -> tuple[tuple[Operation, ...], bytes]:
    """The first operations of a proof, and the message to hand to calendars instead of the digest.

    Args:
        digest: What is stamped.
        nonce: `NONCE_BYTES` at random, so that the message tells nobody what the digest is.

    Raises:
        MalformedEvidenceError: The nonce has another size.
    """
    if len(nonce) != NONCE_BYTES:
        raise MalformedEvidenceError(PART, f"a nonce of {len(nonce)} bytes instead of {NONCE_BYTES}")
    operations = (Operation(APPEND, nonce), Operation(SHA256))
    message: bytes = digest
    for operation in operations:
        message = operation.apply(message)
    return operations, message


def continued(proof: Proof, waiting: ProofPath, rest: Sequence[ProofPath]) -> Proof:
    """The proof with the rest of the way in the place of a path that waits for it.

    Raises:
        EvidenceTooLargeError: It becomes larger than any honest one.
        MalformedEvidenceError: The rest is none, or already there.
    """
    longer = (ProofPath(waiting.operations + path.operations, path.attestation) for path in rest)
    return Proof(proof.digest, (*(path for path in proof.paths if path != waiting), *longer))


def pruned(proof: Proof, headers: Mapping[int, BitcoinHeader] | None = None) -> Proof:
    """The proof with nothing beside the blocks it leads to, for that is the form that can be complete.

    Args:
        proof: As calendars answered it; what they say of calendars and other chains binds no block.
        headers: If given, only ways that lead to one of these blocks are kept, and of those the shortest to
            the earliest block; a calendar that made a block up is got rid of so.

    Returns:
        The proof as it is, if nothing would be left of it.
    """
    kept = [path for path in proof.paths if isinstance(path.attestation, BitcoinAttestation)]
    if headers is not None:
        leading = [(header, path) for path in kept if (header := _header_of(path, proof.digest, headers))]
        leading.sort(key=lambda found: (found[0].time, len(found[1].operations)))
        kept = [path for _, path in leading[:1]]
    return Proof(proof.digest, tuple(kept)) if kept else proof


def _header_of(path: ProofPath, digest: Hash32, headers: Mapping[int, BitcoinHeader]) -> BitcoinHeader | None:
    attestation = path.attestation
    header = headers.get(attestation.height) if isinstance(attestation, BitcoinAttestation) else None
    return header if header is not None and header.merkle_root == path.end(digest) else None


def _check_root(height: int, root: bytes, headers: Mapping[int, BitcoinHeader]) -> None:
    if len(root) != Hash32.SIZE:
        raise MalformedEvidenceError(PART, f"it leads to {len(root)} bytes, which are no root")
    header = headers.get(height)
    if header is not None and header.merkle_root != root:
        raise EvidenceMismatchError(
            f"Merkle root of Bitcoin block {height}", header.merkle_root[::-1].hex(), root[::-1].hex()
        )
