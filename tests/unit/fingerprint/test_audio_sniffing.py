"""Sounds told by their first bytes."""

import pytest

from registry.fingerprint.audio import AudioMedium


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
        (b"fLaC", "audio/flac"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", None),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xfb\xf0\x64", None),
        (b"\xff\xfb\x9c\x64", None),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xfe<\0h\0t\0m\0l\0", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_sounds_are_known_by_their_first_bytes(head: bytes, media_type: str | None) -> None:
    assert AudioMedium().sniff(head) == media_type
