"""Small media files, made on the spot for the tests of fingerprints."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from registry.fingerprint import exact
from registry.fingerprint.detect import detect, read_head
from registry.model import Extraction, Verdict
from registry.samples import samples


@dataclass(frozen=True)
class Pair:
    """A query, a registered work, and what a search must say: None where they are not near."""

    name: str
    query: bytes
    work: bytes
    verdict: Verdict | None = None
    compared: str | None = None


def sample(file_name: str) -> bytes:
    """The bytes of a sample work."""
    return next(work.read() for work in samples() if work.file_name == file_name)


def photograph() -> Image.Image:
    """A real picture, 640 x 427."""
    return Image.open(io.BytesIO(sample("falcon-9-launch.jpg"))).convert("RGB")


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """An image file of that kind."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def encoded_sound(
    samples_: NDArray[np.float64], rate: int, kind: str = "WAV", subtype: str | None = None
) -> bytes:
    """A sound file of that kind; one column a channel."""
    out = io.BytesIO()
    soundfile.write(out, samples_, rate, format=kind, subtype=subtype)
    return out.getvalue()


def giant_png(width: int, height: int) -> bytes:
    """A well-formed PNG header that promises far more than the file holds."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def extract(folder: Path, data: bytes) -> Extraction:
    """The fingerprint of those bytes, taken in this process."""
    path = folder / f"{len(data)}-{zlib.crc32(data)}"
    path.write_bytes(data)
    content_hash, size = exact.content_hash(path)
    medium, media_type = detect(read_head(path))
    return medium.extract(path, content_hash, size, media_type)
