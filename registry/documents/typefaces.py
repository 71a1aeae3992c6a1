"""The letters a certificate is printed in, and which of them a text needs.

Latin, Greek, Cyrillic and Arabic travel with this package (`fonts/`). The Chinese, Japanese and Korean faces
are 50 MB, so they come as a dependency of their own. Where that one is left out a certificate is still made;
their characters are then printed as code points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import uharfbuzz as hb

_EAST_ASIAN_PACKAGE = "justmytype_intl_cjk"
_EAST_ASIAN = {
    region: f"fonts/ofl/notosans{region}/NotoSans{region.upper()}[wght].ttf"
    for region in ("sc", "tc", "jp", "kr")
}
_WEIGHT = 350  # between Light and Regular: sits beside the serif without being louder
_KANA = range(0x3040, 0x3100)
_HANGUL = range(0xAC00, 0xD7A4)
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
EM = 1000
# Two threads that load a face at once would have two of it, and a line of both is shaped as two.
_LOADING = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """One font file, its variable weight pinned where it has one; loaded once, so identity is equality."""

    name: str
    face: hb.Face
    font: hb.Font
    unicodes: frozenset[int]
    weight: int | None

    @property
    def scale(self) -> float:
        """From units of the font to thousandths of an em."""
        return EM / float(self.face.upem)

    def covers(self, text: str) -> bool:
        """Whether every character has a glyph."""
        return all(ord(character) in self.unicodes for character in text)

    def advance(self, glyph: int) -> float:
        """How far the pen moves after a glyph, before any kerning."""
        return float(self.font.get_glyph_h_advance(glyph)) * self.scale


def _load(name: str, path: Path, weight: int | None = None) -> Typeface:
    with _LOADING:
        return _loaded(name, path, weight)


@cache
def _loaded(name: str, path: Path, weight: int | None) -> Typeface:
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    font = hb.Font(face)
    if weight is not None:
        font.set_variations({"wght": weight})
    return Typeface(name, face, font, frozenset(face.unicodes), weight)


def serif() -> Typeface:
    """Noto Serif: Latin with all its accents, Greek, Cyrillic."""
    return _shipped("NotoSerif-Regular")


def mono() -> Typeface:
    """IBM Plex Mono, for hashes and addresses: zero and O, one and l cannot be mistaken."""
    return _shipped("IBMPlexMono-Regular")


def naskh() -> Typeface:
    """Noto Naskh Arabic: Arabic, Persian, Urdu and others."""
    return _shipped("NotoNaskhArabic-Regular")


def chain_for(text: str, language: str | None) -> tuple[Typeface, ...]:
    """The faces to try for a text, best first.

    One Chinese code point is written differently in Beijing, Taipei, Tokyo and Seoul: the language decides,
    then kana or Hangul in the text, else the simplified forms.
    """
    return (serif(), naskh(), *(_east_asian(region) for region in _regions(text, language)))


def _regions(text: str, language: str | None) -> list[str]:
    if not east_asian_available():
        return []
    first = _region_of(text, (language or "").lower().split("-"))
    return [first, *(region for region in _EAST_ASIAN if region != first)]


def _region_of(text: str, language: list[str]) -> str:
    if language[0] == "ja":
        return "jp"
    if language[0] == "ko":
        return "kr"
    if language[0] == "zh":
        return "tc" if _TRADITIONAL & set(language) else "sc"
    if any(ord(character) in _KANA for character in text):
        return "jp"
    return "kr" if any(ord(character) in _HANGUL for character in text) else "sc"


def east_asian_available() -> bool:
    """Whether the package of the Chinese, Japanese and Korean faces is installed."""
    return find_spec(_EAST_ASIAN_PACKAGE) is not None


def _east_asian(region: str) -> Typeface:
    path = Path(str(files(_EAST_ASIAN_PACKAGE) / _EAST_ASIAN[region]))
    return _load(f"NotoSans{region.upper()}", path, _WEIGHT)


def _shipped(name: str) -> Typeface:
    return _load(name, Path(str(files("registry.documents") / "fonts" / f"{name}.ttf")))
