"""Sound of every kind: plain files with libsndfile, containers with the extra `media`. For workers."""

from __future__ import annotations

from pathlib import Path

from registry.errors import UndecodableMediaError
from registry.fingerprint import containers, sound

if containers.is_readable():
    from registry.fingerprint import container_sound


def read(path: Path, media_type: str) -> sound.Sound:
    """Decode a sound.

    Raises:
        MediaTooLargeError: Over the limits of `sound`; no more was decoded than up to the limit.
        UndecodableMediaError: Damaged, truncated, or without any sound.
        MediaExtraMissingError: In a container, and the extra is missing.
    """
    if media_type not in containers.DEMUXERS:
        return sound.read(path, media_type)
    containers.require(media_type)
    found = container_sound.read(path, media_type)
    if found is None:
        raise UndecodableMediaError("audio", "it holds no sound, or in a codec that is not read")
    return found
