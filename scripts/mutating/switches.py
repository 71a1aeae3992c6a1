"""Put every mutant of the contracts behind a switch, so that all of them are compiled once.

Known as mutant schemata (Untch, Offutt, Harrold: Mutation Analysis Using Mutant Schemata, ISSTA 1993).
A switch asks forge for the environment variable `MUTANT`, whose value is the number of the mutant to make.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from mutating.guards import Guard, Insertion, guards_of

VARIABLE = "MUTANT"
LIBRARY = "Mutants.sol"
PRAGMA = re.compile(r"^pragma solidity [^;]+;\n", re.MULTILINE)
LOCK_IMPORT = re.compile(r"import \{ ReentrancyGuardTransient \} from \"[^\"]+\";")

LIBRARY_SOURCE = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

interface Environment {
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256 value);
}

library Mutants {
    Environment private constant FORGE = Environment(address(uint160(uint256(keccak256("hevm cheat code")))));

    function keeps(uint256 mutant) internal pure returns (bool) {
        function(uint256) internal view returns (bool) look = _look;
        function(uint256) internal pure returns (bool) ask;
        // Guards of pure functions are switched too, so the switch has to pass for pure.
        assembly ("memory-safe") {
            ask := look
        }
        return ask(mutant);
    }

    function _look(uint256 mutant) private view returns (bool) {
        return FORGE.envOr("MUTANT", 0) != mutant;
    }
}

abstract contract SwitchedLock is ReentrancyGuardTransient {
    modifier nonReentrantUnless(uint256 mutant) {
        bytes32 slot = _reentrancyGuardStorageSlot();
        bool kept = Mutants.keeps(mutant);
        if (kept && _reentrancyGuardEntered()) revert ReentrancyGuardReentrantCall();
        if (kept) {
            assembly ("memory-safe") {
                tstore(slot, 1)
            }
        }
        _;
        if (kept) {
            assembly ("memory-safe") {
                tstore(slot, 0)
            }
        }
    }
}
"""


class MutationError(Exception):
    """The mutants cannot be made or tried; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mutant written by hand: in one source, one text for another.

    Both are whole statements, ending in a semicolon or a brace, or both are expressions.
    """

    name: str
    file: str
    before: str
    after: str
    why: str

    @property
    def is_statement(self) -> bool:
        """Whether it replaces statements."""
        return self.before.rstrip().endswith((";", "}"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change, its number being the value of `MUTANT` that makes it; numbers start at 1."""

    number: int
    name: str
    file: str
    line: int
    insertions: tuple[Insertion, ...]


def _guard_insertions(guard: Guard, number: int) -> tuple[Insertion, ...]:
    keeps = f"Mutants.keeps({number})"
    if guard.kind == "condition":
        return (Insertion(guard.start, "(", 1), Insertion(guard.end, f") && {keeps}", -1))
    if guard.kind == "requirement":
        return (Insertion(guard.start, f"if ({keeps}) ", 1),)
    return (Insertion(guard.end, f"Unless({number})"),)


def _written_insertions(written: Written, source: str, number: int) -> tuple[Insertion, ...]:
    if (count := source.count(written.before)) != 1:
        raise MutationError(f"{written.name}: its text stands {count} times in {written.file}, not once")
    start = source.index(written.before)
    end = start + len(written.before)
    keeps = f"Mutants.keeps({number})"
    if written.is_statement:
        return (
            Insertion(start, f"if ({keeps}) {{ ", 2),
            Insertion(end, f" }} else {{ {written.after} }}", -2),
        )
    return (Insertion(start, f"({keeps} ? ", 2), Insertion(end, f" : {written.after})", -2))


def mutants_of(sources: Mapping[str, str], written: Iterable[Written]) -> list[Mutant]:
    """All mutants: every guard of every source taken away, then what was written by hand.

    Args:
        sources: Text of each source by its path below `src`.
        written: The mutants written by hand.

    Raises:
        MutationError: A text that is to be replaced does not stand in its source exactly once.
    """
    found: list[Mutant] = []
    for file, source in sorted(sources.items()):
        for guard in guards_of(file, source):
            number = len(found) + 1
            insertions = _guard_insertions(guard, number)
            found.append(Mutant(number, guard.name, file, guard.line, insertions))
    for one in written:
        if one.file not in sources:
            raise MutationError(f"{one.name}: there is no source {one.file}")
        source = sources[one.file]
        number = len(found) + 1
        insertions = _written_insertions(one, source, number)
        line = source.count("\n", 0, insertions[0].offset) + 1
        found.append(Mutant(number, one.name, one.file, line, insertions))
    return found


def _woven(source: str, insertions: Iterable[Insertion]) -> str:
    pieces, position = [], 0
    for insertion in sorted(insertions, key=lambda one: (one.offset, one.rank)):
        pieces += [source[position : insertion.offset], insertion.text]
        position = insertion.offset
    return "".join([*pieces, source[position:]])


def switched(sources: Mapping[str, str], mutants: Iterable[Mutant]) -> dict[str, str]:
    """The sources with every mutant behind its switch, and the library that the switches need."""
    insertions: dict[str, list[Insertion]] = defaultdict(list)
    for mutant in mutants:
        insertions[mutant.file] += mutant.insertions
    woven = {LIBRARY: LIBRARY_SOURCE}
    for file, source in sources.items():
        text = _woven(source, insertions[file])
        library = os.path.relpath(LIBRARY, PurePosixPath(file).parent)
        library = library if library.startswith(".") else f"./{library}"
        text = LOCK_IMPORT.sub(
            f'import {{ SwitchedLock as ReentrancyGuardTransient }} from "{library}";', text
        )
        if insertions[file]:
            text = PRAGMA.sub(rf'\g<0>\nimport {{ Mutants }} from "{library}";\n', text, count=1)
        woven[file] = text
    return woven
