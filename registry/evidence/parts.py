"""What a bundle is put together from: plain values, each checked where it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.errors import InvalidValueError
from registry.evidence.proofs import ReceiptProof
from registry.log import VerifierKey
from registry.model import (
    UINT64_MAX,
    Address,
    Declaration,
    Hash32,
    Inclusion,
    ProofLevel,
    Registration,
    TransactionHash,
)
from registry.statements import SIGNATURE_BYTES, Domain

MAX_SIGNATURE_BYTES = 16 << 10  # a contract's signature is what the contract likes; this is many keys' of it
MAX_LATER = 256  # a history longer than this is read from the chain
MAX_ATTACHMENTS = 16
MAX_ATTACHMENT_BYTES = 64 << 10  # a time stamp with its certificates is under 10 kB
CHECKPOINT_LOG, WORK_REGISTRY = "CheckpointLog", "WorkRegistry"
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")  # 2^64 - 1 has 20 digits


class Kind(StrEnum):
    """How a record came to be: a leaf of an anchored log, or a title made on chain directly."""

    LOG = "log"
    TITLE = "title"


class SignerCheck(StrEnum):
    """How it was seen whose signature it is, when the record was made."""

    KEY = "key"
    CONTRACT = "contract-checked-at-block"
    TRANSACTION = "transaction"


class Token(StrEnum):
    """What an attachment is: a time stamp by RFC 3161, or a proof of OpenTimestamps."""

    RFC3161 = "rfc3161"
    OPENTIMESTAMPS = "opentimestamps"


@dataclass(frozen=True, slots=True)
class BlockReference:
    """A block by number and hash."""

    number: int
    hash: Hash32


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A declaration, and how its claimant stands behind it.

    Attributes:
        declaration: What is declared.
        deadline: Unix second of the registration; None where the bundle has no signature.
        signature: Over the registration's digest; None with the deadline.
        check: KEY, where anybody can check it; CONTRACT, where the chain was asked (ERC-1271, or whoever took
            over from the claimant); TRANSACTION, where only the contract saw
            that its claimant sent or signed it.
        checked_at: The block that a contract was asked at; None of every other check.

    Raises:
        InvalidValueError: The fields do not belong together, or the signature has a wrong size.
    """

    declaration: Declaration
    deadline: int | None
    signature: bytes | None
    check: SignerCheck
    checked_at: BlockReference | None = None

    def __post_init__(self) -> None:
        sent = self.check is SignerCheck.TRANSACTION
        if (self.deadline is None, self.signature is None) != (sent, sent):
            raise InvalidValueError(
                "statement", f"has or lacks deadline and signature, checked by {self.check}"
            )
        if (self.checked_at is not None) != (self.check is SignerCheck.CONTRACT):
            raise InvalidValueError("statement", f"has or lacks the block, checked by {self.check}")
        if self.deadline is not None:
            Registration(self.declaration, self.deadline)
        size = len(self.signature or b"")
        if size > MAX_SIGNATURE_BYTES or (self.check is SignerCheck.KEY and size != SIGNATURE_BYTES):
            raise InvalidValueError("signature", f"{size} bytes")

    @property
    def registration(self) -> Registration | None:
        """What was signed, if anything was."""
        return None if self.deadline is None else Registration(self.declaration, self.deadline)


@dataclass(frozen=True, slots=True)
class LogPart:
    """A leaf's place in an anchored log; `checkpoint` is the signed note, `key` who signed it."""

    inclusion: Inclusion
    checkpoint: str
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class OnChain:
    """An event with the proof of its receipt.

    Attributes:
        transaction: Which one it was, as told: a receipt does not say.
        proof: Header, receipt, and the way between them.
        position: The event's place among the receipt's own logs, from 0 (not the block's `logIndex`).
    """

    transaction: TransactionHash
    proof: ReceiptProof
    position: int


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """A later event of the record, proven: `signature` is its types, `Transfer(address,address,uint256)`."""

    contract: str
    signature: str
    place: OnChain


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """A later event of the record as the registry tells it, without a proof."""

    contract: str
    name: str
    facts: Mapping[str, Any]
    block_number: int
    log_index: int
    transaction: TransactionHash


@dataclass(frozen=True, slots=True)
class Attachment:
    """A time stamp by somebody else, of one of the record's four digests that never change.

    They are the file's content hash; SHA-256 of the 32 bytes of the work id; SHA-256 of the statement's
    EIP-712 digest and its signature, one after the other; and SHA-256 of the checkpoint's signed text
    (`registry.evidence.timestamps.stamps_of`). A token is kept in its normal form, a proof as it is written.
    Here it is bytes; a verifier reads them.

    Raises:
        InvalidValueError: It is empty, or larger than any time stamp.
    """

    type: Token
    content: bytes

    def __post_init__(self) -> None:
        if not 0 < len(self.content) <= MAX_ATTACHMENT_BYTES:
            raise InvalidValueError("attachment", f"{len(self.content)} bytes")


@dataclass(frozen=True, slots=True)
class BundleParts:
    """All that a bundle carries.

    Attributes:
        statement: The declaration and its signature.
        metadata: The `colophon.metadata/1` document, its salt inside; None when redacted.
        fingerprint: The `colophon.fingerprint/1` record; None when it is not carried.
        log: Where the statement stands in a log; None for a record made on chain directly.
        event: Of a logged record, `CheckpointAnchored`; of one made on chain, `WorkRegistered`.
        deployment: The manifest, `colophon.deployment/1`, with its id.
        proof_level: To whom the chain's dates prove anything.
        proven, told: The record's later events.
        attachments: Time stamps by others.

    Raises:
        InvalidValueError: The fields do not belong together, or there are too many of something.
    """

    statement: SignedStatement
    metadata: Mapping[str, Any] | None
    fingerprint: Mapping[str, Any] | None
    log: LogPart | None
    event: OnChain
    deployment: Mapping[str, Any]
    proof_level: ProofLevel
    proven: tuple[ProvenEvent, ...] = ()
    told: tuple[ToldEvent, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        if self.log and self.statement.registration is None:
            raise InvalidValueError("statement", "a logged one has a deadline and a signature")
        if len(self.proven) + len(self.told) > MAX_LATER:
            raise InvalidValueError("later", f"more than {MAX_LATER} events")
        if len(self.attachments) > MAX_ATTACHMENTS:
            raise InvalidValueError("attachments", f"more than {MAX_ATTACHMENTS}")

    @property
    def kind(self) -> Kind:
        """How the record came to be."""
        return Kind.LOG if self.log else Kind.TITLE

    @property
    def chain_id(self) -> int:
        """The chain that everything is bound to."""
        return int(self.deployment["chain_id"])

    @property
    def domain(self) -> Domain:
        """The EIP-712 domain that registrations are signed in."""
        return Domain(WORK_REGISTRY, self.chain_id, self.address_of(WORK_REGISTRY))

    def address_of(self, contract: str) -> Address:
        """Where a contract of the deployment is.

        Raises:
            InvalidValueError: There is none of that name.
        """
        found = self.deployment["contracts"].get(contract)
        if found is None:
            raise InvalidValueError("contract", f"the deployment has no {contract[:40]}")
        return Address(found["address"])


def checked_uint64(name: str, text: str) -> int:
    """A decimal string as an unsigned 64-bit integer; leading zeros are refused.

    Raises:
        InvalidValueError: Another form, or too large.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > UINT64_MAX:
        raise InvalidValueError(name, "expected a decimal number below 2^64 without leading zeros")
    return int(text)
