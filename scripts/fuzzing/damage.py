"""Ways to damage a file: most break its form, some keep its checksums right, so that decoders go on."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Final

PNG = b"\x89PNG\r\n\x1a\n"
ZIP = b"PK\x03\x04"
_HEADER_BYTES = 600
_MOST_CHANGES = 12
_TELLING: Final = (
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\x80\x00\x00\x00",
    b"\x00\x01",
    b"\xff\xff\xff\x7f",
)
Damage = Callable[[bytes, Sequence[bytes], random.Random], bytes]


def damaged(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A damaged copy, never empty."""
    if data.startswith(ZIP) and chance.random() < 0.7:  # noqa: PLR2004 - most: outside it is a broken archive
        return _in_archive(data, seeds, chance)
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(_WAYS)(data, seeds, chance) or b"\x00"
    return _mended_png(data) if data.startswith(PNG) and chance.random() < 0.7 else data  # noqa: PLR2004


def _flipped(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _lying_header(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Numbers that headers lie with, where headers are."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        at, lie = chance.randrange(min(len(changed), _HEADER_BYTES)), chance.choice(_TELLING)
        changed[at : at + len(lie)] = lie
    return bytes(changed)


def _cut(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data) + 1)]


def _without(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 4096) :]


def _repeated(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.randint(1, 512)] * chance.randint(2, 200) + data[start:]


def _spliced(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(1, len(data) + 1)] + other[chance.randrange(len(other)) :]


_WAYS: Final[tuple[Damage, ...]] = (
    _flipped,
    _lying_header,
    _lying_header,
    _cut,
    _without,
    _repeated,
    _spliced,
)


def _in_archive(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """The same archive with one of its files damaged: its checksums are right."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        names = archive.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = archive.read(name)
            if name == chosen and content:
                content = chance.choice(_WAYS)(content, seeds, chance)
            copy.writestr(name, content)
    return out.getvalue()


def _mended_png(data: bytes) -> bytes:
    """With the checksums of its chunks made right, as far as chunks are found."""
    mended, at = bytearray(data), len(PNG)
    while at + 12 <= len(mended):
        length = int.from_bytes(mended[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(mended):
            break
        mended[end : end + 4] = zlib.crc32(mended[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(mended)
