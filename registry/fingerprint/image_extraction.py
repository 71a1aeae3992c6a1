"""Taking a picture's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import imagehash
from PIL import Image

from registry.fingerprint import iscc, pdq, picture
from registry.fingerprint.image import TRIMMED, WHOLE, Cut, fingerprint
from registry.model import Code, Extraction, Feature, Hash32

Image.preinit()  # the readers themselves, before a worker closes its doors
Image.init()


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes, features and preview of a picture.

    Raises:
        MediaTooLargeError: Over the limits of `picture`.
        UndecodableMediaError: Damaged or truncated.
    """
    full, frames = picture.read(path, media_type)
    image_code = iscc.image_code(full)
    working = picture.working_copy(full)
    facts: dict[str, int | str] = {"width": full.width, "height": full.height, "frames": frames}
    codes: list[Code] = []
    features: list[Feature] = []
    for cut, plane in _cuts(picture.luminance(working)):
        square = picture.squared(plane)
        code, feature = fingerprint(cut, pdq.dihedral_codes(square))
        codes.append(code)
        features.append(feature)
        facts[cut.quality] = pdq.quality(pdq.reduced(square))
    return Extraction(
        medium="image",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts=facts,
        codes=(*codes, *_perceptual_hashes(working), image_code, *iscc.file_codes(path)),
        features=tuple(features),
        preview=picture.preview(working),
    )


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
    return (
        Code("phash-64/1", str(imagehash.phash(working))),
        Code("dhash-64/1", str(imagehash.dhash(working))),
    )
