"""Find in Solidity sources all that protects something and can be taken away without breaking the source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
TEXT = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
CALLABLE = re.compile(r"\bfunction (\w+)|\b(constructor|receive)\b")
CONDITION = re.compile(r"\bif \(")
LEAVING = re.compile(r"\s*\{?\s*(revert\b|return\b|continue\b)[^;]*;")
REQUIREMENT = re.compile(r"(?<=[;{})])\s*(_require\w*)\(")
ERROR = re.compile(r"\brevert (?:\w+\.)?(\w+)")
LOCK = re.compile(r"\bnonReentrant\b")

OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text that goes before the character at `offset`; at one place the lower rank comes first.

    What closes has a rank below zero and comes before what opens. What lies inside has the larger rank where
    it opens and the lower one where it closes.
    """

    offset: int
    text: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that a source does to protect itself.

    Attributes:
        file: Its source, below `src`.
        line: Counted from 1.
        name: Contract, function, and the guard's error or own words: it moves with the source.
        kind: `condition` (`if (…) revert …;` and the like), `requirement` (`_require…(…);`) or `lock`.
        start, end: Where its changeable part lies: a condition without its brackets, a call, a modifier.
    """

    file: str
    line: int
    name: str
    kind: str
    start: int
    end: int


def blanked(source: str) -> str:
    """The source with comments and texts as spaces, every character where it was."""
    hidden = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    return TEXT.sub(lambda found: " " * len(found[0]), hidden)


def closing_of(code: str, opening: int) -> int:
    """Where the bracket that opens at `opening` is closed."""
    depth = 0
    for offset in range(opening, len(code)):
        depth += (code[offset] in OPENING) - (code[offset] in CLOSING)
        if depth == 0:
            return offset
    message = f"bracket at {opening} is never closed"
    raise ValueError(message)


def _spans(code: str) -> Iterator[tuple[str, int, int, int]]:
    """Kind, start and end of the changeable part, and where the whole statement ends."""
    for found in CONDITION.finditer(code):
        end = closing_of(code, found.end() - 1)
        if leaving := LEAVING.match(code, end + 1):
            yield "condition", found.end(), end, leaving.end()
    for found in REQUIREMENT.finditer(code):
        end = closing_of(code, found.end() - 1) + 1
        if code[end : end + 1] == ";":
            yield "requirement", found.start(1), end + 1, end + 1
    for found in LOCK.finditer(code):
        yield "lock", found.start(), found.end(), found.end()


def _title(code: str, kind: str, start: int, statement_end: int) -> str:
    """Function and guard: the error that a condition leads to, or else its own words."""
    callables = [one for one in CALLABLE.finditer(code) if one.start() < start]
    place = callables[-1][1] or callables[-1][2]
    words = " ".join(code[start:statement_end].split())
    if kind == "condition" and (error := ERROR.search(words)):
        return f"{place}: {error[1]}"
    if kind == "condition":
        return f"{place}: if ({words.rstrip('; ')}"
    return f"{place}: {words.partition('(')[0]}"


def guards_of(file: str, source: str) -> list[Guard]:
    """Every guard of one source, in order."""
    code = blanked(source)
    contract = Path(file).stem
    seen: Counter[str] = Counter()
    found = []
    for kind, start, end, statement_end in sorted(_spans(code), key=lambda span: span[1]):
        name = f"{contract}.{_title(code, kind, start, statement_end)}"
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} #{seen[name]}"
        found.append(Guard(file, source.count("\n", 0, start) + 1, name, kind, start, end))
    return found
