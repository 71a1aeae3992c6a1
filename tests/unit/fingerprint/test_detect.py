"""Which medium a file is of."""

import pytest

from registry.errors import EmptyFileError, UnsupportedMediaError
from registry.fingerprint.detect import MEDIA, detect


@pytest.mark.parametrize(
    ("head", "medium", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio", "audio/wav"),
        (b"RIFF\0\0\0\0WEBPVP8L", "image", "image/webp"),
        (b"fLaC\0\0\0\x22", "audio", "audio/flac"),
        (b"%PDF-1.7", "text", "application/pdf"),
        (b"A word, and another.", "text", "text/plain"),
    ],
)
def test_the_first_bytes_tell_the_medium(head: bytes, medium: str, media_type: str) -> None:
    found, found_type = detect(head)
    assert (found.name, found_type) == (medium, media_type)


def test_no_bytes_are_an_empty_file() -> None:
    with pytest.raises(EmptyFileError):
        detect(b"")


def test_an_unknown_kind_is_refused_with_the_kinds_that_are_read() -> None:
    with pytest.raises(UnsupportedMediaError) as refused:
        detect(b"\x7fELF\x02\x01")
    assert all(kind in str(refused.value) for medium in MEDIA.values() for kind in medium.kinds)


def test_media_are_registered_under_their_names() -> None:
    assert all(name == medium.name for name, medium in MEDIA.items())
