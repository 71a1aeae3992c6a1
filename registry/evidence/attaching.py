"""Time stamps put into a bundle that is there: which of its digests they are of, and the bundle with them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from registry import schemas
from registry.errors import EvidenceTooLargeError
from registry.evidence.bundle import checksum, encode_bundle
from registry.evidence.case import Case
from registry.evidence.parts import MAX_ATTACHMENTS, Attachment
from registry.evidence.timestamps import CHECKPOINT, DECLARATION, STATEMENT
from registry.model import Hash32


def to_stamp(case: Case) -> tuple[str, Hash32]:
    """What others are asked to stamp of a record, by what it is called to a reader.

    Of a logged record the checkpoint, which dates all records beneath it; else what the claimant signed; of a
    record that nobody signed the declaration.
    """
    stamps = case.stamps
    return next((name, stamps[name]) for name in (CHECKPOINT, STATEMENT, DECLARATION) if name in stamps)


def check_room(case: Case, more: int) -> None:
    """Whether so many more time stamps fit in.

    Raises:
        EvidenceTooLargeError: A bundle takes no more than `MAX_ATTACHMENTS`.
    """
    count = len(case.parts.attachments) + more
    if count > MAX_ATTACHMENTS:
        raise EvidenceTooLargeError("attachments", count, MAX_ATTACHMENTS, "time stamps")


def with_attachments(case: Case, attachments: Sequence[Attachment]) -> bytes:
    """The file of the bundle with these time stamps in place of its own, and all else as it was.

    Raises:
        EvidenceTooLargeError: There are too many, or the file would be larger than any verifier reads.
    """
    check_room(case, len(attachments) - len(case.parts.attachments))
    document = {
        **case.document,
        "attachments": [
            {"type": str(one.type), "content": b64encode(one.content).decode("ascii")} for one in attachments
        ],
    }
    document["checksum"] = str(checksum(document))
    schemas.check("evidence", document)
    return encode_bundle(document)
