"""Checkpoints: how large a log is and what root it has, signed (C2SP `tlog-checkpoint`).

https://c2sp.org/tlog-checkpoint: a signed note whose text is origin, size and root, one a line.

A log must never sign two checkpoints that no consistency proof connects; `registry.log.verifying` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from registry.errors import MalformedLogDataError, UnverifiedNoteError
from registry.log.keys import SigningKey, VerifierKey
from registry.log.note import MAX_NOTE_BYTES, SignedNote
from registry.log.text import decode_utf8, parse_base64, parse_uint64, to_base64
from registry.log.tree import EMPTY_ROOT, checked_hashes, checked_size

_LINES = 3  # origin, size and root; what follows are extensions


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of a log.

    Attributes:
        origin: Which log; its key has the same name.
        size: Number of leaves.
        root: Root of the tree over them, 32 bytes.
        extensions: Further lines, opaque here; this registry writes none.

    Raises:
        MalformedLogDataError: A line is empty or could not be read again, or no tree has this size and root.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checked_size(self.size)
        checked_hashes("checkpoint", [self.root])
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedLogDataError("checkpoint", "an empty tree has another root")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise MalformedLogDataError("checkpoint", "a line is empty or several")
        decode_utf8("checkpoint", self.body, MAX_NOTE_BYTES)

    @property
    def body(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            MalformedLogDataError: It is no checkpoint.
        """
        lines = decode_utf8("checkpoint", text, MAX_NOTE_BYTES).split("\n")[:-1]
        if len(lines) < _LINES:
            raise MalformedLogDataError("checkpoint", "expected origin, size and root")
        origin, size, root, *extensions = lines
        return cls(
            origin,
            parse_uint64("checkpoint size", size),
            parse_base64("checkpoint root", root),
            tuple(extensions),
        )

    def sign(self, keys: Sequence[SigningKey]) -> SignedNote:
        """The checkpoint as a note signed by each key in turn, the log's own first.

        Raises:
            MalformedLogDataError: There are no keys, too many, one twice, or none of the log itself.
        """
        if self.origin not in {key.name for key in keys}:
            raise MalformedLogDataError("checkpoint", f"no key is named as its origin, {self.origin}")
        return SignedNote.sign(self.body, keys)


def open_checkpoint(note: SignedNote, log_key: VerifierKey, origin: str | None = None) -> Checkpoint:
    """What a note says, once the log's key is seen to have signed it.

    Args:
        note: The note, as read.
        log_key: The key that the log is known by; lines of all others, witnesses too, are passed over.
        origin: Which log it must be of; the one that is named as its key, unless told otherwise.

    Raises:
        UnverifiedNoteError: The key did not sign it, or it is of another log.
        MalformedLogDataError: The text is no checkpoint.
    """
    note.verify([log_key])
    checkpoint = Checkpoint.parse(note.text)
    expected = log_key.name if origin is None else origin
    if checkpoint.origin != expected:
        raise UnverifiedNoteError(f"it is of the log {checkpoint.origin}, not {expected}")
    return checkpoint
