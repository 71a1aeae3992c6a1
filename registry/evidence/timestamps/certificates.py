"""Certificates of timestamping authorities: what they may sign, and who vouches for them (RFC 5280)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from registry.errors import (
    InvalidTimestampError,
    MalformedEvidenceError,
    UnfitCertificateError,
    UnsupportedTimestampError,
)
from registry.evidence.timestamps import der
from registry.evidence.timestamps.algorithms import HASHES

PART = "certificate of a timestamping authority"
MAX_BYTES = 1 << 14
MAX_ROOTS_BYTES = 1 << 20  # every root that browsers know makes about 250 KB
MAX_SUBJECT = 200  # characters of a name that are repeated
MAX_DEPTH = 4  # authorities between the signer and the root
MIN_RSA_BITS = 2048  # NIST SP 800-57, part 1, table 2: 112 bits of security

_VERSION = 0xA0
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

# All that the library raises of a certificate that is broken or odd.
_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class AuthorityCertificate:
    """A certificate, by its bytes: made by `decode`."""

    encoded: bytes
    parsed: x509.Certificate = field(compare=False, repr=False)
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey = field(compare=False, repr=False)

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """Read a certificate with an RSA or an elliptic key.

        Raises:
            MalformedEvidenceError: It is none.
            EvidenceTooLargeError: It is larger than any honest one.
            UnsupportedTimestampError: It has another key.
        """
        _check_serial(encoded)
        try:
            parsed = x509.load_der_x509_certificate(encoded)
            key = parsed.public_key()
            # They are read lazily, and found broken only then.
            parsed.issuer.public_bytes(), parsed.subject.rfc4514_string(), parsed.extensions
        except _UNREADABLE as problem:
            raise MalformedEvidenceError(PART, f"cannot be read ({type(problem).__name__})") from None
        if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise UnsupportedTimestampError(PART, f"a key of type {type(key).__name__}")
        if isinstance(key, ec.EllipticCurvePublicKey) and not isinstance(key.curve, CURVES):
            raise UnsupportedTimestampError(PART, f"the curve {key.curve.name}")
        return cls(encoded, parsed, key)

    @property
    def subject(self) -> str:
        """Whose it is (RFC 4514), fit to be printed."""
        written = self.parsed.subject.rfc4514_string()[:MAX_SUBJECT]
        return "".join(sign if sign.isprintable() else "?" for sign in written)

    @property
    def elliptic(self) -> bool:
        """Whether its key is one of ECDSA, and not of RSA."""
        return isinstance(self.key, ec.EllipticCurvePublicKey)

    @property
    def issuer_and_serial(self) -> bytes:
        """How a signature names it (IssuerAndSerialNumber, RFC 5652, section 10.2.4)."""
        return der.encode(
            der.SEQUENCE,
            self.parsed.issuer.public_bytes(),
            der.encode_integer(self.parsed.serial_number),
        )

    def issued(self, other: Self) -> bool:
        """Whether it signed the other certificate; False of one that signed itself."""
        if self.parsed.issuer == self.parsed.subject:
            return False
        try:
            other.parsed.verify_directly_issued_by(self.parsed)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def verify(self, signature: bytes, message: bytes, hash_oid: str) -> None:
        """Whether this key signed that message.

        Raises:
            InvalidTimestampError: It did not, or the key is too short to tell.
        """
        if isinstance(self.key, rsa.RSAPublicKey) and self.key.key_size < MIN_RSA_BITS:
            raise InvalidTimestampError(f"an RSA key of {self.key.key_size} bits can be broken")
        try:
            if isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(signature, message, padding.PKCS1v15(), HASHES[hash_oid])
            else:
                self.key.verify(signature, message, ec.ECDSA(HASHES[hash_oid]))
        except InvalidSignature:
            raise InvalidTimestampError("the signature is not one of its certificate's key") from None

    def one_signature(self, signature: bytes) -> bytes:
        """Of the two ECDSA signatures that say the same, (r, s) and (r, n - s), the one with less s.

        Raises:
            MalformedEvidenceError: It is no signature of this key's curve.
        """
        if not isinstance(self.key, ec.EllipticCurvePublicKey):
            return signature
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            raise MalformedEvidenceError(PART, "the signature is no pair of integers") from None
        order = self.key.curve.group_order
        if not (0 < r < order and 0 < s < order):
            raise MalformedEvidenceError(PART, "the signature is not one of its curve")
        return encode_dss_signature(r, min(s, order - s))


def check_fit(certificate: AuthorityCertificate, at: datetime) -> None:
    """Whether it is one for timestamps and nothing else (RFC 3161, section 2.3), and valid at that time.

    Raises:
        UnfitCertificateError: It is not.
    """
    parsed = certificate.parsed
    usage = _extension(parsed, x509.ExtendedKeyUsage)
    if usage is None or not usage.critical:
        raise UnfitCertificateError(certificate.subject, "no critical extended key usage")
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise UnfitCertificateError(certificate.subject, "made for more than timestamps, or not for them")
    key_usage = _extension(parsed, x509.KeyUsage)
    if key_usage and not (key_usage.value.digital_signature or key_usage.value.content_commitment):
        raise UnfitCertificateError(certificate.subject, "its key may not sign")
    first, last = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    if not first <= at <= last:
        when = f"valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}, not on {at:%Y-%m-%d}"
        raise UnfitCertificateError(certificate.subject, when)


def path_to_root(
    signer: AuthorityCertificate,
    others: Sequence[AuthorityCertificate],
    roots: Sequence[AuthorityCertificate],
    at: datetime,
) -> tuple[AuthorityCertificate, ...]:
    """The way from the signer to one of the roots, all valid at that time (RFC 5280, section 6).

    Revocation is not asked about: that takes a network, and lists nobody keeps for ever.

    Raises:
        UnfitCertificateError: There is no way.
    """
    verifier = (
        PolicyBuilder()
        .store(Store([root.parsed for root in roots]))
        .time(at)
        .max_chain_depth(MAX_DEPTH)
        .extension_policies(ca_policy=_ISSUERS, ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        chain = verifier.verify(signer.parsed, [other.parsed for other in others]).chain
    except VerificationError as problem:
        reason = str(problem).removeprefix("validation failed: ").partition(" (encountered")[0]
        raise UnfitCertificateError(signer.subject, f"no way to a given root: {reason[:200]}") from None
    return tuple(AuthorityCertificate.decode(one.public_bytes(Encoding.DER)) for one in chain)


def read_roots(content: bytes) -> tuple[AuthorityCertificate, ...]:
    """The certificates of a PEM or DER file, as authorities publish their roots.

    Raises:
        MalformedEvidenceError: It holds none, or one that cannot be used.
        UnsupportedTimestampError: One has a key of an unknown kind.
    """
    if len(content) > MAX_ROOTS_BYTES:
        raise MalformedEvidenceError(PART, f"{len(content)} bytes of roots, over {MAX_ROOTS_BYTES}")
    if b"-----BEGIN" not in content:
        return (AuthorityCertificate.decode(content),)
    try:
        parsed = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise MalformedEvidenceError(PART, "the file holds no certificate that can be read") from None
    return tuple(AuthorityCertificate.decode(one.public_bytes(Encoding.DER)) for one in parsed)


def _check_serial(encoded: bytes) -> None:
    """A serial number over 0 (RFC 5280, section 4.1.2.2), before a library warns of another one."""
    signed = der.decode(encoded, der.SEQUENCE, PART, MAX_BYTES).children().take(der.SEQUENCE).children()
    signed.take_if(_VERSION)
    if signed.take(der.INTEGER).integer() <= 0:
        raise MalformedEvidenceError(PART, "its serial number is not positive")


def _may_issue(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer's key may not sign certificates")


def _for_timestamps(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None
) -> None:
    allowed = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if usage is not None and allowed.isdisjoint(usage):
        raise ValueError("an issuer's key is for other things than timestamps")


_ISSUERS = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_issue)
    .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _for_timestamps)
)


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> x509.Extension[_Kind] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
