"""Finding the size at which a text fits, and the lines it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.documents.paragraph import Paragraph
from registry.documents.shaping import Line, joined, shape
from registry.documents.typefaces import EM, Typeface, chain_for, serif

_MORE = "\N{HORIZONTAL ELLIPSIS}"
_DOT = " \N{MIDDLE DOT} "
_BALANCE_STEPS = 5  # leaves at most a sixty-fourth of the width


@dataclass(frozen=True, slots=True)
class Block:
    """Lines at one size (points). `whole` is false if there was more text than room."""

    lines: tuple[Line, ...]
    size: float
    whole: bool


def set_line(text: str, typefaces: Sequence[Typeface]) -> Line:
    """One line, however long."""
    paragraph = Paragraph(text, typefaces)
    return paragraph.line(0, len(paragraph.text))


def wrap(text: str, size: float, width: float, language: str | None = None) -> list[Line]:
    """A text in the faces it needs, broken into lines of at most `width` points."""
    return _paragraph(text, language).lines(width * EM / size)


def wrap_in(typefaces: Sequence[Typeface], text: str, size: float, width: float) -> list[Line]:
    """A text in given faces, broken into lines of at most `width` points."""
    return Paragraph(text, typefaces).lines(width * EM / size)


def fit(text: str, sizes: Sequence[float], width: float, lines: int, language: str | None = None) -> Block:
    """A text at the largest of the sizes at which so many lines are enough; else cut, and said so.

    The lines are about equally long, so that no word is left alone on the last.
    """
    paragraph = _paragraph(text, language)
    for size in sizes:
        room = width * EM / size
        if len(paragraph.breaks(room)) <= lines:
            return Block(tuple(paragraph.lines(_balanced(paragraph, room))), size, whole=True)
    size, room = sizes[-1], width * EM / sizes[-1]
    kept = paragraph.breaks(room)[:lines]
    last = paragraph.cut(kept[-1][0], room, _MORE)
    return Block((*(paragraph.line(*place) for place in kept[:-1]), last), size, whole=False)


def fit_names(
    names: Sequence[str], sizes: Sequence[float], width: float, lines: int, language: str | None = None
) -> Block:
    """Names between dots at the largest of the sizes at which they fit; else some, and how many more.

    Each is set on its own: one written from right to left does not reorder its neighbours.
    """
    paragraphs = [_paragraph(name, language) for name in names]
    for size in sizes:
        room = width * EM / size
        rows = _rows([_one_line(paragraph, room) for paragraph in paragraphs], room)
        if len(rows) <= lines:
            whole = all(len(paragraph.breaks(room)) == 1 for paragraph in paragraphs)
            return Block(tuple(map(_in_a_row, rows)), size, whole)
    size, room = sizes[-1], width * EM / sizes[-1]
    kept = _rows([_one_line(paragraph, room) for paragraph in paragraphs], room)[:lines]
    while True:
        more = set_line(f"and {len(names) - sum(map(len, kept))} more", [serif()])
        last = _in_a_row([*kept[-1], more])
        if not kept[-1] or last.width <= room:
            return Block((*map(_in_a_row, kept[:-1]), last), size, whole=False)
        kept[-1] = kept[-1][:-1]


def _one_line(paragraph: Paragraph, room: float) -> Line:
    if len(paragraph.breaks(room)) == 1:
        return paragraph.line(0, len(paragraph.text))
    return paragraph.cut(0, room, _MORE)


def _paragraph(text: str, language: str | None) -> Paragraph:
    return Paragraph(text, chain_for(text, language), language)


def _balanced(paragraph: Paragraph, room: float) -> float:
    """The narrowest measure that needs no more lines."""
    wanted = len(paragraph.breaks(room))
    low, high = room / 2, room
    for _ in range(_BALANCE_STEPS if wanted > 1 else 0):
        middle = (low + high) / 2
        low, high = (low, middle) if len(paragraph.breaks(middle)) <= wanted else (middle, high)
    return high


def _rows(names: Sequence[Line], room: float) -> list[list[Line]]:
    dot, used = _between().width, 0.0
    rows: list[list[Line]] = [[]]
    for name in names:
        if rows[-1] and used + dot + name.width > room:
            rows.append([])
        used = used + dot + name.width if rows[-1] else name.width
        rows[-1].append(name)
    return rows


def _in_a_row(names: Sequence[Line]) -> Line:
    """Names with a dot between each two."""
    between = _between()
    parts = [part for name in names for part in (between, name)]
    return joined(parts[1:])


def _between() -> Line:
    return shape(_DOT, [serif()], [0] * len(_DOT), 0)
