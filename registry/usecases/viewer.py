"""Who asks: what a caller may see before a record is confirmed (DESIGN.md section 3, rule 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from registry.model import Hash32
from registry.ports import RegistrationEntry


def receipt_token(draft_id: str) -> str:
    """The receipt token of what the draft becomes: as unguessable as the draft id, the same on a retry."""
    return hashlib.sha256(b"colophon receipt " + draft_id.encode()).hexdigest()


def token_hash(token: str) -> Hash32:
    """What is stored of a token or draft id: SHA-256 of its text."""
    return Hash32(hashlib.sha256(token.encode()).digest())


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller by the receipt tokens it presents."""

    token_hashes: frozenset[Hash32] = frozenset()

    @classmethod
    def holding(cls, tokens: Iterable[str]) -> Viewer:
        """A caller that presents these receipt tokens."""
        return cls(frozenset(token_hash(token) for token in tokens))

    def owns(self, entry: RegistrationEntry) -> bool:
        """Whether the caller holds the record's receipt."""
        return entry.token_hash in self.token_hashes


NOBODY = Viewer()
