"""The certificate of a record and its verifiable credential: readings of its evidence bundle."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from registry.errors import NotFoundError
from registry.model import (
    PERPETUAL,
    ZERO_ADDRESS,
    CertificateFacts,
    ChainFacts,
    Creator,
    Hash32,
    Offer,
    WorkId,
)
from registry.model.certificate import MAX_LICENCES
from registry.ports import Blobs, Certificates, Clock
from registry.usecases.evidence import Evidence, ReadEvidence
from registry.usecases.made import Made
from registry.usecases.offer import Availability, PublishedOffer, ReadOffers
from registry.usecases.records import from_unix_clamped
from registry.usecases.viewer import Viewer

KEPT_BYTES = 64 << 20
NO_DOCUMENTS = "Not told to this registry"  # the claimant went to the contract alone: nothing was redacted
AT_A_TIME = 2  # each takes a core for a moment
_SECONDS_PER_DAY = 86_400
# The moment of a document that is not made yet: all else being equal, the one made before is given again.
_ANY_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_WEI_DIGITS = 18


@dataclass(frozen=True, slots=True)
class IssueCertificate:
    """What stands alone: a PDF with the bundle inside, or the same facts as a signed credential.

    `chain_name` is what people call the chain; `page_url` in both methods is where they find the record.
    """

    evidence: ReadEvidence
    offers: ReadOffers
    blobs: Blobs
    certificates: Certificates
    clock: Clock
    chain_name: str
    made: Made = field(default_factory=lambda: Made("the desk for certificates", KEPT_BYTES, AT_A_TIME))

    def certificate(self, work_id: WorkId, viewer: Viewer, page_url: str) -> bytes:
        """A PDF/A-3 file with the bundle and the credential attached.

        Raises:
            NotFoundError, EvidenceNotReadyError, BusyError and others: As `ReadEvidence`.
        """
        evidence = self.evidence(work_id, viewer)
        facts = self._facts(evidence, page_url)
        preview = _preview(evidence)

        def make() -> bytes:
            pictured = replace(self._as_of_now(facts), picture=self._picture(preview))
            return self.certificates.certificate(pictured, evidence.bundle)

        return self._made("certificate", evidence, (facts, preview), make)

    def credential(self, work_id: WorkId, viewer: Viewer, page_url: str) -> bytes:
        """A verifiable credential (canonical JSON) that names the bundle by SHA-256.

        Raises:
            As `certificate`.
        """
        evidence = self.evidence(work_id, viewer)
        facts = self._facts(evidence, page_url)
        return self._made(
            "credential",
            evidence,
            facts,
            lambda: self.certificates.credential(self._as_of_now(facts), evidence.bundle),
        )

    def _made(self, what: str, evidence: Evidence, facts: object, make: Callable[[], bytes]) -> bytes:
        return self.made.of((what, hashlib.sha256(evidence.bundle).digest(), facts), make)

    def _facts(self, evidence: Evidence, page_url: str) -> CertificateFacts:
        record = evidence.record
        said: Mapping[str, Any] = (record.entry.metadata if record.entry else None) or {}
        contracts = self.evidence.chain.contracts
        return CertificateFacts(
            title=said.get("title") if record.entry else NO_DOCUMENTS,
            creators=tuple(Creator(one["name"], one.get("role")) for one in said.get("creators", ())),
            claimant=record.declaration.claimant,
            work_id=record.work_id,
            content_hash=record.declaration.content_hash,
            proof_level=record.proof_level,
            status=record.status,
            chain=ChainFacts(
                self.chain_name,
                contracts.chain_id,
                tuple(contracts.addresses.items()),
                evidence.transaction,
                evidence.block.number,
                evidence.block.hash,
                record.leaf_index if record.dated else None,
            ),
            page_url=page_url,
            as_of=_ANY_TIME,
            language=said.get("language"),
            registration_number=record.registration_number,
            effective_at=record.effective_date,
            adverse_claims=len(record.adverse_claims),
            compared=record.entry is not None and record.entry.is_checked,
            licences=self._licences(record.work_id),
        )

    def _as_of_now(self, facts: CertificateFacts) -> CertificateFacts:
        """A chain's clock may be ahead of ours by moments: nothing is certified before it was so."""
        now = self.clock.now().replace(microsecond=0)
        return replace(facts, as_of=max(now, facts.effective_at or now))

    def _licences(self, work_id: WorkId) -> tuple[str, ...]:
        published = self.offers.of_work(work_id)
        lines = [_line(one) for one in published if one.availability is Availability.AVAILABLE]
        return tuple(lines[-MAX_LICENCES:])

    def _picture(self, preview: Hash32 | None) -> bytes | None:
        """The preview as PNG; it may have been withdrawn a moment ago."""
        if preview is None:
            return None
        try:
            jpeg = self.blobs.get(preview)
        except NotFoundError:
            return None
        png = io.BytesIO()
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:  # made by our own decoder
            opened.save(png, "PNG")
        return png.getvalue()


def _preview(evidence: Evidence) -> Hash32 | None:
    entry = evidence.record.entry
    return entry.preview if entry else None


def _line(published: PublishedOffer) -> str:
    """An offer in one line, its terms by the name that the licensor gave them."""
    offer = published.entry.offer
    name = str(published.entry.terms["name"])[:100]
    length = "without end" if offer.duration == PERPETUAL else f"for {_span(offer.duration)}"
    until = from_unix_clamped(offer.valid_until)
    return f"{name}: {_price(offer)}, {length}, on offer until {until:%-d %B %Y}"


def _span(seconds: int) -> str:
    days, rest = divmod(seconds, _SECONDS_PER_DAY)
    if rest or not days:
        return f"{seconds} seconds"
    return "1 day" if days == 1 else f"{days} days"


def _price(offer: Offer) -> str:
    if not offer.price:
        return "free of charge"
    if offer.currency != ZERO_ADDRESS:
        return f"{offer.price} units of token {offer.currency}"
    whole, rest = divmod(offer.price, 10**_WEI_DIGITS)
    fraction = f"{rest:0{_WEI_DIGITS}d}".rstrip("0")
    return f"{whole}.{fraction} ETH" if fraction else f"{whole} ETH"
