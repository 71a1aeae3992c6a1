"""Pairs of different works that truly share something: what finds one in the other is right.

`shared_pairs.csv` lists pairs of the works that figures are measured on, by medium and file name, each looked
at or listened to, with what they share. Of texts it is enough that so many letters on end are equal in both.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from registry.fingerprint.text_folding import fold
from similarity import films

SHARED_LETTERS = 60
# Nobody writes as many again by chance; sentences of licences and of dedications are longer.
SOURCES = "|"  # stands between the works of which a query is made

_BLOCK = SHARED_LETTERS // 2
_LISTED = Path(__file__).with_name("shared_pairs.csv")


class Sharing:
    """Knows which works of a folder share something with which."""

    def __init__(self, medium: str, folder: Path, listed: Path = _LISTED) -> None:
        self._medium = medium
        self._folder = folder
        self._listed = _parts(listed) if medium == "video" else _pairs(listed, medium)

    def is_related(self, sources: Sequence[str], reference: str) -> bool:
        """Whether a file made of these works holds something of the reference."""
        return any(self._share(source, reference) for source in sources)

    def _share(self, one: str, other: str) -> bool:
        if one == other or frozenset((one, other)) in self._listed:
            return True
        if self._medium == "video":
            return self._share_parts(one, other)
        return self._medium == "text" and other in _near(self._folder, one)

    def _share_parts(self, one: str, other: str) -> bool:
        """Whether pictures or sounds that two films are made of share something."""
        pairs = {frozenset((mine, its)) for mine in films.parts(one) for its in films.parts(other)}
        return any(len(pair) == 1 or pair in self._listed for pair in pairs)


@cache
def _pairs(listed: Path, medium: str) -> frozenset[frozenset[str]]:
    with listed.open(encoding="utf-8", newline="") as file:
        return frozenset(
            frozenset((row["one"], row["other"])) for row in csv.DictReader(file) if row["medium"] == medium
        )


@cache
def _parts(listed: Path) -> frozenset[frozenset[str]]:
    """Of films: the pairs of pictures and sounds, as films name their parts."""
    pictures = ({Path(name).stem for name in pair} for pair in _pairs(listed, "image"))
    sounds = ({f"sound-{Path(name).stem}" for name in pair} for pair in _pairs(listed, "audio"))
    return frozenset(map(frozenset, chain(pictures, sounds)))


@cache
def _letters(path: Path) -> str:
    return "".join(map(chr, fold(path.read_text("utf-8")).letters.tolist()))


@cache
def _near(folder: Path, one: str) -> frozenset[str]:
    """The texts of a folder that share `SHARED_LETTERS` on end with one of them."""
    letters, blocks = _letters(folder / one), _blocks(folder)
    likely = set().union(
        *(blocks.get(letters[at : at + _BLOCK], ()) for at in range(len(letters) - _BLOCK + 1))
    )
    windows = _windows(letters)
    return frozenset(name for name in likely if not windows.isdisjoint(_windows(_letters(folder / name))))


@cache
def _blocks(folder: Path) -> dict[str, set[str]]:
    """Which texts have which block. Blocks stand so far apart that any shared stretch holds a whole one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in folder.iterdir():
        letters = _letters(path)
        for at in range(0, len(letters) - _BLOCK + 1, SHARED_LETTERS - _BLOCK + 1):
            found[letters[at : at + _BLOCK]].add(path.name)
    return dict(found)


def _windows(letters: str) -> set[str]:
    return {letters[at : at + SHARED_LETTERS] for at in range(len(letters) - SHARED_LETTERS + 1)}
