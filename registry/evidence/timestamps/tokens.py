"""RFC 3161 tokens: what an authority signed, taken apart (RFC 5652, Cryptographic Message Syntax).

A token has much that its signature does not cover: version numbers, spare certificates, revocation lists,
unsigned attributes. `Token.encoded` writes a token without any of it, each fact in one spelling; a verifier
takes that form alone, so that no byte of what it accepts could have been another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.errors import MalformedEvidenceError, UnsupportedTimestampError
from registry.evidence.timestamps import der
from registry.evidence.timestamps.algorithms import (
    SHA256,
    check_signature_algorithm,
    digest_of,
    encode_hash,
    encode_signature,
    hash_named,
)
from registry.evidence.timestamps.certificates import AuthorityCertificate
from registry.evidence.timestamps.der import Element, Fields
from registry.model import Hash32

PART = "RFC 3161 token"
MAX_BYTES = 1 << 16  # one with a chain of three RSA certificates has about 6 KB
MAX_CERTIFICATES = 8

SIGNED_DATA = "1.2.840.113549.1.7.2"  # RFC 5652, section 5.1
TST_INFO = "1.2.840.113549.1.9.16.1.4"  # RFC 3161, section 2.4.2
CONTENT_TYPE = "1.2.840.113549.1.9.3"  # RFC 5652, section 11
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"  # RFC 2634: by SHA-1
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"  # RFC 5816

_EXPLICIT_0, _IMPLICIT_0, _IMPLICIT_1 = 0xA0, 0xA0, 0xA1
_MILLIS, _MICROS = 0x80, 0x81
_SIGNED_DATA_VERSION = der.encode_integer(3)  # RFC 5652, section 5.1: of content other than plain data
_SIGNER_VERSION = der.encode_integer(1)  # RFC 5652, section 5.3: named by issuer and serial number


@dataclass(frozen=True, slots=True)
class TimestampInfo:
    """What is signed (TSTInfo, RFC 3161, section 2.4.2).

    Attributes:
        digest: The SHA-256 that was stamped.
        time: When, says the authority; give or take `accuracy_microseconds`, None if it does not say.
        serial: The token's number, of this authority.
        policy: The rules it was given under, in dotted decimals.
        nonce: What the request asked to be repeated, if anything.
    """

    digest: Hash32
    time: datetime
    accuracy_microseconds: int | None
    serial: int
    policy: str
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Token:
    """A token's parts, none of them verified.

    Attributes:
        info: What is signed.
        content: The bytes of it.
        attributes: The signed attributes, encoded as the SET that the signature is over.
        hash_oid: The hash function of the attributes and of the signature.
        message_digest: What the attributes say is the content's hash.
        signature: Over `attributes`.
        signer: The certificate that the attributes name by its hash.
        others: Further certificates, in no order.
    """

    info: TimestampInfo
    content: bytes
    attributes: bytes
    hash_oid: str
    message_digest: bytes
    signature: bytes
    signer: AuthorityCertificate
    others: tuple[AuthorityCertificate, ...]

    @property
    def path(self) -> tuple[AuthorityCertificate, ...]:
        """The signer, who issued it, and so on as far as the token goes; never one that issued itself."""
        path = [self.signer]
        while issuer := next((one for one in self.others if one not in path and one.issued(path[-1])), None):
            path.append(issuer)
        return tuple(path)

    def encoded(self, path: tuple[AuthorityCertificate, ...] | None = None) -> bytes:
        """The token with its `path` (or the one given) and nothing else that no signature covers."""
        certificates = sorted(one.encoded for one in (self.path if path is None else path))
        hash_algorithm = encode_hash(self.hash_oid)
        signer = der.encode(
            der.SEQUENCE,
            _SIGNER_VERSION,
            self.signer.issuer_and_serial,
            hash_algorithm,
            bytes([_IMPLICIT_0]) + self.attributes[1:],
            encode_signature(elliptic=self.signer.elliptic, hash_oid=self.hash_oid),
            der.encode(der.OCTET_STRING, self.signer.one_signature(self.signature)),
        )
        signed = der.encode(
            der.SEQUENCE,
            _SIGNED_DATA_VERSION,
            der.encode(der.SET, hash_algorithm),
            der.encode(
                der.SEQUENCE,
                der.encode_oid(TST_INFO),
                der.encode(_EXPLICIT_0, der.encode(der.OCTET_STRING, self.content)),
            ),
            der.encode(_IMPLICIT_0, *certificates),
            der.encode(der.SET, signer),
        )
        return der.encode(der.SEQUENCE, der.encode_oid(SIGNED_DATA), der.encode(_EXPLICIT_0, signed))


def decode_token(encoded: bytes) -> Token:
    """Take a token apart; nothing of it is believed yet.

    Raises:
        EvidenceTooLargeError: Larger than any honest one.
        MalformedEvidenceError: It is no token, or lacks its signer's certificate.
        WeakHashError: It leans on MD5 or SHA-1.
        UnsupportedTimestampError: It uses what is not known here.
    """
    whole = der.decode(encoded, der.SEQUENCE, PART, MAX_BYTES).children()
    _expect_oid(whole, SIGNED_DATA)
    signed = whole.take(_EXPLICIT_0).only(der.SEQUENCE).children()
    whole.end()

    signed.take(der.INTEGER)
    signed.take(der.SET)
    content = _content(signed.take(der.SEQUENCE))
    certificates = _certificates(signed.take_if(_IMPLICIT_0))
    signed.take_if(_IMPLICIT_1)
    signer = signed.take(der.SET).only(der.SEQUENCE).children()
    signed.end()

    signer.take(der.INTEGER)
    if signer.take_if(der.SEQUENCE) is None:
        signer.take(0x80)  # named by the key's identifier; the attributes name the certificate better
    hash_oid = hash_named(signer.take(der.SEQUENCE))
    attributes = signer.take(_IMPLICIT_0)
    check_signature_algorithm(signer.take(der.SEQUENCE), hash_oid)
    signature = signer.take(der.OCTET_STRING).content
    signer.take_if(_IMPLICIT_1)
    signer.end()

    values = _attributes(attributes)
    named = _signing_certificate(values, certificates)
    return Token(
        info=_info(content),
        content=content,
        attributes=bytes([der.SET]) + attributes.encoded[1:],
        hash_oid=hash_oid,
        message_digest=_value(values, MESSAGE_DIGEST, der.OCTET_STRING).content,
        signature=signature,
        signer=named,
        others=tuple(one for one in certificates if one != named),
    )


def imprint(fields: Element) -> Hash32:
    """A MessageImprint, which must be a SHA-256 (RFC 3161, section 2.4.1).

    Raises:
        WeakHashError: By MD5 or SHA-1.
        UnsupportedTimestampError: By another hash.
        MalformedEvidenceError: It is none.
    """
    parts = fields.children()
    oid = hash_named(parts.take(der.SEQUENCE))
    digest = parts.take(der.OCTET_STRING).content
    parts.end()
    if oid != SHA256:
        raise UnsupportedTimestampError(PART, f"a stamped hash {oid}")
    if len(digest) != Hash32.SIZE:
        raise MalformedEvidenceError(PART, f"the stamped hash has {len(digest)} bytes")
    return Hash32(digest)


def encode_imprint(digest: Hash32) -> bytes:
    """The MessageImprint of a SHA-256."""
    return der.encode(der.SEQUENCE, encode_hash(SHA256), der.encode(der.OCTET_STRING, digest))


def _expect_oid(fields: Fields, oid: str) -> None:
    found = fields.take(der.OID).oid()
    if found != oid:
        raise MalformedEvidenceError(PART, f"it is of type {found}, not {oid}")


def _content(fields: Element) -> bytes:
    parts = fields.children()
    _expect_oid(parts, TST_INFO)
    content = parts.take(_EXPLICIT_0).only(der.OCTET_STRING).content
    parts.end()
    return content


def _certificates(fields: Element | None) -> tuple[AuthorityCertificate, ...]:
    if fields is None:
        raise MalformedEvidenceError(PART, "it comes without its signer's certificate")
    found = fields.children().rest(der.SEQUENCE)
    if len(found) > MAX_CERTIFICATES:
        raise MalformedEvidenceError(PART, f"it has {len(found)} certificates, over {MAX_CERTIFICATES}")
    return tuple(AuthorityCertificate.decode(one.encoded) for one in found)


def _attributes(fields: Element) -> dict[str, Element]:
    """The SET of values of each signed attribute (RFC 5652, section 5.3); none may stand twice."""
    values: dict[str, Element] = {}
    for attribute in fields.children().rest(der.SEQUENCE):
        parts = attribute.children()
        oid = parts.take(der.OID).oid()
        if oid in values:
            raise MalformedEvidenceError(PART, f"the attribute {oid} stands twice")
        values[oid] = parts.take(der.SET)
        parts.end()
    if _value(values, CONTENT_TYPE, der.OID).oid() != TST_INFO:
        raise MalformedEvidenceError(PART, "its attributes are those of another type of content")
    return values


def _value(values: dict[str, Element], oid: str, tag: int) -> Element:
    if oid not in values:
        raise MalformedEvidenceError(PART, f"the signed attribute {oid} is absent")
    return values[oid].only(tag)


def _signing_certificate(
    values: dict[str, Element], certificates: tuple[AuthorityCertificate, ...]
) -> AuthorityCertificate:
    """The certificate that the signature names by its hash (ESSCertIDv2, RFC 5035, section 3)."""
    if SIGNING_CERTIFICATE_V2 not in values and SIGNING_CERTIFICATE in values:
        raise UnsupportedTimestampError(PART, "naming the certificate by its SHA-1 alone (RFC 2634)")
    identifiers = _value(values, SIGNING_CERTIFICATE_V2, der.SEQUENCE).children().take(der.SEQUENCE)
    identifier = identifiers.children().take(der.SEQUENCE).children()
    algorithm = identifier.take_if(der.SEQUENCE)
    oid = SHA256 if algorithm is None else hash_named(algorithm)
    digest = identifier.take(der.OCTET_STRING).content
    named = next((one for one in certificates if digest_of(oid, one.encoded) == digest), None)
    if named is None:
        raise MalformedEvidenceError(PART, "the certificate that the signature names is not in it")
    return named


def _info(content: bytes) -> TimestampInfo:
    fields = der.decode(content, der.SEQUENCE, PART, MAX_BYTES).children()
    if fields.take(der.INTEGER).integer() != 1:
        raise UnsupportedTimestampError(PART, "a version other than 1")
    policy = fields.take(der.OID).oid()
    digest = imprint(fields.take(der.SEQUENCE))
    serial = fields.take(der.INTEGER).integer()
    time = fields.take(der.GENERALIZED_TIME).time()
    accuracy = fields.take_if(der.SEQUENCE)
    fields.take_if(der.BOOLEAN)  # whether tokens of this authority are ordered; none is compared here
    nonce = fields.take_if(der.INTEGER)
    fields.take_if(_EXPLICIT_0)  # the authority's name, a hint; the certificate is the better one
    if len(fields):
        raise UnsupportedTimestampError(PART, "an extension")
    return TimestampInfo(
        digest=digest,
        time=time,
        accuracy_microseconds=None if accuracy is None else _accuracy(accuracy),
        serial=serial,
        policy=policy,
        nonce=None if nonce is None else nonce.integer(),
    )


def _accuracy(fields: Element) -> int:
    parts = fields.children()
    units = ((der.INTEGER, 1_000_000), (_MILLIS, 1000), (_MICROS, 1))
    found = ((parts.take_if(tag), factor) for tag, factor in units)
    total = sum(amount.integer() * factor for amount, factor in found if amount is not None)
    parts.end()
    if total < 0:
        raise MalformedEvidenceError(PART, "its accuracy is negative")
    return total
