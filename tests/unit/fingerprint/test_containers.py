"""Which files are films, and sounds in films' containers."""

import pytest

from registry.errors import MediaExtraMissingError
from registry.fingerprint import containers
from registry.fingerprint.detect import detect

_EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84"
_ADTS = bytes.fromhex("fff15880040000") + bytes(25)


def _branded(brand: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + bytes(20)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (_branded(b"isom"), "video/mp4"),
        (_branded(b"mp42"), "video/mp4"),
        (_branded(b"3gp5"), "video/mp4"),
        (_branded(b"qt  "), "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (_EBML + b"webm", "video/webm"),
        (_EBML + b"matroska", "video/x-matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        ((b"\x47" + bytes(187)) * 5, "video/mp2t"),
        ((bytes(4) + b"\x47" + bytes(187)) * 5, "video/mp2t"),
        (_branded(b"M4A "), "audio/mp4"),
        (_ADTS * 3, "audio/aac"),
        (_ADTS[:20], "audio/aac"),
    ],
)
def test_the_first_bytes_tell_a_container(head: bytes, media_type: str) -> None:
    medium, found = detect(head)
    assert (medium.name, found) == (media_type.split("/", maxsplit=1)[0], media_type)


@pytest.mark.parametrize(
    "head",
    [
        _branded(b"heic"),
        _branded(b"avif"),
        _EBML + b"another",
        b"\x47" + bytes(187),
        b"\x47" * 376 + b"\x48",
        b"\xff\xf1\x58\x80\x04\x00\x00" + bytes(50),
        b"\xff\xff\xff\xff" * 10,
        b"GIF89a" + b"ftyp",
        b"The wide sea",
        b"",
    ],
)
def test_what_only_looks_like_a_container_is_none(head: bytes) -> None:
    assert containers.sniff_film(head) is None
    assert containers.sniff_sound(head) is None


def test_without_the_extra_a_container_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "is_readable", lambda: False)
    with pytest.raises(MediaExtraMissingError, match=r"video/mp4 .* colophon\[media\]") as refused:
        detect(_branded(b"isom"))
    assert refused.value.facts == {"media_type": "video/mp4"}
    assert detect(b"fLaC\0\0\0\x22")[1] == "audio/flac"
