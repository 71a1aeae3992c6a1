"""A record's certificate: a PDF/A-3b file that stands alone, with its evidence attached."""

from __future__ import annotations

from registry.documents.archive import Attachment, close
from registry.documents.canvas import Canvas, Fonts
from registry.documents.face_page import draw_face
from registry.documents.pdf import Name, PdfFile
from registry.documents.pictures import embed_png
from registry.documents.record_pages import draw_record, paginate, rows_of
from registry.documents.wording import NOT_PROVEN, all_facts
from registry.model import CertificateFacts

BUNDLE_NAME = "evidence.json"
CREDENTIAL_NAME = "credential.json"


def make_certificate(facts: CertificateFacts, bundle: bytes, credential: bytes | None = None) -> bytes:
    """The certificate as the bytes of a PDF/A-3b file; the same arguments give the same bytes.

    "The same" holds for one installation: another version of the shaping or compression library may place
    or pack a glyph otherwise. A character that no installed typeface has is printed as its code point.

    Args:
        facts: What is printed.
        bundle: The evidence bundle, attached unchanged as `evidence.json`.
        credential: The same facts as a verifiable credential, attached as `credential.json`.

    Raises:
        InvalidValueError: The picture is no PNG, or too large.
    """
    attachments = [Attachment(BUNDLE_NAME, bundle, "application/json", "The evidence of this record", "Data")]
    if credential is not None:
        attachments.append(
            Attachment(
                CREDENTIAL_NAME,
                credential,
                "application/vc",
                "The same facts as a verifiable credential",
                "Alternative",
            )
        )
    pdf = PdfFile()
    fonts, pages = Fonts(pdf), pdf.reserve()
    picture = None if facts.picture is None else embed_png(pdf, facts.picture)
    face = Canvas(pdf, fonts)
    draw_face(face, facts, picture)
    drawn = [face]
    name = facts.registration_number or str(facts.work_id)
    parts = paginate(rows_of(facts, all_facts(facts, attachments)))
    for position, rows in enumerate(parts, 2):
        drawn.append(Canvas(pdf, fonts))
        draw_record(drawn[-1], rows, f"{name}, page {position} of {len(parts) + 1}")
    kids = [canvas.write(pages) for canvas in drawn]
    fonts.write()
    pdf.put(pages, {"Type": Name("Pages"), "Kids": kids, "Count": len(kids)})
    title = f"Certificate of registration: {facts.title or 'title redacted'}"
    return close(pdf, pages, title, NOT_PROVEN, facts.as_of, attachments)
