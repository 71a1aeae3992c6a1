"""What makes a PDF an archive: PDF/A-3, level B (ISO 19005-3), with the evidence attached.

Part 3 and no earlier one, because only part 3 allows an attachment of any kind (section 6.8).
"""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from PIL import ImageCms

from registry.documents.pdf import Name, PdfFile, Reference, Stream

PRODUCER = "Colophon"
# Creation time of the colour profile (ICC.1, section 7.2.8): fixed, since it would differ on every run.
_ICC_TIME = slice(24, 36)
_ICC_EPOCH = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document; `relation` is its AFRelationship (ISO 19005-3, Annex E)."""

    name: str
    data: bytes
    media_type: str
    description: str
    relation: str


def close(
    pdf: PdfFile,
    pages: Reference,
    title: str,
    description: str,
    moment: datetime,
    attachments: Sequence[Attachment],
) -> bytes:
    """Add what PDF/A asks for around the pages, and write the file. `moment` stands for every date in it."""
    files = [(attachment.name, _attach(pdf, attachment, moment)) for attachment in attachments]
    names = [part for name, reference in sorted(files) for part in (name, reference)]
    catalog = {
        "Type": Name("Catalog"),
        "Pages": pages,
        "Lang": b"en",
        "MarkInfo": {"Marked": False},
        "ViewerPreferences": {"DisplayDocTitle": True},
        "PageMode": Name("UseNone"),
        "Metadata": pdf.add(_metadata(title, description, moment)),
        "OutputIntents": [_output_intent(pdf)],
        "Names": {"EmbeddedFiles": {"Names": names}},
        "AF": [reference for _, reference in files],
    }
    return pdf.write(pdf.add(catalog))


def _attach(pdf: PdfFile, attachment: Attachment, moment: datetime) -> Reference:
    dictionary = {
        "Type": Name("EmbeddedFile"),
        "Subtype": Name(attachment.media_type),
        "Params": {"Size": len(attachment.data), "ModDate": moment.strftime("D:%Y%m%d%H%M%SZ").encode()},
    }
    stream = pdf.add(Stream(attachment.data, dictionary))
    return pdf.add(
        {
            "Type": Name("Filespec"),
            "F": attachment.name.encode("ascii"),
            "UF": attachment.name,
            "Desc": attachment.description,
            "AFRelationship": Name(attachment.relation),
            "EF": {"F": stream, "UF": stream},
        }
    )


def _output_intent(pdf: PdfFile) -> dict[str, object]:
    return {
        "Type": Name("OutputIntent"),
        "S": Name("GTS_PDFA1"),
        "OutputConditionIdentifier": b"sRGB",
        "Info": b"sRGB IEC61966-2.1",
        "DestOutputProfile": pdf.add(Stream(_srgb(), {"N": 3})),
    }


@cache
def _srgb() -> bytes:
    """The sRGB colour profile (IEC 61966-2-1) as LittleCMS builds it: free of anybody's rights."""
    stored = io.BytesIO(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = bytearray(stored.getvalue())
    profile[_ICC_TIME] = _ICC_EPOCH
    return bytes(profile)


def _metadata(title: str, description: str, moment: datetime) -> Stream:
    """The XMP packet (ISO 16684-1), left readable."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    packet = _PACKET.format(title=_xml(title), description=_xml(description), producer=PRODUCER, stamp=stamp)
    return Stream(packet.encode("utf-8"), {"Type": Name("Metadata"), "Subtype": Name("XML")}, plain=True)


def _xml(text: str) -> str:
    """Text for XML 1.0, which cannot hold control characters at all (section 2.2)."""
    allowed = (
        character
        for character in text
        if character in "\t\n" or " " <= character < "\ufffe" or character > "\uffff"
    )
    return html.escape("".join(allowed))


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{stamp}</xmp:CreateDate>
<xmp:ModifyDate>{stamp}</xmp:ModifyDate>
<xmp:MetadataDate>{stamp}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
