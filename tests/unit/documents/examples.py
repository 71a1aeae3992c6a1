"""Facts to print, and the PDF reader that the tests read them with."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pypdfium2
from PIL import Image

from registry.model import (
    Address,
    CertificateFacts,
    ChainFacts,
    Creator,
    Hash32,
    ProofLevel,
    Status,
    TransactionHash,
    WorkId,
)

CHAIN = ChainFacts(
    "embedded chain",
    31337,
    (("WorkRegistry", Address("0x" + "01" * 20)), ("CheckpointLog", Address("0x" + "02" * 20))),
    TransactionHash(bytes([3] * 32)),
    1234,
    Hash32(bytes([4] * 32)),
    41,
)


def facts(**changes: Any) -> CertificateFacts:
    """A final record on a local chain, with what a test changes."""
    told: dict[str, Any] = {
        "title": "Low tide",
        "creators": (Creator("A. Painter", "painter"),),
        "claimant": Address("0x" + "ab" * 20),
        "work_id": WorkId(bytes([5] * 32)),
        "content_hash": Hash32(bytes([6] * 32)),
        "proof_level": ProofLevel.LOCAL,
        "status": Status.FINAL,
        "chain": CHAIN,
        "page_url": "https://registry.example/works/0x" + "05" * 32,
        "as_of": datetime(2026, 11, 21, 18, 30, tzinfo=UTC),
        "registration_number": "31337-L42",
        "effective_at": datetime(2026, 11, 20, 9, 26, 53, tzinfo=UTC),
    }
    return CertificateFacts(**(told | changes))


def png(width: int = 40, height: int = 30, mode: str = "RGB") -> bytes:
    """A plain picture."""
    stored = io.BytesIO()
    Image.new(mode, (width, height), 120 if mode in {"L", "P"} else (200, 40, 40, 128)[: len(mode)]).save(
        stored, "PNG"
    )
    return stored.getvalue()


def text_of(certificate: bytes) -> str:
    """All that a reader can copy out of the pages, in one line."""
    document = pypdfium2.PdfDocument(certificate)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


def drawn(certificate: bytes, page: int = 0, scale: float = 2) -> Image.Image:
    """A page as a reader shows it."""
    document = pypdfium2.PdfDocument(certificate)
    try:
        image: Image.Image = document[page].render(scale=scale).to_pil().convert("L")
    finally:
        document.close()
    return image
