"""The sample works and their altered copies."""

import hashlib
import io
from pathlib import Path

import pytest
import soundfile
from PIL import Image

import registry.samples
from registry.fingerprint.detect import detect
from registry.samples import Sample, samples
from registry.samples.alter import altered_picture, altered_sound
from registry.samples.prelude import RATE, prelude_wav

PICTURES = [sample for sample in samples() if sample.media_type == "image/jpeg"]
MOST_BYTES = 150_000


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_a_sample_is_of_the_kind_it_says(sample: Sample) -> None:
    _, media_type = detect(sample.read())
    assert media_type == sample.media_type


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_a_sample_says_whose_it_is_and_why_it_may_be_used(sample: Sample) -> None:
    provenance = (Path(registry.samples.__file__).parent / "PROVENANCE.md").read_text()
    assert sample.file_name in provenance
    assert sample.creator in provenance
    assert sample.licence in {"CC0-1.0", "public domain"}
    assert sample.title
    assert sample.source


@pytest.mark.parametrize("sample", PICTURES, ids=lambda sample: sample.file_name)
def test_a_sample_picture_is_small_and_without_metadata(sample: Sample) -> None:
    data = sample.read()
    image = Image.open(io.BytesIO(data))
    assert len(data) <= MOST_BYTES
    assert max(image.size) <= 640
    assert not image.getexif()


def test_there_are_several_pictures_and_a_sound() -> None:
    assert len(PICTURES) >= 3
    assert len({sample.file_name for sample in samples()}) == len(samples()) > len(PICTURES)


@pytest.mark.parametrize("sample", PICTURES, ids=lambda sample: sample.file_name)
def test_an_altered_picture_is_smaller_and_another_file(sample: Sample) -> None:
    original, copy = (
        Image.open(io.BytesIO(data)) for data in (sample.read(), altered_picture(sample.read()))
    )
    assert copy.size == (original.width * 60 // 100, original.height * 60 // 100)
    assert altered_picture(sample.read()) == altered_picture(sample.read()) != sample.read()


def test_the_prelude_is_the_same_every_time() -> None:
    first = hashlib.sha256(prelude_wav()).hexdigest()
    prelude_wav.cache_clear()
    assert hashlib.sha256(prelude_wav()).hexdigest() == first


def test_the_prelude_is_about_twenty_seconds_of_sound_that_does_not_clip() -> None:
    levels, rate = soundfile.read(io.BytesIO(prelude_wav()))
    assert rate == RATE
    assert 18 <= len(levels) / rate <= 22
    assert 0.7 < abs(levels).max() < 0.9


def test_an_altered_sound_is_ten_seconds_of_ogg() -> None:
    copy = altered_sound(prelude_wav())
    assert detect(copy)[1] == "audio/ogg"
    assert soundfile.info(io.BytesIO(copy)).duration == pytest.approx(10, abs=0.1)
