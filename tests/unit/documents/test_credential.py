"""The same facts as a verifiable credential, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.canonical import canonical_bytes
from registry.documents.credential import MAX_CREDENTIAL_BYTES, read_credential
from registry.documents.integrity import check_proof, hash_data, secure
from registry.documents.issuer import CertificateIssuer
from registry.documents.multibase import decode, did_key, encode, public_key_of, verification_method
from registry.errors import InvalidCredentialError
from registry.ports import Certificates
from tests.unit.documents.examples import facts

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "eddsa-jcs-2022.json").read_text("utf-8")
)
# Multicodec 0x1300 marks an Ed25519 private key; two bytes, then the seed.
PUBLISHED_KEY = Ed25519PrivateKey.from_private_bytes(decode(VECTORS["privateKeyMultibase"])[2:])
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
ISSUER = CertificateIssuer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
BUNDLE = b'{"format":"colophon.evidence/1"}'
CREDENTIAL = ISSUER.credential(facts(), BUNDLE)


def test_the_published_document_and_options_hash_as_published() -> None:
    method = VECTORS["signed"][0]["verificationMethod"]
    proof = secure(VECTORS["document"], PUBLISHED_KEY, method, CREATED)["proof"]
    del proof["proofValue"]
    assert canonical_bytes(VECTORS["document"]).decode() == VECTORS["canonicalDocument"]
    assert canonical_bytes(proof).decode() == VECTORS["canonicalProofOptions"]
    assert hash_data(VECTORS["document"], proof).hex() == VECTORS["combinedHash"]
    assert VECTORS["combinedHash"].endswith(VECTORS["documentHash"])


@pytest.mark.parametrize("vector", VECTORS["signed"], ids=["did:key", "https"])
def test_the_published_signatures_are_made_and_hold(vector: dict[str, str]) -> None:
    secured = secure(VECTORS["document"], PUBLISHED_KEY, vector["verificationMethod"], CREATED)
    assert secured["proof"]["proofValue"] == vector["proofValue"]
    assert decode(vector["proofValue"]).hex() == vector["signature"]
    check_proof(secured, PUBLISHED_KEY.public_key().public_bytes_raw())


def test_the_published_proof_without_a_context_holds() -> None:
    secured = secure(VECTORS["document"], PUBLISHED_KEY, "", CREATED)
    del secured["proof"]["@context"]
    secured["proof"] |= VECTORS["withoutContext"]
    check_proof(secured, PUBLISHED_KEY.public_key().public_bytes_raw())


def test_the_published_key_prints_as_published() -> None:
    public = PUBLISHED_KEY.public_key().public_bytes_raw()
    assert did_key(public) == f"did:key:{VECTORS['publicKeyMultibase']}"
    assert public_key_of(did_key(public)) == public
    assert verification_method(did_key(public)) == VECTORS["signed"][0]["verificationMethod"]


@given(st.binary(max_size=64))
def test_multibase_reads_back(data: bytes) -> None:
    assert decode(encode(data)) == data


@pytest.mark.parametrize("text", ["", "f00", "z0", "zO", "zl", "z I", "z" + "2" * 128])
def test_other_text_is_no_multibase(text: str) -> None:
    with pytest.raises(InvalidCredentialError):
        decode(text)


def test_a_credential_says_what_the_certificate_says() -> None:
    document = read_credential(CREDENTIAL)
    subject = document["credentialSubject"]
    assert document["issuer"] == ISSUER.issuer
    assert document["validFrom"] == "2026-11-21T18:30:00Z"
    assert document["evidence"][0]["sha256"] == "0x" + hashlib.sha256(BUNDLE).hexdigest()
    assert subject["title"] == "Low tide"
    assert subject["creators"] == [{"name": "A. Painter", "role": "painter"}]
    assert subject["effectiveDate"] == "2026-11-20T09:26:53Z"
    assert subject["proofOfDate"] == "local chain: date not independently proven"
    assert subject["claimant"] == f"did:pkh:eip155:31337:{facts().claimant}"
    assert "It does not prove" in document["description"]


def test_the_same_facts_give_the_same_credential() -> None:
    assert ISSUER.credential(facts(), BUNDLE) == CREDENTIAL
    assert ISSUER.credential(facts(adverse_claims=1), BUNDLE) != CREDENTIAL
    assert ISSUER.credential(facts(), b"") != CREDENTIAL


def test_what_is_not_known_is_left_out() -> None:
    told = facts(title=None, creators=(), effective_at=None, registration_number=None)
    subject = read_credential(ISSUER.credential(told, BUNDLE))["credentialSubject"]
    assert subject["redacted"] is True
    assert not {"title", "effectiveDate", "registrationNumber"} & subject.keys()


def test_a_name_in_another_normal_form_is_signed_in_nfc() -> None:
    subject = read_credential(ISSUER.credential(facts(title="e\u0301"), BUNDLE))["credentialSubject"]
    assert subject["title"] == "\u00e9"


def test_the_certificate_carries_the_credential() -> None:
    issuer: Certificates = ISSUER
    with pikepdf.open(io.BytesIO(issuer.certificate(facts(), BUNDLE))) as pdf:
        assert pdf.attachments["credential.json"].get_file().read_bytes() == CREDENTIAL
        assert pdf.attachments["evidence.json"].get_file().read_bytes() == BUNDLE
    assert "key" not in repr(ISSUER)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(CREDENTIAL) - 1), st.integers(1, 255))
def test_no_credential_with_another_byte_holds(position: int, difference: int) -> None:
    altered = bytearray(CREDENTIAL)
    altered[position] ^= difference
    with pytest.raises(InvalidCredentialError):
        read_credential(bytes(altered))


Change = Callable[[dict[str, Any]], object]
OTHER = CertificateIssuer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
CHANGES: dict[str, Change] = {
    "another issuer": lambda document: document.update(issuer=OTHER.issuer),
    "no did:key": lambda document: document.update(issuer="https://registry.example"),
    "an issuer of another kind of key": lambda document: document.update(
        issuer="did:key:" + encode(bytes(34))
    ),
    "an issuer that is no text": lambda document: document.update(issuer={"id": ISSUER.issuer}),
    "no proof": lambda document: document.pop("proof"),
    "two proofs": lambda document: document.update(proof=[document["proof"]] * 2),
    "another suite": lambda document: document["proof"].update(cryptosuite="eddsa-rdfc-2022"),
    "another purpose": lambda document: document["proof"].update(proofPurpose="authentication"),
    "another method": lambda document: document["proof"].update(verificationMethod="did:key:z6Mk"),
    "a method that is no text": lambda document: document["proof"].update(verificationMethod=1),
    "an option nobody checks": lambda document: document["proof"].update(expires="2020-01-01T00:00:00Z"),
    "a short signature": lambda document: document["proof"].update(proofValue="z2"),
    "a signature of zeros": lambda document: document["proof"].update(proofValue=encode(bytes(64))),
    "a signature that is no text": lambda document: document["proof"].update(proofValue=None),
    "another context": lambda document: document.update({"@context": ["https://evil.example"]}),
    "a context that begins otherwise": lambda document: document["proof"].update({"@context": ["urn:x"]}),
    "a further context": lambda document: document["@context"].append("https://evil.example"),
    "a context that is text": lambda document: document.update(
        {"@context": "https://www.w3.org/ns/credentials/v2"}
    ),
    "another type": lambda document: document.update(type=["Something"]),
    "a further fact": lambda document: document["credentialSubject"].update(owner="me"),
    "a float": lambda document: document.update(weight=1.5),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_credential_that_was_changed_is_refused(change: Change) -> None:
    document = json.loads(CREDENTIAL)
    change(document)
    with pytest.raises(InvalidCredentialError):
        read_credential(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{",
        b'{"a":1,"a":2}',
        b"[" * 100_000,
        b'{"a":' * 30_000,
        b" " * (MAX_CREDENTIAL_BYTES + 1),
    ],
    ids=["empty", "no text", "a list", "null", "cut", "a key twice", "deep", "deep objects", "too large"],
)
def test_what_is_no_credential_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidCredentialError):
        read_credential(data)
