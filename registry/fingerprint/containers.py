"""Files that hold streams: which of them is meant by the first bytes, and whether they can be read here."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Final

from registry.errors import MediaExtraMissingError

DEMUXERS: Final[dict[str, str]] = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
    "audio/mp4": "mp4",
    "audio/aac": "aac",
}
"""The demuxer of FFmpeg that reads a media type; no other is ever tried on a file."""

_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"M4P "})
_FILM_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"avc1", b"mp41"}
    | {b"mp42", b"mp71", b"dash", b"msdh", b"msnv", b"MSNV", b"M4V ", b"M4VH", b"M4VP", b"F4V ", b"f4v "}
    | {b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3g2a", b"3g2b", b"3g2c", b"mmp4", b"NDSC", b"XAVC", b"cmfc"}
)
# Pictures (HEIC, AVIF) and others are in the same boxes: only brands that are known to be films are taken.
_QUICKTIME_BOXES: Final = frozenset({b"moov", b"mdat", b"wide", b"pnot"})  # before QuickTime had brands
_LETTERS: Final = 0x20  # the length of a first box begins with less, a text ("The wide sea") with more
_EBML: Final = b"\x1aE\xdf\xa3"
_TS_PACKET, _TS_SYNC, _TS_LEAST = 188, 0x47, 3
_ADTS_SYNC, _RESERVED_RATE = 0xFFF, 13


@cache
def is_readable() -> bool:
    """Whether the extra `media` is installed."""
    return find_spec("av") is not None


def require(media_type: str) -> None:
    """Refuse what only the extra `media` reads where it is not installed.

    Raises:
        MediaExtraMissingError: It is of such a type, and the extra is missing.
    """
    if media_type in DEMUXERS and not is_readable():
        raise MediaExtraMissingError(media_type)


def sniff_film(head: bytes) -> str | None:
    """The type of a file that may hold moving pictures; None if it is none."""
    if head[4:8] == b"ftyp" and head[8:12] == b"qt  ":
        return "video/quicktime"
    if head[4:8] == b"ftyp" and head[8:12] in _FILM_BRANDS:
        return "video/mp4"
    if head[4:8] in _QUICKTIME_BOXES and head[0] < _LETTERS:
        return "video/quicktime"
    if head.startswith(_EBML):
        return _matroska(head)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    return "video/mp2t" if _is_transport_stream(head) else None


def sniff_sound(head: bytes) -> str | None:
    """The type of an MPEG-4 file that says it is sound, or of a bare AAC stream; None if it is neither."""
    if head[4:8] == b"ftyp" and head[8:12] in _SOUND_BRANDS:
        return "audio/mp4"
    return "audio/aac" if _is_adts(head) else None


def _matroska(head: bytes) -> str | None:
    if b"webm" in head[:64]:
        return "video/webm"
    return "video/x-matroska" if b"matroska" in head[:64] else None


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes, or of 192 with four of time before each, that all begin alike (ISO 13818-1)."""
    return any(
        len(places := head[first::size]) >= _TS_LEAST and set(places) == {_TS_SYNC}
        for first, size in ((0, _TS_PACKET), (4, _TS_PACKET + 4))
    )


def _is_adts(head: bytes) -> bool:
    """Two frames in a row with the same unchanging bits (ISO 13818-7, 6.2.1); a few may be cut off."""
    length = _adts_length(head)
    return length > 0 and (len(head) < length + 7 or _adts_length(head[length:]) > 0)


def _adts_length(head: bytes) -> int:
    """The length of a frame by its header, 0 if this is none."""
    header = int.from_bytes(head[:7].ljust(7, b"\0"), "big")
    synchronised, layer = header >> 44 == _ADTS_SYNC, header >> 41 & 3
    rate, length = header >> 34 & 15, header >> 13 & 0x1FFF
    return length if synchronised and not layer and rate < _RESERVED_RATE and length > 7 else 0  # noqa: PLR2004
