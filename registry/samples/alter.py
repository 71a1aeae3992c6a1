"""Making the copies that a search must find: what people do to works before they post them again."""

from __future__ import annotations

import io

import soundfile
from PIL import Image, ImageOps

_SCALE_PERCENT = 60
_JPEG_QUALITY = 35
_EXCERPT_START_SECONDS = 5
_EXCERPT_SECONDS = 10


def altered_picture(data: bytes) -> bytes:
    """A JPEG of the picture at 60 % of its size, mirrored, at quality 35."""
    with Image.open(io.BytesIO(data)) as image:
        size = (image.width * _SCALE_PERCENT // 100, image.height * _SCALE_PERCENT // 100)
        copy = ImageOps.mirror(image.convert("RGB").resize(size, Image.Resampling.BICUBIC))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue()


def altered_sound(data: bytes) -> bytes:
    """Ten seconds from the fifth on, re-encoded as Ogg Vorbis, which throws away what ears hardly notice."""
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        rate = file.samplerate
        file.seek(_EXCERPT_START_SECONDS * rate)
        excerpt = file.read(_EXCERPT_SECONDS * rate, dtype="float32")
    out = io.BytesIO()
    soundfile.write(out, excerpt, rate, format="OGG", subtype="VORBIS")
    return out.getvalue()
