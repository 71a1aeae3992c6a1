"""A text measured once, to be broken into lines at any width."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from registry.documents import bidi
from registry.documents.shaping import Line, is_mark, printable, shape
from registry.documents.typefaces import Typeface

_WIDE = frozenset({"W", "F"})
_NEVER_FIRST = frozenset({"Pe", "Pf", "Po", "Lm"})  # closing marks, the full stop, the long-vowel sign
_NEVER_LAST = frozenset({"Ps", "Pi"})
_BREAK_AFTER = frozenset({" ", "-", "\N{EN DASH}", "\N{EM DASH}"})

Span = tuple[int, int]


class Paragraph:
    """A text in the faces it needs; widths are in thousandths of an em, whatever the size it is printed at.

    Directions are resolved for the whole of it before it is broken (UAX #9, section 3.4). It is shaped once
    to be measured and once more line by line, so the time it takes grows with its length and no faster.
    """

    def __init__(self, text: str, typefaces: Sequence[Typeface], language: str | None = None) -> None:
        self._faces, self._language = typefaces, language or ""
        self.text = printable(text, typefaces)
        self._base = bidi.paragraph_level(self.text)
        self._levels = bidi.levels(self.text, self._base)
        advances = [0.0] * len(self.text)
        whole = self._shaped(0, len(self.text))
        for glyph in whole.glyphs:
            advances[glyph.start] += glyph.advance
        self._reach = list(accumulate(advances, initial=0.0))
        starts = {glyph.start for glyph in whole.glyphs}
        self._letters = [i for i, letter in enumerate(self.text) if i in starts and not is_mark(letter)]
        inside = (i for i in range(1, len(self.text)) if _may_break(self.text[i - 1], self.text[i]))
        self._pieces = list(pairwise([0, *inside, len(self.text)]))

    def breaks(self, room: float) -> list[Span]:
        """Where each line begins and ends if it may be so wide."""
        lines: list[Span] = []
        start = end = 0
        for begin, finish in self._parts(room):
            if end > start and self._width(start, finish) > room:
                lines.append((start, end))
                start = begin
            end = finish
        return [*lines, (start, end)] if end > start else lines

    def line(self, start: int, end: int) -> Line:
        """The glyphs of a part, without the blanks at its end."""
        return self._shaped(start, start + len(self.text[start:end].rstrip()))

    def lines(self, room: float) -> list[Line]:
        """The lines at this width."""
        return [self.line(*span) for span in self.breaks(room)]

    def cut(self, start: int, room: float, sign: str) -> Line:
        """As much from `start` on as fits before a sign (one character) that says there is more."""
        sign_width = shape(sign, self._faces, [self._base], self._base).width
        ends = (letter for letter in self._letters if letter > start)
        fitting = [end for end in ends if self._width(start, end) + sign_width <= room]
        kept = self.text[start : fitting[-1] if fitting else start].rstrip()
        levels = [*self._levels[start : start + len(kept)], self._base]
        return shape(kept + sign, self._faces, levels, self._base, self._language)

    def _width(self, start: int, end: int) -> float:
        """Without the blanks at the end, which nobody sees."""
        while end > start and self.text[end - 1] == " ":
            end -= 1
        return self._reach[end] - self._reach[start]

    def _parts(self, room: float) -> Iterator[Span]:
        """The pieces; one that is wider than a line (a hash, a word without end) in its letters."""
        for start, end in self._pieces:
            if self._width(start, end) <= room:
                yield start, end
            else:
                letters = (letter for letter in self._letters if start < letter < end)
                yield from pairwise([start, *letters, end])

    def _shaped(self, start: int, end: int) -> Line:
        levels = self._levels[start:end]
        return shape(self.text[start:end], self._faces, levels, self._base, self._language)


def _may_break(before: str, after: str) -> bool:
    if after == " " or is_mark(after):
        return False
    if before in _BREAK_AFTER:
        return True
    if not (_is_wide(before) or _is_wide(after)):
        return False
    return unicodedata.category(after) not in _NEVER_FIRST and unicodedata.category(before) not in _NEVER_LAST


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE
