"""ISCC units (ISO 24138) through iscc-lib: of a file's bytes, a picture, a sound's Chromaprint vector."""

from __future__ import annotations

from pathlib import Path

import iscc_lib
from PIL import Image, ImageChops

from registry.model import Code

BITS = 256  # a shorter unit is a prefix of the longer one, so nothing is lost by keeping the longest
_SIDE = 32
_STRIP_ROWS = 256
# Borders are looked for a strip at a time: a difference of the whole would take three more copies of it.


def file_codes(path: Path) -> tuple[Code, Code]:
    """The Data-Code (chunks shared between files) and the Instance-Code (exact bytes) of a file."""
    with path.open("rb") as file:
        data = iscc_lib.gen_data_code_v0(file, BITS)["iscc"]
    with path.open("rb") as file:
        instance = iscc_lib.gen_instance_code_v0(file, BITS)["iscc"]
    return Code("iscc-data/0", str(data)), Code("iscc-instance/0", str(instance))


def image_code(picture: Image.Image) -> Code:
    """The Image-Code of a picture that is upright and opaque (mode RGB or L).

    The pixels are prepared as the reference implementation prepares them, so that others get the same code:
    borders of the upper left pixel's colour trimmed, grey, 32 x 32 bicubic.
    """
    box = _content_box(picture)
    content = picture.crop(box) if box != (0, 0, *picture.size) else picture
    grey = content.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return Code("iscc-image/0", str(iscc_lib.gen_image_code_v0(grey.tobytes(), BITS)["iscc"]))


def audio_code(vector: list[int]) -> Code:
    """The Audio-Code of a sound's Chromaprint vector: signed 32-bit numbers, at least one.

    Of the whole sound, with Chromaprint's default algorithm, as the reference implementation makes it.
    """
    return Code("iscc-audio/0", str(iscc_lib.gen_audio_code_v0(vector, BITS)["iscc"]))


def _content_box(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs from the upper left pixel; everything if nothing does."""
    width, height = picture.size
    border = picture.getpixel((0, 0))
    boxes = []
    for top in range(0, height, _STRIP_ROWS):
        strip = picture.crop((0, top, width, min(top + _STRIP_ROWS, height)))
        difference = ImageChops.difference(strip, Image.new(strip.mode, strip.size, border))
        box = difference.getbbox()
        if box is not None:
            boxes.append((box[0], top + box[1], box[2], top + box[3]))
    if not boxes:
        return 0, 0, width, height
    left, upper, right, lower = zip(*boxes, strict=True)
    return min(left), min(upper), max(right), max(lower)
