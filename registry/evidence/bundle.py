"""The document `colophon.evidence/1`: one file that proves a record, described in docs/EVIDENCE.md."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from registry import schemas
from registry.canonical import canonical_bytes, canonical_hash
from registry.errors import EvidenceTooLargeError
from registry.evidence.document import MAX_BYTES
from registry.evidence.headers import decode_header
from registry.evidence.parts import BundleParts, LogPart, OnChain, ProvenEvent, SignedStatement, ToldEvent
from registry.log import leaf_hash
from registry.model import Declaration, Hash32
from registry.statements import digest, work_id

FORMAT = "colophon.evidence/1"


def assemble(parts: BundleParts) -> dict[str, Any]:
    """The bundle of these parts; `encode_bundle` writes it. What it claims is derived here, never handed in.

    Nothing is verified: whoever hands a bundle out runs `verify_bundle` over it first.

    Raises:
        InvalidDocumentError: A part does not follow the bundle's schema, or has no canonical form.
        MalformedEvidenceError, EvidenceTooLargeError, UnsupportedHeaderError: The header is none.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": str(parts.kind),
        "work_id": str(work_id(parts.statement.declaration)),
        "proof_level": str(parts.proof_level),
        "statement": _statement(parts),
        "metadata": None if parts.metadata is None else dict(parts.metadata),
        "fingerprint": None if parts.fingerprint is None else dict(parts.fingerprint),
        "log": _log(parts, parts.log) if parts.log else None,
        "event": _on_chain(parts.event),
        "deployment": dict(parts.deployment),
        "later": {
            "proven": [_proven(event) for event in parts.proven],
            "told": [_told(event) for event in parts.told],
        },
        "attachments": [
            {"type": str(one.type), "content": b64encode(one.content).decode("ascii")}
            for one in parts.attachments
        ],
    }
    document["checksum"] = str(checksum(document))
    schemas.check("evidence", document)
    return document


def encode_bundle(document: Mapping[str, Any]) -> bytes:
    """The file: canonical JSON (RFC 8785), UTF-8, without a final newline.

    Raises:
        InvalidDocumentError: The document has no canonical form.
        EvidenceTooLargeError: It would be larger than any verifier reads; leave later events out.
    """
    content = canonical_bytes(document, "bundle")
    if len(content) > MAX_BYTES:
        raise EvidenceTooLargeError("bundle", len(content), MAX_BYTES, "bytes")
    return content


def checksum(document: Mapping[str, Any]) -> Hash32:
    """SHA-256 over the canonical form of everything else: against accidents; who alters can compute it anew.

    Raises:
        InvalidDocumentError: The document has no canonical form.
    """
    rest = {name: value for name, value in document.items() if name != "checksum"}
    return Hash32(canonical_hash(rest, "bundle"))


def _statement(parts: BundleParts) -> dict[str, Any]:
    statement = parts.statement
    registration = statement.registration
    return {
        "declaration": _declaration(statement.declaration),
        "deadline": None if registration is None else str(registration.deadline),
        "digest": None if registration is None else str(digest(registration, parts.domain)),
        "signature": None if statement.signature is None else _hex(statement.signature),
        "signer": _signer(statement),
    }


def _declaration(declaration: Declaration) -> dict[str, Any]:
    return {
        "claimant": str(declaration.claimant),
        "content_hash": str(declaration.content_hash),
        "fingerprint_hash": str(declaration.fingerprint_hash),
        "metadata_hash": str(declaration.metadata_hash),
        "parents": [str(parent) for parent in declaration.parents],
        "previous": None if declaration.previous is None else str(declaration.previous),
    }


def _signer(statement: SignedStatement) -> dict[str, Any]:
    at = statement.checked_at
    return {
        "check": str(statement.check),
        "block_number": at.number if at else None,
        "block_hash": str(at.hash) if at else None,
    }


def _log(parts: BundleParts, log: LogPart) -> dict[str, Any]:
    registration = parts.statement.registration
    leaf = digest(registration, parts.domain) if registration else b""
    inclusion = log.inclusion
    return {
        "account": str(inclusion.log),
        "leaf_hash": str(Hash32(leaf_hash(leaf))),
        "leaf_index": str(inclusion.leaf_index),
        "size": str(inclusion.size),
        "root": str(inclusion.root),
        "inclusion": [str(sibling) for sibling in inclusion.proof],
        "checkpoint": log.checkpoint,
        "key": str(log.key),
    }


def _on_chain(place: OnChain) -> dict[str, Any]:
    return {
        "transaction": str(place.transaction),
        "block_hash": str(decode_header(place.proof.header).hash),
        "header": _hex(place.proof.header),
        "transaction_index": place.proof.index,
        "proof": [_hex(node) for node in place.proof.nodes],
        "receipt": _hex(place.proof.receipt),
        "position": place.position,
    }


def _proven(event: ProvenEvent) -> dict[str, Any]:
    return {"contract": event.contract, "signature": event.signature, "event": _on_chain(event.place)}


def _told(event: ToldEvent) -> dict[str, Any]:
    return {
        "contract": event.contract,
        "name": event.name,
        "facts": dict(event.facts),
        "block_number": event.block_number,
        "log_index": event.log_index,
        "transaction": str(event.transaction),
    }


def _hex(content: bytes) -> str:
    return f"0x{content.hex()}"
