"""The look of a certificate: the colours of the registry's pages on white, sizes in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.documents.canvas import A4, Canvas, Colour
from registry.documents.shaping import Line
from registry.documents.typefaces import EM, mono, serif
from registry.documents.typesetting import set_line, wrap, wrap_in
from registry.documents.wording import Fact, Value

INK: Colour = (31, 28, 25)
QUIET: Colour = (95, 87, 78)
FAINT: Colour = (221, 213, 201)
ACCENT: Colour = (150, 48, 31)

MARGIN = 68.0
MEASURE = A4[0] - 2 * MARGIN  # the width of what is printed
LABEL_SIZE = 6.6
LABEL_TRACKING = 110.0
CODE_SIZE = 8.0
LEADING = 1.36
LABEL_HEIGHT = 12.0
_BASELINE = 0.24  # how much of a line lies below its baseline


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line with its size and its distance to the next, in points."""

    line: Line
    size: float
    pitch: float


def label(canvas: Canvas, text: str, x: float, baseline: float, colour: Colour = QUIET) -> None:
    """A small spaced line in capitals."""
    canvas.text(set_line(text.upper(), [serif()]), x, baseline, LABEL_SIZE, colour, tracking=LABEL_TRACKING)


def centred_label(canvas: Canvas, text: str, baseline: float, colour: Colour = QUIET) -> None:
    """The same in the middle of the page."""
    centred(canvas, set_line(text.upper(), [serif()]), baseline, LABEL_SIZE, colour, LABEL_TRACKING)


def centred(
    canvas: Canvas, line: Line, baseline: float, size: float, colour: Colour, tracking: float = 0
) -> None:
    """A line in the middle of the page; the space after its last letter does not count."""
    width = (line.width + tracking * max(len(line.glyphs) - 1, 0)) * size / EM
    canvas.text(line, (A4[0] - width) / 2, baseline, size, colour, tracking=tracking)


def value_lines(
    values: Sequence[Value], size: float, width: float, language: str | None = None
) -> list[SetLine]:
    """The lines that the values of a fact need; codes are smaller, on the same grid of lines."""
    lines = []
    for value in values:
        if value.code:
            broken, drawn = wrap_in([mono(), serif()], value.text, CODE_SIZE, width), CODE_SIZE
        else:
            broken, drawn = wrap(value.text, size, width, language), size
        lines += [SetLine(line, drawn, size * LEADING) for line in broken]
    return lines


def height_of(lines: Sequence[SetLine]) -> float:
    """How far down the lines reach, in points."""
    return sum(line.pitch for line in lines)


def draw_lines(canvas: Canvas, lines: Sequence[SetLine], x: float, top: float, colour: Colour = INK) -> float:
    """Draw lines below `top`; returns where they end."""
    for line in lines:
        top -= line.pitch
        canvas.text(line.line, x, top + line.pitch * _BASELINE, line.size, colour)
    return top


def fact_height(lines: Sequence[SetLine]) -> float:
    """How far down a fact reaches: its label, then its lines."""
    return LABEL_HEIGHT + height_of(lines)


def draw_fact(canvas: Canvas, fact: Fact, lines: Sequence[SetLine], x: float, top: float) -> None:
    """A label with its lines below it, hanging from `top`."""
    label(canvas, fact.label, x, top - LABEL_SIZE)
    draw_lines(canvas, lines, x, top - LABEL_HEIGHT)
