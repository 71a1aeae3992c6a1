"""What a work looks like on its certificate: its picture, the outline of its sound; and the QR code."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from PIL import Image

from registry.documents.pdf import Name, PdfFile, Reference, Stream
from registry.errors import InvalidValueError

MAX_PIXELS = 4_000_000  # a preview has at most 512 by 512; a bomb is refused before it is unpacked
_MAX_SIDE = 1024  # 6 inches at 170 dots an inch
_QUALITY = 92
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the file, its sides in pixels."""

    reference: Reference
    width: int
    height: int


def embed_png(pdf: PdfFile, png: bytes) -> Picture:
    """Put a PNG into the file as a JPEG on white: without metadata, palette or transparency.

    Raises:
        InvalidValueError: No PNG, or one of more than 4 million pixels.
    """
    flat = _flattened(png)
    flat.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.LANCZOS)
    encoded = io.BytesIO()
    flat.save(encoded, "JPEG", quality=_QUALITY, subsampling=0)
    dictionary = {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": flat.width,
        "Height": flat.height,
        "ColorSpace": Name("DeviceRGB"),
        "BitsPerComponent": 8,
        "Interpolate": False,
        "Filter": Name("DCTDecode"),
    }
    return Picture(pdf.add(Stream(encoded.getvalue(), dictionary)), flat.width, flat.height)


def _flattened(png: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise InvalidValueError("picture", f"more than {MAX_PIXELS} pixels")
            sharp = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise InvalidValueError("picture", "no PNG that can be read") from error
    flat = Image.new("RGB", sharp.size, _WHITE)
    flat.paste(sharp, mask=sharp.getchannel("A"))
    return flat


def qr_code(text: str, x: float, y: float, side: float) -> list[tuple[float, float, float, float]]:
    """The dark modules of a QR code (ISO 18004, level M), without its quiet zone, rows joined into bars."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    module = side / len(rows)
    bars = []
    for down, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                bars.append(
                    (x + start * module, y + side - (down + 1) * module, (end - start) * module, module)
                )
            start = end + 1
    return bars
