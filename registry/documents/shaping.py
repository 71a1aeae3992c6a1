"""From a text to the glyphs of one line, in the order they stand on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

import uharfbuzz as hb

from registry.documents import bidi
from registry.documents.typefaces import Typeface
from registry.errors import InvalidValueError

# Letters join or part by these in Arabic and Persian, and marks of direction are part of ordinary typing.
_INVISIBLE = frozenset(
    "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
)
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MARKS = frozenset({"Mn", "Mc", "Me"})
_OPENING = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_CLOSING = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_REMEMBERED = 4096  # characters; a text asks about each of its own many times


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph. `advance`, `right` and `up` (an offset from the pen) are in thousandths of an em.

    `text` is what it stands for, from `start` on; a ligature has all of it, further glyphs of one letter
    have none.
    """

    typeface: Typeface
    number: int
    text: str
    start: int
    advance: float
    right: float
    up: float


@dataclass(frozen=True, slots=True)
class Line:
    """A text and its glyphs from left to right; `level` is odd if the paragraph begins at the right."""

    text: str
    glyphs: tuple[Glyph, ...]
    level: int

    @property
    def width(self) -> float:
        """In thousandths of an em."""
        return sum(glyph.advance for glyph in self.glyphs)


def joined(parts: Iterable[Line]) -> Line:
    """Lines side by side from left to right, each keeping its own direction."""
    kept = list(parts)
    return Line("".join(part.text for part in kept), tuple(g for part in kept for g in part.glyphs), 0)


def printable(text: str, typefaces: Sequence[Typeface]) -> str:
    """The text as it can be printed: NFC, white space as single blanks, and nothing that vanishes.

    A character no face has, and one that would hide or reorder others (controls, private use), appears as
    its code point between angle quotation marks, as in U+202E: never as an empty box, never as nothing.
    """
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    if all(character == " " or _is_invisible(character) for character in shown):
        return "".join(map(_code_point, text))
    return "".join(
        character if _prints(character, typefaces) else _code_point(character) for character in shown
    )


def shape(
    text: str, typefaces: Sequence[Typeface], levels: Sequence[int], base: int, language: str = ""
) -> Line:
    """The glyphs of a printable text that stands on one line.

    Args:
        text: What `printable` returned, or a part of it.
        typefaces: Best first.
        levels: The embedding level of each character.
        base: The level of the paragraph the line is part of.
        language: A BCP 47 tag for letter forms that depend on it.

    Raises:
        InvalidValueError: A glyph is missing after all.
    """
    faces = _faces(text, typefaces)
    places = groupby(range(len(text)), key=lambda index: (levels[index], id(faces[index])))
    runs = [list(members) for _, members in places]
    order = bidi.visual_order([levels[run[0]] for run in runs])
    glyphs: list[Glyph] = []
    for run in (runs[position] for position in order):
        part = text[run[0] : run[-1] + 1]
        glyphs += _shape_run(part, run[0], faces[run[0]], levels[run[0]], language)
    return Line(text, tuple(glyphs), base)


def _code_point(character: str) -> str:
    return f"{_OPENING}U+{ord(character):04X}{_CLOSING}"


@lru_cache(maxsize=_REMEMBERED)
def is_mark(character: str) -> bool:
    """Whether the character belongs to the one before it."""
    return unicodedata.category(character) in _MARKS or _is_invisible(character)


def _prints(character: str, typefaces: Iterable[Typeface]) -> bool:
    if _is_invisible(character):
        return True
    if unicodedata.category(character) in _UNPRINTABLE:
        return False
    return any(face.covers(character) for face in typefaces)


@lru_cache(maxsize=_REMEMBERED)
def _is_invisible(character: str) -> bool:
    return character in _INVISIBLE or any(ord(character) in span for span in _VARIATION)


def _faces(text: str, typefaces: Sequence[Typeface]) -> list[Typeface]:
    """The face of each character: a letter and its marks in one, a blank in that of what it follows."""
    result: list[Typeface] = []
    known: dict[str, list[Typeface]] = {}
    starts = [index for index, character in enumerate(text) if index == 0 or not is_mark(character)]
    for start, end in pairwise([*starts, len(text)]):
        cluster = text[start:end]
        if cluster == " " and result and result[-1].covers(cluster):
            result.append(result[-1])
            continue
        if cluster not in known:
            known[cluster] = _cluster_faces(cluster, typefaces)
        result += known[cluster]
    return result


def _cluster_faces(cluster: str, typefaces: Sequence[Typeface]) -> list[Typeface]:
    visible = "".join(character for character in cluster if not _is_invisible(character))
    whole = next((face for face in typefaces if face.covers(visible)), None)
    if whole is not None:
        return [whole] * len(cluster)
    parts: list[Typeface] = []
    for character in cluster:
        known = next((face for face in typefaces if face.covers(character)), None)
        parts.append(known or (parts[-1] if parts else typefaces[0]))
    return parts


def _shape_run(text: str, start: int, face: Typeface, level: int, language: str) -> list[Glyph]:
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(character) for character in text])
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    buffer.language = language or "und"
    hb.shape(face.font, buffer)
    texts = _cluster_texts(text, [info.cluster for info in buffer.glyph_infos])
    scale = face.scale
    glyphs = [
        Glyph(
            face,
            info.codepoint,
            stands_for,
            start + info.cluster,
            place.x_advance * scale,
            place.x_offset * scale,
            place.y_offset * scale,
        )
        for info, place, stands_for in zip(buffer.glyph_infos, buffer.glyph_positions, texts, strict=True)
    ]
    if any(glyph.number == 0 for glyph in glyphs):
        raise InvalidValueError("text", f"no glyph for a part of {text!r}")
    return glyphs


def _cluster_texts(text: str, clusters: Sequence[int]) -> list[str]:
    """What each glyph stands for: the first of a cluster for all of its characters, the others for none."""
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    seen: set[int] = set()
    texts = []
    for cluster in clusters:
        texts.append("" if cluster in seen else text[cluster : ends[cluster]])
        seen.add(cluster)
    return texts
