"""Folding: what is left of a text when case, marks, spaces, hidden characters and look-alikes are put aside.

Each character folds by itself to none, one or some letters and digits, so every folded one knows where it
came from. Compatibility decomposition (Unicode Standard Annex 15, NFKD) makes a wide or mathematical letter a
plain one and splits Hangul into its parts; what is no letter or digit then (spaces, signs, combining marks,
zero-width characters) goes; look-alikes fold by a table after Unicode Technical Standard 39.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_MOST_PARTS = 4
# Of one character: squared words have four, and a single sign that unfolds to a whole sentence has eighteen.


@dataclass(frozen=True, slots=True)
class Folded:
    """The code points of a folded text, and of which character of the text each is a part; equally long."""

    letters: NDArray[np.uint32]
    offsets: NDArray[np.int64]


def fold(text: str) -> Folded:
    """Fold a text; offsets count its characters (code points) from 0."""
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    distinct, places = np.unique(characters, return_inverse=True)
    parts = [fold_character(chr(each)) for each in distinct.tolist()]
    alphabet = np.frombuffer("".join(parts).encode("utf-32-le"), dtype="<u4").astype(np.uint32)
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    repeats = lengths[places]
    offsets = np.repeat(np.arange(len(characters)), repeats)
    before = np.cumsum(repeats) - repeats
    within = np.arange(len(offsets)) - before[offsets]
    return Folded(alphabet[starts[places][offsets] + within], offsets)


def fold_character(character: str) -> str:
    """The letters and digits that one character folds to; none for spaces, signs and marks."""
    plain = unicodedata.normalize("NFKD", character.translate(_look_alikes()))
    bare = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(each for each in bare if each.isalnum())[:_MOST_PARTS].translate(_look_alikes())


@cache
def _look_alikes() -> dict[int, str]:
    table = json.loads((files("registry.fingerprint") / "text_confusables.json").read_bytes())
    return {ord(each): letter for letter, alike in table["folds"].items() for each in alike}
