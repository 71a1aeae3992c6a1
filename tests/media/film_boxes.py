"""Films put together box by box (ISO 14496-12), so that a header can say what no encoder would write."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image

_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True)
class Boxes:
    """A film of `frames` pictures, all the same JPEG, and what its header says of it."""

    picture: bytes
    width: int = 64
    height: int = 48
    frames: int = 20
    frame_ms: int = 100
    codec: bytes = b"jpeg"
    handler: bytes = b"vide"
    reference: bytes = b""  # where the pictures are, if in another file
    brand: bytes = b"isom"


def jpeg(size: tuple[int, int] = (64, 48), seed: Image.Image | None = None) -> bytes:
    """A picture as these films hold it."""
    out = io.BytesIO()
    picture = seed if seed is not None else Image.linear_gradient("L").convert("RGB")
    picture.resize(size).save(out, "JPEG")
    return out.getvalue()


def film(boxes: Boxes) -> bytes:
    """The file: one picture, to which every frame points."""
    head = box(b"ftyp", boxes.brand + struct.pack(">I", 0) + boxes.brand)
    data = box(b"mdat", boxes.picture)
    return head + data + _moov(boxes, len(head) + 8)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box and what is in it."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", flags), *parts)


def _moov(boxes: Boxes, offset: int) -> bytes:
    duration = boxes.frames * boxes.frame_ms
    size = struct.pack(">II", boxes.width << 16 & 0xFFFFFFFF, boxes.height << 16 & 0xFFFFFFFF)
    mvhd = _full(
        b"mvhd",
        struct.pack(">IIIIIH10x", 0, 0, 1000, duration, 0x10000, 0x100),
        _MATRIX,
        struct.pack(">24xI", 2),
    )
    tkhd = _full(b"tkhd", struct.pack(">IIIII16x", 0, 0, 1, 0, duration), _MATRIX, size, flags=7)
    mdhd = _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, duration, 0x55C4, 0))
    hdlr = _full(b"hdlr", struct.pack(">I", 0), boxes.handler, bytes(12), b"\0")
    flags = 0 if boxes.reference else 1
    dinf = box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", boxes.reference, flags=flags)))
    minf = box(b"minf", _full(b"vmhd", bytes(8), flags=1), dinf, _stbl(boxes, offset))
    return box(b"moov", mvhd, box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf)))


def _stbl(boxes: Boxes, offset: int) -> bytes:
    entry = box(
        boxes.codec,
        struct.pack(">6xH16xHHIIIH32xHh", 1, boxes.width, boxes.height, 0x480000, 0x480000, 0, 1, 24, -1),
    )
    return box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">III", 1, boxes.frames, boxes.frame_ms)),
        _full(b"stsz", struct.pack(">II", len(boxes.picture), boxes.frames)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        _full(b"stco", struct.pack(">I", boxes.frames), struct.pack(">I", offset) * boxes.frames),
    )
