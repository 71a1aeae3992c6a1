"""What becomes of a file: a signed statement on its way, a record, or a reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.cli.folders.scanning import Found
from registry.model import Hash32

REGISTERED = "registered"
ALREADY = "already-registered"
SAME_BYTES = "same-bytes"
NEEDS_ANSWER = "needs-an-answer"
CHANGED = "changed-meanwhile"

# Not done, and nothing is wrong: the record is there, or will be under another name.
HARMLESS = (REGISTERED, ALREADY, SAME_BYTES)
# Decided by the bytes alone: as long as a file stays as it is, asking again gives the same answer.
OF_THE_BYTES = (
    "unsupported-media",
    "undecodable-media",
    "media-too-large",
    "file-too-large",
    "body-too-large",
    "empty-file",
)
# The statement cannot be carried any more, and no record was made of it: a new one must be signed.
SPENT = ("deadline-expired", "not-found", "draft-not-ready")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed statement: handing the same in twice is one record."""

    found: Found
    content_hash: Hash32
    draft_id: str
    work_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A record, and the token that shows it until everybody can see it; no token if it was there before."""

    found: Found
    content_hash: Hash32
    work_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """No record, for a reason with a code; `matches` are those that want an answer."""

    found: Found
    content_hash: Hash32 | None
    code: str
    detail: str
    matches: tuple[Mapping[str, Any], ...] = ()
    work_id: str | None = None
