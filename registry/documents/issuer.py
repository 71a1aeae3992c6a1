"""The adapter behind the port `Certificates`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.documents.certificate import make_certificate
from registry.documents.credential import issuer_of, make_credential
from registry.model import CertificateFacts, Hash32


@dataclass(frozen=True, slots=True)
class CertificateIssuer:
    """Issues certificates and credentials under one key."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def issuer(self) -> str:
        """The did:key that signs."""
        return issuer_of(self.key)

    def credential(self, facts: CertificateFacts, bundle: bytes) -> bytes:
        """The facts as a verifiable credential that names the bundle by hash."""
        return make_credential(facts, Hash32(hashlib.sha256(bundle).digest()), self.key)

    def certificate(self, facts: CertificateFacts, bundle: bytes) -> bytes:
        """The certificate, with bundle and credential attached."""
        return make_certificate(facts, bundle, self.credential(facts, bundle))
