"""Documents that a declaration names by their hashes, and what the registry keeps beside them."""

from __future__ import annotations

from typing import Any, Literal, Self

from api.schemas.values import HashValue, Model
from registry.model import FingerprintCheck
from registry.ports import ComputedBy, RegistrationEntry


class IndexDataOut(Model):
    """The registry's own fingerprint of a file that was declared without it: data of the index.

    Nobody signed it and no evidence carries it; the work is found and compared by it. `check` says how the
    signed one stands to it.
    """

    signed: Literal[False] = False
    computed_by: Literal[ComputedBy.REGISTRY] = ComputedBy.REGISTRY
    check: FingerprintCheck
    document: dict[str, Any]


class DocumentOut(Model):
    """A document and the SHA-256 of its canonical form (RFC 8785), which the declaration names."""

    hash: HashValue
    document: dict[str, Any]


class FingerprintOut(DocumentOut):
    """The fingerprint record that the declaration names; what the registry took of the file since."""

    index_data: IndexDataOut | None

    @classmethod
    def of(cls, entry: RegistrationEntry) -> Self:
        """What an entry has of both."""
        return cls(
            hash=entry.registration.declaration.fingerprint_hash,
            document=dict(entry.fingerprint),
            index_data=IndexDataOut(check=entry.fingerprint_check, document=dict(entry.seen))
            if entry.seen
            else None,
        )
