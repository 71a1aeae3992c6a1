"""Signed notes (C2SP `signed-note`, https://c2sp.org/signed-note): text, an empty line, signature lines.

Nothing in a note may be believed before `SignedNote.verify`. Reading is strict, so that a note has one
spelling: what is read is written back byte for byte.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from registry.errors import MalformedLogDataError, UnverifiedNoteError
from registry.log.keys import KEY_ID_BYTES, SigningKey, VerifierKey, check_name
from registry.log.text import decode_utf8, parse_base64, to_base64

MAX_SIGNATURES = 32  # every verifier must take 16; a log and its witnesses are fewer
MAX_NOTE_BYTES = 256 * 1024  # 32 post-quantum signatures of nearly 5 kB each, in base64

_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, with which key; of unknown keys it may be of any type."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise MalformedLogDataError("signature line", "expected a key id of 4 bytes and a signature")

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read `— name base64(key id, signature)`, without its newline.

        Raises:
            MalformedLogDataError: Another form.
        """
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not (line.startswith(_DASH) and space):
            raise MalformedLogDataError("signature line", "expected an em dash, a name and base64")
        content = parse_base64("signature line", encoded)
        return cls(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends with a newline, and one signature or more; no key stands there twice.

    Raises:
        MalformedLogDataError: The note could not be written, or not be read again.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        decode_utf8("note", self.text, MAX_NOTE_BYTES)
        if not 0 < len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedLogDataError("note", f"expected from 1 to {MAX_SIGNATURES} signatures")
        if len({(line.name, line.key_id) for line in self.signatures}) < len(self.signatures):
            raise MalformedLogDataError("note", "a key stands there twice")
        if len(self.encode()) > MAX_NOTE_BYTES:
            raise MalformedLogDataError("note", f"over {MAX_NOTE_BYTES} bytes")

    @classmethod
    def sign(cls, text: str, keys: Sequence[SigningKey]) -> Self:
        """The text, signed by each key in turn.

        Raises:
            MalformedLogDataError: The text is none of a note, or there are no keys, too many, or one twice.
        """
        # Nothing is signed that could not be read again.
        content = decode_utf8("note", text, MAX_NOTE_BYTES).encode()
        lines = [Signature(key.name, key.verifier_key.key_id, key.sign(content)) for key in keys]
        return cls(text, tuple(lines))

    @classmethod
    def parse(cls, document: bytes | str) -> Self:
        """Read a note; nothing is verified.

        Raises:
            MalformedLogDataError: It is not of the form of a note, or over a limit.
        """
        note = decode_utf8("note", document, MAX_NOTE_BYTES)
        # The text may hold empty lines; the last one ends it.
        text, separator, lines = note.rpartition("\n\n")
        if not separator or lines.count("\n") > MAX_SIGNATURES:
            raise MalformedLogDataError(
                "note", f"expected 1 to {MAX_SIGNATURES} signatures under an empty line"
            )
        return cls(f"{text}\n", tuple(Signature.parse(line) for line in lines.split("\n")[:-1]))

    def verify(self, known: Collection[VerifierKey]) -> tuple[VerifierKey, ...]:
        """The known keys that signed the text, at least one; lines of unknown keys are passed over.

        Raises:
            UnverifiedNoteError: No known key stands there, or one does whose signature is not of this text.
        """
        keys = {(key.name, key.key_id): key for key in known}
        text = self.text.encode()
        signers = []
        for line in self.signatures:
            key = keys.get((line.name, line.key_id))
            if key is None:
                continue
            if not key.verifies(text, line.signature):
                raise UnverifiedNoteError(f"the signature of {key.name} is not of this text")
            signers.append(key)
        if not signers:
            raise UnverifiedNoteError("no known key signed it")
        return tuple(signers)

    def encode(self) -> bytes:
        """The note as it is stored and served."""
        return "".join((self.text, "\n", *(f"{line}\n" for line in self.signatures))).encode()
