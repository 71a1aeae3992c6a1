"""A bundle's bytes from a file, never more of them than the verifier needs to see that it is too large."""

from __future__ import annotations

from pathlib import Path

from registry.evidence.document import MAX_BYTES


def read_bundle(path: Path) -> bytes:
    """The file's bytes; of a larger file than any bundle, one byte more than is allowed.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
