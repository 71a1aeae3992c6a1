"""Pictures: PDQ after border trimming, its eight dihedral variants at query time, exact search within 31 bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from registry.fingerprint import pdq
from registry.model import Code, Extraction, Feature, Hash32, Hit, Judgement, Posting, Verdict

SCHEME = "pdq-256/1"
DIHEDRAL = "pdq-dihedral-256/1"
THRESHOLD = 31
# Bits of 256: the paper's own bound for "the same picture", and the largest that 16 bands find with one bit flipped.
LEAST_QUALITY = 50
# The paper's advice: below it the code is noise, and near-blank pictures would be copies of each other.
_BANDS = 16
_BAND_BITS = 16
_BAND_MASK = (1 << _BAND_BITS) - 1

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
        from registry.fingerprint import image_extraction  # noqa: F401, PLC0415 - decoders load in workers only

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        from registry.fingerprint.image_extraction import extract  # noqa: PLC0415 - decoders load in workers only

        return extract(path, content_hash, byte_size, media_type)

    def postings(self, extraction: Extraction) -> Iterator[Posting]:
        """One posting for each of 16 bands of the upright code; none for a picture with too little to see."""
        upright = upright_code(extraction)
        if upright is not None:
            for key in _band_keys(upright):
                yield Posting(SCHEME, key, upright)

    def probes(self, extraction: Extraction) -> Iterator[Posting]:
        """Every key that a code within 31 bits of one of the eight variants must have at least one of.

        31 differing bits over 16 bands leave some band with at most one: so each band as it is, and with each
        single bit flipped, is looked up (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with
        Multi-Index Hashing", 2012).
        """
        for code in dict.fromkeys(variant_codes(extraction)):
            for key in _band_keys(code):
                yield Posting(SCHEME, key, code)
                for bit in range(_BAND_BITS):
                    yield Posting(SCHEME, key ^ (1 << bit), code)

    def judge(self, extraction: Extraction, hits: Sequence[Hit]) -> Judgement | None:
        """The smallest Hamming distance over the hits."""
        return _nearest(extraction, {(hit.query, hit.stored) for hit in hits if hit.scheme == SCHEME})

    def compare(self, query: Extraction, reference: Extraction) -> Judgement | None:
        """The smallest Hamming distance over the eight variants."""
        upright = upright_code(reference)
        return None if upright is None else _nearest(query, {(code, upright) for code in variant_codes(query)})


def fingerprint(codes: dict[str, bytes]) -> tuple[Code, Feature]:
    """The code and the feature that keep dihedral codes in a record, in the order of `pdq.VARIANTS`."""
    joined = b"".join(codes[name] for name in pdq.VARIANTS)
    return Code(SCHEME, codes["upright"].hex()), Feature(DIHEDRAL, joined)


def upright_code(extraction: Extraction) -> bytes | None:
    """The code a picture is registered under, unless there is too little to see in it."""
    value = extraction.code(SCHEME)
    return bytes.fromhex(value) if value and _tells_enough(extraction) else None


def variant_codes(extraction: Extraction) -> list[bytes]:
    """The eight codes a picture is looked up by, in the order of `pdq.VARIANTS`; none if it shows too little."""
    joined = extraction.feature(DIHEDRAL) or b""
    if not _tells_enough(extraction):
        return []
    return [joined[start : start + pdq.CODE_BYTES] for start in range(0, len(joined), pdq.CODE_BYTES)]


def _tells_enough(extraction: Extraction) -> bool:
    return int(extraction.facts.get("pdq_quality", 0)) >= LEAST_QUALITY


def _band_keys(code: bytes) -> Iterator[int]:
    """16 keys, `band << 16 | value`."""
    whole = int.from_bytes(code, "big")
    for band in range(_BANDS):
        yield band << _BAND_BITS | (whole >> band * _BAND_BITS) & _BAND_MASK


def _nearest(query: Extraction, pairs: set[tuple[bytes, bytes]]) -> Judgement | None:
    if not pairs:
        return None
    distance, code = min((pdq.distance(mine, stored), mine) for mine, stored in pairs)
    if distance > THRESHOLD:
        return None
    variant = list(pdq.VARIANTS)[variant_codes(query).index(code)]
    return Judgement(Verdict.COPY, distance, THRESHOLD, "bits of 256", f"{SCHEME}:{variant}")
