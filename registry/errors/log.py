"""What does not hold in a transparency log: a proof, a tile, a signed note."""

from __future__ import annotations

from registry.errors.base import RegistryError


class LogError(RegistryError):
    """Anything of a log that does not hold; raised as one of the classes below, each with its own code."""


class MalformedLogDataError(LogError):
    """Bytes that are no tile, note, checkpoint, key or proof of their format."""

    code = "malformed-log-data"

    def __init__(self, what: str, problem: str) -> None:
        super().__init__(f"{what}: {problem}", what=what, problem=problem)


class LeafOutOfRangeError(LogError):
    """A tree has no leaf at that index."""

    code = "leaf-out-of-range"

    def __init__(self, index: int, size: int) -> None:
        super().__init__(f"a tree of {size} leaves has none at index {index}", index=index, size=size)


class WrongProofLengthError(LogError):
    """A proof has more or fewer hashes than its tree asks for; none of them was looked at."""

    code = "wrong-proof-length"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"the proof has {found} hashes, not {expected}", expected=expected, found=found)


class WrongRootError(LogError):
    """The hashes lead to another root."""

    code = "wrong-root"

    def __init__(self, size: int, expected: bytes, reached: bytes) -> None:
        super().__init__(
            f"the hashes lead to 0x{reached.hex()}, not to the root 0x{expected.hex()} of {size} leaves",
            size=size,
            expected=f"0x{expected.hex()}",
            reached=f"0x{reached.hex()}",
        )


class LogShrunkError(LogError):
    """A log that once was larger cannot grow into a smaller one."""

    code = "log-shrunk"

    def __init__(self, old_size: int, new_size: int) -> None:
        super().__init__(
            f"a log of {old_size} leaves became one of {new_size}", old_size=old_size, new_size=new_size
        )


class UnverifiedNoteError(LogError):
    """No key that is trusted vouches for a note, or one is named that did not sign it."""

    code = "unverified-note"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the note cannot be believed: {problem}", problem=problem)


class MissingTileError(LogError):
    """A tile that the tree needs is not where the log keeps its tiles."""

    code = "missing-tile"

    def __init__(self, path: str) -> None:
        super().__init__(f"the log lacks {path}", path=path)
