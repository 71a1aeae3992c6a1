"""The first page: the work, who claims it and since when. Made to be framed."""

from __future__ import annotations

from registry.documents.canvas import A4, Canvas, Colour
from registry.documents.pictures import Picture, qr_code
from registry.documents.style import (
    ACCENT,
    FAINT,
    INK,
    LABEL_HEIGHT,
    LABEL_SIZE,
    LEADING,
    MARGIN,
    MEASURE,
    QUIET,
    centred,
    centred_label,
    draw_fact,
    draw_lines,
    fact_height,
    label,
    value_lines,
)
from registry.documents.typefaces import serif
from registry.documents.typesetting import Block, fit, fit_names, set_line
from registry.documents.wording import (
    NOT_PROVEN,
    Value,
    creator_words,
    first_facts,
    moment_words,
    shown_words,
)
from registry.model import CertificateFacts

_TOP = A4[1] - 92  # below the heading
_FOOT = 186.0  # above the QR code and the two sentences
_QR_SIDE = 78.0
_GUTTER = 26.0
_FACT_SIZE, _TEXT_SIZE, _SMALL_SIZE = 10.5, 9.3, 7.5
_PICTURE_HEIGHT = 250.0
_AROUND = 30.0  # between the picture and the words
_BETWEEN = 13.0  # between the title and the creators
_TITLE_SIZES = (29.0, 25.0, 21.0, 17.5, 15.0)
_CREATOR_SIZES = (12.5, 11.0, 9.5)
_LINES = 3


def draw_face(canvas: Canvas, facts: CertificateFacts, picture: Picture | None) -> None:
    """Draw the whole page."""
    canvas.frame(30, ACCENT, 0.8)
    canvas.frame(34, FAINT, 0.5)
    centred(canvas, set_line("COLOPHON", [serif()]), _TOP + 18, 13, ACCENT, tracking=320)
    centred(canvas, set_line("Certificate of registration", [serif()]), _TOP - 2, 10.5, QUIET, tracking=12)
    bottom = _draw_facts(canvas, facts)
    _draw_work(canvas, facts, picture, _TOP - 24, bottom)
    _draw_foot(canvas, facts)


def _draw_facts(canvas: Canvas, facts: CertificateFacts) -> float:
    """Two columns that stand on the foot; returns how high they reach."""
    width = (MEASURE - _GUTTER) / 2
    told = first_facts(facts)
    rows = []
    for left, right in zip(told[::2], told[1::2], strict=True):
        columns = [(fact, value_lines(fact.values, _FACT_SIZE, width)) for fact in (left, right)]
        rows.append((columns, max(fact_height(lines) for _, lines in columns) + 9))
    y = top = _FOOT + sum(height for _, height in rows) + 4
    canvas.rule(MARGIN, top + 12, MEASURE, FAINT)
    for columns, height in rows:
        for position, (fact, lines) in enumerate(columns):
            draw_fact(canvas, fact, lines, MARGIN + position * (width + _GUTTER), y)
        y -= height
    return top + 12


def _draw_work(
    canvas: Canvas, facts: CertificateFacts, picture: Picture | None, top: float, bottom: float
) -> None:
    """Picture, title and creators, in the middle of the room that is left."""
    blocks = _words(facts)
    words_height = sum(LABEL_HEIGHT + _height(block) + _BETWEEN for _, block, _ in blocks)
    shown = _shown_size(picture, top - bottom - words_height - 2 * _AROUND)
    y = top - (top - bottom - words_height - (shown[1] + _AROUND if shown else 0)) / 2
    if picture and shown:
        _draw_picture(canvas, picture, y, shown)
        y -= shown[1] + _AROUND
    for name, block, colour in blocks:
        centred_label(canvas, name, y - LABEL_SIZE)
        y -= LABEL_HEIGHT
        for line in block.lines:
            y -= block.size * LEADING
            centred(canvas, line, y + block.size * 0.32, block.size, colour)
        y -= _BETWEEN


def _words(facts: CertificateFacts) -> list[tuple[str, Block, Colour]]:
    """Labels, texts and colours; the labels keep a title from passing for the registry's own words."""
    if facts.title is None:
        return [("Title", fit("redacted by its holder", _TITLE_SIZES[2:], MEASURE, 1), QUIET)]
    title = fit(facts.title, _TITLE_SIZES, MEASURE, _LINES, facts.language)
    words = [(_declared("Title", title), title, INK)]
    if facts.creators:
        names = fit_names(creator_words(facts), _CREATOR_SIZES, MEASURE * 0.92, _LINES, facts.language)
        words.append((_declared("Creators" if len(facts.creators) > 1 else "Creator", names), names, QUIET))
    return words


def _declared(name: str, block: Block) -> str:
    return f"{name}, as declared" if block.whole else f"{name}, as declared (in full on the next page)"


def _height(block: Block) -> float:
    return len(block.lines) * block.size * LEADING


def _shown_size(picture: Picture | None, room: float) -> tuple[float, float] | None:
    """How wide and high the picture may be, in points."""
    if picture is None:
        return None
    scale = min(MEASURE / picture.width, min(_PICTURE_HEIGHT, room) / picture.height)
    return picture.width * scale, picture.height * scale


def _draw_picture(canvas: Canvas, picture: Picture, top: float, size: tuple[float, float]) -> None:
    width, height = size
    x, y = (A4[0] - width) / 2, top - height
    canvas.box(x - 0.5, y - 0.5, width + 1, height + 1, FAINT)
    canvas.image(picture.reference, x, y, width, height)


def _draw_foot(canvas: Canvas, facts: CertificateFacts) -> None:
    canvas.rule(MARGIN, _FOOT - 6, MEASURE, FAINT)
    bottom = _FOOT - 24 - _QR_SIDE
    canvas.boxes(qr_code(facts.page_url, MARGIN, bottom, _QR_SIDE), INK)
    canvas.link(facts.page_url, MARGIN, bottom, _QR_SIDE, _QR_SIDE)
    x = MARGIN + _QR_SIDE + _GUTTER
    y = _FOOT - 24
    for heading, text in (("What it shows", shown_words(facts)), ("What it does not prove", NOT_PROVEN)):
        label(canvas, heading, x, y - LABEL_SIZE, ACCENT)
        lines = value_lines([Value(text)], _TEXT_SIZE, A4[0] - MARGIN - x)
        y = draw_lines(canvas, lines, x, y - LABEL_HEIGHT + 2) - 8
    as_of = f"As of {moment_words(facts.as_of)}. The record is on the next page, its proofs are attached."
    centred(canvas, set_line(as_of, [serif()]), 52, _SMALL_SIZE, QUIET)
