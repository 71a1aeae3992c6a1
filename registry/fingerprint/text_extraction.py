"""Taking a text's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from pathlib import Path

import iscc_lib

from registry.fingerprint import iscc, text_decoding, text_docx, text_features, text_limits, text_pdf
from registry.fingerprint.text import WEIGHT_FACT
from registry.fingerprint.text_folding import fold
from registry.fingerprint.text_grams import MOST_WEIGHT, grams
from registry.fingerprint.text_sniffing import DOCX, PDF
from registry.model import Code, Extraction, Hash32


def prepare() -> None:
    """Load the table of look-alikes and the readers, before a worker closes its doors."""
    grams(fold("prepared"))


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes and features of a text.

    A text without letters (a scan, a drawing of signs) has no grams, and is found by its bytes alone.

    Raises:
        MediaTooLargeError: Over the limits of `text_limits`.
        UndecodableMediaError: Damaged, encrypted, or in an encoding that is not read.
        UnsupportedMediaError: An archive that is no DOCX.
    """
    text, pages = _read(path, media_type)
    found = grams(fold(text))
    text_limits.check("letters", found.weight, MOST_WEIGHT)
    return Extraction(
        medium="text",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts={"characters": len(text), WEIGHT_FACT: found.weight, **pages},
        codes=(_text_code(text), *iscc.file_codes(path)),
        features=text_features.features(found.rows),
    )


def _read(path: Path, media_type: str) -> tuple[str, dict[str, int]]:
    """A file's text, and its pages where it has any."""
    if media_type == PDF:
        text, pages = text_pdf.read(path)
        return text, {"pages": pages}
    if media_type == DOCX:
        return text_docx.read(path), {}
    return text_decoding.read(path, media_type), {}


def _text_code(text: str) -> Code:
    """The ISCC Text-Code: a MinHash of 13-grams, for others to compare with; no search here uses it."""
    return Code("iscc-text/0", str(iscc_lib.gen_text_code_v0(text, iscc.BITS)["iscc"]))
