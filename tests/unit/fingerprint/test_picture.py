"""Reading pictures: limits before decoding, orientation, transparency, borders, previews."""

import io
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint import image, pdq, picture
from tests.media.media_files import encoded, extract, giant_png, photograph, sample

ORIENTATION = 0x0112


def _distance(folder: Path, first: bytes, second: bytes) -> int:
    codes = [image.upright_codes(extract(folder, data)) for data in (first, second)]
    return min(pdq.distance(*pair) for pair in product(*codes))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
def test_the_same_picture_in_any_format_is_a_copy(tmp_path: Path, kind: str) -> None:
    assert _distance(tmp_path, encoded(photograph()), encoded(photograph(), kind)) <= 12


def test_a_picture_of_1600_megapixels_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(MediaTooLargeError) as refused:
        extract(tmp_path, giant_png(40_000, 40_000))
    assert refused.value.facts == {"quantity": "pixels", "found": 1_600_000_000, "limit": 100_000_000}


def test_an_animation_of_1000_frames_is_refused(tmp_path: Path) -> None:
    frames = [Image.new("L", (8, 8), shade % 256) for shade in range(1000)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], optimize=False)
    with pytest.raises(MediaTooLargeError) as refused:
        extract(tmp_path, data)
    assert refused.value.facts == {"quantity": "frames", "found": 1000, "limit": 200}


def test_the_first_frame_of_a_short_animation_is_looked_at(tmp_path: Path) -> None:
    frames = [photograph(), ImageOps.mirror(photograph())]
    extraction = extract(tmp_path, encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert extraction.facts["frames"] == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.6])
def test_a_truncated_picture_is_undecodable(tmp_path: Path, kind: str, share: float) -> None:
    data = encoded(photograph(), kind)
    with pytest.raises(UndecodableMediaError) as refused:
        extract(tmp_path, data[: int(len(data) * share)])
    assert refused.value.facts["medium"] == "image"


def test_a_picture_whose_inside_is_another_format_is_undecodable(tmp_path: Path) -> None:
    with pytest.raises(UndecodableMediaError):
        extract(tmp_path, b"\xff\xd8\xff" + encoded(photograph())[3:])


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_turned_by_its_exif_is_read_upright(tmp_path: Path, orientation: int) -> None:
    stored = ImageOps.exif_transpose(_with_orientation(photograph(), _inverse(orientation)))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = encoded(stored, "JPEG", exif=exif, quality=95)
    assert extract(tmp_path, data).facts["width"] == photograph().width
    assert _distance(tmp_path, encoded(photograph()), data) <= 8


def _inverse(orientation: int) -> int:
    """The two quarter turns undo each other; every other orientation undoes itself."""
    return {6: 8, 8: 6}.get(orientation, orientation)


def _with_orientation(picture_: Image.Image, orientation: int) -> Image.Image:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return Image.open(io.BytesIO(encoded(picture_, "PNG", exif=exif)))


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    ink = Image.composite(
        Image.new("L", (640, 427), 0), Image.new("L", (640, 427), 255), photograph().convert("L")
    )
    see_through = Image.merge("LA", (Image.new("L", ink.size, 0), ImageOps.invert(ink)))
    assert _distance(tmp_path, encoded(ink), encoded(see_through)) <= 2


def test_sixteen_bits_of_grey_keep_their_highest(tmp_path: Path) -> None:
    grey = photograph().convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert _distance(tmp_path, encoded(grey), encoded(deep)) <= 2


@pytest.mark.parametrize("colour", ["white", "black", (120, 20, 20)])
def test_borders_around_a_copy_are_trimmed(tmp_path: Path, colour: str) -> None:
    bordered = ImageOps.expand(photograph(), border=60, fill=colour)
    assert (
        _distance(tmp_path, encoded(photograph()), encoded(bordered, "JPEG", quality=60)) <= image.THRESHOLD
    )


def test_a_picture_that_is_nearly_all_border_is_left_as_it_is() -> None:
    plane = np.full((200, 200), 255, dtype=np.float32)
    plane[100:105, 100:105] = 0
    assert picture.trimmed(plane).shape == (200, 200)


def test_a_blank_picture_has_no_borders() -> None:
    assert picture.trimmed(np.full((50, 60), 7, dtype=np.float32)).shape == (50, 60)


def test_a_preview_is_small_and_without_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    preview = extract(tmp_path, encoded(photograph(), "JPEG", exif=exif, comment=b"secret")).preview
    assert preview is not None
    read = Image.open(io.BytesIO(preview))
    assert max(read.size) == picture.PREVIEW_SIDE
    assert not read.getexif()
    assert b"home" not in preview
    assert b"secret" not in preview
    assert "comment" not in read.info


def test_a_picture_of_one_pixel_gets_a_record_without_a_pdq_code(tmp_path: Path) -> None:
    extraction = extract(tmp_path, encoded(Image.new("RGB", (1, 1), "red")))
    assert extraction.code(image.WHOLE.code) is None
    assert extraction.code("phash-64/1") is not None


def test_a_record_is_canonical_and_the_same_every_time(tmp_path: Path) -> None:
    data = sample("chelsea-the-cat.jpg")
    assert extract(tmp_path, data).record_hash() == extract(tmp_path, data).record_hash()


def test_an_iscc_image_code_does_not_see_a_border_of_one_colour(tmp_path: Path) -> None:
    bordered = ImageOps.expand(photograph(), border=33, fill=(1, 2, 3))
    codes = {extract(tmp_path, encoded(each)).code("iscc-image/0") for each in (photograph(), bordered)}
    assert len(codes) == 1


def test_luminance_does_not_depend_on_how_many_threads_multiply() -> None:
    levels = np.random.default_rng(4).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    exact = (levels.astype(np.int64) * [299, 587, 114]).sum(axis=2)
    code = (
        "import sys, numpy as np; from PIL import Image; from registry.fingerprint.picture import luminance; "
        "levels = np.random.default_rng(4).integers(0, 256, (480, 640, 3), dtype=np.uint8); "
        "sys.stdout.buffer.write(luminance(Image.fromarray(levels)).tobytes())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    [plane] = [np.frombuffer(each, dtype=np.float32).reshape(480, 640) for each in told]
    assert np.abs(plane - exact / 1000).max() < 1e-3
