"""Which way each character of a line runs: the Unicode Bidirectional Algorithm (UAX #9) less its controls.

The explicit controls (rules X1 to X10) are left out on purpose: the printer shows them as what they are,
since a title that carries them could show a court another order of words than the one that was signed. The
bracket pairs of rule N0 are the three of ASCII.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby

_STRONG = {"L": "L", "R": "R", "AL": "R"}
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN"})
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_MAX_OPEN = 63  # BD16 gives up on deeper nesting


def paragraph_level(text: str) -> int:
    """0 if the first strong character runs from left to right or there is none, else 1 (rules P2 and P3)."""
    for character in text:
        if (strong := _STRONG.get(unicodedata.bidirectional(character))) is not None:
            return 0 if strong == "L" else 1
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character; odd levels run from right to left."""
    start = "R" if base else "L"
    kinds = _weak([unicodedata.bidirectional(character) or "L" for character in text], start)
    _brackets(text, kinds, start)
    _neutrals(kinds, start)
    resolved = [base + _rise(kind, base) for kind in kinds]
    for index in range(len(text) - 1, -1, -1):  # L1: white space at the end follows the paragraph
        if unicodedata.bidirectional(text[index]) not in {"WS", "S", "B", "BN"}:
            break
        resolved[index] = base
    return resolved


def visual_order(run_levels: list[int]) -> list[int]:
    """The indexes of runs from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    lowest_odd = min((level for level in run_levels if level % 2), default=0)
    for level in range(max(run_levels, default=0), lowest_odd - 1, -1):
        if level == 0:
            break
        _reverse_from(order, run_levels, level)
    return order


def _reverse_from(order: list[int], run_levels: list[int], level: int) -> None:
    position = 0
    for high, group in groupby(list(order), key=lambda index: run_levels[index] >= level):
        members = list(group)
        if high:
            order[position : position + len(members)] = reversed(members)
        position += len(members)


def _rise(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base % 2:
        return 0 if kind == "R" else 1
    return {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)


def _weak(kinds: list[str], start: str) -> list[str]:
    """Rules W1 to W7."""
    kinds = _marks(kinds, start)
    kinds = _digits_after_arabic(kinds, start)
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    kinds = _separators(kinds)
    return _european(kinds, start)


def _marks(kinds: list[str], start: str) -> list[str]:
    """W1: a mark takes the class of what it stands on."""
    result: list[str] = []
    for kind in kinds:
        result.append((result[-1] if result else start) if kind == "NSM" else kind)
    return result


def _digits_after_arabic(kinds: list[str], start: str) -> list[str]:
    """W2: European digits that follow an Arabic letter are Arabic numbers."""
    strong, result = start, []
    for kind in kinds:
        strong = kind if kind in _STRONG else strong
        result.append("AN" if kind == "EN" and strong == "AL" else kind)
    return result


def _separators(kinds: list[str]) -> list[str]:
    """W4: one separator between two numbers of a kind belongs to them."""
    result = list(kinds)
    for index in range(1, len(kinds) - 1):
        before, kind, after = result[index - 1], kinds[index], kinds[index + 1]
        joins = before == "EN" if kind == "ES" else kind == "CS" and before in {"EN", "AN"}
        if joins and before == after:
            result[index] = before
    return result


def _european(kinds: list[str], start: str) -> list[str]:
    """W5 to W7: signs beside European numbers, and numbers that follow Latin letters."""
    result: list[str] = []
    for kind, group in groupby(kinds, key=lambda kind: "EN" if kind in {"EN", "ET"} else kind):
        members = list(group)
        lonely = kind in {"ES", "CS"} or (kind == "EN" and "EN" not in members)
        result.extend(["ON" if lonely else kind] * len(members))
    strong = start
    for index, kind in enumerate(result):
        strong = kind if kind in _STRONG else strong
        if kind == "EN" and strong == "L":
            result[index] = "L"
    return result


def _brackets(text: str, kinds: list[str], start: str) -> None:
    """N0: both brackets of a pair run as what they enclose does, and marks on a bracket with it."""
    for opening, closing in _pairs(text, kinds):
        inside = {_as_strong(kind) for kind in kinds[opening + 1 : closing]} & {"L", "R"}
        if not inside:
            continue
        outside = (_as_strong(kind) for kind in reversed(kinds[:opening]))
        before = next((kind for kind in outside if kind in {"L", "R"}), start)
        direction = start if start in inside or before not in inside else before
        for bracket in (opening, closing):
            _turn(text, kinds, bracket, direction)


def _turn(text: str, kinds: list[str], bracket: int, direction: str) -> None:
    kinds[bracket] = direction
    for index in range(bracket + 1, len(text)):
        if unicodedata.bidirectional(text[index]) != "NSM":
            break
        kinds[index] = direction


def _pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """BD16: the bracket pairs of a line, in the order of their opening brackets."""
    waiting: list[tuple[str, int]] = []
    found = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _BRACKETS:
            if len(waiting) == _MAX_OPEN:
                return []
            waiting.append((_BRACKETS[character], index))
        else:
            match = next((at for at in reversed(range(len(waiting))) if waiting[at][0] == character), None)
            if match is not None:
                found.append((waiting[match][1], index))
                del waiting[match:]
    return sorted(found)


def _as_strong(kind: str) -> str:
    return "R" if kind in {"AN", "EN"} else kind


def _neutrals(kinds: list[str], start: str) -> None:
    """N1 and N2: neutrals between two of one direction take it, others the paragraph's."""
    position, before = 0, start
    for neutral, group in groupby(list(kinds), key=_NEUTRAL.__contains__):
        members = list(group)
        end = position + len(members)
        if neutral:
            after = _as_strong(kinds[end]) if end < len(kinds) else start
            kinds[position:end] = [before if before == after else start] * len(members)
        else:
            before = _as_strong(members[-1])
        position = end
