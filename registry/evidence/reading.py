"""From the document of a bundle back to its parts, each value in its one spelling."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from registry.errors import InvalidValueError
from registry.evidence.parts import (
    Attachment,
    BlockReference,
    BundleParts,
    LogPart,
    OnChain,
    ProvenEvent,
    SignedStatement,
    SignerCheck,
    Token,
    ToldEvent,
    checked_uint64,
)
from registry.evidence.proofs import ReceiptProof
from registry.log import VerifierKey
from registry.model import (
    Address,
    Declaration,
    Hash32,
    Inclusion,
    ProofLevel,
    TransactionHash,
    WorkId,
)

_BYTES = re.compile(r"0x(?:[0-9a-f]{2})*+")


def parts_of(document: Mapping[str, Any]) -> BundleParts:
    """The parts of a document that follows the schema `evidence`.

    Raises:
        InvalidValueError: A value is not of its form, or values do not belong together.
        MalformedEvidenceError, MalformedLogDataError: A proof's index or the log's key is not of its form.
    """
    later, log = document["later"], document["log"]
    if (document["kind"] == "log") != (log is not None):
        raise InvalidValueError("kind", "a logged record has a log, one made on chain has none")
    return BundleParts(
        statement=_statement(document["statement"]),
        metadata=document["metadata"],
        fingerprint=document["fingerprint"],
        log=None if log is None else _log(log),
        event=_on_chain(document["event"]),
        deployment=_deployment(document["deployment"]),
        proof_level=ProofLevel(document["proof_level"]),
        proven=tuple(map(_proven, later["proven"])),
        told=tuple(map(_told, later["told"])),
        attachments=tuple(map(_attachment, document["attachments"])),
    )


def _statement(told: Mapping[str, Any]) -> SignedStatement:
    signer = told["signer"]
    number, block_hash = signer["block_number"], signer["block_hash"]
    if (number is None) != (block_hash is None):
        raise InvalidValueError("signer", "a block has a number and a hash")
    return SignedStatement(
        declaration=_declaration(told["declaration"]),
        deadline=None if told["deadline"] is None else checked_uint64("deadline", told["deadline"]),
        signature=None if told["signature"] is None else _bytes("signature", told["signature"]),
        check=SignerCheck(signer["check"]),
        checked_at=None if number is None else BlockReference(number, Hash32.parse(block_hash)),
    )


def _declaration(told: Mapping[str, Any]) -> Declaration:
    return Declaration(
        claimant=_address(told["claimant"]),
        content_hash=Hash32.parse(told["content_hash"]),
        fingerprint_hash=Hash32.parse(told["fingerprint_hash"]),
        metadata_hash=Hash32.parse(told["metadata_hash"]),
        parents=tuple(map(WorkId.parse, told["parents"])),
        previous=_previous(told["previous"]),
    )


def _previous(told: str | None) -> WorkId | None:
    if told is None:
        return None
    previous = WorkId.parse(told)
    if previous.to_int() == 0:
        raise InvalidValueError("previous", "none is written null")
    return previous


def _log(told: Mapping[str, Any]) -> LogPart:
    Hash32.parse(told["leaf_hash"])
    inclusion = Inclusion(
        log=_address(told["account"]),
        root=Hash32.parse(told["root"]),
        size=checked_uint64("size", told["size"]),
        leaf_index=checked_uint64("leaf_index", told["leaf_index"]),
        proof=tuple(map(Hash32.parse, told["inclusion"])),
    )
    return LogPart(inclusion, told["checkpoint"], VerifierKey.parse(told["key"]))


def _on_chain(told: Mapping[str, Any]) -> OnChain:
    Hash32.parse(told["block_hash"])
    proof = ReceiptProof(
        header=_bytes("header", told["header"]),
        index=told["transaction_index"],
        nodes=tuple(_bytes("proof", node) for node in told["proof"]),
        receipt=_bytes("receipt", told["receipt"]),
    )
    return OnChain(TransactionHash.parse(told["transaction"]), proof, told["position"])


def _deployment(told: Mapping[str, Any]) -> Mapping[str, Any]:
    Hash32.parse(told["manifest_id"])
    for contract in told["contracts"].values():
        _address(contract["address"])
    return told


def _proven(told: Mapping[str, Any]) -> ProvenEvent:
    return ProvenEvent(told["contract"], told["signature"], _on_chain(told["event"]))


def _told(told: Mapping[str, Any]) -> ToldEvent:
    return ToldEvent(
        contract=told["contract"],
        name=told["name"],
        facts=told["facts"],
        block_number=told["block_number"],
        log_index=told["log_index"],
        transaction=TransactionHash.parse(told["transaction"]),
    )


def _attachment(told: Mapping[str, Any]) -> Attachment:
    try:
        content = b64decode(told["content"], validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValueError("attachment", "is not base64") from None
    if b64encode(content).decode("ascii") != told["content"]:
        raise InvalidValueError("attachment", "is base64 of another spelling than the canonical one")
    return Attachment(Token(told["type"]), content)


def _address(text: str) -> Address:
    """An account as it is printed: another case of the same letters is another spelling."""
    address = Address(text)
    if address != text:
        raise InvalidValueError("address", "is not in EIP-55 form")
    return address


def _bytes(name: str, text: str) -> bytes:
    if not _BYTES.fullmatch(text):
        raise InvalidValueError(name, "expected 0x and lower-case hex digits, two a byte")
    return bytes.fromhex(text[2:])
