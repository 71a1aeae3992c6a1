"""The text of a PDF, by PDFium. Loaded in decoder workers only."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from registry.errors import UndecodableMediaError
from registry.fingerprint import text_limits
from registry.fingerprint.text_limits import Collected


def read(path: Path) -> tuple[str, int]:
    """The text of all pages, a form feed behind each, and how many there are.

    A page that cannot be loaded has no text; a scan without a layer of text has none either.

    Raises:
        MediaTooLargeError: More pages or characters than are read.
        UndecodableMediaError: Damaged, or a password is needed.
    """
    try:
        document = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        raise UndecodableMediaError("text", _problem(error)) from error
    try:
        pages = len(document)
        text_limits.check("pages", pages, text_limits.MOST_PAGES)
        if not pages:
            raise UndecodableMediaError("text", "the PDF has no page")
        collected = Collected()
        for number in range(pages):
            collected.add(_page(document, number))
            collected.add("\f")
    finally:
        document.close()
    return collected.text(), pages


def _page(document: pdfium.PdfDocument, number: int) -> str:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return ""
    try:
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return ""
    else:
        text_limits.check_characters(text_page.count_chars())
        text: str = text_page.get_text_range(errors="replace")
        text_page.close()
        return text
    finally:
        page.close()


def _problem(error: Exception) -> str:
    if getattr(error, "err_code", None) == pdfium_raw.FPDF_ERR_PASSWORD:
        return "the PDF is encrypted, and a password is needed"
    return "the PDF is damaged"
