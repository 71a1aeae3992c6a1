"""One page: what is drawn on it, in points from its lower left corner (ISO 32000-1, sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from registry.documents.embedding import EmbeddedFont
from registry.documents.pdf import Name, PdfFile, Reference, Stream, encode, number
from registry.documents.shaping import Glyph, Line
from registry.documents.typefaces import EM, Typeface

A4 = (595.276, 841.89)
Colour = tuple[int, int, int]
_BYTE = 255
_PRINTED = 4  # section 12.5.3: an annotation that PDF/A does not ignore when it is printed
# A name can pile up marks without end; what leaves this band (in ems) is cut, so it cannot cover a fact.
_BELOW, _ABOVE = 0.62, 1.25
_SMALLEST = 0.0005  # anything less is written as 0


class Fonts:
    """The typefaces a file uses, each embedded once."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self._fonts: dict[str, EmbeddedFont] = {}

    def of(self, typeface: Typeface) -> EmbeddedFont:
        """The typeface as it stands in this file."""
        if typeface.name not in self._fonts:
            self._fonts[typeface.name] = EmbeddedFont(typeface, self._pdf.reserve())
        return self._fonts[typeface.name]

    def write(self) -> None:
        """Embed all of them, once no more glyphs will be used."""
        for font in self._fonts.values():
            font.write(self._pdf)


class Canvas:
    """Collects what stands on one A4 page."""

    def __init__(self, pdf: PdfFile, fonts: Fonts) -> None:
        self._pdf, self._fonts = pdf, fonts
        self._content: list[bytes] = []
        self._used: dict[str, Reference] = {}
        self._images: dict[str, Reference] = {}
        self._links: list[Reference] = []

    def text(
        self, line: Line, x: float, baseline: float, size: float, colour: Colour, tracking: float = 0
    ) -> None:
        """Draw a line from `x` to the right; `tracking` (thousandths of an em) follows every glyph."""
        self._content += [
            encode(Name("Span")) + b" " + encode({"ActualText": line.text}) + b" BDC",
            _joined("q 0", baseline - _BELOW * size, A4[0], (_BELOW + _ABOVE) * size, "re W n"),
            _fill(colour),
            b"BT",
        ]
        pen = x
        for _, run in groupby(line.glyphs, key=_run_key):
            pen = self._run(list(run), pen, baseline, size, tracking)
        self._content += [b"ET", b"Q", b"EMC"]

    def rule(self, x: float, y: float, width: float, colour: Colour, thickness: float = 0.5) -> None:
        """A thin level line."""
        self.box(x, y - thickness / 2, width, thickness, colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._content += [b"q", _fill(colour), _joined(x, y, width, height, "re f"), b"Q"]

    def boxes(self, rectangles: Sequence[tuple[float, float, float, float]], colour: Colour) -> None:
        """Many filled rectangles (x, y, width, height) as one shape, so that no seam shows between them."""
        shapes = [_joined(*rectangle, "re") for rectangle in rectangles]
        self._content += [b"q", _fill(colour), *shapes, b"f", b"Q"]

    def frame(self, inset: float, colour: Colour, thickness: float) -> None:
        """A line around the page."""
        width, height = A4
        stroke = b" ".join(number(part / _BYTE) for part in colour) + b" RG"
        self._content += [
            b"q",
            stroke,
            _joined(thickness, "w", inset, inset, width - 2 * inset, height - 2 * inset, "re S"),
            b"Q",
        ]

    def image(self, image: Reference, x: float, y: float, width: float, height: float) -> None:
        """A picture, its lower left corner at (x, y)."""
        name = f"I{image.number}"
        self._images[name] = image
        self._content += [
            b"q",
            _joined(width, "0 0", height, x, y, "cm"),
            encode(Name(name)) + b" Do",
            b"Q",
        ]

    def link(self, url: str, x: float, y: float, width: float, height: float) -> None:
        """Make an area lead to an address (ASCII)."""
        annotation = {
            "Type": Name("Annot"),
            "Subtype": Name("Link"),
            "Rect": [x, y, x + width, y + height],
            "Border": [0, 0, 0],
            "F": _PRINTED,
            "A": {"S": Name("URI"), "URI": url.encode("ascii")},
        }
        self._links.append(self._pdf.add(annotation))

    def write(self, parent: Reference) -> Reference:
        """Add the page to the file."""
        resources = {"Font": self._used, "XObject": self._images}
        page = {
            "Type": Name("Page"),
            "Parent": parent,
            "MediaBox": [0, 0, *A4],
            "Resources": resources,
            "Contents": self._pdf.add(Stream(b"\n".join(self._content))),
        }
        return self._pdf.add(page | ({"Annots": self._links} if self._links else {}))

    def _run(self, glyphs: list[Glyph], pen: float, baseline: float, size: float, tracking: float) -> float:
        """Glyphs of one face that stand on the line, or one that does not; returns where the next begins."""
        font = self._fonts.of(glyphs[0].typeface)
        name = f"F{font.reference.number}"
        self._used[name] = font.reference
        x, y = pen + glyphs[0].right * size / EM, baseline + glyphs[0].up * size / EM
        shown = b" ".join(_kerned(font, glyphs, tracking))
        self._content += [
            encode(Name(name)) + b" " + _joined(size, "Tf 1 0 0 1", x, y, "Tm"),
            b"[" + shown + b"] TJ",
        ]
        return pen + sum(glyph.advance + tracking for glyph in glyphs) * size / EM


def _run_key(glyph: Glyph) -> tuple[str, int]:
    alone = bool(glyph.right or glyph.up)
    return glyph.typeface.name, id(glyph) if alone else 0


def _kerned(font: EmbeddedFont, glyphs: Sequence[Glyph], tracking: float) -> Iterator[bytes]:
    for glyph in glyphs:
        yield b"<%04X>" % font.code(glyph)
        back = font.typeface.advance(glyph.number) - glyph.advance - tracking
        if abs(back) >= _SMALLEST:
            yield number(back)


def _fill(colour: Colour) -> bytes:
    return b" ".join(number(part / _BYTE) for part in colour) + b" rg"


def _joined(*parts: float | str) -> bytes:
    return b" ".join(part.encode() if isinstance(part, str) else number(part) for part in parts)
