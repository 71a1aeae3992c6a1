"""What a timestamp may be one of: digests of bytes that never change once they are there.

A bundle itself is no such thing, for it grows with the events of its record. An authority learns what it
stamps, so none of these but the file's own hash tells anything of a record that is not public yet; and nobody
who stamps their file themselves needs more than that.
"""

from __future__ import annotations

from hashlib import sha256

from registry.model import Hash32, WorkId

FILE, DECLARATION = "the file", "the declaration"
STATEMENT, CHECKPOINT = "the signed statement", "the checkpoint"


def declaration_stamp(work_id: WorkId) -> Hash32:
    """SHA-256 of the 32 bytes of a work id: the declaration, whether it was logged or made on chain."""
    return Hash32(sha256(work_id).digest())


def statement_stamp(digest: Hash32, signature: bytes) -> Hash32:
    """SHA-256 of a statement's EIP-712 digest and its signature, one after the other."""
    return Hash32(sha256(digest + signature).digest())


def checkpoint_stamp(text: str) -> Hash32:
    """SHA-256 of a checkpoint's signed text: one timestamp for every record of the log up to its size.

    The text, in UTF-8 with its last newline, without the signatures beneath: cosignatures may join later.
    """
    return Hash32(sha256(text.encode()).digest())


def stamps_of(
    content_hash: Hash32,
    work_id: WorkId,
    signed: tuple[Hash32, bytes] | None = None,
    checkpoint: str | None = None,
) -> dict[str, Hash32]:
    """All digests that a timestamp in a bundle may be one of, by what each is called to a reader.

    Args:
        content_hash: SHA-256 of the file: a creator may have stamped it long before it was registered.
        work_id: Of the declaration.
        signed: The statement's EIP-712 digest and its signature, if it was signed.
        checkpoint: The checkpoint's signed text, if the record is a log's.
    """
    stamps = {FILE: content_hash, DECLARATION: declaration_stamp(work_id)}
    if signed is not None:
        stamps[STATEMENT] = statement_stamp(*signed)
    if checkpoint is not None:
        stamps[CHECKPOINT] = checkpoint_stamp(checkpoint)
    return stamps
