"""What is recognised in a picture, and in pictures that are nearly nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from registry.fingerprint import sift
from registry.fingerprint.local import SCHEME, LocalFeatures
from registry.model import Extraction
from tests.media.media_files import encoded, extract, photograph


def _features(extraction: Extraction) -> LocalFeatures:
    features = LocalFeatures.parse(extraction.feature(SCHEME) or b"")
    assert features is not None
    return features


@pytest.mark.parametrize("shape", [(1024, 768), (1024, 20), (9, 1024), (30, 40), (1, 1)])
def test_a_working_picture_keeps_within_its_limits(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(1).uniform(0, 255, shape).astype(np.float32)
    grey = sift.working_picture(plane)
    assert grey.dtype == np.uint8
    assert grey.size <= sift.WORKING_PIXELS * 1.01
    assert max(grey.shape) <= sift.LONGEST_SIDE
    points, descriptors = sift.describe(grey)
    assert len(points) == len(descriptors) <= sift.MOST_POINTS


def test_a_blank_picture_has_no_points() -> None:
    points, descriptors = sift.describe(np.full((300, 400), 128, dtype=np.uint8))
    assert points.shape == (0, 4)
    assert descriptors.shape == (0, 128)


def test_the_same_picture_has_the_same_features_twice(tmp_path: Path) -> None:
    picture = encoded(photograph())
    assert extract(tmp_path, picture) == extract(tmp_path, picture)


@pytest.mark.parametrize(("alter", "variant"), [(ImageOps.mirror, 1), (ImageOps.invert, 2)])
def test_an_altered_picture_shares_keys_in_the_variant_of_its_alteration(
    tmp_path: Path, alter: Callable[[Image.Image], Image.Image], variant: int
) -> None:
    work = _features(extract(tmp_path, encoded(photograph())))
    copy = _features(extract(tmp_path, encoded(alter(photograph()))))
    of_work = dict(zip(work.keys().tolist(), work.variants().tolist(), strict=True))
    shared = [
        of_work[key] ^ mine
        for key, mine in zip(copy.keys().tolist(), copy.variants().tolist(), strict=True)
        if key in of_work
    ]
    assert len(shared) > len(work) // 5
    assert np.mean(np.array(shared) == variant) > 0.9


def test_a_record_has_no_more_than_12_kilobytes_of_features(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (500, 600, 3), dtype=np.uint8)
    extraction = extract(tmp_path, encoded(Image.fromarray(noise)))
    assert extraction.facts["local_points"] == sift.MOST_POINTS
    assert sum(len(feature.data) for feature in extraction.features) <= 12_288
