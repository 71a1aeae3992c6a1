"""What a verifier is given: the bundle as read, and what the person at the desk vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any, Protocol

from registry.evidence.headers import BlockHeader, decode_header
from registry.evidence.parts import BundleParts
from registry.evidence.receipts import BlockReceipt, decode_receipt
from registry.evidence.timestamps import AuthorityCertificate, BitcoinHeader, Trust, stamps_of
from registry.evidence.verdicts import Finding
from registry.log import SignedNote, VerifierKey
from registry.model import Hash32, WorkId
from registry.statements import digest, work_id


class Witness(Protocol):
    """Somebody who knows the chain, an Ethereum node for one. Nothing in this package opens a connection.

    What its methods raise is not caught here: then nothing is said of the bundle.
    """

    @property
    def name(self) -> str:
        """Who it is, for a reader."""

    def chain_id(self) -> int:
        """Which chain it knows."""

    def block_hash(self, number: int) -> Hash32 | None:
        """The hash of a block of that chain by its number; None if it has none."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person brings to a bundle; all of it may be missing, and the report says so.

    Attributes:
        file: The work's file, read from where it stands to its end.
        block_hash: A block's hash that they looked up elsewhere.
        witness: A node that they trust instead.
        deployment: The manifest id that they know the registry's contracts by.
        log_key: The key that they know the registry's log by.
        roots: The certificates of those whom they believe to name timestamping authorities.
        bitcoin_headers: By height, headers of blocks that they know to be Bitcoin's.
    """

    file: IO[bytes] | None = None
    block_hash: Hash32 | None = None
    witness: Witness | None = None
    deployment: Hash32 | None = None
    log_key: VerifierKey | None = None
    roots: tuple[AuthorityCertificate, ...] = ()
    bitcoin_headers: Mapping[int, BitcoinHeader] = field(default_factory=dict)

    @property
    def trust(self) -> Trust:
        """Whom they believe about time stamps."""
        return Trust(self.roots, self.bitcoin_headers)


NOTHING_GIVEN = Given()


@dataclass(frozen=True)
class Case:
    """A bundle that could be read, and what was given with it."""

    document: Mapping[str, Any]
    parts: BundleParts
    given: Given = NOTHING_GIVEN

    @cached_property
    def digest(self) -> Hash32 | None:
        """What was signed, if anything was: the registration's EIP-712 digest."""
        registration = self.parts.statement.registration
        return None if registration is None else digest(registration, self.parts.domain)

    @cached_property
    def work_id(self) -> WorkId:
        """The hash of the declaration."""
        return work_id(self.parts.statement.declaration)

    @cached_property
    def header(self) -> BlockHeader:
        """The header of the event's block; may raise what `decode_header` does."""
        return decode_header(self.parts.event.proof.header)

    @cached_property
    def receipt(self) -> BlockReceipt:
        """The receipt that holds the event; may raise what `decode_receipt` does."""
        return decode_receipt(self.parts.event.proof.receipt)

    @cached_property
    def stamps(self) -> dict[str, Hash32]:
        """The digests that a time stamp in it may be one of; may raise what `SignedNote.parse` does."""
        statement, log = self.parts.statement, self.parts.log
        signed = None
        if self.digest is not None and statement.signature is not None:
            signed = (self.digest, statement.signature)
        checkpoint = SignedNote.parse(log.checkpoint).text if log else None
        return stamps_of(statement.declaration.content_hash, self.work_id, signed, checkpoint)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to check, and what it leaves open; `check` raises RefusedError or a RegistryError to fail."""

    title: str
    check: Callable[[Case], Finding]
    not_proven: str
