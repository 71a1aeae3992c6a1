"""Reading a picture safely: limits before decoding, upright, opaque, its borders trimmed."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint.wire import plain

Plane = NDArray[np.float32]

MAX_PIXELS = 100_000_000
# The largest medium-format cameras make 100 megapixels; decoded, that is 400 MB, and a worker's memory is
# bounded.
MAX_FRAMES = 200
# Only the first frame is looked at, but counting frames walks the file: an animation longer than this is a
# video.
WORKING_SIDE = 1024
# Hashes look at 64 samples a side; here, borders are found, to a tenth of a percent of a side.
HASHED_SIDE = 512
# PDQ's own samplings lean by up to a pixel: every picture is brought to this square first, as its paper
# advises for large ones, so that a copy of another size or shape is sampled at the same places.
PREVIEW_SIDE = 512
# Enough to recognise a work by, too little to use it.

FORMATS: Final[dict[str, str]] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
}

# What Pillow's readers raise on damaged files, by their sources; MemoryError is left to the worker.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)
_STRIP_ROWS = 256
_BORDER_TOLERANCE = 3
# Grey levels: JPEG leaves flat borders flat, and a wider tolerance eats into skies and shadows.
_RIPPLED_ROWS, _RIPPLE, _RIPPLED_SHARE = 8, 32, 0.9
# The JPEG block in which a border ends: this many rows, grey levels away, in this share of each row.
_LEAST_CONTENT = 0.2
# Of a side: what is left of a picture that is nearly all border tells nothing.
_LEAST_SIDE = 8


@contextmanager
def damage_is_undecodable() -> Iterator[None]:
    """Turn whatever Pillow says of a damaged file into one error.

    Raises:
        UndecodableMediaError: Something within failed on the file's contents.
    """
    try:
        yield
    except UnidentifiedImageError as error:  # its message would tell where the server keeps the file
        raise UndecodableMediaError("image", "it is not what its first bytes say") from error
    except _DAMAGE as error:
        raise UndecodableMediaError("image", plain(str(error) or type(error).__name__)) from error


def read(path: Path, media_type: str) -> tuple[Image.Image, int]:
    """The first frame, upright, opaque on white, as RGB or L at full size; and the number of frames.

    Colour profiles are ignored: a copy usually loses its profile, and the hashes look at grey alone.

    Raises:
        MediaTooLargeError: Over `MAX_PIXELS` or `MAX_FRAMES`; nothing was decoded.
        UndecodableMediaError: Damaged or truncated.
    """
    with damage_is_undecodable(), _open_header(path, media_type) as image:
        frames = _check_size(image)
        image.load()
        upright = ImageOps.exif_transpose(image) if _turned(image) else image
        return _on_white(upright), frames


def working_copy(picture: Image.Image) -> Image.Image:
    """The picture in RGB with no side over `WORKING_SIDE`: new pixels, nothing else of the file."""
    scale = min(1.0, WORKING_SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    clean = Image.new("RGB", size)
    clean.paste(picture.resize(size, Image.Resampling.BOX))
    return clean


def preview(working: Image.Image) -> bytes:
    """A working copy as a JPEG of at most `PREVIEW_SIDE` pixels a side; it has no metadata to lose."""
    small = working.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def luminance(working: Image.Image) -> Plane:
    """ITU-R BT.601 luma, 0 to 255, shape (height, width).

    Plane by plane: a product of matrices rounds as many threads as there are, and its points move with it.
    """
    red, green, blue = np.moveaxis(np.asarray(working, dtype=np.float32), -1, 0)
    luma: Plane = red * np.float32(0.299) + green * np.float32(0.587) + blue * np.float32(0.114)
    return luma


def squared(plane: Plane) -> NDArray[np.float64]:
    """A plane of any shape stretched or shrunk to `HASHED_SIDE` squared."""
    size = (HASHED_SIDE, HASHED_SIDE)
    square = Image.fromarray(np.ascontiguousarray(plane)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(square, dtype=np.float64)


def trimmed(plane: Plane) -> Plane:
    """A luminance plane without uniform borders, each side for itself, as screens and frames add them."""
    top, bottom = _border_ends(plane)
    left, right = _border_ends(plane[top:bottom].T) if top < bottom else (0, 0)
    content = plane[top:bottom, left:right]
    least = [max(_LEAST_CONTENT * side, _LEAST_SIDE) for side in plane.shape]
    return content if content.shape[0] >= least[0] and content.shape[1] >= least[1] else plane


def _open_header(path: Path, media_type: str) -> Image.Image:
    """Open with one reader only, the one the first bytes name; only the header is read."""
    Image.MAX_IMAGE_PIXELS = None  # `_check_size` refuses with the number found, before anything is decoded
    return Image.open(path, formats=[FORMATS[media_type]])


def _check_size(image: Image.Image) -> int:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise MediaTooLargeError("pixels", width * height, MAX_PIXELS)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # from here on for frames that are larger than the header said
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    frames = int(getattr(image, "n_frames", 1))
    if frames > MAX_FRAMES:
        raise MediaTooLargeError("frames", frames, MAX_FRAMES)
    return frames


def _turned(image: Image.Image) -> bool:
    """Whether EXIF says so; unreadable EXIF says nothing, and is no reason to refuse a picture."""
    try:
        return image.getexif().get(0x0112, 1) in range(2, 9)
    except _DAMAGE:
        return False


def _on_white(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        return _composed(image)
    if image.mode.startswith(("I", "F")):
        return _from_deep_grey(image)
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _composed(image: Image.Image) -> Image.Image:
    """A transparent picture laid on white, a strip at a time: whole, it would be in memory five times."""
    opaque = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, _STRIP_ROWS):
        box = (0, top, image.width, min(top + _STRIP_ROWS, image.height))
        strip = image.crop(box).convert("RGBA")
        opaque.paste(strip, box, mask=strip)
    return opaque


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """More than 8 bits of grey, of which Pillow would keep the lowest: spread over what is used."""
    levels = np.nan_to_num(np.asarray(image, dtype=np.float32))
    low, high = float(levels.min()), float(levels.max())
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0  # the whole range is known, so a dark picture stays dark
    spread = (levels - low) * (255 / max(high - low, 1e-9))
    return Image.fromarray(spread.astype(np.uint8))


def _border_ends(plane: Plane) -> tuple[int, int]:
    """The first row that is content, and the one after the last."""
    rows = len(plane)
    return _border_depth(plane), rows - _border_depth(plane[::-1])


def _border_depth(plane: Plane) -> int:
    """How many rows from the top are of the first row's middle grey, with the ripples before content."""
    away = np.abs(plane - np.median(plane[0]))
    uniform = (away <= _BORDER_TOLERANCE).all(axis=1)
    if uniform.all() or not uniform[0]:
        return 0
    depth = int(np.argmin(uniform))
    rippled = (away[depth : depth + _RIPPLED_ROWS] <= _RIPPLE).mean(axis=1) >= _RIPPLED_SHARE
    return depth + len(rippled) if rippled.all() else depth + int(np.argmin(rippled))
