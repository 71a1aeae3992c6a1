"""PDQ against the reference implementation's vectors, then its symmetries."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from registry.fingerprint import pdq, picture
from tests.media.media_files import sample

VECTORS = json.loads((Path(__file__).parent / "pdq_vectors.json").read_text())["vectors"]
DECODER_BITS = 4  # of 256: JPEG libraries round differently; on equal pixels all bits agree


def _plane(vector: dict[str, Any]) -> pdq.Plane:
    image = Image.open(io.BytesIO(sample(vector["picture"]))).convert("RGB")
    match vector["change"]:
        case "cropped to 101 x 67":
            image = image.crop((150, 100, 251, 167))
        case "blurred by 24":
            image = image.filter(ImageFilter.GaussianBlur(24))
    return pdq.reduced(_luminance(image))


def _luminance(image: Image.Image) -> pdq.Plane:
    return picture.luminance(image).astype(np.float64)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['picture']}, {vector['change']}")
def test_codes_and_quality_agree_with_the_reference_implementation(vector: dict[str, Any]) -> None:
    plane = _plane(vector)
    assert pdq.distance(pdq.code(plane), bytes.fromhex(vector["code"])) <= DECODER_BITS
    assert abs(pdq.quality(plane) - vector["quality"]) <= 1


# Pillow turns counter-clockwise, variants are named clockwise.
TURNS = {
    "mirrored": (Image.Transpose.FLIP_LEFT_RIGHT,),
    "rotated 90": (Image.Transpose.ROTATE_270,),
    "rotated 180": (Image.Transpose.ROTATE_180,),
    "rotated 270": (Image.Transpose.ROTATE_90,),
    "mirrored and rotated 90": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_270),
    "mirrored and rotated 180": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180),
    "mirrored and rotated 270": (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90),
}


@pytest.mark.parametrize("name", TURNS)
def test_the_variant_named_after_what_was_done_to_a_copy_has_the_works_code(name: str) -> None:
    work = Image.open(io.BytesIO(sample("coffee-cup.jpg"))).convert("RGB")
    copy = work
    for turn in TURNS[name]:
        copy = copy.transpose(turn)
    upright = pdq.code(pdq.reduced(_luminance(work)))
    assert pdq.dihedral_codes(_luminance(copy))[name] == upright


def test_half_of_the_bits_are_set_because_the_median_divides_them() -> None:
    plane = np.random.default_rng(1).uniform(0, 255, (64, 64))
    assert int.from_bytes(pdq.code(plane), "big").bit_count() == 128


def test_a_blank_plane_has_no_quality() -> None:
    assert pdq.quality(np.full((64, 64), 128.0)) == 0


def test_the_smallest_picture_can_be_hashed() -> None:
    plane = pdq.reduced(np.arange(25, dtype=np.float64).reshape(5, 5))
    assert plane.shape == (64, 64)


def test_distance_counts_differing_bits() -> None:
    assert pdq.distance(bytes(32), bytes(31) + b"\x07") == 3
