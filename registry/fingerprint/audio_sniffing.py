"""Sounds told by their first bytes."""

from __future__ import annotations

from typing import Final

from registry.fingerprint import containers

_OGG_CODECS: Final = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")
_MP3_BIT_RATES = (0, 15)  # free format and the forbidden one: not seen in files, often in other data
_MP3_SYNC, _MP3_LAYER_THREE, _MP3_RESERVED_VERSION, _MP3_RESERVED_RATE = 0x7FF, 1, 1, 3


def media_type(head: bytes) -> str | None:
    """The media type told by the beginning of a file, or None if it is no sound that is read."""
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head.startswith(b"OggS") and any(codec in head[:128] for codec in _OGG_CODECS):
        return "audio/ogg"
    return "audio/mpeg" if _is_mp3(head) else containers.sniff_sound(head)


def _is_mp3(head: bytes) -> bool:
    """An ID3v2 tag, or a layer III frame header (ISO 11172-3, 2.4.1.3) with no reserved value in it."""
    if head.startswith(b"ID3"):
        return True
    header = int.from_bytes(head[:4], "big")
    synchronised, layer, version = header >> 21 == _MP3_SYNC, header >> 17 & 3, header >> 19 & 3
    bit_rate, rate = header >> 12 & 15, header >> 10 & 3
    is_layer_three = synchronised and layer == _MP3_LAYER_THREE and version != _MP3_RESERVED_VERSION
    return is_layer_three and bit_rate not in _MP3_BIT_RATES and rate != _MP3_RESERVED_RATE
