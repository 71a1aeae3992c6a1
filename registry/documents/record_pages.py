"""The pages after the first: every fact in full, and how to check them. Made to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.documents.canvas import A4, Canvas
from registry.documents.style import (
    ACCENT,
    FAINT,
    MARGIN,
    MEASURE,
    QUIET,
    SetLine,
    centred,
    draw_lines,
    height_of,
    value_lines,
)
from registry.documents.typefaces import serif
from registry.documents.typesetting import set_line
from registry.documents.wording import CHECKS, NOT_PROVEN, Fact, Value
from registry.model import CertificateFacts

_TOP = A4[1] - 52
_BOTTOM = 68.0
_LABEL_WIDTH = 112.0
_SIZE, _LABEL_SIZE, _FOOT_SIZE = 9.3, 8.0, 7.5
_GAP = 6.0
_HEADING_HEIGHT, _HEADING_SIZE = 36.0, 16.0
# One name can take lines and there can be many, so a fact longer than this goes on in a row of its own.
_MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Row:
    """The lines of a label and those beside it; a heading has neither."""

    labels: tuple[SetLine, ...] = ()
    lines: tuple[SetLine, ...] = ()
    heading: str = ""

    @property
    def height(self) -> float:
        """In points, with the gap below."""
        return _HEADING_HEIGHT if self.heading else max(map(height_of, (self.labels, self.lines))) + _GAP


def rows_of(facts: CertificateFacts, told: Sequence[Fact]) -> list[Row]:
    """All that the record pages hold, from top to bottom."""
    steps = [Fact(f"Step {position}", (Value(text),)) for position, text in enumerate(CHECKS, 1)]
    rows = [Row(heading="The record")]
    for fact in told:
        rows += _rows(fact, facts.language)
    rows.append(Row(heading="How to check it"))
    for step in steps:
        rows += _rows(step, None)
    return rows


def paginate(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each page; a heading takes at least one row with it."""
    pages: list[list[Row]] = [[]]
    room = _TOP - _BOTTOM
    for position, row in enumerate(rows):
        follower = rows[position + 1].height if row.heading else 0.0
        if pages[-1] and row.height + follower > room:
            pages.append([])
            room = _TOP - _BOTTOM
        pages[-1].append(row)
        room -= row.height
    return pages


def draw_record(canvas: Canvas, rows: Sequence[Row], name: str) -> None:
    """Draw one page; `name` says at its foot which record it belongs to, and which page it is."""
    y = _TOP
    for row in rows:
        if row.heading:
            heading = set_line(row.heading, [serif()])
            canvas.text(heading, MARGIN, y - _HEADING_HEIGHT * 0.62, _HEADING_SIZE, ACCENT)
        else:
            draw_lines(canvas, row.labels, MARGIN, y, QUIET)
            draw_lines(canvas, row.lines, MARGIN + _LABEL_WIDTH, y)
            canvas.rule(MARGIN, y - row.height + _GAP / 2, MEASURE, FAINT, 0.4)
        y -= row.height
    centred(canvas, set_line(NOT_PROVEN, [serif()]), 46, _FOOT_SIZE, QUIET)
    centred(canvas, set_line(name, [serif()]), 34, _FOOT_SIZE, QUIET)


def _rows(fact: Fact, language: str | None) -> list[Row]:
    lines = value_lines(fact.values, _SIZE, MEASURE - _LABEL_WIDTH, language)
    labels = value_lines([Value(fact.label)], _LABEL_SIZE, _LABEL_WIDTH - 12)
    parts = [tuple(lines[at : at + _MOST_LINES]) for at in range(0, len(lines), _MOST_LINES)]
    return [Row(() if position else tuple(labels), part) for position, part in enumerate(parts)]
