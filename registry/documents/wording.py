"""The words of a certificate: every fact labelled, and nothing said that the record does not carry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.documents.archive import Attachment
from registry.model import CertificateFacts, ProofLevel, Status

NOT_PROVEN = (
    "A registration is a claim with a date. "
    "It does not prove who made the work, nor who owns any right in it."
)
DATE_PROOFS = {
    ProofLevel.LOCAL: "local chain: date not independently proven",
    ProofLevel.PUBLIC_TESTNET: "public test network: its history may be thrown away",
    ProofLevel.PUBLIC: "the block time of a public chain",
}
STATUS_WORDS = {
    Status.PENDING: "pending: not on the chain yet",
    Status.CONFIRMED: "confirmed: on the chain, not yet final",
    Status.FINAL: "final",
    Status.EXPIRED: "expired: its deadline passed before it was recorded",
}
REDACTED = "redacted"
# How a stranger checks the certificate, without asking whoever runs the registry.
CHECKS = (
    (
        "Take evidence.json out of this file: PDF readers list it among the attachments. This page is a "
        "reading of it; where the two differ, the evidence holds."
    ),
    (
        "Run \N{LEFT DOUBLE QUOTATION MARK}colophon verify-evidence evidence.json FILE"
        "\N{RIGHT DOUBLE QUOTATION MARK} with the file of the work. It needs no network. It checks the "
        "signature, the hashes and the proofs one after the other, and says what each does not prove."
    ),
    (
        "Compare the block with what others know of the chain. Only a block that nobody here can make up "
        "dates the record."
    ),
)
_SHOWN = {
    ProofLevel.LOCAL: "Its date comes from a local chain and is not independently proven.",
    ProofLevel.PUBLIC_TESTNET: (
        "Its date is the block time of a public test network, whose history may be thrown away."
    ),
    ProofLevel.PUBLIC: "The declaration existed at the effective date, the block time of a public chain.",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One line or paragraph of a fact; a `code` is printed so that each character can be told apart."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it names."""

    label: str
    values: tuple[Value, ...]


def moment_words(moment: datetime) -> str:
    """A time for reading, in UTC, to the second: block times differ by less than a minute."""
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M:%S} UTC"


def creator_words(facts: CertificateFacts) -> tuple[str, ...]:
    """Each creator with the part they had."""
    return tuple(
        creator.name if creator.role is None else f"{creator.name} ({creator.role})"
        for creator in facts.creators
    )


def shown_words(facts: CertificateFacts) -> str:
    """What the certificate does show, in one or two sentences."""
    signed = "The claimant signed a declaration of this work."
    if facts.effective_at is None:
        return f"{signed} It has no effective date yet."
    return f"{signed} {_SHOWN[facts.proof_level]}"


def first_facts(facts: CertificateFacts) -> tuple[Fact, ...]:
    """What stands on the first page."""
    return (
        _fact("Effective date", _date(facts)),
        _fact("Registration number", facts.registration_number or "given once the record is final"),
        Fact("Claimant", (Value(facts.claimant, code=True),)),
        _fact("Status", STATUS_WORDS[facts.status]),
        _fact("Proof of the date", DATE_PROOFS[facts.proof_level]),
        _fact("Other claims", _claims(facts)),
    )


def all_facts(facts: CertificateFacts, attachments: Sequence[Attachment]) -> tuple[Fact, ...]:
    """Every fact, in full; what is not known says so."""
    title = "redacted by its holder; the record, its date and its proofs stand"
    return (
        _fact("Title", facts.title or title),
        Fact("Creators", tuple(Value(words) for words in creator_words(facts)) or (Value(REDACTED),)),
        *first_facts(facts),
        _code("Work id", str(facts.work_id)),
        _code("Content hash (SHA-256 of the file)", str(facts.content_hash)),
        _fact("Chain", f"{facts.chain.name}, chain id {facts.chain.chain_id}"),
        Fact("Contracts", _contracts(facts) or (Value("none named"),)),
        *_place(facts),
        Fact("Licences on offer", tuple(map(Value, facts.licences)) or (Value("none"),)),
        _code("Record", facts.page_url),
        *(_attached(attachment) for attachment in attachments),
        _fact("As of", moment_words(facts.as_of)),
    )


def _contracts(facts: CertificateFacts) -> tuple[Value, ...]:
    return tuple(Value(f"{address} {name}", code=True) for name, address in facts.chain.contracts)


def _date(facts: CertificateFacts) -> str:
    return "not yet" if facts.effective_at is None else moment_words(facts.effective_at)


_BY_HASH_ALONE = ", which has not seen the file and compared its hash alone"


def _claims(facts: CertificateFacts) -> str:
    match facts.adverse_claims:
        case 0:
            return "none known to this registry" + ("" if facts.compared else _BY_HASH_ALONE)
        case 1:
            return "1 other claimant declares the same or a similar work"
        case count:
            return f"{count} other claimants declare the same or a similar work"


def _place(facts: CertificateFacts) -> tuple[Fact, ...]:
    chain = facts.chain
    block = [Value("none yet")] if chain.block_number is None else [Value(f"number {chain.block_number}")]
    if chain.block_hash is not None:
        block.append(Value(str(chain.block_hash), code=True))
    transaction = Value("none yet") if chain.transaction is None else Value(str(chain.transaction), code=True)
    leaf = (
        "not in the log"
        if chain.leaf_index is None
        else f"index {chain.leaf_index}, counted from 0 (RFC 6962)"
    )
    return Fact("Transaction", (transaction,)), Fact("Block", tuple(block)), _fact("Log leaf", leaf)


def _attached(attachment: Attachment) -> Fact:
    digest = hashlib.sha256(attachment.data).hexdigest()
    words = f"{attachment.description}; {len(attachment.data):,} bytes, SHA-256:"
    return Fact(f"Attached {attachment.name}", (Value(words), Value(f"0x{digest}", code=True)))


def _fact(label: str, text: str) -> Fact:
    return Fact(label, (Value(text),))


def _code(label: str, text: str) -> Fact:
    return Fact(label, (Value(text, code=True),))
