"""A timestamping authority: certificates of its own, answers by the `openssl` program, or forged by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from registry.evidence.timestamps import AuthorityCertificate, der
from registry.evidence.timestamps.algorithms import SHA256
from registry.evidence.timestamps.tokens import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    TST_INFO,
)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)
POLICY = "1.3.6.1.4.1.99999.1"
CA = ((x509.BasicConstraints(ca=True, path_length=None), True),)
STAMPS = ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),)

CONFIGURATION = """
[tsa]
default_tsa = house
[house]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/others.pem
signer_key = {folder}/key.pem
signer_digest = {digest}
default_policy = {policy}
digests = sha1, sha256, sha512
accuracy = secs:1, millisecs:500
ordering = no
ess_cert_id_alg = {certificate_digest}
"""


def elliptic() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key() -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Signer:
    """A key, its certificate, and who issued that."""

    key: Key
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def trusted(self) -> AuthorityCertificate:
        return AuthorityCertificate.decode(self.der)


def signer(
    name: str,
    key: Key,
    by: Signer | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = STAMPS,
    since: datetime = NOW - YEAR,
    until: datetime = NOW + YEAR,
) -> Signer:
    """A certificate by another, or by itself."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(sha256(name.encode()).digest()[:8], "big") >> 1)
        .not_valid_before(since)
        .not_valid_after(until)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    issued_by = by.certificate.subject if by else builder._subject_name
    assert issued_by is not None
    certificate = builder.issuer_name(issued_by).sign(by.key if by else key, hashes.SHA256())
    issuers = () if by is None else (by.certificate, *by.issuers)
    return Signer(key, certificate, issuers)


@dataclass(frozen=True)
class Authority:
    """What `openssl ts` needs in a folder; every answer is made and every token checked by that program."""

    folder: Path
    signer: Signer
    root: Signer
    digest: str = "sha256"
    certificate_digest: str = "sha256"
    extra: tuple[x509.Certificate, ...] = field(default=())

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        private = self.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        others = [*self.signer.issuers, *self.extra]
        files = {
            "key.pem": private,
            "signer.pem": self.signer.pem,
            "others.pem": b"".join(one.public_bytes(Encoding.PEM) for one in others),
            "root.pem": self.root.pem,
            "serial": b"01",
            "tsa.cnf": CONFIGURATION.format(
                folder=self.folder,
                digest=self.digest,
                policy=POLICY,
                certificate_digest=self.certificate_digest,
            ).encode(),
        }
        for name, content in files.items():
            (self.folder / name).write_bytes(content)

    @property
    def roots(self) -> tuple[AuthorityCertificate, ...]:
        return (self.root.trusted,)

    def answer(self, request: bytes) -> bytes:
        """A TimeStampResp, of whatever status the program finds right."""
        (self.folder / "request").write_bytes(request)
        reply = ("-reply", "-config", "tsa.cnf", "-queryfile", "request", "-out", "response")
        subprocess.run(["openssl", "ts", *reply], cwd=self.folder, capture_output=True, check=False)
        return (self.folder / "response").read_bytes()

    def accepts(self, token: bytes, digest: bytes) -> bool:
        """Whether the program holds the token to be one of this digest, trusting the root alone."""
        (self.folder / "token").write_bytes(token)
        verify = ("-verify", "-token_in", "-in", "token", "-digest", digest.hex(), "-CAfile", "root.pem")
        done = subprocess.run(["openssl", "ts", *verify], cwd=self.folder, capture_output=True, check=False)
        return done.returncode == 0


def authority(folder: Path, key: Key, *, intermediate: bool = True) -> Authority:
    """A root, perhaps one below it, and a signer; the root comes along in the answers, as many do it."""
    root = signer("Root", elliptic(), extensions=CA)
    above = signer("Intermediate", elliptic(), root, CA) if intermediate else root
    return Authority(folder, signer("Stamps", key, above), root)


def info(
    digest: bytes, time: datetime = NOW, *, hash_oid: str = SHA256, nonce: int = 7, more: bytes = b""
) -> bytes:
    """A TSTInfo."""
    algorithm = der.encode(der.SEQUENCE, der.encode_oid(hash_oid))
    return der.encode(
        der.SEQUENCE,
        der.encode_integer(1),
        der.encode_oid(POLICY),
        der.encode(der.SEQUENCE, algorithm, der.encode(der.OCTET_STRING, digest)),
        der.encode_integer(1),
        der.encode(der.GENERALIZED_TIME, f"{time:%Y%m%d%H%M%S}Z".encode()),
        der.encode_integer(nonce),
        more,
    )


def forged(
    by: Signer,
    content: bytes,
    *,
    named: Signer | None = None,
    message_digest: bytes | None = None,
    hash_oid: str = SHA256,
    more: bytes = b"",
) -> bytes:
    """A token of any content, signed by any key: what `openssl` refuses to make."""
    algorithm = der.encode(der.SEQUENCE, der.encode_oid(hash_oid))
    certificate = (named or by).der
    identifier = der.encode(der.SEQUENCE, der.encode(der.OCTET_STRING, sha256(certificate).digest()))
    attributes = [
        attribute(CONTENT_TYPE, der.encode_oid(TST_INFO)),
        attribute(MESSAGE_DIGEST, der.encode(der.OCTET_STRING, message_digest or sha256(content).digest())),
        attribute(SIGNING_CERTIFICATE_V2, der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, identifier))),
        more,
    ]
    signed = der.encode(der.SET, *attributes)
    if isinstance(by.key, rsa.RSAPrivateKey):
        signature, oid = by.key.sign(signed, padding.PKCS1v15(), hashes.SHA256()), "1.2.840.113549.1.1.1"
    else:
        signature, oid = by.key.sign(signed, ec.ECDSA(hashes.SHA256())), "1.2.840.10045.4.3.2"
    parsed = (named or by).certificate
    name = der.encode(der.SEQUENCE, parsed.issuer.public_bytes(), der.encode_integer(parsed.serial_number))
    information = der.encode(
        der.SEQUENCE,
        der.encode_integer(1),
        name,
        algorithm,
        b"\xa0" + signed[1:],
        der.encode(der.SEQUENCE, der.encode_oid(oid)),
        der.encode(der.OCTET_STRING, signature),
    )
    certificates = [certificate, *(one.public_bytes(Encoding.DER) for one in by.issuers)]
    data = der.encode(
        der.SEQUENCE,
        der.encode_integer(3),
        der.encode(der.SET, algorithm),
        der.encode(
            der.SEQUENCE, der.encode_oid(TST_INFO), der.encode(0xA0, der.encode(der.OCTET_STRING, content))
        ),
        der.encode(0xA0, *certificates),
        der.encode(der.SET, information),
    )
    return der.encode(der.SEQUENCE, der.encode_oid(SIGNED_DATA), der.encode(0xA0, data))


def attribute(oid: str, *values: bytes) -> bytes:
    return der.encode(der.SEQUENCE, der.encode_oid(oid), der.encode(der.SET, *values))


def response(token: bytes, status: int = 0, *words: str) -> bytes:
    """A TimeStampResp around a token."""
    texts = [der.encode(der.UTF8_STRING, word.encode()) for word in words]
    told = der.encode(der.SEQUENCE, *texts) if texts else b""
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, der.encode_integer(status), told), token)
