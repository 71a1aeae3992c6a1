"""Pictures: PDQ with and without borders, in eight variants; where it settles nothing, local features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from registry.fingerprint import image_local, pdq
from registry.fingerprint.base import Lookup
from registry.model import Code, Extraction, Feature, Hash32, Judgement, Verdict, WorkId
from registry.model.postings import CODE_BYTES, Codes, Indexed

SCHEME = "pdq-256/1"
THRESHOLD = 31
# Bits of 256: the paper's own bound for "the same picture". Measured with 460 registered pictures and 2,496
# altered ones: none of 1.1 million pairs of different pictures came this near.
LEAST_QUALITY = 50
# The paper's advice for what is registered: near-blank pictures would be copies of each other.
LEAST_QUALITY_SOUGHT = 10
# A pale copy of a rich picture has the same code at a lower quality; only what shows nothing is not looked
# up.
WHOLE_SCORE, BIT_SCORE = 2000, 100
# A copy by the whole counts at least as much as one by twenty points.

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
_BMP_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})  # by which "BM" is told from text


@dataclass(frozen=True, slots=True)
class Cut:
    """What a PDQ code was taken of: the names of the code, all eight codes and the quality in a record."""

    code: str
    dihedral: str
    quality: str
    remark: str


WHOLE: Final = Cut("pdq-256/1", "pdq-dihedral-256/1", "pdq_quality", remark="")
TRIMMED: Final = Cut(
    "pdq-trimmed-256/1", "pdq-trimmed-dihedral-256/1", "pdq_trimmed_quality", remark=", borders trimmed"
)
# A picture with borders is registered and looked up both ways: what looks like a border may be a sky.
_CUTS: Final = (WHOLE, TRIMMED)


class ImageMedium:
    """Still pictures, and the first frame of moving ones."""

    name = "image"
    kinds = ("PNG", "JPEG", "WebP", "GIF", "TIFF", "BMP")

    def sniff(self, head: bytes) -> str | None:
        """See `Medium.sniff`."""
        for magic, media_type in _MAGIC:
            if head.startswith(magic):
                return media_type
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES:
            return "image/bmp"
        return None

    def prepare(self) -> None:
        """See `Medium.prepare`."""
        from registry.fingerprint import image_extraction  # noqa: F401, PLC0415 - a worker's alone

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        from registry.fingerprint.image_extraction import extract  # noqa: PLC0415 - a worker's alone

        return extract(path, content_hash, byte_size, media_type)

    def glance(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Glancing.glance`: the codes of the whole."""
        from registry.fingerprint.image_extraction import glance  # noqa: PLC0415 - a worker's alone

        return glance(path, content_hash, byte_size, media_type)

    def look(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Glancing.look`: the codes of the whole and the local features."""
        from registry.fingerprint.image_extraction import look  # noqa: PLC0415 - a worker's alone

        return look(path, content_hash, byte_size, media_type)

    def indexed(self, extraction: Extraction) -> Indexed:
        """The upright codes that have enough to see, and the local features."""
        upright = upright_codes(extraction)
        codes = (_codes(upright),) if upright else ()
        return Indexed(image_local.postings(extraction), codes, image_local.features(extraction))

    def compared(self, extraction: Extraction) -> list[str]:
        """See `Medium.compared`."""
        by_whole = [SCHEME] if variant_codes(extraction) else []
        return by_whole + [each.algorithm for each in image_local.features(extraction)]

    def search(self, extraction: Extraction, lookup: Lookup) -> Mapping[WorkId, Judgement]:
        """The works whose codes are near; if there are none, those that local features share a part with."""
        return _near(extraction, lookup) or image_local.search(extraction, lookup)


def fingerprint(cut: Cut, codes: Mapping[str, bytes]) -> tuple[Code, Feature]:
    """The code and the feature that keep a cut's eight codes in a record, in the order of `pdq.VARIANTS`."""
    joined = b"".join(codes[name] for name in pdq.VARIANTS)
    return Code(cut.code, codes["upright"].hex()), Feature(cut.dihedral, joined)


def upright_codes(extraction: Extraction) -> list[bytes]:
    """The codes a picture is registered under: of each cut in which there is enough to see."""
    values = [extraction.code(cut.code) for cut in _telling(extraction, LEAST_QUALITY)]
    return list(dict.fromkeys(bytes.fromhex(value) for value in values if value))


def variant_codes(extraction: Extraction) -> dict[bytes, str]:
    """The codes a picture is looked up by, and what each says of a copy that meets it."""
    named: dict[bytes, str] = {}
    for cut in _telling(extraction, LEAST_QUALITY_SOUGHT):
        joined = extraction.feature(cut.dihedral) or b""
        for place, variant in enumerate(pdq.VARIANTS):
            code = joined[place * pdq.CODE_BYTES : (place + 1) * pdq.CODE_BYTES]
            if len(code) == pdq.CODE_BYTES:
                named.setdefault(code, variant + cut.remark)
    return named


def _telling(extraction: Extraction, least_quality: int) -> list[Cut]:
    return [cut for cut in _CUTS if int(extraction.facts.get(cut.quality, 0)) >= least_quality]


def _codes(values: Sequence[bytes]) -> Codes:
    rows = np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, CODE_BYTES)
    return Codes(SCHEME, rows, np.zeros((len(rows), 0), np.uint8))


def _near(query: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Copies by the smallest Hamming distance between any two cuts and variants."""
    named = variant_codes(query)
    found: dict[WorkId, Judgement] = {}
    if not named:
        return found
    sought = sorted(named)
    near = lookup.near(_codes(sought), THRESHOLD)
    rows = zip(near.distances.tolist(), near.probes.tolist(), near.works.tolist(), strict=True)
    for distance, probe, place in sorted(rows):
        compared = f"{SCHEME}:{named[sought[probe]]}"
        score = WHOLE_SCORE + (THRESHOLD - distance) * BIT_SCORE
        judgement = Judgement(Verdict.COPY, distance, THRESHOLD, "bits of 256", compared, score)
        found.setdefault(near.work_ids[place], judgement)
    return found
