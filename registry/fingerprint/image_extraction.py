"""Taking a picture's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import imagehash
from PIL import Image

from registry.fingerprint import iscc, local, pdq, picture
from registry.fingerprint.image import TRIMMED, WHOLE, Cut, fingerprint
from registry.fingerprint.local_extraction import local_features
from registry.model import Code, Extraction, Feature, Hash32

Taken = tuple[dict[str, int | str], list[Code], list[Feature]]

Image.preinit()  # the readers themselves, before a worker closes its doors
Image.init()


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes, features and preview of a picture.

    Raises:
        MediaTooLargeError: Over the limits of `picture`.
        UndecodableMediaError: Damaged or truncated.
    """
    full, frames = picture.read(path, media_type)
    working = picture.working_copy(full)
    facts, codes, features = _searched(full, working)
    return Extraction(
        medium="image",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts={"width": full.width, "height": full.height, "frames": frames, **facts},
        codes=(*codes, *_perceptual_hashes(working), iscc.image_code(full), *iscc.file_codes(path)),
        features=tuple(features),
        preview=picture.preview(working),
    )


def look(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes of the whole and the local features; raises as `extract` does."""
    full, _ = picture.read(path, media_type)
    facts, codes, features = _searched(full, picture.working_copy(full))
    return Extraction("image", content_hash, byte_size, media_type, facts, tuple(codes), tuple(features))


def glance(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes of the whole picture alone; raises as `extract` does."""
    full, _ = picture.read(path, media_type)
    facts, codes, features = _whole(picture.luminance(picture.working_copy(full)))
    return Extraction("image", content_hash, byte_size, media_type, facts, tuple(codes), tuple(features))


def _searched(
    full: Image.Image, working: Image.Image
) -> tuple[dict[str, int | str], list[Code], list[Feature]]:
    """What `_whole` gives, and what can be recognised in part of the picture."""
    luminance = picture.luminance(working)
    facts, codes, features = _whole(luminance)
    found = local_features(full.size, luminance)
    if found is not None:
        features.append(Feature(local.SCHEME, found.to_bytes()))
    points = 0 if found is None else len(found)
    return {**facts, "local_points": points}, codes, features


def _whole(luminance: picture.Plane) -> Taken:
    """The qualities, codes and features of the whole picture, with and without its borders."""
    facts: dict[str, int | str] = {}
    codes: list[Code] = []
    features: list[Feature] = []
    for cut, plane in _cuts(luminance):
        square = picture.squared(plane)
        code, feature = fingerprint(cut, pdq.dihedral_codes(square))
        codes.append(code)
        features.append(feature)
        facts[cut.quality] = pdq.quality(pdq.reduced(square))
    return facts, codes, features


def _cuts(plane: picture.Plane) -> Iterator[tuple[Cut, picture.Plane]]:
    """The whole picture, and what is within its borders if it has any."""
    if min(plane.shape) < pdq.SMALLEST_SIDE:
        return
    yield WHOLE, plane
    content = picture.trimmed(plane)
    if content.shape != plane.shape:
        yield TRIMMED, content


def _perceptual_hashes(working: Image.Image) -> tuple[Code, Code]:
    """The customary 64-bit hashes, for others to compare with theirs; the search here does not use them."""
    grey = working.convert("L")  # as imagehash itself does, for each
    return Code("phash-64/1", str(imagehash.phash(grey))), Code("dhash-64/1", str(imagehash.dhash(grey)))
