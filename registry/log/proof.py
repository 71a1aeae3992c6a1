"""Proof files: that something was logged, for whoever has nothing but the log's key (C2SP `tlog-proof`).

https://c2sp.org/tlog-proof: a header, optional extra data, the index, the inclusion proof and, after an empty
line, the signed checkpoint. Stored as `.tlog-proof`. Extra data is signed by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from registry.errors import MalformedLogDataError
from registry.log.checkpoint import Checkpoint, open_checkpoint
from registry.log.keys import VerifierKey
from registry.log.note import MAX_NOTE_BYTES, SignedNote
from registry.log.text import UINT64_MAX, decode_utf8, parse_base64, parse_uint64, to_base64
from registry.log.tree import checked_hashes, leaf_hash
from registry.log.verifying import verify_inclusion

MAX_PROOF_HASHES = 64  # a tree of 2^64 leaves is no higher
MAX_EXTRA_BYTES = 64 * 1024  # a statement with its signature, many times over
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 4 * MAX_EXTRA_BYTES // 3 + 4096  # base64; 64 hashes are 2,880 bytes

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class LogProof:
    """A leaf's place in a log, as its proof file says; believed by nobody before `verify`.

    Attributes:
        index: Position of the leaf, counted from 0.
        hashes: Siblings on the way to the root, lowest first.
        note: The signed checkpoint.
        extra: Opaque bytes beside it, signed by nobody.

    Raises:
        MalformedLogDataError: The file could not be written, or not be read again.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= UINT64_MAX:
            raise MalformedLogDataError("log proof", "the index is no unsigned 64-bit integer")
        _check_count(len(self.hashes))
        checked_hashes("log proof", self.hashes)
        Checkpoint.parse(self.note.text)
        if self.extra is not None and not 0 < len(self.extra) <= MAX_EXTRA_BYTES:
            raise MalformedLogDataError("log proof", f"extra data has from 1 to {MAX_EXTRA_BYTES} bytes")

    @classmethod
    def parse(cls, document: bytes | str) -> Self:
        """Read a proof file; nothing is verified.

        Raises:
            MalformedLogDataError: It is not of the form of one, or over a limit.
        """
        text = decode_utf8("log proof", document, MAX_PROOF_BYTES)
        # The note has empty lines of its own; the first one ends the proof.
        head, separator, note = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != _HEADER or not separator:
            raise MalformedLogDataError("log proof", f"expected {_HEADER} and, behind an empty line, a note")
        extra = _taken(lines, _EXTRA)
        index = _taken(lines, _INDEX)
        if index is None:
            raise MalformedLogDataError("log proof", "has no index")
        _check_count(len(lines))
        return cls(
            parse_uint64("log proof index", index),
            tuple(parse_base64("log proof", line) for line in lines),
            SignedNote.parse(note),
            None if extra is None else parse_base64("extra data", extra),
        )

    def encode(self) -> bytes:
        """The file."""
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(_EXTRA + to_base64(self.extra))
        lines.append(f"{_INDEX}{self.index}")
        lines += [to_base64(found) for found in self.hashes]
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + self.note.encode()

    def verify(self, leaf: bytes, log_key: VerifierKey, origin: str | None = None) -> Checkpoint:
        """The checkpoint whose log holds this leaf at this index.

        Args:
            leaf: What was logged, for this registry the 32-byte digest of a statement; it is hashed here.
            log_key: The key that the log is known by.
            origin: Which log it must be; the one that is named as its key, unless told otherwise.

        Raises:
            UnverifiedNoteError: The key did not sign the checkpoint, or it is of another log.
            LeafOutOfRangeError: The index lies beyond the checkpoint.
            WrongProofLengthError: The proof is not as long as this leaf of this tree asks for.
            WrongRootError: The proof leads to another root than the checkpoint's.
        """
        checkpoint = open_checkpoint(self.note, log_key, origin)
        verify_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint


def _taken(lines: list[str], prefix: str) -> str | None:
    """What follows the prefix on the next line, which is taken away; nothing if it starts otherwise."""
    return lines.pop(0).removeprefix(prefix) if lines and lines[0].startswith(prefix) else None


def _check_count(count: int) -> None:
    if count > MAX_PROOF_HASHES:
        raise MalformedLogDataError("log proof", f"{count} hashes of at most {MAX_PROOF_HASHES}")
