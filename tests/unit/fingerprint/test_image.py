"""Pictures as the index sees them, and what they are judged to be."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from registry.fingerprint import image, pdq
from registry.fingerprint.image import ImageMedium
from registry.model import Code, Extraction, Feature, Hash32, Verdict
from registry.model.postings import Indexed
from tests.media.media_files import encoded, extract, photograph
from tests.media.searching import compared

MEDIUM = ImageMedium()
CODES = st.binary(min_size=32, max_size=32)


def _extraction(codes: list[bytes], quality: int = 100) -> Extraction:
    named = dict(zip(pdq.VARIANTS, codes, strict=True))
    code, feature = image.fingerprint(image.WHOLE, named)
    return Extraction(
        "image", Hash32(bytes(32)), 1, "image/png", {"pdq_quality": quality}, (code,), (feature,)
    )


def _differing(code: bytes, bits: set[int]) -> bytes:
    number = int.from_bytes(code, "big")
    for bit in bits:
        number ^= 1 << bit
    return number.to_bytes(32, "big")


@given(CODES, st.sets(st.integers(0, 255), max_size=image.THRESHOLD), st.integers(0, 7))
def test_a_copy_within_31_bits_in_any_variant_is_found(code: bytes, bits: set[int], variant: int) -> None:
    work = _extraction([code] + [bytes(32)] * 7)
    noise = [bytes([place + 1]) * 32 for place in range(8)]
    noise[variant] = _differing(code, bits)
    judgement = compared(MEDIUM, _extraction(noise), work)
    assert judgement is not None
    assert judgement.distance <= len(bits)


def test_32_bits_are_not_a_copy() -> None:
    work = _extraction([bytes(32)] * 8)
    query = _extraction([_differing(bytes(32), set(range(32)))] * 8)
    assert compared(MEDIUM, query, work) is None


def test_31_bits_are_a_copy() -> None:
    work = _extraction([bytes(32)] * 8)
    query = _extraction([_differing(bytes(32), set(range(31)))] * 8)
    judgement = compared(MEDIUM, query, work)
    assert judgement is not None
    assert (judgement.verdict, judgement.distance, judgement.threshold) == (Verdict.COPY, 31, 31)


def test_a_judgement_names_the_variant_that_met(tmp_path: Path) -> None:
    work = extract(tmp_path, encoded(photograph()))
    copy = extract(tmp_path, encoded(ImageOps.mirror(photograph())))
    judgement = compared(MEDIUM, copy, work)
    assert judgement is not None
    assert judgement.compared == "pdq-256/1:mirrored"


def test_a_picture_with_borders_is_registered_with_and_without_them(tmp_path: Path) -> None:
    bordered = extract(tmp_path, encoded(ImageOps.expand(photograph(), border=60, fill="white")))
    assert len(image.upright_codes(bordered)) == 2
    (codes,) = MEDIUM.indexed(bordered).codes
    assert [bytes(code) for code in codes.codes] == image.upright_codes(bordered)


def test_a_copy_with_borders_is_found_without_them(tmp_path: Path) -> None:
    work = extract(tmp_path, encoded(photograph()))
    copy = extract(
        tmp_path, encoded(ImageOps.expand(photograph(), border=60, fill="white"), "JPEG", quality=50)
    )
    judgement = compared(MEDIUM, copy, work)
    assert judgement is not None
    assert judgement.compared == "pdq-256/1:upright, borders trimmed"


def test_near_blank_pictures_are_neither_indexed_nor_looked_up(tmp_path: Path) -> None:
    blank = extract(tmp_path, encoded(Image.new("RGB", (300, 200), "white")))
    assert MEDIUM.indexed(blank) == Indexed()
    assert MEDIUM.compared(blank) == []
    assert compared(MEDIUM, blank, blank) is None


def test_a_picture_just_below_the_quality_bound_is_left_out() -> None:
    codes = [bytes(32)] * 8
    assert MEDIUM.indexed(_extraction(codes, quality=image.LEAST_QUALITY - 1)).codes == ()
    assert len(MEDIUM.indexed(_extraction(codes, quality=image.LEAST_QUALITY)).codes) == 1


def test_a_record_without_its_features_is_still_found_but_finds_nothing(tmp_path: Path) -> None:
    whole = extract(tmp_path, encoded(photograph()))
    bare = replace(whole, features=())
    assert compared(MEDIUM, whole, bare) is not None
    assert compared(MEDIUM, bare, whole) is None
    assert MEDIUM.compared(bare) == []


def test_the_algorithms_that_take_part_are_told(tmp_path: Path) -> None:
    assert MEDIUM.compared(extract(tmp_path, encoded(photograph()))) == ["pdq-256/1", "sift-64/1"]


def test_the_record_keeps_the_upright_code_and_all_eight() -> None:
    code, feature = image.fingerprint(
        image.WHOLE, {name: bytes([place]) * 32 for place, name in enumerate(pdq.VARIANTS)}
    )
    assert code == Code("pdq-256/1", "00" * 32)
    assert feature == Feature("pdq-dihedral-256/1", b"".join(bytes([place]) * 32 for place in range(8)))


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"BM" + bytes(12) + (40).to_bytes(4, "little"), "image/bmp"),
        (b"BMW is a maker of motor cars", None),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"%PDF-1.7", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(head: bytes, media_type: str | None) -> None:
    assert MEDIUM.sniff(head) == media_type
