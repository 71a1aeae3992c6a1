"""What leaves the registry to stand alone."""

from __future__ import annotations

from typing import Protocol

from registry.model import CertificateFacts


class Certificates(Protocol):
    """Turns the facts of a record into documents. The same facts and bundle give the same bytes."""

    @property
    def issuer(self) -> str:
        """The did:key that signs the credentials."""

    def certificate(self, facts: CertificateFacts, bundle: bytes) -> bytes:
        """A PDF/A-3 file with the evidence bundle and the credential attached.

        Raises:
            InvalidValueError: The picture among the facts is no PNG, or too large.
        """

    def credential(self, facts: CertificateFacts, bundle: bytes) -> bytes:
        """The same facts as a verifiable credential (canonical JSON) that names the bundle by SHA-256."""
