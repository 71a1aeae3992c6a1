"""The facts of a certificate as a W3C Verifiable Credential 2.0, signed by the registry's own key.

What it says is that this registry states these facts as of a moment; the proof of the facts themselves is the
evidence bundle, which it names by hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.canonical import canonical_bytes, nesting_of, nfc
from registry.documents.integrity import check_proof, proof_of, secure
from registry.documents.multibase import did_key, public_key_of, verification_method
from registry.documents.wording import DATE_PROOFS, NOT_PROVEN
from registry.errors import InvalidCredentialError, InvalidDocumentError
from registry.model import CertificateFacts, Hash32

_BASE_CONTEXT = "https://www.w3.org/ns/credentials/v2"
# Our terms are defined by whoever issues the credential; this context of the W3C says just that.
_CONTEXTS = (_BASE_CONTEXT, "https://www.w3.org/ns/credentials/undefined-terms/v2")
_TYPE = "VerifiableCredential"
# Of 32 creators with the longest names in four-byte letters, and 32 licences, it has about 90 kB.
MAX_CREDENTIAL_BYTES = 200_000
# Counted before it is parsed: some libraries raise Python's own limit so far that its JSON parser runs out of
# stack and takes the process with it.
MAX_DEPTH = 16


def issuer_of(key: Ed25519PrivateKey) -> str:
    """The did:key under which this key issues credentials."""
    return did_key(key.public_key().public_bytes_raw())


def make_credential(facts: CertificateFacts, bundle_hash: Hash32, key: Ed25519PrivateKey) -> bytes:
    """The signed credential as canonical JSON; the same arguments give the same bytes.

    Args:
        facts: What is stated. `as_of` is the moment of the signature and the beginning of validity.
        bundle_hash: SHA-256 of the evidence bundle.
        key: The issuer's.
    """
    issuer = issuer_of(key)
    document = {
        "@context": list(_CONTEXTS),
        "type": [_TYPE, "RegistrationCredential"],
        "name": "Certificate of registration",
        "description": NOT_PROVEN,
        "issuer": issuer,
        "validFrom": _stamp(facts.as_of),
        "credentialSubject": _subject(facts),
        "evidence": [{"type": ["EvidenceBundle"], "name": "evidence.json", "sha256": str(bundle_hash)}],
    }
    return canonical_bytes(secure(nfc(document), key, verification_method(issuer), facts.as_of))


def read_credential(data: bytes) -> Mapping[str, Any]:
    """Check a credential and return it. Its issuer is whoever holds the key in its did:key: compare it.

    Checked are its form, that the key of the proof is the issuer's, and the signature; not whether the
    issuer is known, nor whether the facts still hold.

    Raises:
        InvalidCredentialError: Too large, no JSON, not of the form, another key, or the signature fails.
    """
    document = _parsed(data)
    contexts, types, issuer = (document.get(name) for name in ("@context", "type", "issuer"))
    if not isinstance(contexts, list) or contexts[:1] != [_BASE_CONTEXT]:
        raise InvalidCredentialError("the first @context is not that of verifiable credentials 2.0")
    if not isinstance(types, list) or _TYPE not in types:
        raise InvalidCredentialError(f"its type is not {_TYPE}")
    if not isinstance(issuer, str):
        raise InvalidCredentialError("the issuer is not text")
    public_key = public_key_of(issuer)
    proof = proof_of(document)
    if proof["verificationMethod"] != verification_method(issuer):
        raise InvalidCredentialError("the proof's key is not the issuer's")
    if proof.get("@context") != contexts:
        # The cryptosuite lets anybody append contexts, and those could change what terms mean.
        raise InvalidCredentialError("the proof's @context is not the document's")
    try:
        check_proof(document, public_key)
    except InvalidDocumentError as error:
        raise InvalidCredentialError("it has no canonical form") from error
    return document


def _subject(facts: CertificateFacts) -> dict[str, Any]:
    """The facts under names of their own; what is None is left out by `nfc`."""
    chain = facts.chain
    return {
        "id": facts.page_url,
        "type": ["RegisteredWork"],
        "title": facts.title,
        "redacted": facts.title is None,
        "language": facts.language,
        "creators": [{"name": creator.name, "role": creator.role} for creator in facts.creators],
        "claimant": f"did:pkh:eip155:{chain.chain_id}:{facts.claimant}",
        "workId": str(facts.work_id),
        "contentHash": str(facts.content_hash),
        "registrationNumber": facts.registration_number,
        "effectiveDate": None if facts.effective_at is None else _stamp(facts.effective_at),
        "proofLevel": facts.proof_level.value,
        "proofOfDate": DATE_PROOFS[facts.proof_level],
        "status": facts.status.value,
        "adverseClaims": facts.adverse_claims,
        "comparedByHashAlone": not facts.compared,
        "licences": list(facts.licences),
        "chain": {
            "name": chain.name,
            "chainId": str(chain.chain_id),
            "contracts": [{"name": name, "address": address} for name, address in chain.contracts],
            "transaction": _text(chain.transaction),
            "blockNumber": _text(chain.block_number),
            "blockHash": _text(chain.block_hash),
            "leafIndex": _text(chain.leaf_index),
        },
    }


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_CREDENTIAL_BYTES:
        raise InvalidCredentialError(f"more than {MAX_CREDENTIAL_BYTES} bytes")
    if nesting_of(data) > MAX_DEPTH:
        raise InvalidCredentialError(f"nested deeper than {MAX_DEPTH}")
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except ValueError as error:
        raise InvalidCredentialError("no JSON that can be read") from error
    if not isinstance(document, dict):
        raise InvalidCredentialError("no JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take different ones of two values of one key, so there is only one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidCredentialError("a key stands twice")
    return found


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
