"""Pictures found in films, and films by a picture of one of their frames."""

from pathlib import Path

from PIL import Image

from registry.fingerprint import matching
from registry.model import Extraction, Judgement, Verdict, WorkId
from registry.search.linear import LinearIndex
from registry.usecases.similarity import similar
from tests.media.film_files import coffee, encoded, launch
from tests.media.media_files import encoded as picture_file
from tests.media.media_files import extract

WORK = WorkId(b"\x01" * 32)


def _found(query: Extraction, work: Extraction) -> Judgement | None:
    index = LinearIndex()
    index.add(WORK, matching.indexed(work))
    matches = similar(index, query)
    return matches[0].judgement if matches else None


def _frame(number: int) -> Image.Image:
    return Image.fromarray(launch().frames[number])


def test_a_frame_posted_as_a_picture_finds_its_film(tmp_path: Path) -> None:
    film = extract(tmp_path, encoded(launch()))
    mirrored = _frame(96).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    found = _found(extract(tmp_path, picture_file(mirrored, "JPEG")), film)
    assert found is not None
    assert (found.verdict, found.compared) == (Verdict.COPY, "video-frames/1:mirrored")
    assert found.region is not None
    assert found.region["work_start_ms"] <= 8_500 <= found.region["work_end_ms"] + 1_000


def test_a_film_that_shows_a_picture_contains_it(tmp_path: Path) -> None:
    still = extract(tmp_path, picture_file(_frame(96)))
    found = _found(extract(tmp_path, encoded(launch())), still)
    assert found is not None
    assert (found.verdict, found.compared) == (Verdict.CONTAINS, "pdq-256/1:upright")
    assert found.region is not None
    assert found.region["start_ms"] <= 8_500 <= found.region["end_ms"] + 1_000


def test_another_picture_is_in_no_film(tmp_path: Path) -> None:
    film, still = extract(tmp_path, encoded(coffee())), extract(tmp_path, picture_file(_frame(96)))
    assert _found(film, still) is None
    assert _found(still, film) is None
