"""The algorithms that a timestamp may be made with, by their object identifiers."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes

from registry.errors import MalformedEvidenceError, UnsupportedTimestampError, WeakHashError
from registry.evidence.timestamps import der
from registry.evidence.timestamps.der import Element

SHA256 = "2.16.840.1.101.3.4.2.1"
# RFC 5754, section 2
HASHES: dict[str, hashes.HashAlgorithm] = {
    SHA256: hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
WEAK_HASHES = {"1.2.840.113549.2.5": "MD5", "1.3.14.3.2.26": "SHA-1"}

RSA = "1.2.840.113549.1.1.1"  # RFC 3370, section 3.2: rsaEncryption names no hash
# RFC 5754, section 3: signatures over one hash, and that hash
RSA_WITH = {f"1.2.840.113549.1.1.{11 + place}": oid for place, oid in enumerate(HASHES)}
ECDSA_WITH = {f"1.2.840.10045.4.3.{2 + place}": oid for place, oid in enumerate(HASHES)}
WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
}

_NULL = der.encode(der.NULL)


def algorithm(fields: Element) -> str:
    """An AlgorithmIdentifier whose parameters are absent or NULL (RFC 5754, section 2: take both).

    Raises:
        MalformedEvidenceError: It is none.
        UnsupportedTimestampError: It has parameters.
    """
    parts = fields.children()
    oid = parts.take(der.OID).oid()
    parameters = parts.take_if(der.NULL)
    if len(parts):
        raise UnsupportedTimestampError(fields.part, f"algorithm {oid} with parameters")
    if parameters is not None and parameters.content:
        raise MalformedEvidenceError(fields.part, "NULL is not empty")
    return oid


def hash_named(fields: Element) -> str:
    """The hash function of an AlgorithmIdentifier, one of `HASHES`.

    Raises:
        WeakHashError: MD5 or SHA-1.
        UnsupportedTimestampError: Another.
        MalformedEvidenceError: No AlgorithmIdentifier.
    """
    oid = algorithm(fields)
    if oid in WEAK_HASHES:
        raise WeakHashError(fields.part, WEAK_HASHES[oid])
    if oid not in HASHES:
        raise UnsupportedTimestampError(fields.part, f"hash {oid}")
    return oid


def check_signature_algorithm(fields: Element, hash_oid: str) -> None:
    """RSA (PKCS #1 v1.5) or ECDSA over that hash.

    Raises:
        WeakHashError: Over MD5 or SHA-1.
        UnsupportedTimestampError: Another, or over another hash.
        MalformedEvidenceError: No AlgorithmIdentifier.
    """
    oid = algorithm(fields)
    if oid in WEAK_SIGNATURES:
        raise WeakHashError(fields.part, WEAK_SIGNATURES[oid])
    over = hash_oid if oid == RSA else RSA_WITH.get(oid) or ECDSA_WITH.get(oid)
    if over != hash_oid:
        raise UnsupportedTimestampError(fields.part, f"signature {oid} over hash {hash_oid}")


def encode_hash(oid: str) -> bytes:
    """An AlgorithmIdentifier of a hash function, without parameters (RFC 5754, section 2)."""
    return der.encode(der.SEQUENCE, der.encode_oid(oid))


def encode_signature(*, elliptic: bool, hash_oid: str) -> bytes:
    """An AlgorithmIdentifier of a signature, as `check_signature_algorithm` reads it."""
    if not elliptic:
        return der.encode(der.SEQUENCE, der.encode_oid(RSA), _NULL)
    oid = next(oid for oid, over in ECDSA_WITH.items() if over == hash_oid)
    return der.encode(der.SEQUENCE, der.encode_oid(oid))


def digest_of(hash_oid: str, content: bytes) -> bytes:
    """The hash of some bytes by one of `HASHES`."""
    hasher = hashes.Hash(HASHES[hash_oid])
    hasher.update(content)
    return hasher.finalize()
