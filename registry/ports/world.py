"""Time, randomness, and the decoders."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from registry.model import Extraction, Hash32


class Clock(Protocol):
    """The only source of time outside the chain."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class Ids(Protocol):
    """The only source of randomness."""

    def token(self) -> str:
        """An unguessable URL-safe text of 256 bits."""

    def salt(self) -> Hash32:
        """32 unguessable bytes."""


class Extractor(Protocol):
    """Turns a file into its fingerprint, outside this process."""

    def glance(self, path: Path) -> Extraction | None:
        """As `extract`, but only what a look-up by global codes needs; None for kinds that have no such."""

    def look(self, path: Path) -> Extraction:
        """As `extract`, without what no search needs."""

    def extract(self, path: Path) -> Extraction:
        """Fingerprint the file at `path`.

        Raises:
            EmptyFileError, UnsupportedMediaError, UndecodableMediaError, MediaTooLargeError: Its fault.
            DecoderTimeoutError, DecoderMemoryError, DecoderCrashedError: The decoder was stopped.
            BusyError: No worker became free.
        """
