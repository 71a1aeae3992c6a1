"""RFC 3161: ask an authority to stamp a digest, read its answer, and verify the token without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.errors import (
    EvidenceMismatchError,
    MalformedEvidenceError,
    TimestampRefusedError,
)
from registry.evidence.timestamps import der
from registry.evidence.timestamps.algorithms import digest_of
from registry.evidence.timestamps.certificates import AuthorityCertificate, check_fit, path_to_root
from registry.evidence.timestamps.tokens import PART, TimestampInfo, Token, decode_token, encode_imprint
from registry.model import Hash32

MAX_RESPONSE_BYTES = (1 << 16) + 4096  # a token, and a few words of status
GRANTED = 0  # RFC 3161, section 2.4.2; 1 is granted with modifications, which nobody asked for
MAX_REASON = 200  # characters of what an authority says that are repeated

_VERSION = der.encode_integer(1)
_CERTIFICATE_WANTED = der.encode(der.BOOLEAN, b"\xff")


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token that holds.

    Attributes:
        info: What the authority signed.
        authority: The subject of the certificate that signed it.
        root: The subject of the given root that vouches for it; None if none was given, so nobody does.
    """

    info: TimestampInfo
    authority: str
    root: str | None

    @property
    def time(self) -> datetime:
        """When the digest was stamped, says the authority."""
        return self.info.time


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """What is asked: to stamp this SHA-256, and to repeat this number, made at random for one request."""

    digest: Hash32
    nonce: int

    def encoded(self) -> bytes:
        """The request's bytes (TimeStampReq, RFC 3161, section 2.4.1); the certificate is asked for too."""
        return der.encode(
            der.SEQUENCE,
            _VERSION,
            encode_imprint(self.digest),
            der.encode_integer(self.nonce),
            _CERTIFICATE_WANTED,
        )

    def token_of(self, response: bytes, roots: Sequence[AuthorityCertificate] = ()) -> bytes:
        """The token of an answer, in the form to keep, once it holds and is seen to answer this request.

        Args:
            response: What the authority sent (TimeStampResp, RFC 3161, section 2.4.2).
            roots: Whom to trust; with none, everything but the certificate is verified.

        Raises:
            TimestampRefusedError: The authority gave none.
            EvidenceMismatchError: It answers another request.
            EvidenceError: The token does not hold; see `verify_token`.
        """
        fields = der.decode(response, der.SEQUENCE, PART, MAX_RESPONSE_BYTES).children()
        _check_granted(fields.take(der.SEQUENCE).children())
        encoded = fields.take(der.SEQUENCE).encoded
        fields.end()
        token = normal_form(encoded, roots)
        info = verify_token(token, self.digest, roots).info
        if info.nonce != self.nonce:
            raise EvidenceMismatchError("nonce of the token", str(self.nonce), str(info.nonce))
        return token


def normal_form(encoded: bytes, roots: Sequence[AuthorityCertificate] = ()) -> bytes:
    """A token without what no signature covers: the only form that `verify_token` takes.

    Args:
        encoded: A token as an authority made it.
        roots: If given, only the certificates on the way to one of them are kept.

    Raises:
        EvidenceError: It is no token that could be verified, or no way leads to a root.
    """
    token = decode_token(encoded)
    if not roots:
        return token.encoded()
    path = path_to_root(token.signer, token.others, roots, token.info.time)
    return token.encoded((token.signer, *(one for one in path[1:] if one not in roots)))


def verify_token(encoded: bytes, digest: Hash32, roots: Sequence[AuthorityCertificate] = ()) -> VerifiedToken:
    """Check a token in its normal form.

    1. It is the token of this digest.
    2. Its attributes hold the hash of what is signed.
    3. The signature over the attributes is one of the certificate that they name.
    4. That certificate is one for timestamps, and was valid at the time the token tells.
    5. A way of certificates, all valid at that time, leads to one of the roots, if any is given.
    6. No byte is left over that none of this depends on.

    Raises:
        EvidenceTooLargeError: Larger than any honest token.
        MalformedEvidenceError: It is no token, or not in normal form.
        UnsupportedTimestampError: It uses what is not known here.
        WeakHashError: It leans on MD5 or SHA-1.
        EvidenceMismatchError: It is one of another digest, or of another content.
        InvalidTimestampError: The signature does not hold.
        UnfitCertificateError: The certificate may not sign it, or no way leads to a root.
    """
    token = decode_token(encoded)
    if token.info.digest != digest:
        raise EvidenceMismatchError("stamped digest", str(digest), str(token.info.digest))
    _check_signature(token)
    check_fit(token.signer, token.info.time)
    root = _root(token, roots) if roots else None
    if token.encoded() != encoded:
        raise MalformedEvidenceError(PART, "it holds parts that no signature covers; take its normal form")
    return VerifiedToken(token.info, token.signer.subject, root.subject if root else None)


def _check_granted(status: der.Fields) -> None:
    """The PKIStatusInfo of an answer: a number, perhaps a few texts, perhaps bits."""
    number = status.take(der.INTEGER).integer()
    texts = status.take_if(der.SEQUENCE)
    status.take_if(der.BIT_STRING)
    status.end()
    if number != GRANTED:
        told = texts.children().rest(der.UTF8_STRING) if texts else []
        reason = " ".join(text.content.decode("utf-8", "replace") for text in told)[:MAX_REASON]
        raise TimestampRefusedError(number, "".join(sign if sign.isprintable() else "?" for sign in reason))


def _check_signature(token: Token) -> None:
    found = digest_of(token.hash_oid, token.content)
    if found != token.message_digest:
        raise EvidenceMismatchError("content of the token", token.message_digest.hex(), found.hex())
    token.signer.verify(token.signature, token.attributes, token.hash_oid)


def _root(token: Token, roots: Sequence[AuthorityCertificate]) -> AuthorityCertificate:
    path = path_to_root(token.signer, token.others, roots, token.info.time)
    if spare := [one.subject for one in token.others if one not in path]:
        raise MalformedEvidenceError(
            PART, f"a certificate that no way to the root needs ({spare[0]}); take its normal form"
        )
    return path[-1]
