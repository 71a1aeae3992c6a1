"""The sound in films and in MPEG-4 files."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from registry.errors import UndecodableMediaError
from registry.fingerprint import container_sound, matching, recordings, sound
from registry.model import Judgement, Verdict
from similarity.video_clips import SOUND_RATE, Clip, sound_frames
from tests.media.film_boxes import Boxes, film, jpeg
from tests.media.film_files import encoded, music
from tests.media.media_files import extract, sample


def _encoded(samples: np.ndarray, kind: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        stream = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for frame in sound_frames(samples.astype(np.float32)):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _tone(seconds: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * SOUND_RATE)) / SOUND_RATE)


@pytest.mark.parametrize(("kind", "media_type"), [("ipod", "audio/mp4"), ("adts", "audio/aac")])
def test_aac_is_read(tmp_path: Path, kind: str, media_type: str) -> None:
    path = tmp_path / "sound"
    path.write_bytes(_encoded(_tone(3), kind))
    read = recordings.read(path, media_type)
    assert (read.sample_rate, read.channels) == (SOUND_RATE, 1)
    assert abs(read.milliseconds - 3000) < 100
    spectrum = np.abs(np.fft.rfft(read.samples))
    assert abs(int(spectrum.argmax()) * sound.RATE / len(read.samples) - 440) < 2


@pytest.mark.parametrize("kind", ["ipod", "adts"])
def test_a_recording_is_found_by_its_copy_in_aac(tmp_path: Path, kind: str) -> None:
    copy, work = extract(tmp_path, _encoded(music(), kind)), extract(tmp_path, sample("prelude-in-c.wav"))
    assert copy.medium == work.medium == "audio"
    judgement = matching.compare(copy, work)
    assert isinstance(judgement, Judgement)
    assert judgement.verdict is Verdict.COPY


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(film(Boxes(jpeg())))
    assert container_sound.read(path, "video/mp4") is None


def test_a_film_of_sound_alone_is_a_film_without_frames(tmp_path: Path) -> None:
    found = extract(tmp_path, _encoded(music(), "mp4"))
    assert (found.medium, found.facts["width"], found.facts["frames"]) == ("video", 0, 0)
    assert matching.compared(found) == ["landmarks/2", "sha-256/1"]
    assert found.preview


def test_a_recording_that_holds_no_sound_is_undecodable(tmp_path: Path) -> None:
    with pytest.raises(UndecodableMediaError, match="no sound"):
        extract(tmp_path, film(Boxes(jpeg(), brand=b"M4A ")))


def test_a_damaged_recording_is_undecodable(tmp_path: Path) -> None:
    whole = _encoded(_tone(3), "ipod")
    with pytest.raises(UndecodableMediaError):
        extract(tmp_path, whole[: len(whole) // 2])


def test_the_sound_of_a_film_is_as_long_as_it_is(tmp_path: Path) -> None:
    frames = np.zeros((24, 32, 32, 3), dtype=np.uint8)
    found = extract(tmp_path, encoded(Clip(frames, music(2))))
    assert abs(int(found.facts["milliseconds"]) - 2000) < 150
    assert (found.facts["sample_rate"], found.facts["channels"]) == (SOUND_RATE, 1)
