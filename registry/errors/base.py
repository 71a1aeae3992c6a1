"""What every domain failure is."""

from __future__ import annotations

from typing import ClassVar


class RegistryError(Exception):
    """A failure that a caller can cause or must expect."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
