"""The machine's clock and randomness."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from registry.model import Hash32


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)


class SystemIds:
    """The operating system's randomness."""

    def token(self) -> str:
        """256 bits as URL-safe text."""
        return secrets.token_urlsafe(32)

    def salt(self) -> Hash32:
        """32 bytes."""
        return Hash32(secrets.token_bytes(32))
