"""A typeface inside the file: only the glyphs that were used (ISO 32000-1, sections 9.7 and 9.9)."""

from __future__ import annotations

import hashlib
import string

import uharfbuzz as hb

from registry.documents.pdf import Name, PdfFile, Reference, Stream
from registry.documents.shaping import Glyph
from registry.documents.typefaces import Typeface

_SYMBOLIC = 4  # section 9.8.2: the font has an encoding of its own
_UPRIGHT_STEM = 80  # no reader uses it for an embedded font, but the entry is required
_KEPT_TABLES = frozenset({"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cvt ", "fpgm", "prep"})
# Needed to pin the weight, and gone once it is.
_VARIATION_TABLES = frozenset({"fvar", "gvar", "avar", "HVAR", "MVAR"})
_TAG_LETTERS = 6  # section 9.6.4
_CMAP_BLOCK = 100  # section 9.10.3: entries a block may hold


class EmbeddedFont:
    """Numbers the glyphs of one typeface as they are used, and writes the font that has just these."""

    def __init__(self, typeface: Typeface, reference: Reference) -> None:
        self.typeface = typeface
        self.reference = reference
        self._codes: dict[int, int] = {}
        self._texts: dict[int, str] = {}

    def code(self, glyph: Glyph) -> int:
        """The two-byte code that shows a glyph in a content stream."""
        code = self._codes.setdefault(glyph.number, len(self._codes) + 1)
        if glyph.text:
            self._texts.setdefault(code, glyph.text)
        return code

    def write(self, pdf: PdfFile) -> None:
        """Add the subset, its widths and its way back to Unicode under the reserved reference."""
        program, places = _subset(self.typeface, sorted(self._codes))
        name = Name(f"{self._tag()}+{self.typeface.name}")
        places_map = bytearray(2 * (len(self._codes) + 1))
        for glyph, code in self._codes.items():
            places_map[2 * code : 2 * code + 2] = places[glyph].to_bytes(2, "big")
        descendant = {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
            "FontDescriptor": pdf.add(self._descriptor(pdf, name, program)),
            "DW": 1000,
            "W": [1, [self.typeface.advance(glyph) for glyph in self._codes]],
            "CIDToGIDMap": pdf.add(Stream(bytes(places_map))),
        }
        pdf.put(
            self.reference,
            {
                "Type": Name("Font"),
                "Subtype": Name("Type0"),
                "BaseFont": name,
                "Encoding": Name("Identity-H"),
                "DescendantFonts": [pdf.add(descendant)],
                "ToUnicode": pdf.add(Stream(self._to_unicode())),
            },
        )

    def _tag(self) -> str:
        digest = hashlib.sha256(",".join(map(str, self._codes)).encode()).digest()
        return "".join(string.ascii_uppercase[byte % 26] for byte in digest[:_TAG_LETTERS])

    def _descriptor(self, pdf: PdfFile, name: Name, program: bytes) -> dict[str, object]:
        scale = self.typeface.scale
        extents = self.typeface.font.get_font_extents("ltr")
        ascent, descent = extents.ascender * scale, extents.descender * scale
        return {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": [-1000, descent, 2000, ascent],
            "ItalicAngle": 0,
            "Ascent": ascent,
            "Descent": descent,
            "CapHeight": ascent,
            "StemV": _UPRIGHT_STEM,
            "FontFile2": pdf.add(Stream(program, {"Length1": len(program)})),
        }

    def _to_unicode(self) -> bytes:
        """Section 9.10.3: which text each code stands for."""
        entries = [
            f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
            for code, text in sorted(self._texts.items())
        ]
        blocks = [entries[at : at + _CMAP_BLOCK] for at in range(0, len(entries), _CMAP_BLOCK)]
        lines = [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
        ]
        for block in blocks:
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
        return "\n".join(lines).encode("ascii")


def _subset(typeface: Typeface, glyphs: list[int]) -> tuple[bytes, dict[int, int]]:
    """The font program with these glyphs alone, and where in it each went."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update([0, *glyphs])
    wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_BIDI_CLOSURE
    kept = _KEPT_TABLES if typeface.weight is None else _KEPT_TABLES | _VARIATION_TABLES
    dropped = set(typeface.face.table_tags) - kept
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in dropped)
    if typeface.weight is not None:
        wanted.pin_axis_location(typeface.face, "wght", typeface.weight)
    plan = hb.SubsetPlan(typeface.face, wanted)
    return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)
