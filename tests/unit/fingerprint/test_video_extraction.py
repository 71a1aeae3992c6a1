"""What is taken of a film: when it is looked at, what is kept, and how long it lasts."""

from pathlib import Path

import numpy as np
from PIL import Image

from registry.fingerprint import film, pdq
from registry.fingerprint.film import Stretches
from registry.model import Extraction
from similarity.video_clips import Clip
from tests.media.film_files import encoded, launch
from tests.media.media_files import encoded as picture_file
from tests.media.media_files import extract, photograph


def _still(count: int, shade: int | None = None) -> np.ndarray:
    """Frames of one picture at 12 a second; with a shade, within borders of it above and below."""
    picture = np.asarray(photograph().resize((160, 96)))
    if shade is not None:
        bar = np.full((24, 160, 3), shade, np.uint8)
        picture = np.concatenate([bar, picture[24:72], bar])
    return np.repeat(picture[None], count, axis=0)


def _stretches(extraction: Extraction, cut: int) -> Stretches:
    every = Stretches.parse(extraction.feature(film.FRAMES_SCHEME) or b"")
    return every.chosen(np.flatnonzero(every.cut == cut))


def test_a_film_is_looked_at_twice_a_second(tmp_path: Path) -> None:
    found = extract(tmp_path, encoded(launch()))
    whole = _stretches(found, film.WHOLE)
    assert found.facts["frames"] == len(launch().frames)
    assert whole.first[0] == 0
    assert (whole.first[1:] == whole.last[:-1]).all()
    assert 15 <= len(whole) <= 24
    assert abs(int(found.facts["milliseconds"]) - 11_000) < 150


def test_a_still_picture_is_one_stretch(tmp_path: Path) -> None:
    found = extract(tmp_path, encoded(Clip(_still(60), None)))
    whole = _stretches(found, film.WHOLE)
    assert (whole.first.tolist(), found.facts["key_frames"]) == ([0], 1)
    assert whole.last[0] >= 4_500


def test_a_stretch_within_borders_ends_with_them(tmp_path: Path) -> None:
    frames = np.concatenate([_still(36, 0), _still(60)])
    found = extract(tmp_path, encoded(Clip(frames, None)))
    within = _stretches(found, film.TRIMMED)
    assert within.first[0] == 0
    assert 3_000 <= within.last[-1] <= 3_600


def test_a_frame_has_the_code_of_its_picture(tmp_path: Path) -> None:
    found = extract(tmp_path, encoded(Clip(_still(24), None)))
    still = extract(tmp_path, picture_file(Image.fromarray(_still(1)[0])))
    code = _stretches(found, film.WHOLE).codes[0, 0].tobytes()
    assert pdq.distance(code, bytes.fromhex(still.code("pdq-256/1") or "")) <= 12


def test_a_film_shows_itself_by_a_frame(tmp_path: Path) -> None:
    frames = np.concatenate([np.zeros((30, 96, 160, 3), np.uint8), _still(30)])
    found = extract(tmp_path, encoded(Clip(frames, None)))
    (tmp_path / "preview").write_bytes(found.preview or b"")
    with Image.open(tmp_path / "preview") as shown:
        assert shown.size == (160, 96)
        assert np.asarray(shown.convert("L")).std() > 20
