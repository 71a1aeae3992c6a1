"""Alterations of texts, by name; each takes a text and a seeded random.Random."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

Alteration = Callable[[str, random.Random], str]

_LOOK_ALIKES = str.maketrans("aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ")  # noqa: RUF001 - they are meant
_WORD = re.compile(r"\S+")
_SIGNS = re.compile(r"[^\w\s]")
_LEAST_PARAGRAPHS = 4


@dataclass(frozen=True, slots=True)
class Others:
    """Texts that are not registered: words are taken from all, quotations set into one of them, the host."""

    texts: Sequence[str]
    host: int

    def word(self, chance: random.Random) -> str:
        """Any word of any of them."""
        return chance.choice(chance.choice(self.texts).split() or ["word"])

    def surroundings(self, length: int) -> str:
        """The host, over and over to that length."""
        text = self.texts[self.host] or " "
        return (text * (length // len(text) + 1))[:length]


def alterations(others: Others) -> Mapping[str, Alteration]:
    """All that are measured."""
    found: dict[str, Alteration] = {
        "signs, spaces and case": lambda text, _: " ".join(_SIGNS.sub("", text).split()).upper(),
        "look-alikes": lambda text, _: text.translate(_LOOK_ALIKES),
        "zero width": lambda text, _: "\u200b".join(text),
        "paragraphs in another order": reordered,
        "first quarter": lambda text, _: text[: len(text) // 4],
    }
    for percent in (2, 5, 8):
        found[f"typing errors {percent} %"] = partial(mistyped, share=percent / 100)
    for percent in (5, 10, 30, 40):
        found[f"words left out {percent} %"] = partial(shortened, share=percent / 100)
        found[f"words replaced {percent} %"] = partial(reworded, share=percent / 100, others=others)
    for percent in (30, 10, 5):
        found[f"quotation {percent} %"] = partial(quoted, share=percent / 100, others=others)
    return found | {
        "left out, reordered, look-alikes": lambda text, chance: reordered(
            shortened(text, chance, share=0.1), chance
        ).translate(_LOOK_ALIKES),
        "replaced, quoted": lambda text, chance: quoted(
            reworded(text, chance, share=0.1, others=others), chance, share=0.3, others=others
        ),
    }


def reordered(text: str, chance: random.Random) -> str:
    """Paragraphs, or sentences where there are few, in another order."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    if len(parts) < _LEAST_PARAGRAPHS:
        parts = re.split(r"(?<=[.。])\s*", text)
    chance.shuffle(parts)
    return "\n\n".join(parts)


def mistyped(text: str, chance: random.Random, share: float) -> str:
    """Letters replaced by others."""
    return "".join(
        chance.choice(string.ascii_lowercase) if each.isalpha() and chance.random() < share else each
        for each in text
    )


def shortened(text: str, chance: random.Random, share: float) -> str:
    """Without some of its words."""
    return _WORD.sub(lambda word: "" if chance.random() < share else word[0], text)


def reworded(text: str, chance: random.Random, share: float, others: Others) -> str:
    """With words of other texts in the place of some."""
    return _WORD.sub(lambda word: others.word(chance) if chance.random() < share else word[0], text)


def quoted(text: str, chance: random.Random, share: float, others: Others) -> str:
    """A share of it, set into as much of another text as it is long itself."""
    length = int(len(text) * share)
    start = chance.randrange(max(1, len(text) - length))
    host = others.surroundings(len(text))
    place = chance.randrange(max(1, len(host)))
    return f"{host[:place]} {text[start : start + length]} {host[place:]}"
