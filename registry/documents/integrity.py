"""Data Integrity proofs of the cryptosuite `eddsa-jcs-2022` (W3C vc-di-eddsa 1.0, section 3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.canonical import canonical_bytes
from registry.documents.multibase import decode, encode
from registry.errors import InvalidCredentialError

PROOF_TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"
_SIGNATURE_BYTES = 64
# Others (a proof that expires, is bound to a domain or follows another) change what must be checked.
_KNOWN_OPTIONS = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context", "proofValue"}
)


def secure(
    document: Mapping[str, Any], key: Ed25519PrivateKey, method: str, created: datetime
) -> dict[str, Any]:
    """The document with its proof (section 3.3.1). `method` is the URL of the key's public half.

    Raises:
        InvalidDocumentError: The document cannot be put into canonical form.
    """
    options: dict[str, Any] = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": encode(signature)}}


def check_proof(secured: Mapping[str, Any], public_key: bytes) -> None:
    """Check the one proof of a document against an Ed25519 key of 32 bytes (section 3.3.2).

    Raises:
        InvalidCredentialError: There is no such proof, or it does not hold.
        InvalidDocumentError: The document cannot be put into canonical form.
    """
    proof = proof_of(secured)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    document = {name: value for name, value in secured.items() if name != "proof"}
    if "@context" in options:
        _check_context(document.get("@context"), options["@context"])
        document["@context"] = options["@context"]
    signature = decode(_text(proof, "proofValue"))
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidCredentialError(f"the signature has {len(signature)} bytes, not {_SIGNATURE_BYTES}")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, hash_data(document, options))
    except (InvalidSignature, ValueError) as error:
        raise InvalidCredentialError("the signature does not hold") from error


def proof_of(secured: Mapping[str, Any]) -> Mapping[str, Any]:
    """The only proof of a document, of the kind that this module checks.

    Raises:
        InvalidCredentialError: None, several, another kind, or options that would need more checks.
    """
    proof = secured.get("proof")
    if not isinstance(proof, Mapping):
        raise InvalidCredentialError("expected one proof")
    wanted = {"type": PROOF_TYPE, "cryptosuite": CRYPTOSUITE, "proofPurpose": PURPOSE}
    for name, value in wanted.items():
        if proof.get(name) != value:
            raise InvalidCredentialError(f"the proof's {name} is not {value}")
    if unknown := sorted(map(str, proof.keys() - _KNOWN_OPTIONS)):
        raise InvalidCredentialError(f"the proof has options that are not supported: {', '.join(unknown)}")
    _text(proof, "verificationMethod")
    return proof


def hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical proof options, then SHA-256 of the canonical document (section 3.3.4)."""
    return b"".join(hashlib.sha256(canonical_bytes(part)).digest() for part in (options, document))


def _check_context(whole: object, signed: object) -> None:
    """The document's context must begin with the signed one, else its words could be given another sense."""
    whole_list, signed_list = _listed(whole), _listed(signed)
    if whole_list[: len(signed_list)] != signed_list:
        raise InvalidCredentialError("the document's @context does not begin with that of the proof")


def _listed(context: object) -> list[object]:
    return list(context) if isinstance(context, list | tuple) else [context]


def _text(proof: Mapping[str, Any], name: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str):
        raise InvalidCredentialError(f"the proof's {name} is not text")
    return value
