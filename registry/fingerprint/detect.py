"""Which medium a file is of, by its first bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.errors import EmptyFileError, UnsupportedMediaError
from registry.fingerprint import containers
from registry.fingerprint.audio import AudioMedium
from registry.fingerprint.base import HEAD_BYTES, Media, Medium
from registry.fingerprint.image import ImageMedium
from registry.fingerprint.text import TextMedium
from registry.fingerprint.video import VideoMedium

MEDIA: Final[Media] = {
    medium.name: medium for medium in (ImageMedium(), AudioMedium(), VideoMedium(), TextMedium())
}
# Text is asked last: it has no magic number, and takes what looks like words.


def detect(head: bytes, media: Media = MEDIA) -> tuple[Medium, str]:
    """The medium and the media type of a file that begins with `head`.

    Raises:
        EmptyFileError: There are no bytes.
        UnsupportedMediaError: No medium knows them.
        MediaExtraMissingError: One does, where the extra `media` is installed.
    """
    if not head:
        raise EmptyFileError
    for medium in media.values():
        media_type = medium.sniff(head)
        if media_type is not None:
            containers.require(media_type)
            return medium, media_type
    kinds = ", ".join(kind for medium in media.values() for kind in medium.kinds)
    raise UnsupportedMediaError(f"its first bytes are not those of {kinds}")


def read_head(path: Path) -> bytes:
    """As much of a file as `detect` looks at."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
